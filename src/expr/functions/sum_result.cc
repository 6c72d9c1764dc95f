// SPDX-License-Identifier: Apache-2.0
// sum_result(sum(x), x) and avg_result(sum(x), count(x), x): DuckDB's sum of integers is wider than
// Spark's, whose bigint wraps; of doubles it is the same; of decimals Spark's type follows from
// that of x. avg is a sum by a count on both sides.
#include "expr/cast.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Failure = std::optional<Error>;

// try_sum: NULL where a sum leaves bigint, or a decimal its type.
Kernel WithinBigint() {
  const DataType result(TypeKind::kLong);
  return ElementwiseNullable<std::int64_t, DecimalBits>(
      result, [](std::int64_t* out, Failure*, DecimalBits sum) {
        *out = static_cast<std::int64_t>(sum.low);
        return sum.high == (*out < 0 ? -1 : 0);
      });
}

// The type of what is summed: the last argument.
Result<BoundFunction> BindSumResult(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const DataType& sum = arguments[0].type;
  // Views that were stored before decimals could be summed do not tell.
  const bool told = arguments.size() == 2;
  const DataType summed =
      told ? arguments[1].type
           : DataType(sum.kind == TypeKind::kDouble ? TypeKind::kDouble : TypeKind::kLong);
  if (summed.kind == TypeKind::kDecimal) {
    const DataType result = BoundedDecimal(summed.precision + 10, summed.scale);
    GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(sum, result));
    return BoundFunction{{sum}, result, std::move(kernel), {}};
  }
  const bool whole =
      IsInteger(summed.kind) && (sum == DataType::Decimal(38, 0) || IsInteger(sum.kind));
  const bool floating = sum.kind == TypeKind::kDouble &&
                        (summed.kind == TypeKind::kDouble || summed.kind == TypeKind::kFloat);
  if (!whole && !floating) return RefuseTypes("sum", arguments.last(1));
  const DataType result(whole ? TypeKind::kLong : TypeKind::kDouble);
  // The cast of a decimal keeps its low 64 bits, which is how a wrapping sum ends.
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(result, result));
  return BoundFunction{{result}, result, std::move(kernel), {}};
}

Result<BoundFunction> BindTrySumResult(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType exact = DataType::Decimal(38, 0);
  if (!IsInteger(arguments[1].type.kind) || !(arguments[0].type == exact))
    return BindSumResult(name, arguments);
  return BoundFunction{{exact}, TypeKind::kLong, WithinBigint(), {}};
}

BoundFunction DecimalAverage(const DataType& sum, const DataType& summed) {
  const DataType result = BoundedDecimal(summed.precision + 4, summed.scale + 4);
  return BoundFunction{
      {sum, TypeKind::kLong},
      result,
      ElementwiseNullable<DecimalBits, DecimalBits, std::int64_t>(
          result,
          [sum, result](DecimalBits* out, Failure*, DecimalBits total, std::int64_t count) {
            if (count == 0) return false;
            // One digit more than the result has, and whether anything is behind it.
            const int up = result.scale + 1 - sum.scale;
            const auto divided =
                DivideWide(Widen(total).IncreaseScaleBy(up), arrow::Decimal256(count));
            return divided &&
                   Rescale(divided->quotient, result.scale + 1, result, Rounding::kHalfUp, out);
          }),
      {}};
}

Result<BoundFunction> BindAvgResult(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const DataType& summed = arguments[2].type;
  if (summed.kind == TypeKind::kDecimal && arguments[0].type.kind == TypeKind::kDecimal)
    return DecimalAverage(arguments[0].type, summed);
  if (!IsNumeric(summed.kind) || arguments[0].type.kind != TypeKind::kDouble)
    return RefuseTypes("avg", arguments.subspan(2));
  const DataType result(TypeKind::kDouble);
  return BoundFunction{{result, TypeKind::kLong},
                       result,
                       ElementwiseNullable<double, double, std::int64_t>(
                           result,
                           [](double* out, Failure*, double total, std::int64_t count) {
                             *out = count == 0 ? 0 : total / static_cast<double>(count);
                             return count != 0;
                           }),
                       {}};
}

}  // namespace

const ScalarFunction kSumResult{"sum_result", "the sum of DuckDB as Spark's", &BindSumResult};
const ScalarFunction kTrySumResult{"try_sum_result", "the sum of DuckDB as Spark's try_sum",
                                   &BindTrySumResult};
const ScalarFunction kAvgResult{"avg_result", "the average of a sum and a count", &BindAvgResult};

}  // namespace gnomon::expr::functions
