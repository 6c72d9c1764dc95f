// SPDX-License-Identifier: Apache-2.0
#include "run/after_run.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "config/any_conf.h"
#include "run/run_report.h"
#include "run/table_comparison.h"
#include "run/table_export.h"
#include "sql/session.h"
#include "storage/file_io.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSampleRows = 10;

Result<std::unique_ptr<sql::Session>> OpenSession(RunContext& context) {
  return sql::Session::Open(
      context.workspace, context.catalog,
      {.memory_bytes = context.memory_bytes / 4 * 3, .threads = context.threads});
}

fs::path ExportFolder(const RunContext& context) {
  return fs::absolute(context.request.jobs.local.export_path).lexically_normal();
}

bool Exports(const RunContext& context) {
  const LocalDataFlags& local = context.request.jobs.local;
  return local.active() && !local.export_path.empty();
}

Status ExportOutput(RunContext& context, const catalog::TableName& table) {
  const LocalDataFlags& local = context.request.jobs.local;
  const std::string prefix = local.export_prefix.empty() ? "" : local.export_prefix + ".";
  const fs::path path =
      ExportFolder(context) / fmt::format("{}{}.{}", prefix, table.ToString(), local.export_format);
  GNOMON_ASSIGN_OR_RETURN(const auto session, OpenSession(context));
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t rows,
                          ExportTable(*session, table, local.export_format, path.string()));
  const std::string note =
      fmt::format("{} of {} written to {}", CountOf(rows, "row"), table.ToString(), path.string());
  LogInfo("{}", note);
  context.report.notes.push_back(note);
  return Ok();
}

ComparedRows RowsOfTable(const std::string& label, const std::string& table) {
  return {.label = label,
          .name = table,
          .sql = fmt::format("SELECT * FROM \"{}\"", table),
          .tables = {table}};
}

// The table or view that the output is to equal. Errors: NotFound.
Result<catalog::TableName> ExpectedTable(const RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name,
                          catalog::ParseTableName(context.request.jobs.expected_result_table)
                              .Annotate("--expected-result-table"));
  if (context.catalog.HasView(name).value_or(false)) return name;
  const auto loaded = context.catalog.LoadTable(name).Annotate("--expected-result-table");
  if (!loaded) return loaded.error();
  return name;
}

Status CompareWithExpected(RunContext& context, const catalog::TableName& output) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName expected, ExpectedTable(context));
  GNOMON_ASSIGN_OR_RETURN(const config::LoadedAnyConf loaded,
                          config::LoadAnyConf(context.request.conf_path));
  GNOMON_ASSIGN_OR_RETURN(const std::vector<std::string> keys, config::RowKeys(loaded.conf));
  GNOMON_ASSIGN_OR_RETURN(const auto session, OpenSession(context));
  GNOMON_ASSIGN_OR_RETURN(auto comparison,
                          RowComparison::Make(*session, RowsOfTable("computed", output.ToString()),
                                              RowsOfTable("expected", expected.ToString()), keys));
  GNOMON_ASSIGN_OR_RETURN(const TableComparison found, comparison.Run(kSampleRows));
  context.report.result_text += found.ToText();
  nlohmann::ordered_json result = context.report.result_json.empty()
                                      ? nlohmann::ordered_json::object()
                                      : nlohmann::ordered_json::parse(context.report.result_json);
  result["comparison"] = found.ToJson();
  context.report.result_json = result.dump();
  if (found.equal()) return Ok();
  return InvalidArgument(
      "the output is not what was expected ({}): {} against {} - correct the config, or "
      "--expected-result-table if the new rows are right",
      found.Summary(), output.ToString(), expected.ToString());
}

// The tables that the run wrote: those of selected join parts are several.
Result<std::vector<catalog::TableName>> OutputsOf(const RunReport& report) {
  std::vector<catalog::TableName> names;
  for (std::size_t begin = 0; begin < report.output.size();) {
    const std::size_t end = std::min(report.output.find(", ", begin), report.output.size());
    GNOMON_ASSIGN_OR_RETURN(catalog::TableName name,
                            catalog::ParseTableName(report.output.substr(begin, end - begin)));
    names.push_back(std::move(name));
    begin = end + 2;
  }
  return names;
}

}  // namespace

Status BeforeRun(const RunContext& context) {
  if (Exports(context)) {
    GNOMON_RETURN_IF_ERROR(
        MakeFolder(ExportFolder(context).string()).Annotate("--local-table-export-path"));
  }
  if (context.request.jobs.expected_result_table.empty()) return Ok();
  GNOMON_RETURN_IF_ERROR(ExpectedTable(context));
  return Ok();
}

Status AfterRun(RunContext& context) {
  const JobFlags& jobs = context.request.jobs;
  const bool exports = Exports(context);
  if (!exports && jobs.expected_result_table.empty()) return Ok();
  GNOMON_ASSIGN_OR_RETURN(const std::vector<catalog::TableName> outputs, OutputsOf(context.report));
  for (const catalog::TableName& output : outputs) {
    if (exports) GNOMON_RETURN_IF_ERROR(ExportOutput(context, output));
  }
  if (jobs.expected_result_table.empty() || outputs.empty()) return Ok();
  return CompareWithExpected(context, outputs.front());
}

}  // namespace gnomon::run
