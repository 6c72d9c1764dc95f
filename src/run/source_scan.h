// SPDX-License-Identifier: Apache-2.0
// Reads one source of a config (SPEC 6.1): scans the partitions that matter, applies the wheres,
// evaluates the selects, and hands over batches with the columns that are wanted and their time.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/side_file.h"
#include "expr/expression.h"
#include "iceberg/table.h"
#include "plan/scan_range.h"
#include "run/partition_reading.h"
#include "run/source_view.h"

namespace gnomon::run {

// What is wanted of a source.
struct SourceRequest {
  std::vector<std::string> columns;  // By their names in the selects, in order.
  enum class Time : std::uint8_t {
    kNone,
    kIfThere,  // `ts` if the query selects it or has a time column.
    kAlways,   // `ts`; without either the last millisecond of the row's partition (SPEC 5.3).
  };
  Time time = Time::kAlways;
  bool mutations = false;  // Also `mutation_ts` and `is_before` (SPEC 5.5).
  // Conditions over `columns`, on top of the query's wheres.
  std::vector<expr::Expression> extra_wheres;
  // Of `columns`, strings that Read may give as dictionaries of int32.
  std::vector<std::string> dictionaries;
};

class SourceScan {
 public:
  // Binds the expressions of the source `view` to `table`, which is its table or that of its
  // mutations. Errors: InvalidArgument (unknown column, a time column that is not BIGINT
  // milliseconds, a where that is no boolean), Unimplemented (not proven equal to Spark), each with
  // its place in the user's file.
  static Result<SourceScan> Bind(const config::SideFile& side, const SourceView& view,
                                 const iceberg::Table& table, SourceRequest request);

  // The columns that come: those of the request, then `ts` (bigint), `mutation_ts` (bigint) and
  // `is_before` (boolean) where wanted and not among them.
  const Schema& selected() const { return selected_; }
  const iceberg::Table& table() const { return table_; }
  const std::string& partition_column() const { return partition_column_; }

  // Reads the partitions of `range` on `threads` threads. `consume` is called from all of them,
  // with the selected columns, those of the request's `dictionaries` maybe as such.
  // `ts` may be another time between the same multiples of `time_step_ms`.
  using Consume = std::function<Status(const arrow::RecordBatch& batch)>;
  Status Read(const plan::ScanRange& range, int threads, const Consume& consume,
              std::int64_t time_step_ms = 1) const;

  // The same, each batch being of one partition. Rows whose partition is no day are left out.
  using ConsumeDay = std::function<Status(Day partition, const arrow::RecordBatch& batch)>;
  Status ReadByDay(const plan::ScanRange& range, int threads, const ConsumeDay& consume) const;

 private:
  // One column that comes.
  struct Output {
    std::string name;
    std::string at;                        // Its expression's path in the conf.
    std::optional<expr::Expression> tree;  // Unset: the last millisecond of the row's partition.
    std::optional<expr::BoundExpression> bound;
    bool has_run_day = false;  // Its tree asks for the day that is read.
  };
  struct Where {
    std::string at;
    expr::Expression tree;
    std::optional<expr::BoundExpression> bound;
    bool has_run_day = false;
  };

  explicit SourceScan(iceberg::Table table) : table_(std::move(table)) {}
  Result<Output> OutputOf(const SourceView& view, const std::string& column) const;
  Result<Output> TimeOf(const SourceView& view) const;
  Result<Output> MutationOutput(const SourceView& view, const std::string& column,
                                const std::optional<std::string>& expression,
                                const std::string& field) const;
  Status CollectOutputs(const SourceView& view, const SourceRequest& request);
  Status CollectWheres(const SourceView& view);
  void CollectScanned();
  void CollectPlain(const SourceRequest& request);
  Status CheckUnused(const SourceView& view) const;
  Status BindOutput(Output& output);
  Status BindWhere(Where& where);
  Status BindExtraWheres(const std::vector<expr::Expression>& wheres);
  Result<expr::Expression> TreeAt(const std::string& path, const std::string& identity) const;
  Result<expr::BoundExpression> BindTo(const Schema& schema, const expr::Expression& tree,
                                       const std::string& at) const;
  Status CheckTimeType(const Output& output, const DataType& type) const;

  // A copy whose expressions ask for `range` (SPEC 6.1, CHRONON_RUN_DS).
  Result<SourceScan> ForRunDay(const plan::ScanRange& range) const;
  Result<std::shared_ptr<arrow::RecordBatch>> Project(const arrow::RecordBatch& batch) const;
  Result<std::shared_ptr<arrow::RecordBatch>> ExtraFiltered(
      std::shared_ptr<arrow::RecordBatch> batch) const;
  Result<std::shared_ptr<arrow::Array>> EndOfPartition(const arrow::RecordBatch& batch) const;
  Status CheckTimes(const arrow::RecordBatch& batch, Day last) const;
  // Calls `consume` with the wheres applied; the batch still has the table's columns.
  Status Scan(const plan::ScanRange& range, int threads, iceberg::ScanOptions options,
              const ConsumeRows& consume) const;
  Status ProjectTo(const plan::ScanRange& range, const arrow::RecordBatch& batch,
                   const Consume& consume) const;

  iceberg::Table table_;
  std::shared_ptr<const config::SideFile> side_;
  std::string partition_column_;
  Schema scanned_;  // The table's columns that any expression needs, and the partition column.
  Schema selected_;
  std::vector<Output> outputs_;  // As selected_.
  std::vector<Where> wheres_;
  std::vector<expr::BoundExpression> extra_wheres_;  // Over selected_.
  std::vector<std::string> dictionaries_;            // Of scanned_.
  std::optional<std::string> time_of_scanned_;       // What `ts` is, where it is nothing else.
  bool has_run_day_ = false;
  std::string time_column_, time_place_;  // As the user wrote it, and where.
};

}  // namespace gnomon::run
