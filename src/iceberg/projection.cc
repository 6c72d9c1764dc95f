// SPDX-License-Identifier: Apache-2.0
// Fits columns to the table's types.
#include "iceberg/projection.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::iceberg {

namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// What Iceberg calls promotion, and the small integers that it does not have.
bool CanWiden(const DataType& from, const DataType& to) {
  if (from.kind == TypeKind::kDecimal && to.kind == TypeKind::kDecimal) {
    return from.scale == to.scale && from.precision <= to.precision;
  }
  if (IsInteger(from.kind) && IsInteger(to.kind)) return from.kind < to.kind;
  return from.kind == TypeKind::kFloat && to.kind == TypeKind::kDouble;
}

Error Misfit(const Field& from, const Field& to) {
  return InvalidArgument("column {} has type {}, the table wants {} - cast it", to.name,
                         SparkTypeName(from.type), SparkTypeName(to.type));
}

const Field* FindChild(const std::vector<Field>& children, const Field& wanted,
                       MatchChildren match) {
  for (const Field& child : children) {
    const bool same = match == MatchChildren::kById && child.id >= 0 ? child.id == wanted.id
                                                                     : child.name == wanted.name;
    if (same) return &child;
  }
  return nullptr;
}

Result<ArrayPtr> FitStruct(const ArrayPtr& array, const Field& from, const Field& to,
                           MatchChildren match) {
  const auto data = array->data()->Copy();
  const std::int64_t child_length = data->offset + data->length;
  std::vector<std::shared_ptr<arrow::ArrayData>> children;
  for (const Field& wanted : to.type.children) {
    const Field* found = FindChild(from.type.children, wanted, match);
    if (found == nullptr) {
      GNOMON_ARROW_ASSIGN(const auto nulls,
                          arrow::MakeArrayOfNull(ToArrow(wanted.type), child_length),
                          "adding a missing field");
      children.push_back(nulls->data());
      continue;
    }
    const auto index = static_cast<std::size_t>(found - from.type.children.data());
    GNOMON_ASSIGN_OR_RETURN(
        const ArrayPtr child,
        FitColumn(arrow::MakeArray(array->data()->child_data[index]), *found, wanted, match));
    children.push_back(child->data());
  }
  data->type = ToArrow(to.type);
  data->child_data = std::move(children);
  return arrow::MakeArray(data);
}

Result<ArrayPtr> FitList(const ArrayPtr& array, const Field& from, const Field& to,
                         MatchChildren match) {
  const auto data = array->data()->Copy();
  data->type = ToArrow(to.type);
  GNOMON_ASSIGN_OR_RETURN(const ArrayPtr values,
                          FitColumn(arrow::MakeArray(array->data()->child_data[0]),
                                    from.type.children[0], to.type.children[0], match));
  data->child_data = {values->data()};
  return arrow::MakeArray(data);
}

Result<ArrayPtr> FitMap(const ArrayPtr& array, const Field& from, const Field& to,
                        MatchChildren match) {
  const auto data = array->data()->Copy();
  data->type = ToArrow(to.type);
  // Under a map lies one struct of keys and values.
  const auto entries = array->data()->child_data[0]->Copy();
  entries->type = data->type->field(0)->type();
  for (std::size_t i = 0; i < 2; ++i) {
    GNOMON_ASSIGN_OR_RETURN(const ArrayPtr child,
                            FitColumn(arrow::MakeArray(entries->child_data[i]),
                                      from.type.children[i], to.type.children[i], match));
    entries->child_data[i] = child->data();
  }
  data->child_data = {entries};
  return arrow::MakeArray(data);
}

}  // namespace

Result<ArrayPtr> FitColumn(const ArrayPtr& array, const Field& from, const Field& to,
                           MatchChildren match) {
  const auto wanted = ToArrow(to.type);
  if (from.type.kind == TypeKind::kVoid) {
    GNOMON_ARROW_ASSIGN(auto nulls, arrow::MakeArrayOfNull(wanted, array->length()), to.name);
    return nulls;
  }
  const bool nested = !from.type.children.empty() || !to.type.children.empty();
  if (!nested) {
    if (array->type()->Equals(*wanted)) return array;
    if (!(from.type == to.type) && !CanWiden(from.type, to.type)) return Misfit(from, to);
    GNOMON_ARROW_ASSIGN(auto cast, arrow::compute::Cast(*array, wanted), to.name);
    return cast;
  }
  if (from.type.kind != to.type.kind) return Misfit(from, to);
  const auto plain = ToArrow(from.type);
  ArrayPtr source = array;
  // Large lists and their like first become the plain form, so that what follows can share buffers.
  if (source->type_id() != plain->id()) {
    GNOMON_ARROW_ASSIGN(source, arrow::compute::Cast(*array, plain), to.name);
  }
  switch (to.type.kind) {
    case TypeKind::kStruct:
      return FitStruct(source, from, to, match);
    case TypeKind::kMap:
      return FitMap(source, from, to, match);
    default:
      return FitList(source, from, to, match);
  }
}

}  // namespace gnomon::iceberg
