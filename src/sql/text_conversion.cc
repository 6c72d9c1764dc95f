// SPDX-License-Identifier: Apache-2.0
#include "sql/text_conversion.h"

#include "sql/engine.h"
#include "types/type_names.h"

namespace gnomon::sql {

namespace {

constexpr char kInteger[] = "'-?(0|[1-9][0-9]*)'";
constexpr char kNumber[] = "'-?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?'";
constexpr char kDate[] = "'[0-9]{4}-[0-9]{2}-[0-9]{2}'";
constexpr char kTimestamp[] =
    "'[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
    "(Z|[+-][0-9]{2}(:?[0-9]{2})?)?'";

std::string NotEmpty(const std::string& identifier) {
  return fmt::format("NULLIF({}, '')", identifier);
}

std::string Matches(const std::string& text, std::string_view pattern) {
  return fmt::format("regexp_full_match({}, {})", text, pattern);
}

// The text as `type` where it matches the pattern of the type.
std::string CastIf(const std::string& text, std::string_view pattern, std::string_view type) {
  return fmt::format("CASE WHEN {} THEN TRY_CAST({} AS {}) END", Matches(text, pattern), text,
                     type);
}

std::string ConvertTimestamp(const std::string& text, const std::string& pattern,
                             std::string_view type) {
  if (!pattern.empty()) {
    return fmt::format("CAST(spark_to_timestamp({}, {}) AS {})", text, SqlLiteral(pattern), type);
  }
  return fmt::format("CASE WHEN {} OR {} THEN TRY_CAST({} AS {}) END", Matches(text, kTimestamp),
                     Matches(text, kDate), text, type);
}

}  // namespace

Result<std::string> ConvertText(const std::string& identifier, const DataType& type,
                                const std::string& pattern) {
  const std::string text = NotEmpty(identifier);
  // What the user asks for by name may have leading zeros: they are lost knowingly.
  constexpr char kAnyInteger[] = "'[+-]?[0-9]+'";
  constexpr char kAnyNumber[] =
      "'[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity'";
  switch (type.kind) {
    case TypeKind::kString:
      return identifier;
    case TypeKind::kBinary:
      return fmt::format("encode({})", identifier);
    case TypeKind::kBoolean:
      return fmt::format("CASE lower({}) WHEN 'true' THEN true WHEN 'false' THEN false END", text);
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
      return CastIf(text, kAnyInteger, "INTEGER");
    case TypeKind::kLong:
      return CastIf(text, kAnyInteger, "BIGINT");
    case TypeKind::kFloat:
      return CastIf(text, kAnyNumber, "FLOAT");
    case TypeKind::kDouble:
      return CastIf(text, kAnyNumber, "DOUBLE");
    case TypeKind::kDecimal:
      // More digits than the scale would be rounded away.
      return CastIf(text, fmt::format("'[+-]?[0-9]*([.][0-9]{{0,{}}}0*)?'", type.scale),
                    fmt::format("DECIMAL({},{})", type.precision, type.scale));
    case TypeKind::kDate:
      return CastIf(text, kDate, "DATE");
    case TypeKind::kTimestamp:
      return ConvertTimestamp(text, pattern, "TIMESTAMPTZ");
    case TypeKind::kTimestampNtz:
      return ConvertTimestamp(text, pattern, "TIMESTAMP");
    default:
      return Unimplemented("a column of text cannot become {} - give a plain type",
                           SparkTypeName(type));
  }
}

std::string ConvertToMillis(const std::string& identifier, const std::string& pattern) {
  const std::string text = NotEmpty(identifier);
  return fmt::format("CASE WHEN {} THEN TRY_CAST({} AS BIGINT) ELSE epoch_ms({}) END",
                     Matches(text, kInteger), text, ConvertTimestamp(text, pattern, "TIMESTAMPTZ"));
}

std::string CountTexts(const std::string& identifier) {
  const std::string text = NotEmpty(identifier);
  const auto count = [](const std::string& condition) {
    return fmt::format("count(*) FILTER (WHERE {})", condition);
  };
  const auto both = [&](std::string_view pattern, std::string_view type) {
    return count(
        fmt::format("{} AND TRY_CAST({} AS {}) IS NOT NULL", Matches(text, pattern), text, type));
  };
  return fmt::format("count({}), {}, {}, {}, {}, {}, {}", text,
                     count(fmt::format("lower({}) IN ('true', 'false')", text)),
                     both(kInteger, "BIGINT"), count(Matches(text, kInteger)),
                     both(kNumber, "DOUBLE"), both(kDate, "DATE"), both(kTimestamp, "TIMESTAMPTZ"));
}

DataType TypeOfTexts(const TextCounts& counts) {
  if (counts.values == 0) return TypeKind::kString;
  if (counts.booleans == counts.values) return TypeKind::kBoolean;
  if (counts.longs == counts.values) return TypeKind::kLong;
  // Whole numbers beyond 64 bits are ids, which a double would round.
  if (counts.numbers == counts.values && counts.longs == counts.integers) return TypeKind::kDouble;
  if (counts.dates == counts.values) return TypeKind::kDate;
  if (counts.dates + counts.timestamps == counts.values) return TypeKind::kTimestamp;
  return TypeKind::kString;
}

}  // namespace gnomon::sql
