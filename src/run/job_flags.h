// SPDX-License-Identifier: Apache-2.0
// What flags say to the jobs beside the backfills (SPEC 3.3), and to a run on local data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gnomon::run {

// SPEC 9.6, 3.3.
struct LocalDataFlags {
  std::string data_path;                   // --local-data-path
  std::vector<std::string> table_mapping;  // --local-table-mapping: `ns.table=file`
  std::string warehouse;                   // --local-warehouse-location; empty: a scratch one
  std::string export_path;                 // --local-table-export-path
  std::string export_format = "csv";       // --local-table-export-format: csv, parquet, json
  std::string export_prefix;               // --local-table-export-prefix

  // Whether the run is one on local data.
  bool active() const { return !data_path.empty() || !table_mapping.empty(); }
};

struct AnalyzeFlags {
  std::int64_t count = 128;  // --count: how many heavy hitters of each key
  bool enable_hitter = false;
  bool skip_timestamp_check = false;
  bool skip_table_permission_check = false;
  bool export_schema = false;
};

struct MetadataExportFlags {
  std::string input_root_path;
  std::string output_root_path;
  std::string output_table_name;
  std::string output_table_properties_json;
  bool process_embedded_group_bys = false;
};

struct JobFlags {
  LocalDataFlags local;
  AnalyzeFlags analyze;
  MetadataExportFlags metadata_export;
  double sample = 0.1;                // --sample of analyze and stats-summary, in (0, 1].
  bool force_backfill = false;        // --force-backfill of stats-summary
  std::string query_conf;             // --query-conf of compare-join-query
  std::string expected_result_table;  // --expected-result-table
};

}  // namespace gnomon::run
