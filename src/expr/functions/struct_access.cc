// SPDX-License-Identifier: Apache-2.0
// x.name, x[key], named_struct and array: what takes values apart and puts them together.
#include <algorithm>

#include "base/ascii_case.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/list_elements.h"
#include "expr/nested.h"
#include "expr/value_order.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return AsciiLower(x) == AsciiLower(y); });
}

// The field of that name in any case, as Spark looks it up; nullopt where none or several have it.
std::optional<std::size_t> FieldOf(const DataType& type, std::string_view name) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (!EqualIgnoringCase(type.children[i].name, name)) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

// The values of a field, null where the struct is.
Result<ArrayPtr> FieldValues(const ArrayPtr& structs, std::size_t field) {
  GNOMON_ARROW_ASSIGN(
      ArrayPtr values,
      static_cast<const arrow::StructArray&>(*structs).GetFlattenedField(static_cast<int>(field)),
      "reading a field");
  return values;
}

Kernel FieldKernel(std::size_t field, const DataType& type) {
  return [field, type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs, ExpandRows(operands[0], rows));
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, FieldValues(structs, field));
    return Retype(type, values);
  };
}

// array<struct>.name is the array of that field.
Kernel FieldsKernel(std::size_t field, const DataType& type) {
  return [field, type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
    const IndexLists shape = AllElements(lists, rows);
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, FieldValues(lists.values(), field));
    return shape.Gather(type, values);
  };
}

// The value of the last entry with that key: Spark's maps have no key twice.
Kernel MapItem(const DataType& map, const DataType& result, const ValueOrder& order) {
  return [map, result, order](std::span<const Operand> operands,
                              std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
    const ArrayPtr keys = maps.keys();
    std::vector<std::int64_t> chosen(static_cast<std::size_t>(rows), -1);
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t wanted = row & operands[1].index_mask();
      if (maps.IsNull(row) || operands[1].array->IsNull(wanted)) continue;
      for (std::int64_t k = maps.begin(row); k < maps.end(row); ++k) {
        if (order.Equal(*keys, k, *operands[1].array, wanted)) {
          chosen[static_cast<std::size_t>(row)] = k;
          break;
        }
      }
    }
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr items, TakeRows(maps.items(), chosen));
    return Retype(result, items);
  };
}

// From 0, NULL outside. With `from_one`: element_at, where -1 is the last and 0 an error.
Kernel ListItem(const DataType& result, bool from_one) {
  return
      [result, from_one](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        const Values<std::int32_t> index(operands[1]);
        std::vector<std::int64_t> chosen(static_cast<std::size_t>(rows), -1);
        for (std::int64_t row = 0; row < rows; ++row) {
          if (lists.IsNull(row) || operands[1].array->IsNull(row & operands[1].index_mask()))
            continue;
          std::int64_t at = index[row];
          if (from_one && at == 0)
            return InvalidArgument("element_at counts from 1 - ask for 1 or, from the end, -1: 0");
          if (from_one) at = at > 0 ? at - 1 : at + lists.size(row);
          if (at >= 0 && at < lists.size(row))
            chosen[static_cast<std::size_t>(row)] = lists.begin(row) + at;
        }
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, TakeRows(lists.values(), chosen));
        return Retype(result, values);
      };
}

bool IsNarrowInteger(TypeKind kind) {
  return kind == TypeKind::kInt || kind == TypeKind::kShort || kind == TypeKind::kByte;
}

template <bool kFromOne>
Result<BoundFunction> BindItem(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& type = arguments[0].type;
  const DataType& key = arguments[1].type;
  if (type.kind == TypeKind::kList && IsNarrowInteger(key.kind)) {
    return BoundFunction{
        {type, TypeKind::kInt}, type.element(), ListItem(type.element(), kFromOne), {}};
  }
  if (type.kind != TypeKind::kMap || key.kind == TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  // A key of another type is only taken where nothing can be lost.
  if (!(key == type.key()) &&
      !(IsInteger(key.kind) && IsInteger(type.key().kind) && key.kind < type.key().kind)) {
    return RefuseTypes(name, arguments);
  }
  const auto order = ValueOrder::Of(type.key());
  if (!order) return RefuseTypes(name, arguments);
  return BoundFunction{{type, type.key()}, type.value(), MapItem(type, type.value(), *order), {}};
}

Result<BoundFunction> BindGetField(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const std::string field, ConstantText(name, arguments[1], "field"));
  const DataType& type = arguments[0].type;
  if (type.kind == TypeKind::kMap && type.key().kind == TypeKind::kString)
    return BindItem<false>("get_item", arguments);
  const bool list = type.kind == TypeKind::kList && type.element().kind == TypeKind::kStruct;
  if (type.kind != TypeKind::kStruct && !list) {
    return InvalidArgument("a value of {} has no field {} - name a column that is a struct",
                           SparkTypeName(type), field);
  }
  const DataType& fields = list ? type.element() : type;
  const auto index = FieldOf(fields, field);
  if (!index) {
    return InvalidArgument("{} has no field {}, or several - name one of its fields",
                           SparkTypeName(fields), field);
  }
  const DataType& value = fields.children[*index].type;
  if (!list) return BoundFunction{{type}, value, FieldKernel(*index, value), {}};
  const DataType values = DataType::List(value);
  return BoundFunction{{type}, values, FieldsKernel(*index, values), {}};
}

Result<BoundFunction> BindNamedStruct(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 10'000));
  if (arguments.size() % 2 != 0)
    return InvalidArgument("named_struct has a name without a value - give it pairs");
  BoundFunction bound;
  std::vector<Field> fields;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    GNOMON_ASSIGN_OR_RETURN(std::string field, ConstantText(name, arguments[i], "field's name"));
    fields.push_back(Field{.name = std::move(field), .type = arguments[i + 1].type});
    bound.operand_types.push_back(arguments[i + 1].type);
    bound.sources.push_back(i + 1);
  }
  bound.result = DataType::Struct(std::move(fields));
  bound.kernel = [type = bound.result](std::span<const Operand> operands,
                                       std::int64_t rows) -> Result<ArrayPtr> {
    std::vector<ArrayPtr> children;
    for (const Operand& operand : operands) {
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr child, ExpandRows(operand, rows));
      children.push_back(std::move(child));
    }
    return MakeStructs(type, rows, std::move(children));
  };
  return bound;
}

// All operands behind each other: element j of row i is at j * rows + i.
Result<ArrayPtr> Interleave(const DataType& type, std::span<const Operand> operands,
                            std::int64_t rows) {
  std::vector<ArrayPtr> columns;
  for (const Operand& operand : operands) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr column, ExpandRows(operand, rows));
    columns.push_back(std::move(column));
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays(columns));
  IndexLists lists(rows);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::size_t j = 0; j < columns.size(); ++j)
      lists.Append(static_cast<std::int64_t>(j) * rows + row);
    lists.CloseRow();
  }
  return lists.Gather(type, all);
}

Result<BoundFunction> BindArray(std::string_view name, std::span<const Argument> arguments) {
  const auto element = WiderType(arguments, true);
  if (!element) return RefuseTypes(name, arguments);
  const DataType type = DataType::List(*element);
  if (arguments.empty()) {
    return BoundFunction{{},
                         type,
                         [type](std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
                           IndexLists lists(rows);
                           for (std::int64_t row = 0; row < rows; ++row) lists.CloseRow();
                           return lists.Wrap(type, std::make_shared<arrow::NullArray>(0));
                         },
                         {}};
  }
  return BoundFunction{std::vector<DataType>(arguments.size(), *element),
                       type,
                       [type](std::span<const Operand> operands, std::int64_t rows) {
                         return Interleave(type, operands, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kGetField{"get_field", "x.name of a struct, or of each struct of an array",
                               &BindGetField};
const ScalarFunction kGetItem{"get_item", "x[i] of an array from 0, x[key] of a map",
                              &BindItem<false>};
const ScalarFunction kGet{"get", "get(array, index from 0), NULL outside", &BindItem<false>};
const ScalarFunction kElementAt{"element_at", "element_at(array, index from 1) or (map, key)",
                                &BindItem<true>};
const ScalarFunction kNamedStruct{"named_struct", "named_struct('a', 1, 'b', x)", &BindNamedStruct};
const ScalarFunction kArray{"array", "array(a, b, ...)", &BindArray};

}  // namespace gnomon::expr::functions
