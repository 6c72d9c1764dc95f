// SPDX-License-Identifier: Apache-2.0
// The batch end is the same for all keys, so the hops are: where a collapsed part or a tail of some
// window begins or ends, and within tails every hop of theirs. A row goes to one of them; each part
// of the answer is merged from a run of them.
#include "aggregate/batch_ir_kernel.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "aggregate/hop_table.h"
#include "aggregate/interval_table.h"
#include "aggregate/output_batches.h"
#include "aggregate/row_intake.h"
#include "aggregate/state_shards.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr std::int64_t kTailBufferMs = 2 * kMillisPerDay;
// As the stored arrays are ordered (SPEC 7.3).
constexpr std::array<std::int64_t, 3> kHopSizesMs = {kMillisPerDay, kMillisPerHour, 5 * 60'000};

// Times [begin_ms, end_ms); empty when begin_ms is not less.
struct Span {
  std::int64_t begin_ms = INT64_MIN;
  std::int64_t end_ms = 0;
};

Span CollapsedOf(const std::optional<Window>& window, std::int64_t batch_end_ms) {
  if (!window.has_value()) return {INT64_MIN, batch_end_ms};
  return {batch_end_ms - window->length_ms() + kTailBufferMs, batch_end_ms};
}

// A row at exactly B - w counts (SPEC appendix G 1).
Span TailOf(const Window& window, std::int64_t batch_end_ms) {
  const std::int64_t begin_ms = batch_end_ms - window.length_ms();
  return {begin_ms, std::min(begin_ms + kTailBufferMs, batch_end_ms)};
}

// Each aggregation by itself: two of one meaning share no state, since a batch IR has a field for
// each aggregation and bucket (SPEC 7.3).
Result<AggregationPlan> PlanApart(const std::vector<AggregationSpec>& aggregations,
                                  const Schema& inputs) {
  AggregationPlan plan;
  for (std::size_t i = 0; i < aggregations.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(AggregationPlan own, PlanAggregations({aggregations[i]}, inputs));
    for (std::size_t column = 0; column < own.columns.size(); ++column) {
      own.columns[column].aggregation = i;
      plan.columns.push_back(std::move(own.columns[column]));
      plan.state_of_column.push_back(plan.states.size() + own.state_of_column[column]);
      plan.window_of_column.push_back(plan.windows.size() + own.window_of_column[column]);
    }
    std::move(own.states.begin(), own.states.end(), std::back_inserter(plan.states));
    plan.windows.insert(plan.windows.end(), own.windows.begin(), own.windows.end());
  }
  return plan;
}

// The hops of all keys: hop i lies between bound i - 1 and bound i.
class Grid {
 public:
  Grid(const AggregationPlan& plan, std::int64_t batch_end_ms) : bounds_ms_{batch_end_ms} {
    for (const auto& window : plan.windows) {
      if (!window.has_value()) continue;
      const Span collapsed = CollapsedOf(window, batch_end_ms);
      if (collapsed.begin_ms < batch_end_ms) bounds_ms_.push_back(collapsed.begin_ms);
      AddTail(TailOf(*window, batch_end_ms), TailHopMs(*window));
    }
    std::sort(bounds_ms_.begin(), bounds_ms_.end());
    bounds_ms_.erase(std::unique(bounds_ms_.begin(), bounds_ms_.end()), bounds_ms_.end());
  }

  HopIndex hop_count() const { return static_cast<HopIndex>(bounds_ms_.size() + 1); }
  HopIndex HopOf(std::int64_t ts_ms) const {
    return static_cast<HopIndex>(std::upper_bound(bounds_ms_.begin(), bounds_ms_.end(), ts_ms) -
                                 bounds_ms_.begin());
  }
  std::int64_t begin_ms(HopIndex hop) const { return hop == 0 ? INT64_MIN : bounds_ms_[hop - 1]; }
  // The hops of a span whose ends are bounds.
  HopRange HopsOf(const Span& span) const {
    if (span.begin_ms >= span.end_ms) return {};
    return {span.begin_ms == INT64_MIN ? 0 : HopOf(span.begin_ms), HopOf(span.end_ms - 1) + 1};
  }

 private:
  // Before 1970 rounding toward zero moves the hops' first milliseconds by one.
  void AddTail(const Span& tail, std::int64_t hop_ms) {
    bounds_ms_.push_back(tail.begin_ms);
    bounds_ms_.push_back(tail.end_ms);
    for (std::int64_t at = RoundToHop(tail.begin_ms, hop_ms); at < tail.end_ms; at += hop_ms) {
      const std::int64_t first_ms = at < 0 ? at + 1 : at;
      if (first_ms > tail.begin_ms && first_ms < tail.end_ms && at != 0)
        bounds_ms_.push_back(first_ms);
    }
  }

  std::vector<std::int64_t> bounds_ms_;
};

// Which hops go into the tail hops of one size, by state.
struct TailCover {
  std::int64_t hop_ms = 0;
  std::vector<std::vector<std::uint8_t>> by_state;
  std::vector<std::uint8_t> any;
};

std::vector<TailCover> CoverTails(const AggregationPlan& plan, const Grid& grid,
                                  std::int64_t batch_end_ms) {
  std::vector<TailCover> covers;
  for (const std::int64_t hop_ms : kHopSizesMs) {
    TailCover cover{hop_ms, {}, std::vector<std::uint8_t>(grid.hop_count(), 0)};
    cover.by_state.assign(plan.states.size(), cover.any);
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      const auto& window = plan.windows[plan.window_of_column[i]];
      if (!window.has_value() || TailHopMs(*window) != hop_ms) continue;
      const HopRange hops = grid.HopsOf(TailOf(*window, batch_end_ms));
      for (std::uint32_t hop = hops.begin; hop < hops.end; ++hop) {
        cover.by_state[plan.state_of_column[i]][hop] = cover.any[hop] = 1;
      }
    }
    covers.push_back(std::move(cover));
  }
  return covers;
}

Schema ValueSchema(const AggregationPlan& plan) {
  std::vector<Field> collapsed;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    collapsed.push_back(
        {plan.columns[i].name, plan.states[plan.state_of_column[i]].bound.intermediate});
  }
  std::vector<Field> hop;
  for (const PlannedState& state : plan.states)
    hop.push_back({state.name, state.bound.intermediate});
  hop.push_back({"ts", TypeKind::kLong});
  return Schema{{{"collapsedIr", DataType::Struct(std::move(collapsed))},
                 {"tailHopIrs", DataType::List(DataType::List(DataType::Struct(std::move(hop))))}}};
}

// Slots of a shard's table that are merged into a slot of the answer's.
struct Merges {
  std::vector<std::uint32_t> into;
  std::vector<std::uint32_t> from;
};

// Turns a shard's hops into rows, a block of keys at a time.
class BatchIrSweep {
 public:
  BatchIrSweep(const StateTable& table, const AggregationPlan& plan, const KeyEncoding& encoding,
               const Grid& grid, const std::vector<TailCover>& covers, std::int64_t batch_end_ms,
               OutputBatches* batches)
      : table_(table),
        plan_(plan),
        encoding_(encoding),
        grid_(grid),
        covers_(covers),
        batch_end_ms_(batch_end_ms),
        batches_(batches) {}

  Status Run() {
    hops_ = SortHops(table_);
    const auto key_count = static_cast<std::uint32_t>(table_.keys().size());
    for (std::uint32_t begin = 0; begin < key_count; begin += kBlockKeys) {
      const std::uint32_t end = std::min(begin + kBlockKeys, key_count);
      GNOMON_ASSIGN_OR_RETURN(OutputBatches::Builders * builders, batches_->At(0));
      for (std::uint32_t key = begin; key < end; ++key) {
        GNOMON_ARROW_RETURN_NOT_OK(encoding_.Append(table_.keys().key(key), *builders),
                                   "building output rows");
      }
      auto& collapsed = static_cast<arrow::StructBuilder&>(*(*builders)[builders->size() - 2]);
      auto& tails = static_cast<arrow::ListBuilder&>(*builders->back());
      GNOMON_RETURN_IF_ERROR(AppendCollapsed(begin, end, &collapsed));
      GNOMON_RETURN_IF_ERROR(AppendTails(begin, end, &tails));
      GNOMON_RETURN_IF_ERROR(batches_->Added(0, end - begin));
    }
    return Ok();
  }

 private:
  static constexpr std::uint32_t kBlockKeys = 1024;

  // Appends `count` intermediate results of a state, merged as told.
  Status AppendMerged(std::size_t state, const Merges& merges, std::size_t count,
                      arrow::ArrayBuilder* results) const {
    const BoundAggregation& bound = plan_.states[state].bound;
    const auto merged = bound.make_states(bound);
    merged->Resize(count);
    GNOMON_RETURN_IF_ERROR(merged->Merge(merges.into, table_.states(state), merges.from));
    GNOMON_ARROW_RETURN_NOT_OK(merged->Encode(Iota(0, count), results), "building output rows");
    return Ok();
  }

  Status AppendCollapsed(std::uint32_t begin, std::uint32_t end,
                         arrow::StructBuilder* collapsed) const {
    for (std::uint32_t key = begin; key < end; ++key) {
      GNOMON_ARROW_RETURN_NOT_OK(collapsed->Append(), "building output rows");
    }
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      const HopRange seen =
          grid_.HopsOf(CollapsedOf(plan_.windows[plan_.window_of_column[i]], batch_end_ms_));
      Merges merges;
      for (std::uint32_t key = begin; key < end; ++key) {
        for (const std::uint32_t slot : hops_.of(key)) {
          if (table_.slot_hop(slot) < seen.begin || table_.slot_hop(slot) >= seen.end) continue;
          merges.into.push_back(key - begin);
          merges.from.push_back(slot);
        }
      }
      GNOMON_RETURN_IF_ERROR(AppendMerged(plan_.state_of_column[i], merges, end - begin,
                                          collapsed->field_builder(static_cast<int>(i))));
    }
    return Ok();
  }

  Status AppendTails(std::uint32_t begin, std::uint32_t end, arrow::ListBuilder* tails) const {
    auto& sizes = static_cast<arrow::ListBuilder&>(*tails->value_builder());
    auto& records = static_cast<arrow::StructBuilder&>(*sizes.value_builder());
    auto& starts = static_cast<arrow::Int64Builder&>(
        *records.field_builder(static_cast<int>(plan_.states.size())));
    std::vector<Merges> merges(plan_.states.size());
    std::size_t count = 0;
    for (std::uint32_t key = begin; key < end; ++key) {
      GNOMON_ARROW_RETURN_NOT_OK(tails->Append(), "building output rows");
      for (const TailCover& cover : covers_) {
        GNOMON_ARROW_RETURN_NOT_OK(sizes.Append(), "building output rows");
        std::optional<std::int64_t> start;  // Of the record that rows go to.
        for (const std::uint32_t slot : hops_.of(key)) {
          const HopIndex hop = table_.slot_hop(slot);
          if (cover.any[hop] == 0) continue;
          const std::int64_t hop_start = RoundToHop(grid_.begin_ms(hop), cover.hop_ms);
          if (start != hop_start) {
            start = hop_start;
            ++count;
            GNOMON_ARROW_RETURN_NOT_OK(records.Append(), "building output rows");
            GNOMON_ARROW_RETURN_NOT_OK(starts.Append(hop_start), "building output rows");
          }
          for (std::size_t state = 0; state < merges.size(); ++state) {
            if (cover.by_state[state][hop] == 0) continue;
            merges[state].into.push_back(static_cast<std::uint32_t>(count - 1));
            merges[state].from.push_back(slot);
          }
        }
      }
    }
    for (std::size_t state = 0; state < merges.size(); ++state) {
      GNOMON_RETURN_IF_ERROR(AppendMerged(state, merges[state], count,
                                          records.field_builder(static_cast<int>(state))));
    }
    return Ok();
  }

  const StateTable& table_;
  const AggregationPlan& plan_;
  const KeyEncoding& encoding_;
  const Grid& grid_;
  const std::vector<TailCover>& covers_;
  const std::int64_t batch_end_ms_;
  OutputBatches* batches_;
  HopsByKey hops_;
};

class GridKernel final : public BatchIrKernel {
 public:
  GridKernel(BatchIrKernelOptions options, AggregationPlan plan, KeyEncoding encoding)
      : options_(std::move(options)),
        plan_(std::move(plan)),
        encoding_(std::move(encoding)),
        value_schema_(ValueSchema(plan_)),
        grid_(plan_, options_.batch_end_ms),
        covers_(CoverTails(plan_, grid_, options_.batch_end_ms)),
        intake_(options_.keys, options_.inputs, plan_, encoding_),
        shards_(plan_, {options_.inputs, options_.threads, options_.memory_bytes, options_.tmp_dir},
                [this] { return std::make_unique<HopTable>(plan_); }) {}

  const std::vector<OutputColumn>& output_columns() const override { return plan_.columns; }
  const Schema& value_schema() const override { return value_schema_; }

  Status Consume(const arrow::RecordBatch& batch) override {
    return intake_.ForEachSlice(
        batch, [&](const arrow::RecordBatch& slice, PreparedRows* rows) -> Status {
          GNOMON_RETURN_IF_ERROR(intake_.Open(slice, TsColumn::kRequired, rows));
          intake_.EncodeKeys(rows);
          rows->hops.resize(static_cast<std::size_t>(slice.num_rows()));
          for (std::size_t row = 0; row < rows->hops.size(); ++row) {
            rows->hops[row] = grid_.HopOf(rows->ts[row]);
          }
          return shards_.Update(*rows);
        });
  }

  Status Finish(const EmitRows& emit) override {
    Schema rows_schema = options_.keys;
    rows_schema.fields.insert(rows_schema.fields.end(), value_schema_.fields.begin(),
                              value_schema_.fields.end());
    OutputPool pool(ToArrow(rows_schema), 1,
                    [&](std::size_t, const arrow::RecordBatch& rows) { return emit(rows); });
    GNOMON_RETURN_IF_ERROR(shards_.Finish([&](StateTable* table) {
      return pool.With([&](OutputBatches* batches) {
        return BatchIrSweep(*table, plan_, encoding_, grid_, covers_, options_.batch_end_ms,
                            batches)
            .Run();
      });
    }));
    return pool.Flush();
  }

  KernelCounters counters() const override { return intake_.counters(shards_.bytes_spilled()); }

 private:
  const BatchIrKernelOptions options_;
  const AggregationPlan plan_;
  const KeyEncoding encoding_;
  const Schema value_schema_;
  const Grid grid_;
  const std::vector<TailCover> covers_;
  RowIntake intake_;
  StateShards shards_;
};

}  // namespace

Result<std::unique_ptr<BatchIrKernel>> BatchIrKernel::Make(BatchIrKernelOptions options) {
  if (options.batch_end_ms % kMillisPerDay != 0)
    return InvalidArgument("the end of a batch must be a midnight: {}", options.batch_end_ms);
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan, PlanApart(options.aggregations, options.inputs));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  return std::make_unique<GridKernel>(std::move(options), std::move(plan), std::move(encoding));
}

}  // namespace gnomon::aggregate
