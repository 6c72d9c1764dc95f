// SPDX-License-Identifier: Apache-2.0
// The table that a run writes: made on the first rows, grown when a feature was added, archived
// when its config changed in another way (the design's invariant 3), and filled day by day.
#pragma once

#include <arrow/type_fwd.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "iceberg/write_transaction.h"
#include "run/conf_change.h"
#include "run/output_table_spec.h"
#include "run/run_context.h"
#include "types/data_type.h"

namespace gnomon::run {

class OutputTable {
 public:
  // Looks the table up and announces what a changed conf means for it: nothing, stale days (columns
  // were added), or an archive (<table>_<yyyyMMddHHmmss>). Nothing is changed before
  // EnsureSchema(), and the old table stays in its place until the first commit of the new one.
  static Result<OutputTable> Open(RunContext& context, OutputTableSpec spec);

  std::string name() const { return spec_.name.ToString(); }
  const std::set<Day>& filled() const { return filled_; }
  // Whether there is a table whose rows stay.
  bool will_keep() const { return table_.has_value() && !archive_.has_value(); }
  // Days that earlier runs computed and that are computed again: found without rows, which may have
  // come since, or lacking a column.
  const std::set<Day>& known_empty() const { return known_empty_; }

  // Makes the table with `schema` (partition columns included) if there is none or the old one is
  // to be archived; else appends the columns that it lacks. Errors: InvalidArgument when a column's
  // type changed ("Existing columns cannot be modified").
  Status EnsureSchema(const Schema& schema);

  // Starts the write of the days of `step`.
  Result<std::unique_ptr<iceberg::WriteTransaction>> BeginWrite(const DayRange& step);

  // Commits a step, in which exactly `days_with_rows` got rows, and accounts for it in the report.
  // Errors: Conflict when another run wrote the same days first.
  Status Commit(std::unique_ptr<iceberg::WriteTransaction> transaction, const DayRange& step,
                const std::set<Day>& days_with_rows);

  // Records what the last steps found empty. A run that dies before has only not recorded it.
  Status Finish();

 private:
  OutputTable(RunContext& context, OutputTableSpec spec)
      : context_(&context), spec_(std::move(spec)) {}
  Status ReconcileConf();
  void AnnounceStale(const std::string& what);
  Status AnnounceArchive(const std::string& what);
  Result<iceberg::Table> MakeTable(const Schema& schema);
  // What the run records of its conf.
  std::map<std::string, std::string> ConfProperties() const;
  Status RefreshFilled();
  Result<bool> HasRowsIn(const DayRange& step) const;
  std::set<Day> DaysIn(const std::string& property) const;
  std::map<std::string, std::string> BookKeeping(const DayRange& step,
                                                 const std::set<Day>& days_with_rows) const;

  RunContext* context_;
  OutputTableSpec spec_;
  std::optional<iceberg::Table> table_;
  std::optional<catalog::TableName> archive_;  // What the table that is there becomes.
  std::set<Day> stale_;  // Filled, and to be computed again; not recorded yet.
  std::set<Day> filled_;
  std::set<Day> known_empty_;
  std::set<Day> pending_empty_;  // Found empty in this run, and not committed yet.
};

// A schema as an Iceberg table can hold it: bytes and shorts become ints.
Schema StorableSchema(Schema schema);

// The columns of `schema` by name from `batch`, cast where the table's type is wider. Errors:
// InvalidArgument.
Result<std::shared_ptr<arrow::RecordBatch>> ConformTo(const Schema& schema,
                                                      const arrow::RecordBatch& batch);

}  // namespace gnomon::run
