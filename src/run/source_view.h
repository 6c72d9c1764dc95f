// SPDX-License-Identifier: Apache-2.0
// A source of a config as the engine reads it, whichever of Chronon's three kinds it is: a Join as
// a source (SPEC 7.1) is the output table of that Join, with the data model of its left side.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/conf.h"

namespace gnomon::run {

// The column that holds the days of the query's table.
inline std::string PartitionColumnOf(const config::Query& query) {
  return query.partition_column.value_or("ds");
}

// Chronon's data model: a log of events, or daily snapshots of a table that changes.
enum class SourceKind : std::uint8_t { kEvents, kEntities };

struct SourceView {
  SourceKind kind = SourceKind::kEvents;
  std::string table;  // `db.table`
  // Of a table name such as `db.table/region=eu`: which partitions count as there. The scan reads
  // the others, too (SPEC 6.1).
  std::vector<std::pair<std::string, std::string>> sub_partitions;
  std::string mutation_table;  // Of entities; empty without.
  config::Query query;
  bool is_cumulative = false;
  std::string path;        // In the conf: `sources[0].events`.
  std::string table_path;  // `sources[0].events.table`
  // Of a Join as a source, else nullptr.
  std::shared_ptr<const config::Join> parent;

  std::string query_path() const { return path + ".query"; }
  std::string partition_column() const { return PartitionColumnOf(query); }
};

// The source at `path` of a conf (`sources[0]`, `left`). Errors: InvalidArgument when a Join as a
// source has no output table.
Result<SourceView> ViewOf(const config::Source& source, const std::string& path);

// The data model; that of a Join is its left side's.
SourceKind KindOf(const config::Source& source);

}  // namespace gnomon::run
