// SPDX-License-Identifier: Apache-2.0
// The text of values as Spark's HiveResult writes them: strings are quoted inside nested values
// only, and NULL is `null` there.
#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include <algorithm>

#include "expr/datetime_text.h"
#include "sql/java_utf8.h"
#include "sql/result_printer.h"
#include "types/java_number_text.h"

namespace gnomon::sql {

namespace {

void AppendValue(const arrow::Array& array, std::int64_t row, bool nested, std::string* out);

template <typename Array>
auto ValueOf(const arrow::Array& array, std::int64_t row) {
  return static_cast<const Array&>(array).GetView(row);
}

void AppendString(std::string_view text, bool nested, std::string* out) {
  if (nested) *out += '"';
  *out += text;
  if (nested) *out += '"';
}

// Never with an exponent, unlike Arrow's own text.
void AppendDecimal(const arrow::Decimal128Array& decimals, std::int64_t row, std::string* out) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*decimals.type());
  std::string digits = arrow::Decimal128(decimals.GetValue(row)).ToIntegerString();
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  const auto scale = static_cast<std::size_t>(std::max(type.scale(), 0));
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  *out += negative ? "-" + digits : digits;
}

void AppendList(const arrow::ListArray& lists, std::int64_t row, std::string* out) {
  *out += '[';
  for (std::int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
    if (i > lists.value_offset(row)) *out += ',';
    AppendValue(*lists.values(), i, true, out);
  }
  *out += ']';
}

// Spark sorts the entries by their text.
void AppendMap(const arrow::MapArray& maps, std::int64_t row, std::string* out) {
  std::vector<std::string> entries;
  for (std::int64_t i = maps.value_offset(row); i < maps.value_offset(row + 1); ++i) {
    std::string& entry = entries.emplace_back();
    AppendValue(*maps.keys(), i, true, &entry);
    entry += ':';
    AppendValue(*maps.items(), i, true, &entry);
  }
  std::sort(entries.begin(), entries.end());
  *out += fmt::format("{{{}}}", fmt::join(entries, ","));
}

void AppendStruct(const arrow::StructArray& structs, std::int64_t row, std::string* out) {
  *out += '{';
  for (int i = 0; i < structs.num_fields(); ++i) {
    if (i > 0) *out += ',';
    AppendString(structs.struct_type()->field(i)->name(), true, out);
    *out += ':';
    AppendValue(*structs.field(i), row, true, out);
  }
  *out += '}';
}

void AppendValue(const arrow::Array& array, std::int64_t row, bool nested, std::string* out) {
  if (array.IsNull(row) || array.type_id() == arrow::Type::NA) {
    *out += nested ? "null" : "NULL";
    return;
  }
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      *out += ValueOf<arrow::BooleanArray>(array, row) ? "true" : "false";
      return;
    case arrow::Type::INT8:
      *out += std::to_string(ValueOf<arrow::Int8Array>(array, row));
      return;
    case arrow::Type::INT16:
      *out += std::to_string(ValueOf<arrow::Int16Array>(array, row));
      return;
    case arrow::Type::INT32:
      *out += std::to_string(ValueOf<arrow::Int32Array>(array, row));
      return;
    case arrow::Type::INT64:
      *out += std::to_string(ValueOf<arrow::Int64Array>(array, row));
      return;
    case arrow::Type::FLOAT:
      AppendJavaNumber(ValueOf<arrow::FloatArray>(array, row), out);
      return;
    case arrow::Type::DOUBLE:
      AppendJavaNumber(ValueOf<arrow::DoubleArray>(array, row), out);
      return;
    case arrow::Type::STRING:
      return AppendString(ValueOf<arrow::BinaryArray>(array, row), nested, out);
    case arrow::Type::BINARY:
      // Never quoted, unlike strings.
      return AppendJavaUtf8(ValueOf<arrow::BinaryArray>(array, row), out);
    case arrow::Type::DATE32:
      return expr::AppendDate(ValueOf<arrow::Date32Array>(array, row), out);
    case arrow::Type::TIMESTAMP:
      return expr::AppendTimestamp(ValueOf<arrow::TimestampArray>(array, row), out);
    case arrow::Type::DECIMAL128:
      return AppendDecimal(static_cast<const arrow::Decimal128Array&>(array), row, out);
    case arrow::Type::LIST:
      return AppendList(static_cast<const arrow::ListArray&>(array), row, out);
    case arrow::Type::MAP:
      return AppendMap(static_cast<const arrow::MapArray&>(array), row, out);
    case arrow::Type::STRUCT:
      return AppendStruct(static_cast<const arrow::StructArray&>(array), row, out);
    default:
      // ToArrow makes no other type.
      GNOMON_CHECK(false);
  }
}

}  // namespace

void AppendSparkText(const arrow::Array& array, std::int64_t row, std::string* out) {
  AppendValue(array, row, false, out);
}

}  // namespace gnomon::sql
