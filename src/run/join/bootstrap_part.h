// SPDX-License-Identifier: Apache-2.0
// A bootstrap part bound to its table (SPEC 8.8): rows whose values stand in for computed ones.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/join/join_shape.h"
#include "run/join/row_scan.h"
#include "run/run_context.h"

namespace gnomon::run {

struct BootstrapSource {
  std::string path;  // `bootstrapParts[0]`
  RowScan scan;
  std::vector<std::string> keys;     // Left names; `ds` is always one more.
  std::vector<std::string> columns;  // What it gives, without keys, ts and ds.
  std::string hash;                  // What a matched row records; of a log, each row has its own.
  bool is_log = false;
  // Of a log: schema hash -> the columns that rows of this hash have logged.
  std::map<std::string, std::set<std::string>> logged_columns;
};

// Errors: NotFound for a missing table; InvalidArgument without keys, and for a column schema_hash
// in a table that is no log.
Result<std::vector<BootstrapSource>> BindBootstrapParts(RunContext& context,
                                                        const JoinShape& shape);

// Which hashes give a column: hash -> columns.
std::map<std::string, std::set<std::string>> ColumnsByHash(
    const std::vector<BootstrapSource>& sources);

}  // namespace gnomon::run
