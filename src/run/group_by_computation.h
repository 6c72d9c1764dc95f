// SPDX-License-Identifier: Apache-2.0
// A GroupBy bound to its source tables: what backfills, uploads and the parts of Joins share. Every
// kind of source (SPEC 6): events, cumulative events, entities with and without aggregations, and
// Joins as sources.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aggregate/aggregation_spec.h"
#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "run/derivations.h"
#include "run/missing_time.h"
#include "run/run_context.h"
#include "run/source_scan.h"
#include "run/source_view.h"

namespace gnomon::run {

struct GroupByOptions {
  // Conditions over the key columns, on top of the sources' wheres: rows that a caller does not
  // need.
  std::vector<expr::Expression> extra_wheres;
  // The last day of which anything is asked: a Join as a source is computed up to it. Unset: the
  // last day of the request.
  std::optional<Day> last;
  // Whether an incremental GroupBy computes from its table of single days (SPEC 6.2); Joins do not.
  bool from_day_irs = false;
  // Set if derivations are applied to rows without `ts`: one that uses it is refused.
  std::optional<MissingTime> missing_time;
};

class GroupByComputation {
 public:
  // Loads the source tables, reads no data yet; a Join as a source is computed first, in a dry run
  // planned. `context`,
  // `group_by` and `side` (its view, for an embedded GroupBy) must outlive it, and be validated.
  // Errors: NotFound for a missing table, with the command that makes it; what SourceScan::Bind,
  // the aggregations and Derivations refuse, with the place.
  static Result<GroupByComputation> Make(RunContext& context, const config::GroupBy& group_by,
                                         const config::SideFile& side, GroupByOptions options = {});

  SourceKind kind() const { return views_[0].kind; }
  // Without aggregations the columns of an entity pass through.
  bool has_aggregations() const { return !specs_.empty(); }
  const std::vector<aggregate::AggregationSpec>& aggregations() const { return specs_; }
  const Schema& keys() const { return keys_; }
  // What is aggregated: of each aggregation its buckets, then its input, without repeats.
  const Schema& inputs() const { return inputs_; }
  // The aggregations' outputs in Chronon's short names; none without aggregations.
  const std::vector<aggregate::OutputColumn>& outputs() const { return outputs_; }
  // The value columns before derivations: outputs, or what passes through.
  const Schema& base_columns() const { return base_; }
  // The value columns after derivations. A derivation with the name of a key takes the key's place.
  const Schema& value_columns() const { return values_; }
  // nullptr without.
  const Derivations* derivations() const { return derivations_ ? &*derivations_ : nullptr; }
  // Names of keys, `ts` and values of a GroupBy without aggregations in Chronon's order (SPEC
  // appendix I 11).
  const std::vector<std::string>& passed_through() const { return passed_through_; }

  // The days that at least one source has; nullopt when a source holds every day (it is cumulative,
  // or its table is not partitioned by day). Looks at the tables anew.
  Result<std::optional<std::set<Day>>> SourceDays();
  // If the run was asked to wait: until some source has each of the days of `wanted`, telling how
  // it stands now and then. Errors: Unavailable when the time is up.
  Status WaitForSources(const DayRange& wanted);
  // How many of `days` no source has, and what to do about it; empty when they have all.
  Result<std::string> MissingDaysNote(const DayRange& days) const;
  // The same for the partitions of mutations.
  Status WaitForMutations(const DayRange& wanted);
  // For days that no source has: what is missing and the command that makes it.
  std::string MissingSourceRemedy(const std::vector<Day>& days) const;

  // SNAPSHOT accuracy (SPEC 5.3, 5.4): computes `days`. `emit` gets batches of one day, from one
  // thread at a time: keys, then value columns (`ts` last if it passes through).
  using EmitDay = std::function<Status(Day day, const arrow::RecordBatch& rows)>;
  Status Compute(const DayRange& days, const EmitDay& emit);
  // The same with base columns.
  Status ComputeBase(const DayRange& days, const EmitDay& emit);

  // What kernels consume; `consume` is called from many threads. ReadEvents: keys, `ts`, inputs of
  // all that a TEMPORAL computation over `query_days` reads (SPEC 6.1). ReadSnapshots: keys, `ts`
  // if there is one, inputs (or what passes through) of the partitions `days`. ReadMutations: keys,
  // `ts`, inputs, `mutation_ts`, `is_before`.
  using Consume = SourceScan::Consume;
  using ConsumeDay = SourceScan::ConsumeDay;
  Status ReadEvents(const DayRange& query_days, const Consume& consume,
                    std::int64_t time_step_ms = 1) const;
  // Events of the partitions `days` alone.
  Status ReadEventsOfDays(const DayRange& days, const ConsumeDay& consume) const;
  Status ReadSnapshots(const DayRange& days, const ConsumeDay& consume) const;
  Status ReadMutations(const DayRange& days, const ConsumeDay& consume) const;
  // Everything that reading would refuse whatever the days; `with_mutations`: of mutations, too.
  Status CheckReadable(bool with_mutations) const;

  // Puts the value columns in the place of the base columns; the other columns stay.
  Result<std::shared_ptr<arrow::RecordBatch>> ApplyDerivations(
      std::shared_ptr<arrow::RecordBatch> batch) const;

 private:
  GroupByComputation(RunContext& context, const config::GroupBy& group_by,
                     const config::SideFile& side, GroupByOptions options)
      : context_(&context), group_by_(&group_by), side_(&side), options_(std::move(options)) {}
  Status LookAtSources();
  Status ComputeParents();
  Status BindSources();
  Status BindSource(const SourceView& view);
  SourceRequest RequestOf() const;
  void CollectPassedThrough(const SourceView& view, const iceberg::Table& table);
  Status CheckSameColumns(const SourceScan& scan, std::size_t index) const;
  Status BindOutputs();
  Status BindDerivations();
  // The last day of which a parent join is computed.
  Day LastOfParents() const { return options_.last.value_or(context_->end() - 1); }
  Result<iceberg::Table> TableOf(const SourceView& view) const;
  Result<iceberg::Table> MutationTableOf(const SourceView& view) const;
  Result<SourceScan> BindMutations(const SourceView& view) const;
  std::string PlaceOfRefused() const;
  Result<std::optional<std::set<Day>>> DaysOfSource(std::size_t index) const;
  Result<std::vector<Day>> MissingDays(const DayRange& days) const;
  Result<plan::ScanRange> EventsRange(std::size_t index, const DayRange& days) const;
  bool is_incremental() const {
    return options_.from_day_irs && group_by_->is_incremental.value_or(false);
  }
  Status ComputeEvents(const DayRange& days, const EmitDay& emit);
  Status ComputeEntities(const DayRange& days, const EmitDay& emit);
  Status PassThrough(const DayRange& days, const EmitDay& emit);

  RunContext* context_;
  const config::GroupBy* group_by_;
  const config::SideFile* side_;
  GroupByOptions options_;
  std::vector<aggregate::AggregationSpec> specs_;
  std::vector<SourceView> views_;
  std::map<std::string, iceberg::Table> planned_parents_;  // By name; in a dry run alone.
  std::vector<SourceScan> scans_;                          // As views_.
  Schema keys_, inputs_, base_, values_;
  bool passes_time_ = false;
  std::vector<std::string> passed_through_;
  std::vector<aggregate::OutputColumn> outputs_;
  std::optional<Derivations> derivations_;
};

}  // namespace gnomon::run
