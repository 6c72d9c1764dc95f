// SPDX-License-Identifier: Apache-2.0
// Casts of arrays, maps and structs: the cast of their parts. A part that the target cannot hold
// becomes null, but no key of a map may, so key casts that can fail are refused. Texts of nested
// values are Spark's: `[1, null]`,
// `{a -> 1}`, `{1, x}`.
#include "expr/cast.h"
#include "expr/elementwise.h"
#include "expr/list_elements.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {

namespace {

Result<ArrayPtr> CastChild(const Kernel& kernel, const ArrayPtr& child) {
  const Operand operand{child, false};
  return kernel(std::span(&operand, 1), child->length());
}

// The same offsets and validity over cast children.
Kernel CastList(const DataType& to, Kernel element) {
  return [to, element = std::move(element)](std::span<const Operand> operands,
                                            std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
    const IndexLists shape = AllElements(lists, rows);
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, TakeRows(lists.values(), shape.indices()));
    GNOMON_ASSIGN_OR_RETURN(values, CastChild(element, values));
    return shape.Wrap(to, values);
  };
}

Kernel CastMap(const DataType& to, Kernel key, Kernel value) {
  return [to, key = std::move(key), value = std::move(value)](
             std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
    const IndexLists shape = AllElements(maps, rows);
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr keys, TakeRows(maps.keys(), shape.indices()));
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr items, TakeRows(maps.items(), shape.indices()));
    GNOMON_ASSIGN_OR_RETURN(keys, CastChild(key, keys));
    GNOMON_ASSIGN_OR_RETURN(items, CastChild(value, items));
    return shape.WrapMap(to, std::move(keys), std::move(items));
  };
}

Kernel CastStruct(const DataType& to, std::vector<Kernel> fields) {
  return [to, fields = std::move(fields)](std::span<const Operand> operands,
                                          std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, ExpandRows(operands[0], rows));
    const auto& structs = static_cast<const arrow::StructArray&>(*array);
    std::vector<ArrayPtr> children;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr child,
                              CastChild(fields[i], structs.field(static_cast<int>(i))));
      children.push_back(std::move(child));
    }
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr cast, MakeStructs(to, rows, std::move(children)));
    const Operand source{array, false};
    GNOMON_ASSIGN_OR_RETURN(auto validity, CombineValidity(std::span(&source, 1), rows));
    auto data = cast->data()->Copy();
    data->buffers[0] = std::move(validity);
    data->SetNullCount(arrow::kUnknownNullCount);
    return arrow::MakeArray(data);
  };
}

// Whether a value of `from` may become null in a cast to `to`.
bool CastCanFail(const DataType& from, const DataType& to) {
  return from.kind == TypeKind::kString ? to.kind != TypeKind::kString
                                        : to.kind == TypeKind::kDecimal || !to.children.empty();
}

// Appends one value as Spark writes it inside of another.
void AppendNestedText(const DataType& type, const arrow::Array& array, std::int64_t row,
                      const std::vector<ArrayPtr>& texts, std::size_t* leaf, std::string* out);

// The leaves of a nested column as text, in the order in which AppendNestedText meets them.
Status CollectLeaves(const DataType& type, const ArrayPtr& array, std::vector<ArrayPtr>* texts) {
  if (type.kind == TypeKind::kList) {
    const auto& list = static_cast<const arrow::ListArray&>(*array);
    return CollectLeaves(type.element(), list.values(), texts);
  }
  if (type.kind == TypeKind::kMap) {
    const auto& map = static_cast<const arrow::MapArray&>(*array);
    GNOMON_RETURN_IF_ERROR(CollectLeaves(type.key(), map.keys(), texts));
    return CollectLeaves(type.value(), map.items(), texts);
  }
  if (type.kind == TypeKind::kStruct) {
    const auto& structs = static_cast<const arrow::StructArray&>(*array);
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      GNOMON_RETURN_IF_ERROR(
          CollectLeaves(type.children[i].type, structs.field(static_cast<int>(i)), texts));
    }
    return Ok();
  }
  GNOMON_ASSIGN_OR_RETURN(const Kernel kernel, FindCast(type, TypeKind::kString));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr text, CastChild(kernel, array));
  texts->push_back(std::move(text));
  return Ok();
}

std::size_t LeafCount(const DataType& type) {
  if (type.children.empty()) return 1;
  std::size_t count = 0;
  for (const Field& child : type.children) count += LeafCount(child.type);
  return count;
}

void AppendEntries(const DataType& type, const arrow::MapArray& map, std::int64_t row,
                   const std::vector<ArrayPtr>& texts, std::size_t leaf, std::string* out) {
  out->push_back('{');
  for (std::int64_t k = map.value_offset(row); k < map.value_offset(row + 1); ++k) {
    if (k > map.value_offset(row)) out->append(", ");
    std::size_t at = leaf;
    AppendNestedText(type.key(), *map.keys(), k, texts, &at, out);
    out->append(map.items()->IsNull(k) ? " ->" : " -> ");
    if (map.items()->IsNull(k)) out->append(" ");
    AppendNestedText(type.value(), *map.items(), k, texts, &at, out);
  }
  out->push_back('}');
}

void AppendNestedText(const DataType& type, const arrow::Array& array, std::int64_t row,
                      const std::vector<ArrayPtr>& texts, std::size_t* leaf, std::string* out) {
  const std::size_t begin = *leaf;
  *leaf += LeafCount(type);
  if (array.IsNull(row)) {
    out->append("null");
    return;
  }
  if (type.kind == TypeKind::kList) {
    const auto& list = static_cast<const arrow::ListArray&>(array);
    out->push_back('[');
    for (std::int64_t k = list.value_offset(row); k < list.value_offset(row + 1); ++k) {
      if (k > list.value_offset(row)) out->append(", ");
      std::size_t at = begin;
      AppendNestedText(type.element(), *list.values(), k, texts, &at, out);
    }
    out->push_back(']');
  } else if (type.kind == TypeKind::kMap) {
    AppendEntries(type, static_cast<const arrow::MapArray&>(array), row, texts, begin, out);
  } else if (type.kind == TypeKind::kStruct) {
    const auto& structs = static_cast<const arrow::StructArray&>(array);
    std::size_t at = begin;
    out->push_back('{');
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      if (i > 0) out->append(", ");
      AppendNestedText(type.children[i].type, *structs.field(static_cast<int>(i)), row, texts, &at,
                       out);
    }
    out->push_back('}');
  } else {
    out->append(static_cast<const arrow::StringArray&>(*texts[begin]).GetView(row));
  }
}

bool LeavesHaveText(const DataType& type) {
  if (type.children.empty()) return HasCast(type, TypeKind::kString);
  return std::all_of(type.children.begin(), type.children.end(),
                     [](const Field& child) { return LeavesHaveText(child.type); });
}

}  // namespace

Kernel CastNestedToText(const DataType& from) {
  if (!LeavesHaveText(from)) return {};
  return [from](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, ExpandRows(operands[0], rows));
    std::vector<ArrayPtr> texts;
    GNOMON_RETURN_IF_ERROR(CollectLeaves(from, array, &texts));
    arrow::StringBuilder builder;
    std::string text;
    for (std::int64_t row = 0; row < rows; ++row) {
      text.clear();
      std::size_t leaf = 0;
      if (!array->IsNull(row)) AppendNestedText(from, *array, row, texts, &leaf, &text);
      GNOMON_ARROW_RETURN_NOT_OK(array->IsNull(row) ? builder.AppendNull() : builder.Append(text),
                                 "writing nested values");
    }
    GNOMON_ARROW_ASSIGN(ArrayPtr result, builder.Finish(), "writing nested values");
    return result;
  };
}

Kernel CastNested(const DataType& from, const DataType& to) {
  if (from.kind != to.kind || from.children.size() != to.children.size()) return {};
  std::vector<Kernel> children;
  for (std::size_t i = 0; i < from.children.size(); ++i) {
    auto child = FindCast(from.children[i].type, to.children[i].type);
    if (!child) return {};
    children.push_back(*std::move(child));
  }
  switch (from.kind) {
    case TypeKind::kList:
      return CastList(to, std::move(children[0]));
    case TypeKind::kMap:
      if (CastCanFail(from.key(), to.key())) return {};
      return CastMap(to, std::move(children[0]), std::move(children[1]));
    case TypeKind::kStruct:
      return CastStruct(to, std::move(children));
    default:
      return {};
  }
}

}  // namespace gnomon::expr
