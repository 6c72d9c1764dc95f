// SPDX-License-Identifier: Apache-2.0
// Requests' keys to bytes, with the casts between numbers and text that Chronon tries before it
// gives up.
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "avro/binary.h"
#include "avro/value_json.h"
#include "base/parse.h"
#include "codec/avro_rows.h"
#include "codec/base64.h"

namespace gnomon::codec {

namespace {

using Json = nlohmann::ordered_json;

std::optional<std::int64_t> ToLong(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) return ParseInt(value.get_ref<const std::string&>());
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    const bool fits = number >= -0x1p63 && number < 0x1p63 && std::trunc(number) == number;
    if (fits) return static_cast<std::int64_t>(number);
  }
  return {};
}

std::optional<double> ToDouble(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return ParseDouble(value.get_ref<const std::string&>());
  return {};
}

std::optional<std::string> ToText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return avro::JavaText(value.get<double>());
  if (value.is_number() || value.is_boolean()) return value.dump();
  return {};
}

// Writes a value that is not null; false when it can not be cast to the type.
bool WriteCast(avro::Type type, const Json& value, avro::BinaryWriter& writer) {
  switch (type) {
    case avro::Type::kBoolean:
      if (!value.is_boolean()) return false;
      writer.WriteBoolean(value.get<bool>());
      return true;
    case avro::Type::kInt:
    case avro::Type::kLong: {
      const auto number = ToLong(value);
      const bool is_int = type == avro::Type::kInt;
      if (!number || (is_int && *number != static_cast<std::int32_t>(*number))) return false;
      writer.WriteLong(*number);
      return true;
    }
    case avro::Type::kFloat:
    case avro::Type::kDouble: {
      const auto number = ToDouble(value);
      if (!number) return false;
      if (type == avro::Type::kDouble) {
        writer.WriteDouble(*number);
      } else {
        writer.WriteFloat(static_cast<float>(*number));
      }
      return true;
    }
    case avro::Type::kString: {
      const auto text = ToText(value);
      if (text) writer.WriteBytes(*text);
      return text.has_value();
    }
    case avro::Type::kBytes: {
      const auto bytes =
          value.is_string() ? DecodeBase64(value.get_ref<const std::string&>()) : std::nullopt;
      if (bytes) writer.WriteBytes(*bytes);
      return bytes.has_value();
    }
    default:
      return false;
  }
}

}  // namespace

Result<KeyEncoder> KeyEncoder::Make(std::string_view schema_json,
                                    std::vector<std::string> key_columns) {
  GNOMON_ASSIGN_OR_RETURN(const RowDecoder record, RowDecoder::Make(schema_json));
  auto schema = std::make_shared<const avro::Schema>(record.schema());
  if (key_columns.empty()) {
    for (const auto& field : schema->fields) key_columns.emplace_back(CleanName(field.name));
  }
  if (key_columns.size() != schema->fields.size()) {
    return InvalidArgument("the key schema has {} fields for {} key columns", schema->fields.size(),
                           key_columns.size());
  }
  for (const auto& field : schema->fields) {
    if (field.schema->type == avro::Type::kUnion) continue;
    return InvalidArgument("a field of the key schema is not nullable: {}", field.name);
  }
  return KeyEncoder(std::move(schema), std::move(key_columns));
}

Result<std::string> KeyEncoder::Encode(const Json& keys) const {
  if (!keys.is_object()) {
    return InvalidArgument("Couldn't encode request keys or casted keys: {} - give an object",
                           keys.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  std::string bytes;
  avro::BinaryWriter writer(bytes);
  for (std::size_t i = 0; i < key_columns_.size(); ++i) {
    const auto value = keys.find(key_columns_[i]);
    if (value == keys.end() || value->is_null()) {
      writer.WriteLong(0);
      continue;
    }
    const avro::Schema& type = *schema_->fields[i].schema->branches[1];
    writer.WriteLong(1);
    if (!WriteCast(type.type, *value, writer)) {
      return InvalidArgument(
          "Couldn't encode request keys or casted keys: key {} is {} - give a value of Avro's type "
          "{}",
          key_columns_[i], value->dump(-1, ' ', false, Json::error_handler_t::replace),
          avro::ToJson(type));
    }
  }
  return bytes;
}

}  // namespace gnomon::codec
