// SPDX-License-Identifier: Apache-2.0
// Spark's rules are TypeCoercion's: findTightestCommonType, PromoteStrings, DecimalPrecision,
// ImplicitTypeCasts. The recorded answers (test/spark_answers) prove each.
#include "expr/coercion.h"

#include <algorithm>

#include "expr/cast.h"

namespace gnomon::expr {

namespace {

bool IsDateTime(TypeKind kind) {
  return kind == TypeKind::kDate || kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampNtz;
}

bool IsFloating(TypeKind kind) { return kind == TypeKind::kFloat || kind == TypeKind::kDouble; }

bool IsDecimalWithFloating(const DataType& a, const DataType& b) {
  return (a.kind == TypeKind::kDecimal && IsFloating(b.kind)) ||
         (b.kind == TypeKind::kDecimal && IsFloating(a.kind));
}

// Types that a string can be compared with by casting it.
bool TakesStringInComparison(TypeKind kind) {
  return kind == TypeKind::kBoolean || IsNumeric(kind) || IsDateTime(kind);
}

// The decimal digits that every value of an integer type has room in; 0 for others.
int DecimalDigits(TypeKind kind) {
  switch (kind) {
    case TypeKind::kByte:
      return 3;
    case TypeKind::kShort:
      return 5;
    case TypeKind::kInt:
      return 10;
    case TypeKind::kLong:
      return 20;
    default:
      return 0;
  }
}

// The decimal that holds both a decimal and a decimal or integer without loss.
std::optional<DataType> ExactDecimal(const DataType& a, const DataType& b) {
  const auto whole_digits = [](const DataType& type) {
    return type.kind == TypeKind::kDecimal ? type.precision - type.scale : DecimalDigits(type.kind);
  };
  const bool both = (a.kind == TypeKind::kDecimal && whole_digits(b) > 0) ||
                    (b.kind == TypeKind::kDecimal && whole_digits(a) > 0) ||
                    (a.kind == TypeKind::kDecimal && b.kind == TypeKind::kDecimal);
  const int scale = std::max(a.scale, b.scale);
  const int precision = std::max(whole_digits(a), whole_digits(b)) + scale;
  if (!both || precision > 38) return std::nullopt;
  return DataType::Decimal(precision, scale);
}

std::optional<DataType> WiderOfTwo(const DataType& a, const DataType& b, bool promote_to_string) {
  if (auto type = TightestCommonType(a, b)) return type;
  if (IsDecimalWithFloating(a, b)) return DataType(TypeKind::kDouble);
  const auto promotes = [](const DataType& text, const DataType& other) {
    return text.kind == TypeKind::kString && (IsNumeric(other.kind) || IsDateTime(other.kind));
  };
  if (promote_to_string && (promotes(a, b) || promotes(b, a))) return DataType(TypeKind::kString);
  return std::nullopt;
}

}  // namespace

std::optional<DataType> TightestCommonType(const DataType& a, const DataType& b) {
  if (a == b) return a;
  if (a.kind == TypeKind::kVoid) return b;
  if (b.kind == TypeKind::kVoid) return a;
  // The enumerators of the numerics are in Spark's order of precedence.
  if (IsNumeric(a.kind) && IsNumeric(b.kind)) return a.kind < b.kind ? b : a;
  if (IsDateTime(a.kind) && IsDateTime(b.kind)) {
    const bool zoned = a.kind == TypeKind::kTimestamp || b.kind == TypeKind::kTimestamp;
    return DataType(zoned ? TypeKind::kTimestamp : TypeKind::kTimestampNtz);
  }
  return std::nullopt;
}

std::optional<DataType> ArithmeticType(const DataType& a, const DataType& b) {
  if (IsDecimalWithFloating(a, b)) return DataType(TypeKind::kDouble);
  const auto as_number = [](const DataType& type) {
    return type.kind == TypeKind::kString ? DataType(TypeKind::kDouble) : type;
  };
  // Spark promotes a string only beside a number or another string's double.
  const DataType left = as_number(a);
  const DataType right = as_number(b);
  if (left.kind == TypeKind::kVoid && right.kind == TypeKind::kVoid) return std::nullopt;
  if (IsDecimalWithFloating(left, right)) return DataType(TypeKind::kDouble);
  const auto type = TightestCommonType(left, right);
  if (!type || !IsNumeric(type->kind)) return std::nullopt;
  return type;
}

std::optional<DataType> ComparisonType(const DataType& a, const DataType& b) {
  if (a == b) return a;
  if (a.kind == TypeKind::kString && TakesStringInComparison(b.kind)) return b;
  if (b.kind == TypeKind::kString && TakesStringInComparison(a.kind)) return a;
  if (IsDecimalWithFloating(a, b)) return DataType(TypeKind::kDouble);
  if (const auto decimal = ExactDecimal(a, b)) return decimal;
  return TightestCommonType(a, b);
}

std::optional<DataType> EqualityType(const DataType& a, const DataType& b) {
  if (a.kind == TypeKind::kBoolean && IsNumeric(b.kind)) return b;
  if (b.kind == TypeKind::kBoolean && IsNumeric(a.kind)) return a;
  return ComparisonType(a, b);
}

std::optional<DataType> WiderType(std::span<const Argument> arguments, bool promote_to_string) {
  // Spark looks at the strings first, so that the order of the arguments does not matter.
  DataType common(TypeKind::kVoid);
  for (const bool strings : {true, false}) {
    for (const Argument& argument : arguments) {
      if ((argument.type.kind == TypeKind::kString) != strings) continue;
      const auto wider = WiderOfTwo(common, argument.type, promote_to_string);
      if (!wider) return std::nullopt;
      common = *wider;
    }
  }
  return common;
}

bool IsImplicitCast(const DataType& from, const DataType& to) {
  if (from == to || from.kind == TypeKind::kVoid) return true;
  const bool allowed =
      (IsNumeric(to.kind) && (IsNumeric(from.kind) || from.kind == TypeKind::kString ||
                              from.kind == TypeKind::kDecimal)) ||
      to.kind == TypeKind::kString || (IsDateTime(to.kind) && IsDateTime(from.kind)) ||
      (IsDateTime(to.kind) && from.kind == TypeKind::kString);
  return allowed && HasCast(from, to);
}

Result<BoundFunction> BindFixed(std::string_view name, std::span<const Argument> arguments,
                                std::vector<DataType> parameters, DataType result, Kernel kernel) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, parameters.size(), parameters.size()));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!IsImplicitCast(arguments[i].type, parameters[i])) return RefuseTypes(name, arguments);
  }
  return BoundFunction{std::move(parameters), std::move(result), std::move(kernel), {}};
}

}  // namespace gnomon::expr
