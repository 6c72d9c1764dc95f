// SPDX-License-Identifier: Apache-2.0
// From bytes to JSON, by way of a tree of values.
#include <nlohmann/json.hpp>

#include "avro/value.h"
#include "avro/value_json.h"
#include "codec/avro_rows.h"
#include "codec/base64.h"

namespace gnomon::codec {

namespace {

using Json = nlohmann::ordered_json;

// REQUIRES: `value` was decoded with `schema`.
Json ToPlainJson(const avro::Schema& schema, const avro::Value& value);

Json RecordToJson(const avro::Schema& schema, const avro::Value& value) {
  const auto& values = std::get<avro::Values>(value.data);
  Json object = Json::object();
  for (std::size_t i = 0; i < values.size(); ++i) {
    object.emplace(std::string(CleanName(schema.fields[i].name)),
                   ToPlainJson(*schema.fields[i].schema, values[i]));
  }
  return object;
}

Json ToPlainJson(const avro::Schema& schema, const avro::Value& value) {
  switch (schema.type) {
    case avro::Type::kNull:
      return nullptr;
    case avro::Type::kBoolean:
      return std::get<bool>(value.data);
    case avro::Type::kInt:
    case avro::Type::kLong:
      return std::get<std::int64_t>(value.data);
    case avro::Type::kFloat:
      return std::get<float>(value.data);
    case avro::Type::kDouble:
      return std::get<double>(value.data);
    case avro::Type::kString:
      return std::get<std::string>(value.data);
    case avro::Type::kBytes:
    case avro::Type::kFixed:
      return EncodeBase64(std::get<std::string>(value.data));
    case avro::Type::kEnum:
      return schema.symbols[static_cast<std::size_t>(std::get<std::int64_t>(value.data))];
    case avro::Type::kRecord:
      return RecordToJson(schema, value);
    case avro::Type::kArray: {
      Json array = Json::array();
      for (const avro::Value& item : std::get<avro::Values>(value.data)) {
        array.push_back(ToPlainJson(*schema.items, item));
      }
      return array;
    }
    case avro::Type::kMap: {
      Json object = Json::object();
      for (const auto& [key, item] : std::get<avro::MapEntries>(value.data)) {
        object[key] = ToPlainJson(*schema.items, item);
      }
      return object;
    }
    case avro::Type::kUnion:
      if (value.is_null()) return nullptr;
      return ToPlainJson(*schema.branches[1], value);
  }
  return nullptr;
}

// Chronon's unions are all ["null", T]: only of such does a value tell its branch.
bool HasOnlyChrononUnions(const avro::Schema& schema) {
  if (schema.type == avro::Type::kUnion) {
    return schema.branches.size() == 2 && schema.branches[0]->type == avro::Type::kNull &&
           HasOnlyChrononUnions(*schema.branches[1]);
  }
  if (schema.items != nullptr) return HasOnlyChrononUnions(*schema.items);
  return std::all_of(
      schema.fields.begin(), schema.fields.end(),
      [](const avro::RecordField& field) { return HasOnlyChrononUnions(*field.schema); });
}

}  // namespace

Result<RowDecoder> RowDecoder::Make(std::string_view schema_json) {
  GNOMON_ASSIGN_OR_RETURN(avro::SchemaPtr schema, avro::ParseSchema(schema_json));
  if (schema->type != avro::Type::kRecord || !HasOnlyChrononUnions(*schema)) {
    return InvalidArgument("a row's schema is no record of nullable fields: {}",
                           avro::ToJson(*schema));
  }
  return RowDecoder(std::move(schema));
}

Result<Json> RowDecoder::Decode(std::string_view bytes) const {
  avro::BinaryReader reader(bytes);
  auto value = avro::Decode(*schema_, reader);
  if (!value) return std::move(value).Annotate("decoding a row of " + schema_->name).error();
  if (reader.remaining() != 0) {
    return Corruption("decoding a row of {}: {} bytes too many", schema_->name, reader.remaining());
  }
  return RecordToJson(*schema_, *value);
}

Result<std::string> RowDecoder::DecodeToChrononJson(std::string_view bytes) const {
  return avro::DatumToJson(*schema_, bytes).Annotate("decoding a row of " + schema_->name);
}

}  // namespace gnomon::codec
