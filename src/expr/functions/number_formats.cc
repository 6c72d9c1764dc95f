// SPDX-License-Identifier: Apache-2.0
// to_char(number, '99,999.99') and to_number(text, '$999'), try_to_number. In Spark 3.5 to_char
// takes numbers only: dates and binary values came with 4.0.
#include <algorithm>

#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/number_format.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);
constexpr int kLongDigits = 18;  // Spark keeps decimals of at most so many digits in a long.

bool IsNullConstant(const Argument& argument) {
  return argument.type.kind == TypeKind::kVoid ||
         (argument.literal != nullptr && argument.literal->IsNull(0));
}

Result<NumberFormat> ConstantFormat(std::string_view name, const Argument& argument) {
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, argument, "format"));
  return NumberFormat::Parse(name, text);
}

// The decimal of Spark's implicit cast to any decimal; void: there is none.
DataType AsDecimal(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kFloat:
      return DataType::Decimal(14, 7);
    case TypeKind::kDouble:
      return DataType::Decimal(30, 15);
    case TypeKind::kString:
    case TypeKind::kVoid:
      return DataType::Decimal(38, 18);
    default:
      return DecimalOf(type);
  }
}

Result<BoundFunction> BindToChar(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType number = AsDecimal(arguments[0].type);
  if (number.kind == TypeKind::kVoid) return RefuseTypes(name, arguments);
  if (IsNullConstant(arguments[1])) return AllNull(kText);
  GNOMON_ASSIGN_OR_RETURN(const NumberFormat format, ConstantFormat(name, arguments[1]));
  Kernel kernel = ElementwiseText<DecimalBits>(
      [format, scale = number.scale](std::string* out, Failure*, DecimalBits value) {
        const arrow::Decimal128 unscaled = ToArrowDecimal(value);
        std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(unscaled)).ToIntegerString();
        format.Append(unscaled.IsNegative(), std::move(digits), scale, out);
        return true;
      });
  return BoundFunction{{number}, kText, std::move(kernel), {}};
}

// Spark's way: decimals of few digits take what a long keeps of the number. False: it fails.
bool MakeDecimal(const NumberFormat::Written& written, int precision, DecimalBits* out) {
  arrow::Decimal128 value;
  const std::string& digits = written.digits;
  const auto most = static_cast<std::size_t>(kDecimalDigitsMax);
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.empty() || digits.size() - first > most) return false;
  if (first < digits.size()) value = arrow::Decimal128(digits.substr(first));
  if (written.negative) value.Negate();
  if (precision <= kLongDigits)
    value = arrow::Decimal128(static_cast<std::int64_t>(value.low_bits()));
  *out = DecimalBits{value.low_bits(), value.high_bits()};
  return value.FitsInPrecision(precision);
}

template <bool kStrict>
Result<BoundFunction> BindToNumber(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (IsNullConstant(arguments[1])) return AllNull(DataType::Decimal(10, 0));
  GNOMON_ASSIGN_OR_RETURN(const NumberFormat format, ConstantFormat(name, arguments[1]));
  if (format.precision() > kDecimalDigitsMax) {
    return InvalidArgument("{}: the format has more than {} digits - write fewer: {}", name,
                           kDecimalDigitsMax, format.precision());
  }
  const DataType result = DataType::Decimal(format.precision(), format.fraction_digits);
  return BindFixed(
      name, arguments.first(1), {kText}, result,
      ElementwiseNullable<DecimalBits, Text>(
          result, [name, format](DecimalBits* out, Failure* failure, Text text) {
            const auto written = format.Read(text);
            if (written && MakeDecimal(*written, format.precision(), out)) return true;
            if (written) {
              *failure = InvalidArgument(
                  "{}: a text of the format names no number, and Spark fails too - filter it out: "
                  "'{}'",
                  name, text);
            } else if (kStrict) {
              *failure = InvalidArgument(
                  "{}: a text is not of the format, and Spark fails too - use try_to_number for "
                  "NULL: '{}'",
                  name, text);
            }
            return false;
          }));
}

}  // namespace

const ScalarFunction kToChar{"to_char", "a number as text: to_char(x, '99,999.99')", &BindToChar};
const ScalarFunction kToNumber{"to_number", "a decimal from text: to_number(text, '$99,999.99')",
                               &BindToNumber<true>};
const ScalarFunction kTryToNumber{"try_to_number", "to_number, NULL where it fails",
                                  &BindToNumber<false>};

}  // namespace gnomon::expr::functions
