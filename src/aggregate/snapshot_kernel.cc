// SPDX-License-Identifier: Apache-2.0
// Hops are days: a row goes to one state of its key and day, whatever the windows.
#include "aggregate/snapshot_kernel.h"

#include <arrow/api.h>

#include "aggregate/aggregation_plan.h"
#include "aggregate/cell_block.h"
#include "aggregate/hop_table.h"
#include "aggregate/intermediate_inputs.h"
#include "aggregate/key_encoding.h"
#include "aggregate/partial_intake.h"
#include "aggregate/row_intake.h"
#include "aggregate/snapshot_sweep.h"
#include "aggregate/state_shards.h"

namespace gnomon::aggregate {

namespace {

static_assert(StateShards::kShards == SnapshotKernel::kFinishParts);
// The days that matter, in milliseconds and as indices.
struct Horizon {
  std::int64_t begin_ms = 0;  // Of index 1.
  std::int64_t end_ms = 0;
  bool keeps_before = false;
  OutputDays days;
};

Result<Horizon> MakeHorizon(const AggregationPlan& plan, DayRange range) {
  if (range.empty() || range.day_count() > kWindowDaysMax) {
    return InvalidArgument("a backfill must give 1 to {} days: {}", kWindowDaysMax,
                           std::int64_t{range.end.days_since_epoch} - range.begin.days_since_epoch);
  }
  const std::int64_t first_day =
      std::int64_t{range.begin.days_since_epoch} - plan.window_days_max() + 1;
  if (first_day - 1 < INT32_MIN)
    return InvalidArgument("the first day is too far back - start later");
  Horizon horizon;
  horizon.begin_ms = first_day * kMillisPerDay;
  horizon.end_ms = range.end.begin_ms();
  horizon.keeps_before = plan.has_unbounded();
  horizon.days.first = static_cast<DayIndex>(plan.window_days_max());
  horizon.days.end = horizon.days.first + static_cast<DayIndex>(range.day_count());
  horizon.days.day_of_index_0 = Day{static_cast<std::int32_t>(first_day - 1)};
  return horizon;
}

Status CheckWindowsAreDays(const AggregationPlan& plan) {
  for (const OutputColumn& column : plan.columns) {
    if (!column.window.has_value() || column.window->unit == WindowUnit::kDays) continue;
    return InvalidArgument(
        "a window in hours needs TEMPORAL accuracy: column {} - use a window in days", column.name);
  }
  return Ok();
}

class DayKernel final : public SnapshotKernel {
 public:
  DayKernel(SnapshotKernelOptions options, AggregationPlan plan, KeyEncoding encoding,
            Horizon horizon)
      : options_(std::move(options)),
        fused_(FuseSums(std::move(plan))),
        encoding_(std::move(encoding)),
        horizon_(horizon),
        intake_(options_.keys, options_.inputs, plan_, encoding_),
        shards_(plan_, {options_.inputs, options_.threads, options_.memory_bytes, options_.tmp_dir},
                [this] { return std::make_unique<HopTable>(plan_); }) {}

  const std::vector<OutputColumn>& output_columns() const override { return plan_.columns; }

  std::int64_t time_step_ms() const override { return plan_.is_timed() ? 1 : kMillisPerDay; }

  Status Consume(const arrow::RecordBatch& batch) override {
    return partial_intake_.Consume(batch, [this](PreparedRows* rows) { SelectRows(rows); });
  }

  Status Finish(const Emit& emit) override {
    const OutputDays days = horizon_.days;
    OutputPool pool(ResultSchema(options_.keys, /*has_ts=*/false, plan_), days.end - days.first,
                    [&](std::size_t drawer, const arrow::RecordBatch& rows) {
                      const auto index = static_cast<std::int32_t>(days.first + drawer);
                      return emit(days.day_of_index_0 + index, rows);
                    });
    GNOMON_RETURN_IF_ERROR(shards_.Finish([&](StateTable* table) {
      return pool.With([&](OutputBatches* batches) {
        return SweepShard(*table, fused_, encoding_, days, batches);
      });
    }));
    return pool.Flush();
  }

  Counters counters() const override {
    const KernelCounters counted = intake_.counters(shards_.bytes_spilled());
    return {counted.rows_read, counted.rows_null_key, counted.rows_null_ts, counted.bytes_spilled};
  }

 private:
  // Keeps the rows that some window of some output day sees, and finds their days.
  void SelectRows(PreparedRows* prepared) const {
    const std::size_t count = prepared->rows.size();
    prepared->hops.resize(count);
    prepared->rows.clear();
    for (std::uint32_t row = 0; row < count; ++row) {
      const std::int64_t ts_ms = prepared->ts[row];
      if (ts_ms >= horizon_.begin_ms && ts_ms < horizon_.end_ms) {
        prepared->hops[row] =
            static_cast<DayIndex>((ts_ms - horizon_.begin_ms) / kMillisPerDay + 1);
        prepared->rows.push_back(row);
      } else if (horizon_.keeps_before && ts_ms < horizon_.begin_ms) {
        prepared->hops[row] = 0;
        prepared->rows.push_back(row);
      }
    }
  }

  const SnapshotKernelOptions options_;
  const FusedPlan fused_;
  const AggregationPlan& plan_ = fused_.plan;
  const KeyEncoding encoding_;
  const Horizon horizon_;
  RowIntake intake_;
  StateShards shards_;
  PartialIntake partial_intake_{&intake_, plan_,
                                [this](const PreparedRows& rows) { return shards_.Update(rows); }};
};

Result<std::unique_ptr<SnapshotKernel>> MakeKernel(SnapshotKernelOptions options,
                                                   AggregationPlan plan) {
  GNOMON_RETURN_IF_ERROR(CheckWindowsAreDays(plan));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  GNOMON_ASSIGN_OR_RETURN(const Horizon horizon, MakeHorizon(plan, options.days));
  return std::make_unique<DayKernel>(std::move(options), std::move(plan), std::move(encoding),
                                     horizon);
}

}  // namespace

Result<std::unique_ptr<SnapshotKernel>> SnapshotKernel::Make(SnapshotKernelOptions options) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  return MakeKernel(std::move(options), std::move(plan));
}

Result<std::unique_ptr<SnapshotKernel>> SnapshotKernel::MakeOverDayIrs(
    SnapshotKernelOptions options) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  options.inputs = IntermediateColumns(plan);
  return MakeKernel(std::move(options), OverIntermediates(std::move(plan)));
}

}  // namespace gnomon::aggregate
