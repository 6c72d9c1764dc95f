// SPDX-License-Identifier: Apache-2.0
// grouping_key(x): x as Spark's GROUP BY, DISTINCT and set operations give it back: -0.0 is 0.0 and
// there is one NaN, also inside of arrays and structs.
#include <arrow/api.h>

#include <algorithm>
#include <limits>

#include "expr/functions/all.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

using Data = std::shared_ptr<arrow::ArrayData>;

bool HoldsFloating(const DataType& type) {
  if (type.kind == TypeKind::kFloat || type.kind == TypeKind::kDouble) return true;
  return std::any_of(type.children.begin(), type.children.end(),
                     [](const Field& child) { return HoldsFloating(child.type); });
}

template <typename T>
Result<std::shared_ptr<arrow::Buffer>> Normalized(const arrow::ArrayData& data) {
  const std::int64_t count = data.offset + data.length;
  const std::int64_t size = count * static_cast<std::int64_t>(sizeof(T));
  GNOMON_ARROW_ASSIGN(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(size),
                      "grouping_key");
  const T* from = reinterpret_cast<const T*>(data.buffers[1]->data());
  T* to = reinterpret_cast<T*>(buffer->mutable_data());
  for (std::int64_t i = 0; i < count; ++i) {
    const T value = from[i];
    to[i] = value != value ? std::numeric_limits<T>::quiet_NaN() : (value == 0 ? T{0} : value);
  }
  return buffer;
}

Result<Data> WithGroupingKeys(const Data& data, const DataType& type) {
  if (!HoldsFloating(type)) return data;
  Data result = data->Copy();
  if (type.children.empty()) {
    if (data->length == 0) return result;
    GNOMON_ASSIGN_OR_RETURN(result->buffers[1], type.kind == TypeKind::kFloat
                                                    ? Normalized<float>(*data)
                                                    : Normalized<double>(*data));
    return result;
  }
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(result->child_data[i],
                            WithGroupingKeys(data->child_data[i], type.children[i].type));
  }
  return result;
}

bool HoldsMap(const DataType& type) {
  return type.kind == TypeKind::kMap ||
         std::any_of(type.children.begin(), type.children.end(),
                     [](const Field& child) { return HoldsMap(child.type); });
}

Result<BoundFunction> BindGroupingKey(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  if (HoldsMap(type)) {
    return Unimplemented(
        "Spark neither groups by maps nor compares them, and {} is or holds one - use "
        "array_sort(map_entries(x))",
        SparkTypeName(type));
  }
  return BoundFunction{{type},
                       type,
                       [type](std::span<const Operand> operands, std::int64_t) -> Result<ArrayPtr> {
                         GNOMON_ASSIGN_OR_RETURN(Data data,
                                                 WithGroupingKeys(operands[0].array->data(), type));
                         return arrow::MakeArray(data);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kGroupingKey{"grouping_key", "a value as Spark groups by it: -0.0 is 0.0",
                                  &BindGroupingKey};

}  // namespace gnomon::expr::functions
