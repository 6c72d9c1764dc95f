// SPDX-License-Identifier: Apache-2.0
// The table of operations, from functions/list.inc, and their names (SPEC 1.2).
#include <array>

#include "aggregate/aggregate_function.h"
#include "aggregate/collection_columns.h"
#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

#define AGGREGATION(name) extern const AggregateFunction k##name;
#include "aggregate/functions/list.inc"
#undef AGGREGATION

namespace {

#define AGGREGATION(name) &k##name,
constexpr const AggregateFunction* kBuilt[] = {
#include "aggregate/functions/list.inc"
};
#undef AGGREGATION

// The index is Chronon's number.
constexpr std::array<const char*, 20> kOperationNames = {"MIN",
                                                         "MAX",
                                                         "FIRST",
                                                         "LAST",
                                                         "UNIQUE_COUNT",
                                                         "APPROX_UNIQUE_COUNT",
                                                         "COUNT",
                                                         "SUM",
                                                         "AVERAGE",
                                                         "VARIANCE",
                                                         "SKEW",
                                                         "KURTOSIS",
                                                         "APPROX_PERCENTILE",
                                                         "LAST_K",
                                                         "FIRST_K",
                                                         "TOP_K",
                                                         "BOTTOM_K",
                                                         "HISTOGRAM",
                                                         "APPROX_HISTOGRAM_K",
                                                         "BOUNDED_UNIQUE_COUNT"};

bool IsScalar(const DataType& type) {
  return type.kind != TypeKind::kList && type.kind != TypeKind::kMap &&
         type.kind != TypeKind::kStruct;
}

}  // namespace

std::span<const AggregateFunction* const> AggregateFunctions() { return kBuilt; }

const char* OperationName(int operation_id) {
  if (operation_id < 0 || operation_id >= static_cast<int>(kOperationNames.size())) return nullptr;
  return kOperationNames[static_cast<std::size_t>(operation_id)];
}

Result<const AggregateFunction*> FindAggregateFunction(int operation_id) {
  for (const AggregateFunction* function : kBuilt) {
    if (function->operation_id == operation_id) return function;
  }
  return InvalidArgument("no operation has the number {} - Chronon's are 0 to {}", operation_id,
                         kOperationNames.size() - 1);
}

Status CheckIntermediate(const arrow::Array& array, const arrow::DataType& intermediate,
                         std::size_t rows) {
  if (array.type()->Equals(intermediate) && array.length() == static_cast<std::int64_t>(rows)) {
    return Ok();
  }
  return Corruption("an intermediate result is not of its type: {} rows of {} instead of {} of {}",
                    array.length(), array.type()->ToString(), rows, intermediate.ToString());
}

Result<std::int32_t> ParseK(const ArgumentMap& arguments, const char* operation,
                            std::optional<std::int32_t> default_k, std::int32_t min,
                            std::int32_t max) {
  const auto argument = arguments.find("k");
  if (argument == arguments.end()) {
    if (default_k.has_value()) return *default_k;
    return InvalidArgument("k needs to be specified for {0} - write Operation.{0}(3), for one",
                           operation);
  }
  const auto k = ParseInt(argument->second);
  if (k.has_value() && *k >= min && *k <= max) return static_cast<std::int32_t>(*k);
  return InvalidArgument("the argument k of {} is bad - it is an integer of {} to {}: {}",
                         operation, min, max, argument->second);
}

bool ExplodesList(const DataType& input) {
  return input.kind == TypeKind::kList && IsScalar(input.element());
}

bool ExplodesMap(const DataType& input) {
  return input.kind == TypeKind::kMap && input.key().kind == TypeKind::kString;
}

}  // namespace gnomon::aggregate
