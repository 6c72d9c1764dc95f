// SPDX-License-Identifier: Apache-2.0
#include "config/any_conf.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/conf_json.h"

namespace gnomon::config {

namespace {

void AddOnce(const std::string& name, std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// Left name of a key of a part.
std::string LeftName(const std::string& key,
                     const std::optional<OrderedMap<std::string>>& key_mapping) {
  if (!key_mapping) return key;
  for (const auto& [left, right] : *key_mapping) {
    if (right == key) return left;
  }
  return key;
}

}  // namespace

Result<AnyConf> ParseConf(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  const auto has = [&](const char* key) { return parsed.is_object() && parsed.contains(key); };
  if (has("left") || has("joinParts")) {
    GNOMON_ASSIGN_OR_RETURN(Join join, ParseJoin(json));
    return AnyConf(std::move(join));
  }
  if (has("query")) {
    GNOMON_ASSIGN_OR_RETURN(StagingQuery query, ParseStagingQuery(json));
    return AnyConf(std::move(query));
  }
  GNOMON_ASSIGN_OR_RETURN(GroupBy group_by, ParseGroupBy(json));
  return AnyConf(std::move(group_by));
}

std::string_view TypeName(const AnyConf& conf) {
  if (std::holds_alternative<GroupBy>(conf)) return "GroupBy";
  return std::holds_alternative<Join>(conf) ? "Join" : "StagingQuery";
}

const MetaData& MetaDataOf(const AnyConf& conf) {
  return std::visit([](const auto& one) -> const MetaData& { return one.meta_data; }, conf);
}

Result<LoadedAnyConf> LoadAnyConf(const std::string& conf_path) {
  GNOMON_ASSIGN_OR_RETURN(LoadedConf loaded, LoadConf(conf_path));
  auto conf = ParseConf(loaded.text).Annotate(conf_path);
  if (!conf) return std::move(conf).error();
  return LoadedAnyConf{*std::move(conf), std::move(loaded.text), std::move(loaded.side)};
}

template <typename Conf>
Result<LoadedConfOf<Conf>> LoadConfOf(const std::string& conf_path) {
  GNOMON_ASSIGN_OR_RETURN(LoadedAnyConf loaded, LoadAnyConf(conf_path));
  auto* conf = std::get_if<Conf>(&loaded.conf);
  if (conf == nullptr) {
    return InvalidArgument("the mode takes a {}, and the config is a {}: {} - give another --mode",
                           TypeName(AnyConf(Conf())), TypeName(loaded.conf), conf_path);
  }
  return LoadedConfOf<Conf>{std::move(*conf), std::move(loaded.text), std::move(loaded.side)};
}

template Result<LoadedConfOf<GroupBy>> LoadConfOf(const std::string&);
template Result<LoadedConfOf<Join>> LoadConfOf(const std::string&);
template Result<LoadedConfOf<StagingQuery>> LoadConfOf(const std::string&);

std::vector<std::string> LeftKeys(const Join& join) {
  std::vector<std::string> keys;
  for (const JoinPart& part : join.join_parts) {
    for (const std::string& key : part.group_by.key_columns)
      AddOnce(LeftName(key, part.key_mapping), keys);
  }
  return keys;
}

Result<std::vector<std::string>> RowKeys(const AnyConf& conf) {
  std::vector<std::string> keys;
  if (const auto* group_by = std::get_if<GroupBy>(&conf)) {
    keys = group_by->key_columns;
  } else if (const auto* join = std::get_if<Join>(&conf)) {
    const bool has_ids = join->row_ids && !join->row_ids->empty();
    keys = has_ids ? *join->row_ids : LeftKeys(*join);
    const bool is_entities = std::holds_alternative<EntitySource>(join->left);
    if (!has_ids && !is_entities) AddOnce("ts", keys);
  } else {
    return InvalidArgument(
        "the rows of a StagingQuery have no keys to compare them by: {} - compare a GroupBy or a "
        "Join",
        MetaDataOf(conf).name.value_or(""));
  }
  AddOnce("ds", keys);
  return keys;
}

}  // namespace gnomon::config
