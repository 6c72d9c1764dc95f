// SPDX-License-Identifier: Apache-2.0
// sort_array and array_sort, array_append, array_prepend and array_insert.
#include <algorithm>
#include <numeric>

#include "expr/array_argument.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

struct Direction {
  bool descending = false;
  bool nulls_first = true;
};

Kernel SortKernel(const DataType& type, const ValueOrder& order, Direction direction) {
  return [type, order, direction](std::span<const Operand> operands,
                                  std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
    const ArrayPtr values = lists.values();
    IndexLists result(rows);
    std::vector<std::int64_t> sorted;
    const auto before = [&](std::int64_t a, std::int64_t b) {
      const bool a_null = values->IsNull(a);
      const bool b_null = values->IsNull(b);
      if (a_null || b_null) return a_null != b_null && a_null == direction.nulls_first;
      const int compared = order.Compare(*values, a, *values, b);
      return direction.descending ? compared > 0 : compared < 0;
    };
    for (std::int64_t row = 0; row < rows; ++row) {
      sorted.clear();
      for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) sorted.push_back(k);
      std::stable_sort(sorted.begin(), sorted.end(), before);
      for (const std::int64_t k : sorted) result.Append(k);
      lists.IsNull(row) ? result.CloseNull() : result.CloseRow();
    }
    return result.Gather(type, values);
  };
}

// Ascending with NULLs first, descending with NULLs last.
Result<BoundFunction> BindSortArray(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonList(name, arguments.first(1)));
  const auto order = ValueOrder::Of(type.element());
  if (!order) return RefuseTypes(name, arguments);
  bool ascending = true;
  if (arguments.size() == 2) {
    const Argument& flag = arguments[1];
    if (flag.type.kind != TypeKind::kBoolean || flag.literal == nullptr || flag.literal->IsNull(0))
      return Unimplemented("the order of sort_array is not a constant - write true or false");
    ascending = Values<bool>(Operand{flag.literal, true})[0];
  }
  return BoundFunction{{type}, type, SortKernel(type, *order, {!ascending, ascending}), {}};
}

// The order in which Java's sort leaves 0 to size - 1, whether or not the comparison is one of an
// order (NULL may equal all else): a first run, then insertion by halves. So it sorts fewer than 32
// elements; of more it is the same where the comparison is one.
template <typename Less>
std::vector<std::int64_t> SortedAsJava(std::int64_t size, Less less) {
  std::vector<std::int64_t> sorted(static_cast<std::size_t>(size));
  std::iota(sorted.begin(), sorted.end(), 0);
  if (size < 2) return sorted;
  auto run = sorted.begin() + 1;
  if (less(*run, run[-1])) {
    while (run != sorted.end() && less(*run, run[-1])) ++run;
    std::reverse(sorted.begin(), run);
  } else {
    while (run != sorted.end() && !less(*run, run[-1])) ++run;
  }
  for (; run != sorted.end(); ++run) {
    auto left = sorted.begin();
    for (auto right = run; left < right;) {
      const auto middle = left + (right - left) / 2;
      if (less(*run, *middle)) {
        right = middle;
      } else {
        left = middle + 1;
      }
    }
    std::rotate(left, run, run + 1);
  }
  return sorted;
}

// By a lambda that compares two elements: its answers are computed for all pairs that sorting by
// insertion could ask for, n * n of each row.
Result<ArrayPtr> SortByLambda(const DataType& type, const BoundLambda& compare,
                              std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> right;
  std::vector<std::int64_t> call_rows;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t a = lists.begin(row); a < lists.end(row) && !lists.IsNull(row); ++a) {
      for (std::int64_t b = lists.begin(row); b < lists.end(row); ++b) {
        left.push_back(a);
        right.push_back(b);
        call_rows.push_back(row);
      }
    }
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr x, TakeRows(lists.values(), left));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr y, TakeRows(lists.values(), right));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr answers,
                          compare.evaluate({x, y}, call_rows, operands.subspan(1)));
  for (std::size_t i = 0; i < left.size(); ++i) {
    // An element is compared with others only: one alone may give NULL.
    if (left[i] != right[i] && answers->IsNull(static_cast<std::int64_t>(i)))
      return InvalidArgument("the lambda of array_sort gives NULL - compare with coalesce");
  }
  const auto& compared = static_cast<const arrow::Int32Array&>(*answers);
  IndexLists result(rows);
  std::int64_t base = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (lists.IsNull(row)) {
      result.CloseNull();
      continue;
    }
    const std::int64_t size = lists.size(row);
    const auto less = [&](std::int64_t a, std::int64_t b) {
      return compared.Value(base + a * size + b) < 0;
    };
    const std::vector<std::int64_t> sorted = SortedAsJava(size, less);
    for (const std::int64_t k : sorted) result.Append(lists.begin(row) + k);
    result.CloseRow();
    base += size * size;
  }
  return result.Gather(type, lists.values());
}

// NULLs last.
Result<BoundFunction> BindArraySort(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonList(name, arguments.first(1)));
  if (arguments.size() == 1) {
    const auto order = ValueOrder::Of(type.element());
    if (!order) return RefuseTypes(name, arguments);
    return BoundFunction{{type}, type, SortKernel(type, *order, {false, false}), {}};
  }
  const LambdaArgument* lambda = arguments[1].lambda;
  if (lambda == nullptr || lambda->parameter_count() != 2) return RefuseTypes(name, arguments);
  const DataType pair[] = {type.element(), type.element()};
  GNOMON_ASSIGN_OR_RETURN(BoundLambda compare, lambda->Bind(pair));
  if (compare.type.kind != TypeKind::kInt) return RefuseTypes(name, arguments);
  return BoundFunction{{type},
                       type,
                       [type, compare](std::span<const Operand> operands, std::int64_t rows) {
                         return SortByLambda(type, compare, operands, rows);
                       },
                       {}};
}

// The array with the value at one end. A NULL value is appended, a NULL array stays NULL.
template <bool kFirst>
Result<BoundFunction> BindExtend(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& type = arguments[0].type;
  const DataType& value = arguments[1].type;
  if (type.kind != TypeKind::kList || !(value == type.element() || value.kind == TypeKind::kVoid))
    return RefuseTypes(name, arguments);
  return BoundFunction{
      {type, type.element()},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr added, Retype(type.element(), operands[1].array));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr plain, Retype(type.element(), lists.values()));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays({plain, added}));
        const std::int64_t shift = plain->length();
        IndexLists result(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t extra = shift + (row & operands[1].index_mask());
          if (kFirst) result.Append(extra);
          result.AppendRange(lists.begin(row), lists.end(row));
          if (!kFirst) result.Append(extra);
          lists.IsNull(row) ? result.CloseNull() : result.CloseRow();
        }
        return result.Gather(type, all);
      },
      {}};
}

}  // namespace

const ScalarFunction kSortArray{"sort_array", "sort_array(array, ascending), NULLs as the least",
                                &BindSortArray};
const ScalarFunction kArraySort{"array_sort", "the array sorted, NULLs last; or by a lambda",
                                &BindArraySort, true};
const ScalarFunction kArrayAppend{"array_append", "the array with a value behind it",
                                  &BindExtend<false>};
const ScalarFunction kArrayPrepend{"array_prepend", "the array with a value before it",
                                   &BindExtend<true>};

}  // namespace gnomon::expr::functions
