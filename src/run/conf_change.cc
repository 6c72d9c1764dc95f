// SPDX-License-Identifier: Apache-2.0
#include "run/conf_change.h"

#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "run/partition_days.h"
#include "run/query_change.h"

namespace gnomon::run {

namespace {

using Json = nlohmann::json;

// More than these are counted, so that the line stays one that is read.
constexpr std::size_t kShownMax = 4;
// Longer values, such as a query, are not shown.
constexpr std::size_t kValueCharsMax = 40;

std::string PropertyOf(const iceberg::Table& table, const std::string& name) {
  const auto entry = table.properties().find(name);
  return entry == table.properties().end() ? "" : entry->second;
}

std::string List(const std::vector<std::string>& items, std::string_view separator = ", ") {
  const std::size_t shown = items.size() <= kShownMax + 1 ? items.size() : kShownMax;
  std::string text = fmt::format(
      "{}",
      fmt::join(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(shown), separator));
  if (shown < items.size()) text += fmt::format(" and {} more", items.size() - shown);
  return text;
}

std::string IsOrAre(const std::vector<std::string>& items) {
  return items.size() == 1 ? "is" : "are";
}

std::map<std::string, std::string> ParseFeatures(const std::string& json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  std::map<std::string, std::string> features;
  if (!parsed.is_object()) return features;
  for (const auto& [column, meaning] : parsed.items()) {
    if (meaning.is_string()) features[column] = meaning.get<std::string>();
  }
  return features;
}

ConfChange Adds(const std::vector<std::string>& columns) {
  return {ConfChange::Kind::kAddsColumns,
          fmt::format("{} {} added", List(columns), columns.size() == 1 ? "was" : "were")};
}

ConfChange CompareFeatures(const std::map<std::string, std::string>& before,
                           const std::map<std::string, std::string>& now) {
  std::vector<std::string> gone, changed, added, phrases;
  for (const auto& [column, meaning] : before) {
    const auto entry = now.find(column);
    if (entry == now.end()) {
      gone.push_back(column);
    } else if (entry->second != meaning) {
      changed.push_back(fmt::format("{} is now {}, was {}", column, entry->second, meaning));
    }
  }
  for (const auto& [column, meaning] : now) {
    if (!before.contains(column)) added.push_back(column);
  }
  if (gone.empty() && changed.empty()) return added.empty() ? ConfChange() : Adds(added);
  if (!gone.empty()) phrases.push_back(fmt::format("{} {} gone", List(gone), IsOrAre(gone)));
  if (!changed.empty()) phrases.push_back(List(changed));
  if (!added.empty()) phrases.push_back(fmt::format("{} {} new", List(added), IsOrAre(added)));
  return {ConfChange::Kind::kRebuilds, fmt::format("{}", fmt::join(phrases, ", "))};
}

// A patch calls what is appended to a list `/-`: here each item gets its index, by the list as it
// was and the items before it.
std::string WithIndex(const std::string& pointer, const Json& before,
                      std::map<std::string, std::size_t>& appended) {
  constexpr std::string_view kAtTheEnd = "/-";
  if (!pointer.ends_with(kAtTheEnd)) return pointer;
  const std::string list = pointer.substr(0, pointer.size() - kAtTheEnd.size());
  const std::size_t index = before.at(Json::json_pointer(list)).size() + appended[list]++;
  return fmt::format("{}/{}", list, index);
}

// `/sources/0/events/table` -> `sources[0].events.table`.
std::string FieldOf(const std::string& pointer) {
  std::string field;
  std::size_t begin = 1;
  while (begin <= pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', begin), pointer.size());
    const std::string part = pointer.substr(begin, end - begin);
    const bool is_index =
        !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    field += is_index ? "[" + part + "]" : (field.empty() ? "" : ".") + part;
    begin = end + 1;
  }
  return field;
}

std::string Shown(const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return text.size() > kValueCharsMax || text.find('\n') != std::string::npos ? "" : text;
}

// "keyColumns[0] changed from user_id to item_category", of all fields that differ.
std::string DescribeDifference(const std::string& before_text, const std::string& now_text) {
  const Json before = Json::parse(before_text, nullptr, /*allow_exceptions=*/false);
  const Json now = Json::parse(now_text, nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> phrases;
  std::map<std::string, std::size_t> appended;
  if (before.is_object() && now.is_object()) {
    for (const Json& step : Json::diff(before, now)) {
      const std::string pointer = WithIndex(step.at("path").get<std::string>(), before, appended);
      const std::string operation = step.at("op").get<std::string>();
      std::string phrase = FieldOf(pointer);
      if (operation == "add") {
        phrase += " was added";
      } else if (operation == "remove") {
        phrase += " was removed";
      } else {
        const std::string old_value = Shown(before.at(Json::json_pointer(pointer)));
        const std::string new_value = Shown(step.at("value"));
        const bool shows = !old_value.empty() && !new_value.empty();
        phrase += shows ? fmt::format(" changed from {} to {}", old_value, new_value) : " changed";
      }
      phrases.push_back(phrase);
    }
  }
  return phrases.empty() ? "" : List(phrases);
}

// Whether a staging query that changed still gives every column of its table as it was, and more
// (SPEC edge case 93).
Result<std::vector<std::string>> AddedByQuery(const iceberg::Table& table,
                                              const OutputTableSpec& spec) {
  std::vector<std::string> added;
  if (!spec.columns_of_query) return added;
  GNOMON_ASSIGN_OR_RETURN(const Schema now, spec.columns_of_query());
  for (const Field& field : table.schema().fields) {
    const Field* same = now.Find(field.name);
    if (same == nullptr || !(same->type == field.type)) return std::vector<std::string>();
  }
  for (const Field& field : now.fields) {
    if (table.schema().Find(field.name) == nullptr) added.push_back(field.name);
  }
  return added;
}

// A GroupBy's sources without what its features tell by themselves (the selects of what is
// aggregated, derivations) and without what feeds it online only.
Json WithoutFeatures(Json conf) {
  conf.erase("derivations");
  std::set<std::string> kept = {"ts"};
  for (const Json& key : conf.value("keyColumns", Json::array())) {
    if (key.is_string()) kept.insert(key.get<std::string>());
  }
  if (!conf.contains("sources") || !conf["sources"].is_array()) return conf;
  for (Json& source : conf["sources"]) {
    for (auto& [kind, inner] : source.items()) {
      if (!inner.is_object()) continue;
      inner.erase("topic");
      inner.erase("mutationTopic");
      if (!inner.contains("query") || !inner["query"].contains("selects")) continue;
      Json selects = Json::object();
      for (const auto& [name, text] : inner["query"]["selects"].items()) {
        if (kept.contains(name)) selects[name] = text;
      }
      inner["query"]["selects"] = std::move(selects);
    }
  }
  return conf;
}

// Whether two configs differ in nothing but features, which are compared one by one.
bool SameButForFeatures(const std::string& before_text, const std::string& now_text) {
  const Json before = Json::parse(before_text, nullptr, /*allow_exceptions=*/false);
  const Json now = Json::parse(now_text, nullptr, /*allow_exceptions=*/false);
  return before.is_object() && now.is_object() && before.contains("sources") &&
         WithoutFeatures(before) == WithoutFeatures(now);
}

// Whether a description of features tells of more than changed meanings.
bool ComesOrGoes(const std::string& what) {
  for (const char* word : {" gone", " new"}) {
    if (what.find(word) != std::string::npos) return true;
  }
  return false;
}

// Whether a staging query's text gives the same rows with more columns.
bool OnlyQueryGrew(const std::string& before_text, const std::string& now_text) {
  Json before = Json::parse(before_text, nullptr, /*allow_exceptions=*/false);
  Json now = Json::parse(now_text, nullptr, /*allow_exceptions=*/false);
  if (!before.is_object() || !now.is_object()) return false;
  const Json before_query = before.value("query", Json()), now_query = now.value("query", Json());
  before.erase("query");
  now.erase("query");
  return before == now && before_query.is_string() && now_query.is_string() &&
         OnlyAddsColumns(before_query.get<std::string>(), now_query.get<std::string>());
}

}  // namespace

std::string ComparedConf(const std::string& conf_text) {
  const Json conf = Json::parse(conf_text, nullptr, /*allow_exceptions=*/false);
  Json compared = Json::object();
  for (const char* key : {"sources", "keyColumns", "derivations", "accuracy", "query", "setups"}) {
    if (conf.is_object() && conf.contains(key)) compared[key] = conf[key];
  }
  return compared.dump();
}

Result<ConfChange> CompareConf(const iceberg::Table& table, const OutputTableSpec& spec) {
  const std::string hash = PropertyOf(table, kConfHashProperty);
  // A type that does not fit is found when rows are written.
  if (hash.empty()) return ConfChange();
  ConfChange features =
      CompareFeatures(ParseFeatures(PropertyOf(table, kFeaturesProperty)), spec.features);
  const std::string before = PropertyOf(table, kConfProperty);
  const bool same_rows = hash == spec.conf_hash || SameButForFeatures(before, spec.compared_conf);
  if (same_rows && features.kind != ConfChange::Kind::kRebuilds) return features;
  if (!same_rows && OnlyQueryGrew(before, spec.compared_conf)) {
    GNOMON_ASSIGN_OR_RETURN(const auto added, AddedByQuery(table, spec));
    if (!added.empty()) return Adds(added);
  }
  std::string what = DescribeDifference(before, spec.compared_conf);
  if (same_rows) {
    // A changed select says in one phrase what each of its features would say.
    const bool of_selects = what.find(".selects.") != std::string::npos;
    if (!of_selects || ComesOrGoes(features.what)) what = features.what;
  } else if (!features.what.empty()) {
    what += (what.empty() ? "" : ", ") + features.what;
  }
  if (what.empty()) what = "its config changed";
  return ConfChange{ConfChange::Kind::kRebuilds, what};
}

}  // namespace gnomon::run
