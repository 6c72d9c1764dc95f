// SPDX-License-Identifier: Apache-2.0
#include "codec/serving_info.h"

#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "codec/record_schema.h"

namespace gnomon::codec {

namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The original names the records of its uploads so.
Result<std::string> PrettySchema(const char* record_name, const std::vector<Field>& fields) {
  GNOMON_ASSIGN_OR_RETURN(const avro::SchemaPtr schema, RecordSchema(record_name, fields));
  return avro::ToJson(*schema, /*pretty=*/true);
}

}  // namespace

Result<ServingInfo> MakeServingInfo(std::string_view group_by_json, std::string batch_end_date,
                                    const std::vector<Field>& keys,
                                    const std::vector<Field>& selected,
                                    const std::optional<std::vector<Field>>& streamed) {
  const Json conf = Json::parse(group_by_json, nullptr, /*allow_exceptions=*/false);
  if (!conf.is_object())
    return InvalidArgument("making the serving info: the conf is not a JSON object");
  ServingInfo info;
  info.group_by_json = Dump(conf);
  info.batch_end_date = std::move(batch_end_date);
  GNOMON_ASSIGN_OR_RETURN(info.key_avro_schema, PrettySchema("Key", keys));
  GNOMON_ASSIGN_OR_RETURN(info.selected_avro_schema, PrettySchema("Value", selected));
  if (streamed) {
    GNOMON_ASSIGN_OR_RETURN(info.input_avro_schema, PrettySchema("Input", *streamed));
  }
  return info;
}

std::string ToJson(const ServingInfo& info) {
  // By hand around the conf, whose text is kept as it is.
  std::string text = "{\"groupBy\":" + info.group_by_json;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format(",\"{}\":{}", name, Dump(value));
  };
  if (info.input_avro_schema) add("inputAvroSchema", *info.input_avro_schema);
  add("selectedAvroSchema", info.selected_avro_schema);
  add("keyAvroSchema", info.key_avro_schema);
  add("batchEndDate", info.batch_end_date);
  return text + "}";
}

Result<ServingInfo> ParseServingInfo(std::string_view text) {
  if (IsTooDeepJson(text)) {
    return Corruption("the serving info nests deeper than {} levels", kJsonDepthMax);
  }
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("groupBy") || !json["groupBy"].is_object()) {
    return Corruption("the serving info is not a JSON object with a groupBy: {}",
                      text.substr(0, 80));
  }
  ServingInfo info;
  info.group_by_json = Dump(json["groupBy"]);
  const auto read = [&](const char* name, std::string& target) -> Status {
    if (!json.contains(name) || !json[name].is_string()) {
      return Corruption("the serving info lacks its {}", name);
    }
    target = json[name].get<std::string>();
    return Ok();
  };
  GNOMON_RETURN_IF_ERROR(read("selectedAvroSchema", info.selected_avro_schema));
  GNOMON_RETURN_IF_ERROR(read("keyAvroSchema", info.key_avro_schema));
  GNOMON_RETURN_IF_ERROR(read("batchEndDate", info.batch_end_date));
  if (json.contains("inputAvroSchema")) {
    GNOMON_RETURN_IF_ERROR(read("inputAvroSchema", info.input_avro_schema.emplace()));
  }
  return info;
}

}  // namespace gnomon::codec
