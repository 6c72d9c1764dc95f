// SPDX-License-Identifier: Apache-2.0
// Queries cut each key's time into intervals; events stream through them.
#include "aggregate/temporal_kernel.h"

#include <arrow/api.h>

#include "aggregate/cell_block.h"
#include "aggregate/query_sweep.h"
#include "aggregate/row_intake.h"
#include "aggregate/state_shards.h"

namespace gnomon::aggregate {

namespace {

class IntervalKernel final : public TemporalKernel {
 public:
  IntervalKernel(TemporalKernelOptions options, AggregationPlan plan, KeyEncoding encoding)
      : options_(std::move(options)),
        fused_(FuseSums(std::move(plan))),
        encoding_(std::move(encoding)),
        intake_(options_.keys, options_.inputs, plan_, encoding_),
        shards_(plan_, {options_.inputs, options_.threads, options_.memory_bytes, options_.tmp_dir},
                [this] {
                  // An event at the query's own ts does not count.
                  return std::make_unique<IntervalTable>(plan_,
                                                         [](std::int64_t query) { return query; });
                }) {}

  const std::vector<OutputColumn>& output_columns() const override { return plan_.columns; }

  Status AddQueries(const arrow::RecordBatch& batch) override {
    const auto add = [&](const arrow::RecordBatch& slice, PreparedRows* queries) -> Status {
      GNOMON_RETURN_IF_ERROR(intake_.OpenQueries(slice, queries));
      return shards_.AddQueries(*queries);
    };
    return intake_.ForEachSlice(batch, add);
  }

  Status Seal() override { return shards_.Seal(); }

  Status Consume(const arrow::RecordBatch& batch) override {
    const auto update = [&](const arrow::RecordBatch& slice, PreparedRows* events) -> Status {
      GNOMON_RETURN_IF_ERROR(intake_.Open(slice, TsColumn::kRequired, events));
      intake_.EncodeKeys(events);
      return shards_.Update(*events);
    };
    return intake_.ForEachSlice(batch, update);
  }

  Status Finish(const EmitRows& emit) override {
    OutputPool pool(ResultSchema(options_.keys, /*has_ts=*/true, plan_), 1,
                    [&](std::size_t, const arrow::RecordBatch& rows) { return emit(rows); });
    GNOMON_RETURN_IF_ERROR(shards_.Finish([&](StateTable* table) {
      return pool.With([&](OutputBatches* batches) {
        return SweepQueries(static_cast<const IntervalTable&>(*table), fused_, encoding_, batches);
      });
    }));
    return pool.Flush();
  }

  KernelCounters counters() const override { return intake_.counters(shards_.bytes_spilled()); }

 private:
  const TemporalKernelOptions options_;
  const FusedPlan fused_;
  const AggregationPlan& plan_ = fused_.plan;
  const KeyEncoding encoding_;
  RowIntake intake_;
  StateShards shards_;
};

}  // namespace

Result<std::unique_ptr<TemporalKernel>> TemporalKernel::Make(TemporalKernelOptions options) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  return std::make_unique<IntervalKernel>(std::move(options), std::move(plan), std::move(encoding));
}

}  // namespace gnomon::aggregate
