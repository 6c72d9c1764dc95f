// SPDX-License-Identifier: Apache-2.0
// Mode metadata-export: each compiled config with what an analysis knows of it (features with their
// types, meanings and source columns), as a file or a row of a table, for catalogs of features.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "config/any_conf.h"
#include "config/names.h"
#include "run/analysis/group_by_analysis.h"
#include "run/analysis/join_analysis.h"
#include "run/run_context.h"
#include "run/text_rows.h"
#include "run/text_table.h"
#include "storage/file_io.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFolders[] = {"group_bys", "joins", "staging_queries"};

Json FeaturesJson(const std::vector<Feature>& features) {
  Json all = Json::array();
  for (const Feature& feature : features) all.push_back(feature.ToJson());
  return all;
}

Json FindingsJson(const Findings& findings) {
  Json all = Json::array();
  for (const Finding& finding : findings.all())
    all.push_back({{"check", finding.check}, {"message", finding.message}});
  return all;
}

class MetadataExport {
 public:
  explicit MetadataExport(RunContext& context)
      : context_(context),
        flags_(context.request.jobs.metadata_export),
        rows_({"name", "type", "team", "output_table", "source_file", "metadata", "ds"}) {}

  Status Run();

 private:
  Status CheckFlags() const;
  Result<std::vector<fs::path>> FindConfs() const;
  Result<Json> Describe(const config::LoadedAnyConf& loaded) const;
  Status DescribeJoin(const config::Join& join, const config::SideFile& side, Json& json) const;
  fs::path TargetOf(const fs::path& conf) const;
  Status MakeOutputRoot(const std::vector<fs::path>& confs) const;
  Status ExportOne(const fs::path& path);
  Status WriteTable() const;

  RunContext& context_;
  const MetadataExportFlags& flags_;
  TextRows rows_;
  std::map<std::string, std::int64_t> exported_;  // Type -> how many.
  std::vector<std::string> failures_;
};

Status MetadataExport::CheckFlags() const {
  if (flags_.input_root_path.empty() && context_.request.conf_path.empty()) {
    return InvalidArgument(
        "no configs to export - add --input-root-path=production, or --conf for one");
  }
  if (flags_.output_root_path.empty() && flags_.output_table_name.empty()) {
    return InvalidArgument(
        "nowhere to export the metadata to - add --output-root-path=FOLDER or "
        "--output-table-name=TABLE");
  }
  const std::string& properties = flags_.output_table_properties_json;
  if (properties.empty()) return Ok();
  const auto parsed = nlohmann::json::parse(properties, nullptr, /*allow_exceptions=*/false);
  bool is_map_of_texts = parsed.is_object();
  for (const auto& value : parsed) is_map_of_texts = is_map_of_texts && value.is_string();
  if (is_map_of_texts) return Ok();
  return InvalidArgument(
      "--output-table-properties-json is no object of texts: {} - write '{{\"owner\": \"me\"}}'",
      properties);
}

// All compiled configs below the root; with --conf alone, that one.
Result<std::vector<fs::path>> MetadataExport::FindConfs() const {
  if (flags_.input_root_path.empty()) return std::vector<fs::path>{context_.request.conf_path};
  std::error_code error;
  fs::path root = fs::absolute(flags_.input_root_path, error).lexically_normal();
  if (!fs::is_directory(root, error))
    root = (context_.workspace.root() / flags_.input_root_path).lexically_normal();
  std::vector<fs::path> confs;
  for (const char* folder : kFolders) {
    if (!fs::is_directory(root / folder, error)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder, error)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file(error) && !name.starts_with(".")) confs.push_back(entry.path());
    }
  }
  if (confs.empty()) {
    return NotFound(
        "the folder holds no compiled configs: {} - compile them first: run.py --mode=compile",
        root.string());
  }
  std::sort(confs.begin(), confs.end());
  return confs;
}

Status MetadataExport::DescribeJoin(const config::Join& join, const config::SideFile& side,
                                    Json& json) const {
  Findings findings;
  GNOMON_ASSIGN_OR_RETURN(const JoinAnalysis analysis, AnalyzeJoin(context_, join, side, findings));
  json["keys"] = SchemaJson(analysis.keys);
  json["leftSchema"] = SchemaJson(analysis.left_schema);
  json["features"] = FeaturesJson(analysis.features);
  json["outputSchema"] = SchemaJson(analysis.output);
  json["findings"] = FindingsJson(findings);
  if (!flags_.process_embedded_group_bys) return Ok();
  json["embeddedGroupBys"] = Json::array();
  for (const JoinAnalysis::Part& part : analysis.parts) {
    json["embeddedGroupBys"].push_back({{"name", part.group_by.name},
                                        {"prefix", part.prefix},
                                        {"keys", SchemaJson(part.group_by.keys)},
                                        {"features", FeaturesJson(part.group_by.features)}});
  }
  return Ok();
}

// The conf's own fields first, then what the analysis adds.
Result<Json> MetadataExport::Describe(const config::LoadedAnyConf& loaded) const {
  Json json = Json::parse(loaded.text);
  const auto table = config::OutputTable(config::MetaDataOf(loaded.conf));
  json["confType"] = config::TypeName(loaded.conf);
  json["outputTable"] = table ? Json(*table) : Json(nullptr);
  json["sourceFile"] = loaded.side.source_file;
  json["dependencyTables"] = Json::array();
  for (const config::Dependency& dependency : loaded.side.dependencies)
    json["dependencyTables"].push_back(dependency.table);
  if (const auto* join = std::get_if<config::Join>(&loaded.conf)) {
    GNOMON_RETURN_IF_ERROR(DescribeJoin(*join, loaded.side, json));
  } else if (const auto* group_by = std::get_if<config::GroupBy>(&loaded.conf)) {
    Findings findings;
    GNOMON_ASSIGN_OR_RETURN(const GroupByAnalysis analysis,
                            AnalyzeGroupBy(context_, *group_by, loaded.side, findings));
    json["keys"] = SchemaJson(analysis.keys);
    json["features"] = FeaturesJson(analysis.features);
    json["findings"] = FindingsJson(findings);
  }
  return json;
}

// <type>/<team>/<name>, as the config itself lies.
fs::path MetadataExport::TargetOf(const fs::path& conf) const {
  fs::path below;
  for (const fs::path& segment : conf) {
    if (std::find(std::begin(kFolders), std::end(kFolders), segment) != std::end(kFolders))
      below.clear();
    below /= segment;
  }
  return fs::absolute(flags_.output_root_path).lexically_normal() / below;
}

// What is exported has the configs' names: in their folder it would take their place.
Status MetadataExport::MakeOutputRoot(const std::vector<fs::path>& confs) const {
  if (flags_.output_root_path.empty()) return Ok();
  for (const fs::path& conf : confs) {
    std::error_code error;
    if (!fs::equivalent(conf, TargetOf(conf), error)) continue;
    return InvalidArgument(
        "the export would take the place of the compiled configs: {} - give another folder in "
        "--output-root-path",
        TargetOf(conf).string());
  }
  return MakeFolder(fs::absolute(flags_.output_root_path).lexically_normal().string())
      .Annotate("--output-root-path");
}

Status MetadataExport::ExportOne(const fs::path& path) {
  GNOMON_ASSIGN_OR_RETURN(const config::LoadedAnyConf loaded, config::LoadAnyConf(path.string()));
  GNOMON_ASSIGN_OR_RETURN(const Json json, Describe(loaded));
  const config::MetaData& meta = config::MetaDataOf(loaded.conf);
  const std::string type(config::TypeName(loaded.conf));
  if (!flags_.output_root_path.empty()) {
    const fs::path file = TargetOf(path);
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    GNOMON_RETURN_IF_ERROR(ReplaceFile(
        file.string(),
        json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n"));
  }
  rows_.Add({meta.name.value_or(""), type, meta.team.value_or(""),
             json["outputTable"].is_string() ? json["outputTable"].get<std::string>() : "",
             loaded.side.source_file,
             json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace),
             FormatDay(context_.end() - 1)});
  ++exported_[type];
  return Ok();
}

Status MetadataExport::WriteTable() const {
  if (flags_.output_table_name.empty() || rows_.size() == 0) return Ok();
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name,
                          catalog::ParseTableName(flags_.output_table_name));
  std::map<std::string, std::string> properties = {{"chronon_generated", "true"}};
  if (!flags_.output_table_properties_json.empty()) {
    properties.merge(nlohmann::json::parse(flags_.output_table_properties_json)
                         .get<std::map<std::string, std::string>>());
  }
  GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult written,
                          rows_.Write(context_.catalog, name, std::move(properties)));
  context_.report.rows_written += written.rows_written;
  context_.report.bytes_written += written.bytes_written;
  return Ok();
}

Status MetadataExport::Run() {
  GNOMON_RETURN_IF_ERROR(CheckFlags());
  GNOMON_ASSIGN_OR_RETURN(const std::vector<fs::path> confs, FindConfs());
  if (context_.request.dry_run) {
    LogInfo("a dry run, nothing was changed; without --dry-run it would export {}",
            CountOf(static_cast<std::int64_t>(confs.size()), "config"));
    return Ok();
  }
  GNOMON_RETURN_IF_ERROR(MakeOutputRoot(confs));
  for (const fs::path& path : confs) {
    // One that is damaged keeps none of the others back.
    const Status exported = ExportOne(path);
    if (exported) continue;
    if (exported.error().code == ErrorCode::kCancelled) return exported;
    LogInfo("not exported: {}", exported.error().message);
    failures_.push_back(exported.error().message);
  }
  GNOMON_RETURN_IF_ERROR(WriteTable());
  context_.report.output =
      flags_.output_table_name.empty() ? flags_.output_root_path : flags_.output_table_name;
  TextTable table({"type", "exported"});
  Json counts = Json::object();
  for (const auto& [type, count] : exported_) {
    table.Add({type, std::to_string(count)});
    counts[type] = count;
  }
  context_.report.result_text = table.ToText();
  context_.report.result_json = Json({{"exported", counts}, {"failed", failures_}}).dump();
  if (failures_.empty()) return Ok();
  return InvalidArgument("{} of {} configs were not exported, the first for this reason: {}",
                         failures_.size(), confs.size(), failures_.front());
}

Status RunMetadataExport(RunContext& context) { return MetadataExport(context).Run(); }

}  // namespace

extern const RunMode kMetadataExport;
const RunMode kMetadataExport = {
    .name = "metadata-export",
    .doc = "export configs with their features' types, meanings and sources for a catalog",
    .run = &RunMetadataExport,
    .needs_conf = false,
};

}  // namespace gnomon::run
