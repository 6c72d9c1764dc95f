// SPDX-License-Identifier: Apache-2.0
// Values as JSON, near to Spark's to_json: it differs in keeping NULL fields and microseconds.
#include <arrow/api.h>
#include <arrow/util/base64.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sql/print_style.h"
#include "sql/result_printer.h"

namespace gnomon::sql {

namespace {

void AppendSpark(const arrow::Array& array, std::int64_t row, bool quoted, std::string* out) {
  if (quoted) *out += '"';
  AppendSparkText(array, row, out);
  if (quoted) *out += '"';
}

template <typename Array>
bool IsFinite(const arrow::Array& array, std::int64_t row) {
  return std::isfinite(static_cast<const Array&>(array).Value(row));
}

void AppendTimestamp(const arrow::Array& array, std::int64_t row, std::string* out) {
  std::string text;
  AppendSparkText(array, row, &text);
  text[text.find(' ')] = 'T';
  const bool has_zone = !static_cast<const arrow::TimestampType&>(*array.type()).timezone().empty();
  *out += fmt::format("\"{}{}\"", text, has_zone ? "Z" : "");
}

void AppendList(const arrow::ListArray& lists, std::int64_t row, std::string* out) {
  *out += '[';
  for (std::int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
    if (i > lists.value_offset(row)) *out += ',';
    AppendJson(*lists.values(), i, out);
  }
  *out += ']';
}

void AppendMap(const arrow::MapArray& maps, std::int64_t row, std::string* out) {
  *out += '{';
  for (std::int64_t i = maps.value_offset(row); i < maps.value_offset(row + 1); ++i) {
    if (i > maps.value_offset(row)) *out += ',';
    std::string key;
    AppendSparkText(*maps.keys(), i, &key);
    AppendJsonString(key, out);
    *out += ':';
    AppendJson(*maps.items(), i, out);
  }
  *out += '}';
}

void AppendStruct(const arrow::StructArray& structs, std::int64_t row, std::string* out) {
  *out += '{';
  for (int i = 0; i < structs.num_fields(); ++i) {
    if (i > 0) *out += ',';
    AppendJsonString(structs.struct_type()->field(i)->name(), out);
    *out += ':';
    AppendJson(*structs.field(i), row, out);
  }
  *out += '}';
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  const auto needs_care = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\';
  };
  if (std::none_of(text.begin(), text.end(), needs_care)) {
    *out += '"';
    *out += text;
    *out += '"';
    return;
  }
  *out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void AppendJson(const arrow::Array& array, std::int64_t row, std::string* out) {
  if (array.IsNull(row) || array.type_id() == arrow::Type::NA) {
    *out += "null";
    return;
  }
  switch (array.type_id()) {
    case arrow::Type::FLOAT:
      return AppendSpark(array, row, !IsFinite<arrow::FloatArray>(array, row), out);
    case arrow::Type::DOUBLE:
      return AppendSpark(array, row, !IsFinite<arrow::DoubleArray>(array, row), out);
    case arrow::Type::STRING:
      return AppendJsonString(static_cast<const arrow::StringArray&>(array).GetView(row), out);
    case arrow::Type::BINARY:
      *out +=
          '"' +
          arrow::util::base64_encode(static_cast<const arrow::BinaryArray&>(array).GetView(row)) +
          '"';
      return;
    case arrow::Type::DATE32:
      return AppendSpark(array, row, true, out);
    case arrow::Type::TIMESTAMP:
      return AppendTimestamp(array, row, out);
    case arrow::Type::LIST:
      return AppendList(static_cast<const arrow::ListArray&>(array), row, out);
    case arrow::Type::MAP:
      return AppendMap(static_cast<const arrow::MapArray&>(array), row, out);
    case arrow::Type::STRUCT:
      return AppendStruct(static_cast<const arrow::StructArray&>(array), row, out);
    default:
      // Booleans, integers and decimals: Spark's text is JSON's.
      AppendSparkText(array, row, out);
  }
}

}  // namespace gnomon::sql
