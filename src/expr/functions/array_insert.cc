// SPDX-License-Identifier: Apache-2.0
// array_insert(array, place, value): places count from 1, negative ones from the end, and NULLs
// fill what lies between.
#include <algorithm>

#include "expr/array_argument.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"

namespace gnomon::expr::functions {

namespace {

constexpr std::int64_t kElementsMax = std::int64_t{1} << 28;

// The indices of one row; those of its array begin at `begin`, the value has the index `value`.
void InsertInto(IndexLists* result, std::int64_t begin, std::int64_t size, std::int64_t place,
                std::int64_t value) {
  if (place < 0 && -place > size) {
    result->Append(value);
    for (std::int64_t k = size + 1; k < -place; ++k) result->Append(-1);
    result->AppendRange(begin, begin + size);
    return;
  }
  const std::int64_t at = place > 0 ? place - 1 : size + place + 1;
  result->AppendRange(begin, begin + std::min(at, size));
  for (std::int64_t k = size; k < at; ++k) result->Append(-1);
  result->Append(value);
  result->AppendRange(begin + std::min(at, size), begin + size);
}

Result<ArrayPtr> InsertRows(const DataType& type, std::span<const Operand> operands,
                            std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays({lists.values(), operands[2].array}));
  const std::int64_t first_value = lists.values()->length();
  const Values<std::int32_t> places(operands[1]);
  IndexLists result(rows);
  std::int64_t total = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (lists.IsNull(row) || operands[1].array->IsNull(row & operands[1].index_mask())) {
      result.CloseNull();
      continue;
    }
    const std::int64_t place = places[row];
    if (place == 0)
      return InvalidArgument("array_insert counts from 1 - insert at 1, or at -1 for the end");
    total += std::max(lists.size(row) + 1, std::abs(place));
    if (total > kElementsMax)
      return InvalidArgument("array_insert makes too many elements - insert nearer: {}", place);
    InsertInto(&result, lists.begin(row), lists.size(row), place,
               first_value + (row & operands[2].index_mask()));
    result.CloseRow();
  }
  return result.Gather(type, all);
}

Result<BoundFunction> BindInsert(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const DataType& place = arguments[1].type;
  if (!IsInteger(place.kind) || place.kind == TypeKind::kLong) return RefuseTypes(name, arguments);
  DataType list = arguments[0].type;
  DataType element;
  if (arguments[2].type.kind == TypeKind::kVoid && list.kind == TypeKind::kList) {
    element = list.element();
  } else {
    const Argument pair[] = {arguments[0], arguments[2]};
    GNOMON_ASSIGN_OR_RETURN(ArrayAndValue bound, BindArrayAndValue(name, pair));
    list = std::move(bound.list);
    element = list.element();
  }
  return BoundFunction{{list, TypeKind::kInt, element},
                       list,
                       [list](std::span<const Operand> operands, std::int64_t rows) {
                         return InsertRows(list, operands, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kArrayInsert{"array_insert", "array_insert(array, place from 1, value)",
                                  &BindInsert};

}  // namespace gnomon::expr::functions
