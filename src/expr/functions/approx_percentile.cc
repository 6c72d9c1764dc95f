// SPDX-License-Identifier: Apache-2.0
// approx_percentile(values, p, accuracy) over all values of a group. Spark's sketch keeps every
// value as long as there are at most accuracy / 2 of them, however its partitions are merged: then
// the answer is the value of rank ceil(p * count). Of more, its answer depends on the partitions.
#include <algorithm>
#include <cmath>

#include "expr/cast.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

constexpr std::int64_t kAccuracy = 10'000;
constexpr double kExactMax = 0x1p53;  // Spark's sketch holds doubles.

struct Shares {
  std::vector<double> values;
  bool list = false;
};

// As the order of Java's Double.compare.
bool IsBefore(double a, double b) {
  if (a != a || b != b) return a == a && b != b;
  return a != b ? a < b : std::signbit(a) && !std::signbit(b);
}

// The rank of the share's value, from 0.
std::int64_t RankOf(double share, std::int64_t count, double relative_error) {
  if (share <= relative_error) return 0;
  if (share >= 1 - relative_error) return count - 1;
  return static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count))) - 1;
}

Result<std::vector<std::int64_t>> SortedRows(const ListRows& lists, std::int64_t row,
                                             const arrow::DoubleArray& numbers, bool integers) {
  std::vector<std::int64_t> rows;
  for (std::int64_t at = lists.begin(row); at < lists.end(row); ++at) {
    if (numbers.IsNull(at)) continue;
    if (integers && std::abs(numbers.Value(at)) > kExactMax)
      return Unimplemented(
          "percentile_approx of a number beyond 2^53 is not proven equal to Spark's - use "
          "percentile(x, p)");
    rows.push_back(at);
  }
  std::sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
    return IsBefore(numbers.Value(a), numbers.Value(b));
  });
  return rows;
}

Result<ArrayPtr> Percentiles(const DataType& element, const Shares& shares, std::int64_t accuracy,
                             const Kernel& to_double, const Operand& operand, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operand, rows));
  const Operand values{lists.values(), false};
  const bool integers = element.kind != TypeKind::kFloat && element.kind != TypeKind::kDouble;
  GNOMON_ASSIGN_OR_RETURN(const ArrayPtr numbers,
                          to_double(std::span(&values, 1), lists.values()->length()));
  IndexLists picked(rows);
  std::vector<std::int64_t> singles;
  for (std::int64_t row = 0; row < rows; ++row) {
    std::vector<std::int64_t> sorted;
    if (!lists.IsNull(row)) {
      GNOMON_ASSIGN_OR_RETURN(
          sorted,
          SortedRows(lists, row, static_cast<const arrow::DoubleArray&>(*numbers), integers));
    }
    const auto count = static_cast<std::int64_t>(sorted.size());
    if (2 * count > accuracy) {
      return Unimplemented(
          "percentile_approx of {} values with an accuracy of {} depends on Spark's partitions - "
          "use percentile(x, p), or an accuracy of twice as many as there are values",
          count, accuracy);
    }
    for (const double share : shares.values) {
      const std::int64_t at = count == 0 ? -1
                                         : sorted[static_cast<std::size_t>(RankOf(
                                               share, count, 1.0 / static_cast<double>(accuracy)))];
      singles.push_back(at);
      if (shares.list && count > 0) picked.Append(at);
    }
    count == 0 ? picked.CloseNull() : picked.CloseRow();
  }
  if (!shares.list) return TakeRows(lists.values(), singles);
  return picked.Gather(DataType::List(element), lists.values());
}

Result<Shares> SharesOf(std::string_view name, const Argument& argument) {
  Shares shares;
  shares.list = argument.type.kind == TypeKind::kList;
  const DataType wanted =
      shares.list ? DataType::List(TypeKind::kDouble) : DataType(TypeKind::kDouble);
  const auto cast = FindCast(argument.type, wanted);
  if (argument.literal == nullptr || argument.literal->IsNull(0) || !cast)
    return InvalidArgument("{}: the percentage is no constant - write a number like 0.5", name);
  const Operand literal{argument.literal, true};
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, (*cast)(std::span(&literal, 1), 1));
  if (shares.list) {
    const auto& list = static_cast<const arrow::ListArray&>(*array);
    array = list.values()->Slice(list.value_offset(0), list.value_length(0));
  }
  for (std::int64_t i = 0; i < array->length(); ++i) {
    const double share = static_cast<const arrow::DoubleArray&>(*array).Value(i);
    if (array->IsNull(i) || !(share >= 0 && share <= 1))
      return InvalidArgument("{}: a percentage is outside of 0 to 1 - correct it", name);
    shares.values.push_back(share);
  }
  return shares;
}

// Spark computes in doubles, which hold decimals of so many digits exactly.
constexpr int kDigitsMax = 15;

bool IsTaken(const DataType& type) {
  if (type.kind == TypeKind::kDecimal) return type.precision <= kDigitsMax;
  return IsNumeric(type.kind) || type.kind == TypeKind::kDate || type.kind == TypeKind::kTimestamp;
}

Result<Kernel> DoublesOf(const DataType& type) {
  if (IsNumeric(type.kind) || type.kind == TypeKind::kDecimal)
    return FindCast(type, TypeKind::kDouble);
  // Days and microseconds are integers underneath.
  const bool date = type.kind == TypeKind::kDate;
  GNOMON_ASSIGN_OR_RETURN(Kernel widen,
                          FindCast(date ? TypeKind::kInt : TypeKind::kLong, TypeKind::kDouble));
  return Kernel([widen = std::move(widen), date](std::span<const Operand> operands,
                                                 std::int64_t rows) -> Result<ArrayPtr> {
    auto data = operands[0].array->data()->Copy();
    data->type = date ? arrow::int32() : arrow::int64();
    const Operand numbers{arrow::MakeArray(data), operands[0].constant};
    return widen(std::span(&numbers, 1), rows);
  });
}

Result<BoundFunction> BindApproxPercentile(std::string_view name,
                                           std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType& list = arguments[0].type;
  if (list.kind != TypeKind::kList || !IsTaken(list.element()))
    return RefuseTypes("percentile_approx", arguments.first(1));
  GNOMON_ASSIGN_OR_RETURN(Shares shares, SharesOf(name, arguments[1]));
  std::int64_t accuracy = kAccuracy;
  if (arguments.size() == 3) {
    const auto given = ConstantInteger(arguments[2]);
    if (!given || *given <= 0)
      return InvalidArgument("{}: the accuracy is no positive number - write one like 10000", name);
    accuracy = *given;
  }
  GNOMON_ASSIGN_OR_RETURN(Kernel to_double, DoublesOf(list.element()));
  const DataType result = shares.list ? DataType::List(list.element()) : list.element();
  return BoundFunction{
      {list},
      result,
      [element = list.element(), shares = std::move(shares), accuracy,
       to_double = std::move(to_double)](std::span<const Operand> operands, std::int64_t rows) {
        return Percentiles(element, shares, accuracy, to_double, operands[0], rows);
      },
      {0}};
}

}  // namespace

const ScalarFunction kApproxPercentile{
    "approx_percentile", "of few values, the one of rank ceil(p * count)", &BindApproxPercentile};

}  // namespace gnomon::expr::functions
