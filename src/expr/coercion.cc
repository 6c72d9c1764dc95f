// SPDX-License-Identifier: Apache-2.0
// Spark's rules are TypeCoercion's: findTightestCommonType, PromoteStrings, DecimalPrecision,
// ImplicitTypeCasts. The recorded answers (test/spark_answers) prove each.
#include "expr/coercion.h"

#include <algorithm>

#include "expr/cast.h"
#include "expr/decimal.h"
#include "expr/interval.h"

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

// Of two decimals, or a decimal and an integer: the decimal that holds both.
std::optional<DataType> CommonDecimal(const DataType& a, const DataType& b) {
  if (a.kind != TypeKind::kDecimal && b.kind != TypeKind::kDecimal) return std::nullopt;
  const DataType left = DecimalOf(a);
  const DataType right = DecimalOf(b);
  if (left.kind == TypeKind::kVoid || right.kind == TypeKind::kVoid) return std::nullopt;
  return WiderDecimal(left, right);
}

// Of two arrays, maps or structs with the same fields: `common` of each pair of children.
template <typename Common>
std::optional<DataType> NestedType(const DataType& a, const DataType& b, Common common) {
  if (a.kind != b.kind || a.children.empty() || a.children.size() != b.children.size())
    return std::nullopt;
  DataType result = a;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (a.kind == TypeKind::kStruct && a.children[i].name != b.children[i].name)
      return std::nullopt;
    auto child = common(a.children[i].type, b.children[i].type);
    if (!child) return std::nullopt;
    result.children[i].type = *std::move(child);
    result.children[i].nullable = a.children[i].nullable || b.children[i].nullable;
  }
  return result;
}

std::optional<DataType> WiderOfTwo(const DataType& a, const DataType& b, bool promote_to_string) {
  if (auto type = TightestCommonType(a, b)) return type;
  if (IsDecimalWithFloating(a, b)) return DataType(TypeKind::kDouble);
  if (auto decimal = CommonDecimal(a, b)) return decimal;
  const auto promotes = [](const DataType& text, const DataType& other) {
    return text.kind == TypeKind::kString &&
           (IsNumeric(other.kind) || IsDateTime(other.kind) || other.kind == TypeKind::kDecimal);
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
  if (auto interval = WiderInterval(a, b)) return interval;
  return NestedType(a, b, &TightestCommonType);
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
  auto type = TightestCommonType(left, right);
  if (!type || !IsNumeric(type->kind)) return std::nullopt;
  return type;
}

std::optional<DataType> ComparisonType(const DataType& a, const DataType& b) {
  if (a == b) return a;
  if (a.kind == TypeKind::kString && TakesStringInComparison(b.kind)) return b;
  if (b.kind == TypeKind::kString && TakesStringInComparison(a.kind)) return a;
  // No decimal is sure to hold the text, so Spark compares as double.
  const bool text = a.kind == TypeKind::kString || b.kind == TypeKind::kString;
  const bool number = a.kind == TypeKind::kDecimal || b.kind == TypeKind::kDecimal;
  if (IsDecimalWithFloating(a, b) || (text && number)) return DataType(TypeKind::kDouble);
  if (auto decimal = CommonDecimal(a, b)) return decimal;
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
      (to.kind == TypeKind::kString && from.children.empty()) ||
      (to.kind == TypeKind::kBinary && from.kind == TypeKind::kString) ||
      (IsDateTime(to.kind) && IsDateTime(from.kind)) ||
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
