// SPDX-License-Identifier: Apache-2.0
// Hops are the days; what is in their states at the end is given as it is.
#include "aggregate/day_ir_kernel.h"

#include <arrow/api.h>

#include <algorithm>

#include "aggregate/hop_table.h"
#include "aggregate/intermediate_inputs.h"
#include "aggregate/output_batches.h"
#include "aggregate/partial_intake.h"
#include "aggregate/row_intake.h"
#include "aggregate/state_shards.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

// Slots are encoded in runs, so that builders do not grow without bound.
constexpr std::size_t kRunSlots = 4096;

std::shared_ptr<arrow::Schema> RowSchema(const Schema& keys, const Schema& values) {
  Schema schema = keys;
  schema.fields.insert(schema.fields.end(), values.fields.begin(), values.fields.end());
  return ToArrow(schema);
}

class DayStates final : public DayIrKernel {
 public:
  DayStates(DayIrKernelOptions options, AggregationPlan plan, KeyEncoding encoding)
      : options_(std::move(options)),
        plan_(std::move(plan)),
        values_(IntermediateColumns(plan_)),
        encoding_(std::move(encoding)),
        intake_(options_.keys, options_.inputs, plan_, encoding_),
        shards_(plan_, {options_.inputs, options_.threads, options_.memory_bytes, options_.tmp_dir},
                [this] { return std::make_unique<HopTable>(plan_); }) {}

  const Schema& value_schema() const override { return values_; }

  Status Consume(const arrow::RecordBatch& batch) override {
    return partial_intake_.Consume(batch, [this](PreparedRows* rows) { SelectRows(rows); });
  }

  Status Finish(const EmitDayRows& emit) override {
    const Day first = options_.days.begin;
    OutputPool pool(RowSchema(options_.keys, values_),
                    static_cast<std::size_t>(options_.days.day_count()),
                    [&](std::size_t drawer, const arrow::RecordBatch& rows) {
                      return emit(first + static_cast<std::int32_t>(drawer), rows);
                    });
    GNOMON_RETURN_IF_ERROR(shards_.Finish([&](StateTable* table) {
      return pool.With([&](OutputBatches* batches) { return Give(*table, batches); });
    }));
    return pool.Flush();
  }

  KernelCounters counters() const override { return intake_.counters(shards_.bytes_spilled()); }

 private:
  void SelectRows(PreparedRows* prepared) const {
    const std::int64_t begin_ms = options_.days.begin.begin_ms();
    const std::int64_t end_ms = options_.days.end.begin_ms();
    const auto count = static_cast<std::uint32_t>(prepared->rows.size());
    prepared->hops.resize(count);
    prepared->rows.clear();
    for (std::uint32_t row = 0; row < count; ++row) {
      const std::int64_t ts_ms = prepared->ts[row];
      if (ts_ms < begin_ms || ts_ms >= end_ms) continue;
      prepared->hops[row] = static_cast<HopIndex>((ts_ms - begin_ms) / kMillisPerDay);
      prepared->rows.push_back(row);
    }
  }

  // Day after day, each with its keys in the order in which they came.
  Status Give(const StateTable& table, OutputBatches* batches) const {
    std::vector<std::uint32_t> slots = Iota(0, table.slot_count());
    std::stable_sort(slots.begin(), slots.end(), [&](std::uint32_t a, std::uint32_t b) {
      return table.slot_hop(a) < table.slot_hop(b);
    });
    for (std::size_t begin = 0; begin < slots.size();) {
      const HopIndex day = table.slot_hop(slots[begin]);
      std::size_t end = begin;
      while (end < slots.size() && end - begin < kRunSlots && table.slot_hop(slots[end]) == day)
        ++end;
      GNOMON_RETURN_IF_ERROR(
          GiveRun(table, day, std::span(slots).subspan(begin, end - begin), batches));
      begin = end;
    }
    return Ok();
  }

  Status GiveRun(const StateTable& table, HopIndex day, std::span<const std::uint32_t> slots,
                 OutputBatches* batches) const {
    GNOMON_ASSIGN_OR_RETURN(OutputBatches::Builders * builders, batches->At(day));
    for (const std::uint32_t slot : slots) {
      GNOMON_ARROW_RETURN_NOT_OK(
          encoding_.Append(table.keys().key(table.slot_key(slot)), *builders),
          "building rows of intermediate results");
    }
    for (std::size_t i = 0; i < plan_.states.size(); ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(
          table.states(i).Encode(slots, (*builders)[options_.keys.fields.size() + i].get()),
          "building rows of intermediate results");
    }
    return batches->Added(day, static_cast<std::int64_t>(slots.size()));
  }

  const DayIrKernelOptions options_;
  const AggregationPlan plan_;
  const Schema values_;
  const KeyEncoding encoding_;
  RowIntake intake_;
  StateShards shards_;
  PartialIntake partial_intake_{&intake_, plan_,
                                [this](const PreparedRows& rows) { return shards_.Update(rows); }};
};

}  // namespace

Result<Schema> DayIrColumns(const std::vector<AggregationSpec>& aggregations,
                            const Schema& inputs) {
  GNOMON_ASSIGN_OR_RETURN(const AggregationPlan plan, PlanAggregations(aggregations, inputs));
  GNOMON_RETURN_IF_ERROR(CheckIntermediateNames(plan));
  return IntermediateColumns(plan);
}

Result<std::unique_ptr<DayIrKernel>> DayIrKernel::Make(DayIrKernelOptions options) {
  if (options.days.empty() || options.days.day_count() > kWindowDaysMax) {
    return InvalidArgument("intermediate results are of 1 to {} days: {}", kWindowDaysMax,
                           options.days.day_count());
  }
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  GNOMON_RETURN_IF_ERROR(CheckIntermediateNames(plan));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  return std::make_unique<DayStates>(std::move(options), std::move(plan), std::move(encoding));
}

}  // namespace gnomon::aggregate
