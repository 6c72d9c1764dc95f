// SPDX-License-Identifier: Apache-2.0
#include "run/join/join_tables.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/log.h"
#include "config/conf_json.h"
#include "config/content_hash.h"
#include "config/semantic_hash.h"
#include "run/partition_days.h"

namespace gnomon::run {

namespace {

using Json = nlohmann::json;

constexpr char kSemanticHash[] = "semantic_hash";
constexpr char kSemanticHashOptions[] = "semantic_hash_options";
constexpr char kWithoutTopics[] = R"({"exclude_topic":"true"})";

// Without what no row depends on.
Json ContentOf(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(ContentOf(item));
    return list;
  }
  if (!value.is_object()) return value;
  Json fields = Json::object();
  for (const auto& [key, member] : value.items()) {
    if (key != "metaData" && key != "topic" && key != "mutationTopic")
      fields[key] = ContentOf(member);
  }
  return fields;
}

Json ContentOf(const JoinShape& shape) {
  return ContentOf(Json::parse(config::ToCompactJson(*shape.join)));
}

// Of the left side with its bootstrap.
Json LeftContent(const JoinShape& shape) {
  const Json whole = ContentOf(shape);
  Json content = {{"left", whole.at("left")}};
  for (const char* key : {"skewKeys", "bootstrapParts"}) {
    if (whole.contains(key)) content[key] = whole[key];
  }
  if (whole.contains("bootstrapParts") && whole.contains("rowIds"))
    content["rowIds"] = whole["rowIds"];
  for (const ExternalField& field : shape.external_fields)
    content["externalFields"].push_back(field.name);
  return content;
}

Json PartContent(const PartShape& part) {
  Json content = {{"groupBy", ContentOf(Json::parse(config::ToCompactJson(*part.group_by)))}};
  // Which rows of it are computed, not how; and the backfill of the GroupBy itself is another's.
  content["groupBy"].erase("backfillStartDate");
  for (const auto& [left, right] : part.keys) content["keys"][left] = right;
  return content;
}

OutputTableSpec SpecOf(const JoinShape& shape, const catalog::TableName& name, const char* type,
                       const Json& content, const DayRange& wanted) {
  OutputTableSpec spec;
  spec.name = name;
  for (const auto& [key, value] :
       shape.join->meta_data.table_properties.value_or(config::OrderedMap<std::string>())) {
    spec.properties[key] = value;
  }
  spec.properties["chronon_generated"] = "true";
  spec.properties["chronon_table_type"] = type;
  spec.compared_conf = content.dump();
  spec.conf_hash = config::ShortHash(spec.compared_conf);
  spec.wanted = wanted;
  return spec;
}

std::string PropertyOf(const iceberg::Table& table, const std::string& name) {
  const auto entry = table.properties().find(name);
  return entry == table.properties().end() ? "" : entry->second;
}

Status UnsetHashes(RunContext& context, const catalog::TableName& name) {
  auto table = context.catalog.LoadTable(name);
  if (!table) return table.error().code == ErrorCode::kNotFound ? Ok() : Status(table.error());
  if (context.request.dry_run) return Ok();
  return table->SetProperties(
      {}, {kSemanticHash, kSemanticHashOptions, kConfHashProperty, kConfProperty});
}

// The tables whose hashes differ, without those that only one side knows of derivations, which
// Chronon hashes in its own way.
std::vector<std::string> ChangedTables(const std::string& before_text, const JoinShape& shape) {
  const Json before = Json::parse(before_text, nullptr, /*allow_exceptions=*/false);
  const Json now = Json::parse(SemanticHashes(shape));
  std::vector<std::string> changed;
  if (!before.is_object()) return changed;
  for (const auto& [table, hash] : now.items()) {
    if (table != "derived" && (!before.contains(table) || before[table] != hash))
      changed.push_back(table);
  }
  for (const auto& [table, hash] : before.items()) {
    if (table != "derived" && !now.contains(table)) changed.push_back(table);
  }
  return changed;
}

// Gives the tables that Chronon wrote for another config a hash that OutputTable finds different.
Status MarkChanged(RunContext& context, const JoinShape& shape,
                   const std::vector<std::string>& changed) {
  std::set<std::string> names(changed.begin(), changed.end());
  if (names.erase("left_source") > 0) {
    names.insert(shape.bootstrap.ToString());
    for (const PartShape& part : shape.parts) names.insert(part.table.ToString());
  }
  names.insert(shape.output.ToString());
  for (const std::string& text : names) {
    const auto name = catalog::ParseTableName(text);
    if (!name) continue;
    auto table = context.catalog.LoadTable(*name);
    if (!table && table.error().code == ErrorCode::kNotFound) continue;
    if (!table) return std::move(table).error();
    if (PropertyOf(*table, kConfHashProperty).empty())
      GNOMON_RETURN_IF_ERROR(table->SetProperties({{kConfHashProperty, "chronon"}}));
  }
  return Ok();
}

}  // namespace

OutputTableSpec BootstrapSpec(const JoinShape& shape, const DayRange& wanted) {
  return SpecOf(shape, shape.bootstrap, "bootstrap", LeftContent(shape), wanted);
}

OutputTableSpec PartSpec(const JoinShape& shape, const PartShape& part, const DayRange& wanted) {
  Json content = LeftContent(shape);
  content["part"] = PartContent(part);
  // Rows that a bootstrap covers are left out, and derivations say which those are.
  const Json whole = ContentOf(shape);
  if (content.contains("bootstrapParts") && whole.contains("derivations"))
    content["derivations"] = whole["derivations"];
  return SpecOf(shape, part.table, "join_part", content, wanted);
}

OutputTableSpec OutputSpec(const JoinShape& shape, const DayRange& wanted) {
  Json content = LeftContent(shape);
  content["joinParts"] = Json::object();
  for (const PartShape& part : shape.parts)
    content["joinParts"][part.full_prefix] = PartContent(part);
  const Json whole = ContentOf(shape);
  if (whole.contains("derivations")) content["derivations"] = whole["derivations"];
  OutputTableSpec spec = SpecOf(shape, shape.output, "join", content, wanted);
  spec.properties[kSemanticHash] = SemanticHashes(shape);
  spec.properties[kSemanticHashOptions] = kWithoutTopics;
  return spec;
}

OutputTableSpec LabelSpec(const JoinShape& shape, const catalog::TableName& name,
                          const DayRange& wanted) {
  const Json whole = ContentOf(shape);
  Json content = {{"left", whole.at("left")}};
  for (const char* key : {"skewKeys", "rowIds"}) {
    if (whole.contains(key)) content[key] = whole[key];
  }
  for (const PartShape& part : shape.parts) content["labels"][part.full_prefix] = PartContent(part);
  return SpecOf(shape, name, "label", content, wanted);
}

std::string SemanticHashes(const JoinShape& shape) {
  Json hashes = {{"left_source", config::SemanticHash(shape.join->left)}};
  for (const PartShape& part : shape.parts)
    hashes[part.table.ToString()] = config::SemanticHash(*part.group_by);
  hashes[shape.bootstrap.ToString()] = config::SemanticHash(
      shape.join->bootstrap_parts.value_or(std::vector<config::BootstrapPart>()));
  if (shape.join->derivations) hashes["derived"] = config::SemanticHash(*shape.join->derivations);
  return hashes.dump();
}

Status ReconcileHashes(RunContext& context, const JoinShape& shape) {
  if (context.request.unset_semantic_hash) {
    GNOMON_RETURN_IF_ERROR(UnsetHashes(context, shape.output));
    GNOMON_RETURN_IF_ERROR(UnsetHashes(context, shape.bootstrap));
    for (const PartShape& part : shape.parts)
      GNOMON_RETURN_IF_ERROR(UnsetHashes(context, part.table));
    return Ok();
  }
  auto table = context.catalog.LoadTable(shape.output);
  if (!table) return table.error().code == ErrorCode::kNotFound ? Ok() : Status(table.error());
  const std::string before = PropertyOf(*table, kSemanticHash);
  // What gnomon wrote is compared in full, by OutputTable.
  if (before.empty() || !PropertyOf(*table, kConfHashProperty).empty()) return Ok();
  const std::vector<std::string> changed = ChangedTables(before, shape);
  if (changed.empty()) return Ok();
  if (PropertyOf(*table, kSemanticHashOptions).find("exclude_topic") == std::string::npos) {
    return InvalidArgument(
        "the hashes of {} were made with topics, so nobody can tell whether the join changed: {} - "
        "rename the table and run again, or add --unset-semantic-hash to keep its days",
        shape.output.ToString(), shape.side->Where(""));
  }
  LogInfo("{}: the hash of {} differs from the one that Chronon stored", shape.output.ToString(),
          changed.front());
  return context.request.dry_run ? Ok() : MarkChanged(context, shape, changed);
}

Status RecordHashes(RunContext& context, const JoinShape& shape) {
  GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, context.catalog.LoadTable(shape.output));
  const std::string now = SemanticHashes(shape);
  if (PropertyOf(table, kSemanticHash) == now) return Ok();
  return table.SetProperties({{kSemanticHash, now}, {kSemanticHashOptions, kWithoutTopics}});
}

void AddReport(const RunReport& beside, bool as_output, RunReport& report) {
  report.notes.insert(report.notes.end(), beside.notes.begin(), beside.notes.end());
  if (!as_output) return;
  std::set<Day> days(report.computed.begin(), report.computed.end());
  days.insert(beside.computed.begin(), beside.computed.end());
  report.computed.assign(days.begin(), days.end());
  report.empty.insert(report.empty.end(), beside.empty.begin(), beside.empty.end());
  report.rows_written += beside.rows_written;
  report.bytes_written += beside.bytes_written;
}

RunContext ContextBeside(const RunContext& context) {
  RunContext beside = context;
  beside.report = RunReport();
  return beside;
}

}  // namespace gnomon::run
