// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/analysis_report.h"

#include <nlohmann/json.hpp>

#include "base/day_set.h"
#include "run/run_report.h"
#include "run/text_table.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

// More would hide the rest; --json has all.
constexpr std::size_t kShownHitters = 10;

const char* KindName(const AnalyzedSource& source) {
  switch (source.kind()) {
    case AnalyzedKind::kEvents:
      return source.is_cumulative() ? "cumulative events" : "events";
    case AnalyzedKind::kEntities:
      return source.mutation_table().empty() ? "entities" : "entities with mutations";
    case AnalyzedKind::kJoin:
      break;
  }
  return "join";
}

std::string TextOf(const std::string& title, const Schema& schema) {
  TextTable table({"column", "type"});
  for (const Field& field : schema.fields) table.Add({field.name, SparkTypeName(field.type)});
  return table.empty() ? "" : title + "\n" + table.ToText();
}

std::string TextOf(const std::string& title, const std::vector<Feature>& features) {
  TextTable table({"column", "type", "is"});
  for (const Feature& feature : features)
    table.Add({feature.name, SparkTypeName(feature.type), feature.Meaning()});
  return table.empty() ? "" : title + "\n" + table.ToText();
}

}  // namespace

void AnalysisReport::AddSource(const AnalyzedSource& source, const std::string& role) {
  std::string days = source.table() == nullptr ? "not there" : "every day";
  if (source.is_planned()) {
    days = "not computed yet";
  } else if (source.days()) {
    days = source.days()->empty() ? "no day" : FormatDaySet(*source.days());
  }
  sources.push_back({role, source.table_name(), KindName(source), std::move(days)});
}

std::string AnalysisReport::ToText() const {
  std::string text = fmt::format("{} ({}{}{}) -> {}\n", name, type, accuracy.empty() ? "" : ", ",
                                 accuracy, output_table);
  TextTable source_table({"reads", "table", "kind", "days"});
  for (const Source& source : sources)
    source_table.Add({source.role, source.table, source.kind, source.days});
  text += source_table.ToText();
  text += TextOf("left side", left);
  text += TextOf("keys", keys);
  text += TextOf("parts", right);
  const bool is_join = !left.fields.empty();
  text += is_join ? TextOf("output", output) : TextOf("features", features);
  text += TextOfHitters();
  for (const std::string& note : notes) text += "note: " + note + "\n";
  if (findings.empty()) return text + "findings: none\n";
  TextTable table({"check", "finding"});
  for (const Finding& finding : findings) table.Add({finding.check, finding.message});
  return text + fmt::format("findings: {}\n", findings.size()) + table.ToText();
}

std::string AnalysisReport::TextOfHitters() const {
  if (!hitters) return "";
  std::string text = fmt::format("heavy hitters: {} of {} looked at, counts scaled to all rows\n",
                                 CountOf(hitters->rows, "row"), FormatDayRange(hitters_range));
  for (const KeyHitters& key : hitters->keys) {
    TextTable table({key.key, "rows"});
    for (std::size_t i = 0; i < key.values.size() && i < kShownHitters; ++i)
      table.Add({key.values[i].first, std::to_string(key.values[i].second)});
    text += table.ToText();
    if (key.values.size() > kShownHitters)
      text += fmt::format("  ... {} more with --json\n", key.values.size() - kShownHitters);
  }
  return text;
}

nlohmann::ordered_json AnalysisReport::ToJson() const {
  using Json = nlohmann::ordered_json;
  Json json = {{"name", name}, {"type", type}, {"output_table", output_table}};
  if (!accuracy.empty()) json["accuracy"] = accuracy;
  json["sources"] = Json::array();
  for (const Source& source : sources) {
    json["sources"].push_back({{"role", source.role},
                               {"table", source.table},
                               {"kind", source.kind},
                               {"days", source.days}});
  }
  if (!left.fields.empty()) json["left"] = SchemaJson(left);
  json["keys"] = SchemaJson(keys);
  const auto list = [](const std::vector<Feature>& all) {
    Json features_json = Json::array();
    for (const Feature& feature : all) features_json.push_back(feature.ToJson());
    return features_json;
  };
  if (!right.empty()) json["right"] = list(right);
  json["features"] = list(features);
  json["output"] = SchemaJson(output);
  if (hitters) {
    Json keys_json = Json::array();
    for (const KeyHitters& key : hitters->keys) {
      Json values = Json::array();
      for (const auto& [value, count] : key.values)
        values.push_back({{"value", value}, {"rows", count}});
      keys_json.push_back({{"key", key.key}, {"values", std::move(values)}});
    }
    json["heavy_hitters"] = {{"rows", hitters->rows}, {"keys", std::move(keys_json)}};
  }
  json["notes"] = notes;
  json["findings"] = Json::array();
  for (const Finding& finding : findings)
    json["findings"].push_back({{"check", finding.check}, {"message", finding.message}});
  return json;
}

}  // namespace gnomon::run
