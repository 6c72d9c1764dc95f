// SPDX-License-Identifier: Apache-2.0
// Chronon hashes the JSON of a copy of the config, and copying puts maps into the order of Java's
// HashMap; so the same is done here.
#include "config/semantic_hash.h"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <set>

#include "config/conf_json.h"
#include "config/content_hash.h"

namespace gnomon::config {
namespace {

using Json = nlohmann::ordered_json;

// The UTF-16 units of `text`, which is UTF-8 (a config's, hence valid).
std::vector<std::uint16_t> Utf16Units(const std::string& text) {
  std::vector<std::uint16_t> units;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size && at + i < text.size(); ++i)
      code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += size;
    if (code < 0x10000) {
      units.push_back(static_cast<std::uint16_t>(code));
    } else {
      units.push_back(static_cast<std::uint16_t>(0xD800 + ((code - 0x10000) >> 10)));
      units.push_back(static_cast<std::uint16_t>(0xDC00 + ((code - 0x10000) & 0x3FF)));
    }
  }
  return units;
}

// String.hashCode, spread as HashMap does.
std::uint32_t JavaHash(const std::string& text) {
  std::uint32_t hash = 0;
  for (const std::uint16_t unit : Utf16Units(text)) hash = 31 * hash + unit;
  return hash ^ (hash >> 16);
}

// The order in which `new HashMap<>(map)` iterates.
Json InJavaOrder(const Json& map) {
  const auto wanted = static_cast<std::uint32_t>(static_cast<double>(map.size()) / 0.75 + 1.0);
  const std::uint32_t buckets = std::bit_ceil(wanted);
  std::vector<std::pair<std::string, Json>> entries;
  for (const auto& [key, value] : map.items()) entries.emplace_back(key, value);
  std::stable_sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
    return (JavaHash(a.first) & (buckets - 1)) < (JavaHash(b.first) & (buckets - 1));
  });
  Json ordered = Json::object();
  for (auto& [key, value] : entries) ordered[key] = std::move(value);
  return ordered;
}

Json AsHashed(const Json& value, const std::string& name = "") {
  // The maps of the model; all other objects are structs.
  static const std::set<std::string> kMaps = {
      "selects",         "argMap",       "keyMapping",         "skewKeys",      "factoryParams",
      "tableProperties", "modeToEnvMap", "modelBackendParams", "inputMappings", "outputMappings"};
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(AsHashed(item));
    return list;
  }
  if (!value.is_object()) return value;
  if (kMaps.contains(name)) return InJavaOrder(value);
  Json fields = Json::object();
  for (const auto& [key, member] : value.items()) {
    if (key != "topic" && key != "mutationTopic") fields[key] = AsHashed(member, key);
  }
  return fields;
}

std::string HashOf(const Json& json) {
  return ShortHash(AsHashed(json).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

std::string SemanticHash(const Source& left) { return HashOf(Json::parse(ToCompactJson(left))); }

std::string SemanticHash(const GroupBy& group_by) {
  Json json = Json::parse(ToCompactJson(group_by));
  json.erase("metaData");
  return HashOf(json);
}

std::string SemanticHash(const std::vector<BootstrapPart>& parts) {
  if (parts.empty()) return ShortHash("");
  Join join;
  join.bootstrap_parts = parts;
  return HashOf(Json::parse(ToCompactJson(join))["bootstrapParts"]);
}

std::string SemanticHash(const std::vector<Derivation>& derivations) {
  std::string text;
  for (const Derivation& derivation : derivations)
    text += Json({derivation.name.value_or(""), derivation.expression.value_or("")}).dump();
  return ShortHash(text);
}

}  // namespace gnomon::config
