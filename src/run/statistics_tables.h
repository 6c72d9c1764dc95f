// SPDX-License-Identifier: Apache-2.0
// Where statistics are kept: `<table>_daily_stats` for people and queries, and
// `<table>_daily_stats_upload`, the same as Avro bytes for an online store (SPEC 8.11).
#pragma once

#include <optional>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "run/column_statistics.h"
#include "run/output_table.h"
#include "run/run_context.h"

namespace gnomon::run {

class StatisticsTables {
 public:
  // `table` is the described table's name; `key` the name of its config as keys of stores have it
  // (`team/file.variable`); `columns` are those that are described.
  static Result<StatisticsTables> Open(RunContext& context, const catalog::TableName& table,
                                       std::string key, const DayRange& wanted);

  const OutputTable& output() const { return *output_; }
  OutputTable& output() { return *output_; }

  // Writes the statistics of one day in place of what was there: first the upload table, then the
  // other, which makes the day count as filled.
  Status Write(Day day, const ColumnStatistics& statistics);

 private:
  explicit StatisticsTables(RunContext& context) : context_(&context) {}
  Status WriteUpload(Day day, const ColumnStatistics& statistics,
                     const arrow::RecordBatch& intermediate);

  RunContext* context_;
  std::string key_;
  catalog::TableName upload_;
  std::optional<OutputTable> output_;
};

}  // namespace gnomon::run
