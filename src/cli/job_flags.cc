// SPDX-License-Identifier: Apache-2.0
#include "cli/job_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "base/log.h"
#include "cli/option_table.h"

namespace gnomon::cli {

namespace {

// Flag -> the modes that take it. A flag that is not here is one of every mode.
struct FlagOfModes {
  std::string_view flag;
  std::string_view modes;  // Each between spaces.
};
constexpr std::string_view kWriters =
    " join join-left join-final group-by-backfill label-join staging-query-backfill ";
constexpr std::string_view kValidated = " join join-left join-final group-by-backfill ";
constexpr std::string_view kComputing =
    " join join-left join-final group-by-backfill group-by-upload label-join "
    "staging-query-backfill ";
constexpr std::array<FlagOfModes, 21> kFlagsOfModes = {{
    {"--wait", kComputing},
    {"--selected-join-parts", " join "},
    {"--use-cached-left", " join "},
    {"--unset-semantic-hash", " join join-left join-final "},
    {"--local-table-export-path", kWriters},
    {"--local-table-export-format", kWriters},
    {"--local-table-export-prefix", kWriters},
    {"--expected-result-table", kValidated},
    {"--count", " analyze "},
    {"--enable-hitter", " analyze "},
    {"--skip-timestamp-check", " analyze "},
    {"--skip-table-permission-check", " analyze "},
    {"--export-schema", " analyze "},
    {"--sample", " analyze stats-summary "},
    {"--force-backfill", " stats-summary "},
    {"--query-conf", " compare-join-query "},
    {"--input-root-path", " metadata-export "},
    {"--output-root-path", " metadata-export "},
    {"--output-table-name", " metadata-export "},
    {"--output-table-properties-json", " metadata-export "},
    {"--process-embedded-group-bys", " metadata-export "},
}};

// Chronon's driver takes these in every mode (SPEC 3.3). Where one changes nothing, that is told,
// so that commands made for Chronon run.
constexpr std::array<FlagOfModes, 4> kFlagsOfEveryMode = {{
    {"--start-date",
     " join join-left join-final group-by-backfill label-join staging-query-backfill analyze "
     "stats-summary compare-join-query "},
    {"--step-days", kComputing},
    {"--run-first-hole",
     " join join-left join-final group-by-backfill group-by-upload label-join "
     "staging-query-backfill stats-summary "},
    // Also what a Join as a source is computed with.
    {"--join-part-parallelism", " join group-by-backfill group-by-upload label-join "},
}};

// Flags that change nothing unless another is given.
struct FlagBesideOther {
  std::string_view flag, other;
};
constexpr std::array<FlagBesideOther, 5> kFlagsBesideOthers = {{
    {"--count", "--enable-hitter"},
    {"--use-cached-left", "--selected-join-parts"},
    {"--local-table-export-format", "--local-table-export-path"},
    {"--local-table-export-prefix", "--local-table-export-path"},
    {"--output-table-properties-json", "--output-table-name"},
}};

bool IsGiven(const CLI::App& app, std::string_view flag) {
  const CLI::Option* option = app.get_option_no_throw(std::string(flag));
  return option != nullptr && option->count() > 0;
}

bool Takes(const FlagOfModes& row, std::string_view mode) {
  return row.modes.find(fmt::format(" {} ", mode)) != std::string_view::npos;
}

void TellFlagsWithoutEffect(const CLI::App& app, const std::string& mode) {
  for (const FlagOfModes& row : kFlagsOfEveryMode) {
    if (IsGiven(app, row.flag) && !Takes(row, mode))
      LogInfo("warning: {} has no effect on the mode {}", row.flag, mode);
  }
  for (const auto& [flag, other] : kFlagsBesideOthers) {
    if (IsGiven(app, flag) && !IsGiven(app, other))
      LogInfo("warning: {} has no effect without {}", flag, other);
  }
  if (mode == "analyze" && IsGiven(app, "--sample") && !IsGiven(app, "--enable-hitter"))
    LogInfo("warning: --sample has no effect without --enable-hitter");
  if (IsGiven(app, "--input-root-path") && IsGiven(app, "--conf"))
    LogInfo("warning: --conf has no effect beside --input-root-path");
}

void AddLocalData(CLI::App& app, run::LocalDataFlags& local) {
  app.add_option("--local-data-path", local.data_path,
                 "run on csv, json and jsonl files of this folder, apart from the repository's "
                 "tables")
      ->type_name("FOLDER");
  app.add_option("--local-table-mapping", local.table_mapping,
                 "run on this file as this table (several: one after the other)")
      ->type_name("TABLE=FILE");
  app.add_option("--local-warehouse-location", local.warehouse,
                 "with local data: keep the tables here; else they are gone after the run")
      ->type_name("FOLDER");
  app.add_option("--local-table-export-path", local.export_path,
                 "with local data: write the output table as a file into this folder")
      ->type_name("FOLDER");
  TakeOneOf(*app.add_option("--local-table-export-format", local.export_format,
                            "of that file; csv if not given"),
            "FORMAT", {"csv", "parquet", "json"});
  app.add_option("--local-table-export-prefix", local.export_prefix,
                 "what that file's name begins with")
      ->type_name("TEXT");
}

void AddAnalyze(CLI::App& app, run::JobFlags& flags) {
  app.add_flag("--enable-hitter", flags.analyze.enable_hitter,
               "analyze: also the heavy hitters of each key");
  TakeWholeNumber(
      *app.add_option("--count", flags.analyze.count, "analyze: how many heavy hitters; 128"),
      "COUNT", {.min = 1, .max = 100'000, .example = 128});
  app.add_option("--sample", flags.sample,
                 "analyze, stats-summary: the share of rows looked at; 0.1")
      ->type_name("SHARE");
  app.add_flag("--skip-timestamp-check", flags.analyze.skip_timestamp_check,
               "analyze: do not look at the times of the rows");
  app.add_flag("--skip-table-permission-check", flags.analyze.skip_table_permission_check,
               "analyze: do not open the tables' files");
  app.add_flag("--export-schema", flags.analyze.export_schema,
               "analyze: also write the output's schema into a table");
}

void AddMetadataExport(CLI::App& app, run::MetadataExportFlags& flags) {
  app.add_option("--input-root-path", flags.input_root_path,
                 "metadata-export: the folder of compiled configs")
      ->type_name("FOLDER");
  app.add_option("--output-root-path", flags.output_root_path,
                 "metadata-export: the folder to write to")
      ->type_name("FOLDER");
  app.add_option("--output-table-name", flags.output_table_name,
                 "metadata-export: the table to write to")
      ->type_name("TABLE");
  app.add_option("--output-table-properties-json", flags.output_table_properties_json,
                 "metadata-export: properties of that table")
      ->type_name("JSON");
  app.add_flag("--process-embedded-group-bys", flags.process_embedded_group_bys,
               "metadata-export: also each Join's GroupBys in full");
}

Status CheckLocalData(const run::LocalDataFlags& local) {
  if (local.active()) return Ok();
  for (const auto& [flag, value] :
       {std::pair("--local-warehouse-location", &local.warehouse),
        std::pair("--local-table-export-path", &local.export_path),
        std::pair("--local-table-export-prefix", &local.export_prefix)}) {
    if (value->empty()) continue;
    return InvalidArgument("{} has an effect with local data only: {} - add --local-data-path",
                           flag, *value);
  }
  return Ok();
}

}  // namespace

void AddJobFlags(CLI::App& app, run::JobFlags& flags) {
  AddLocalData(app, flags.local);
  app.add_option("--expected-result-table", flags.expected_result_table,
                 "compare the output with this table, and fail if they differ")
      ->type_name("TABLE");
  AddAnalyze(app, flags);
  app.add_flag("--force-backfill", flags.force_backfill,
               "stats-summary: compute days again that are there");
  app.add_option("--query-conf", flags.query_conf,
                 "compare-join-query: the compiled staging query to compare with")
      ->type_name("CONF");
  AddMetadataExport(app, flags.metadata_export);
}

Status CheckJobFlags(const CLI::App& app, const std::string& mode, const run::JobFlags& flags) {
  for (const FlagOfModes& row : kFlagsOfModes) {
    if (!IsGiven(app, row.flag) || Takes(row, mode)) continue;
    return InvalidArgument("{} has no meaning for the mode {} - drop it", row.flag, mode);
  }
  if (!flags.expected_result_table.empty() && IsGiven(app, "--selected-join-parts")) {
    return InvalidArgument(
        "--expected-result-table compares the join's output, and --selected-join-parts computes "
        "none: {} - drop one of them",
        flags.expected_result_table);
  }
  if (!(flags.sample > 0 && flags.sample <= 1)) {
    return InvalidArgument("--sample must be above 0 and at most 1: {} - write --sample=0.1",
                           flags.sample);
  }
  GNOMON_RETURN_IF_ERROR(CheckLocalData(flags.local));
  TellFlagsWithoutEffect(app, mode);
  return Ok();
}

}  // namespace gnomon::cli
