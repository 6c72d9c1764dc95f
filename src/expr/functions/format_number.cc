// SPDX-License-Identifier: Apache-2.0
// format_number(x, decimals): thousands in groups, rounded half to even, as Java's DecimalFormat.
#include <cmath>
#include <cstdio>

#include "expr/coercion.h"
#include "expr/decimal.h"
#include "expr/decimal_digits.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);
const DataType kDouble(TypeKind::kDouble);
const DataType kDecimals(TypeKind::kInt);
constexpr std::int32_t kDecimalsMax = 340;  // DoubleMax has as many digits before its point.

// REQUIRES: digits with a point, and a sign where it is negative.
void AppendGrouped(std::string_view number, std::string* out) {
  if (number.starts_with('-')) {
    out->push_back('-');
    number.remove_prefix(1);
  }
  const std::size_t point = std::min(number.find('.'), number.size());
  out->append(GroupThousands(number.substr(0, point))).append(number.substr(point));
}

// Half to even of the exact value of the double; beyond its shortest digits stand zeros.
void AppendDouble(double value, std::int32_t decimals, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out->append(value < 0 ? "-∞" : "∞");
    return;
  }
  const DecimalDigits digits = DecimalDigits::Of(value);
  if (digits.decimals() > decimals) {
    AppendGrouped(fmt::format("{:.{}f}", value, decimals), out);
    return;
  }
  if (std::signbit(value)) out->push_back('-');
  out->append(GroupThousands(digits.Whole()));
  if (decimals > 0) out->append(".").append(digits.Fraction(decimals));
}

void AppendScaled(const arrow::Decimal256& rounded, std::int32_t decimals, bool negative,
                  std::string* out) {
  std::string digits = rounded.ToIntegerString();
  if (digits.starts_with('-')) digits.erase(0, 1);
  const auto behind = static_cast<std::size_t>(decimals);
  if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
  if (negative) out->push_back('-');
  out->append(GroupThousands(std::string_view(digits).substr(0, digits.size() - behind)));
  if (decimals > 0) out->append(".").append(digits, digits.size() - behind);
}

bool CheckDecimals(std::int32_t decimals, Failure* failure) {
  if (decimals > kDecimalsMax)
    *failure = Unimplemented(
        "format_number with more than {} decimals is not proven equal to "
        "Spark's - ask for fewer: {}",
        kDecimalsMax, decimals);
  return decimals >= 0 && decimals <= kDecimalsMax;
}

Kernel FormatDecimal(int scale) {
  return ElementwiseText<DecimalBits, std::int32_t>(
      [scale](std::string* out, Failure* failure, DecimalBits value, std::int32_t decimals) {
        if (!CheckDecimals(decimals, failure)) return false;
        const int kept = std::min(decimals, scale);
        AppendScaled(RoundTo(Widen(value), scale, kept, Rounding::kHalfEven), kept, value.high < 0,
                     out);
        if (decimals > kept)
          out->append(kept == 0 ? "." : "").append(static_cast<std::size_t>(decimals - kept), '0');
        return true;
      });
}

Result<BoundFunction> BindFormatNumber(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (!IsInteger(arguments[1].type.kind) && arguments[1].type.kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  const DataType& type = arguments[0].type;
  if (type.kind == TypeKind::kDecimal)
    return BindFixed(name, arguments, {type, kDecimals}, kText, FormatDecimal(type.scale));
  if (IsInteger(type.kind)) {
    const DataType whole(TypeKind::kLong);
    return BindFixed(
        name, arguments, {whole, kDecimals}, kText,
        ElementwiseText<std::int64_t, std::int32_t>(
            [](std::string* out, Failure* failure, std::int64_t value, std::int32_t decimals) {
              if (!CheckDecimals(decimals, failure)) return false;
              AppendGrouped(std::to_string(value), out);
              if (decimals > 0) out->append(".").append(static_cast<std::size_t>(decimals), '0');
              return true;
            }));
  }
  if (!IsNumeric(type.kind) && type.kind != TypeKind::kVoid) return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {kDouble, kDecimals}, kText,
                   ElementwiseText<double, std::int32_t>(
                       [](std::string* out, Failure* failure, double value, std::int32_t decimals) {
                         if (!CheckDecimals(decimals, failure)) return false;
                         AppendDouble(value, decimals, out);
                         return true;
                       }));
}

}  // namespace

const ScalarFunction kFormatNumber{"format_number", "format_number(x, decimals): 1,234.50",
                                   &BindFormatNumber};

}  // namespace gnomon::expr::functions
