// SPDX-License-Identifier: Apache-2.0
// try_cast(x, 'type'): the cast of Spark's ANSI mode, with NULL where that would fail. CAST takes
// the fraction off a text and wraps or saturates a number that is out of range; this gives NULL.
#include <cmath>

#include "expr/cast.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"
#include "types/java_number_text.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

using Failure = std::optional<Error>;

template <typename To>
Kernel WholeFromText(const DataType& to) {
  return ElementwiseNullable<To, std::string_view>(
      to, [](To* out, Failure*, std::string_view text) {
        if (text.find('.') != std::string_view::npos) return false;
        const auto parsed = ParseSparkInteger<To>(text);
        if (parsed) *out = *parsed;
        return parsed.has_value();
      });
}

template <typename To, typename From>
Kernel WholeFromNumber(const DataType& to) {
  return ElementwiseNullable<To, From>(to, [](To* out, Failure*, From value) {
    constexpr auto kLeast = std::numeric_limits<To>::min();
    constexpr auto kMost = std::numeric_limits<To>::max();
    if constexpr (std::is_floating_point_v<From>) {
      // The limits as doubles, as Spark compares: the greatest bigint is 2^63 there.
      const double wide = value;
      const bool fits = std::floor(wide) <= static_cast<double>(kMost) &&
                        std::ceil(wide) >= static_cast<double>(kLeast);
      if (fits) *out = JavaNarrow<To>(value);
      return fits;
    } else {
      *out = static_cast<To>(value);
      return std::int64_t{value} >= kLeast && std::int64_t{value} <= kMost;
    }
  });
}

// To whole numbers, where ANSI mode differs; an empty kernel elsewhere.
Kernel ToWhole(const DataType& from, const DataType& to) {
  return WithNumber(to.kind, [&]<typename To>(Tag<To>) -> Kernel {
    if constexpr (std::is_floating_point_v<To>) {
      return {};
    } else {
      if (from.kind == TypeKind::kString) return WholeFromText<To>(to);
      return WithNumber(from.kind,
                        [&]<typename From>(Tag<From>) { return WholeFromNumber<To, From>(to); });
    }
  });
}

// Pairs whose cast is the same in both modes, a failure being NULL.
bool CastsAlike(const DataType& from, const DataType& to) {
  if (from == to || from.kind == TypeKind::kVoid) return true;
  const bool fraction = to.kind == TypeKind::kFloat || to.kind == TypeKind::kDouble;
  if (from.kind == TypeKind::kString) {
    return fraction || to.kind == TypeKind::kBoolean || to.kind == TypeKind::kDate ||
           to.kind == TypeKind::kTimestamp || to.kind == TypeKind::kDecimal;
  }
  if (IsNumeric(from.kind) || from.kind == TypeKind::kDecimal) {
    return fraction || to.kind == TypeKind::kString || to.kind == TypeKind::kDecimal;
  }
  const bool time = from.kind == TypeKind::kDate || from.kind == TypeKind::kTimestamp;
  return time && (to.kind == TypeKind::kString || to.kind == TypeKind::kDate ||
                  to.kind == TypeKind::kTimestamp);
}

Result<BoundFunction> BindTryCast(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, arguments[1], "type"));
  GNOMON_ASSIGN_OR_RETURN(const DataType to, ParseSparkTypeName(text));
  const DataType& from = arguments[0].type;
  Kernel kernel = from == to ? Kernel() : ToWhole(from, to);
  if (!kernel) {
    if (!CastsAlike(from, to)) {
      return Unimplemented("try_cast of {} to {} is not proven equal to Spark's - write CAST",
                           SparkTypeName(from), SparkTypeName(to));
    }
    GNOMON_ASSIGN_OR_RETURN(kernel, FindCast(from, to));
  }
  return BoundFunction{{from}, to, std::move(kernel), {0}};
}

}  // namespace

const ScalarFunction kTryCast{"try_cast", "x as the type, NULL where it does not fit",
                              &BindTryCast};

}  // namespace gnomon::expr::functions
