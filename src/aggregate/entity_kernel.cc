// SPDX-License-Identifier: Apache-2.0
// A partition's day is cut by its windows into parts, oldest first: what no window sees, then one
// part per window from the longest on, then what comes at or after the day's end. The parts of all
// days, day after day, are the hops; a window is a run of its day's parts.
#include "aggregate/entity_kernel.h"

#include <arrow/api.h>

#include <algorithm>

#include "aggregate/cell_block.h"
#include "aggregate/hop_table.h"
#include "aggregate/output_batches.h"
#include "aggregate/row_intake.h"
#include "aggregate/state_shards.h"

namespace gnomon::aggregate {

namespace {

// The parts of a day.
class DayParts {
 public:
  explicit DayParts(const AggregationPlan& plan) {
    for (const auto& window : plan.windows) {
      if (window.has_value()) begins_ms_.push_back(-window->length_ms());
    }
    if (!begins_ms_.empty()) begins_ms_.push_back(0);
    std::sort(begins_ms_.begin(), begins_ms_.end());
    begins_ms_.erase(std::unique(begins_ms_.begin(), begins_ms_.end()), begins_ms_.end());
  }

  HopIndex count() const { return static_cast<HopIndex>(begins_ms_.size() + 1); }
  HopIndex PartOf(std::int64_t ts_ms, std::int64_t day_end_ms) const {
    HopIndex part = 0;
    for (const std::int64_t begin : begins_ms_) part += ts_ms >= day_end_ms + begin ? 1 : 0;
    return part;
  }
  // The parts that the window sees; all without one.
  HopRange PartsOf(const std::optional<Window>& window) const {
    if (!window.has_value()) return {0, count()};
    const auto at = std::lower_bound(begins_ms_.begin(), begins_ms_.end(), -window->length_ms());
    return {static_cast<HopIndex>(at - begins_ms_.begin()) + 1, count() - 1};
  }

 private:
  std::vector<std::int64_t> begins_ms_;  // Of parts 1.., relative to the day's end.
};

// From a shard's hops to one row per key and day that it has rows on.
class EntitySweep {
 public:
  EntitySweep(const StateTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
              const DayParts& parts, OutputBatches* batches)
      : table_(table),
        plan_(fused.plan),
        encoding_(encoding),
        parts_(parts),
        batches_(batches),
        block_(fused) {}

  Status Run() {
    hops_ = SortHops(table_);
    const auto key_count = static_cast<std::uint32_t>(table_.keys().size());
    for (std::uint32_t key = 0; key < key_count; ++key) {
      AddKey(key);
      if (block_.is_full()) GNOMON_RETURN_IF_ERROR(GiveBlock());
    }
    return GiveBlock();
  }

 private:
  void AddKey(std::uint32_t key) {
    const auto hops = hops_.hops_of(key);
    const std::size_t first_cell = cell_days_.size();
    for (const HopIndex hop : hops) {
      const std::size_t day = hop / parts_.count();
      if (cell_days_.size() == first_cell || cell_days_.back() != day) cell_days_.push_back(day);
    }
    const auto days = std::span(cell_days_).subspan(first_cell);
    block_.AddKey(key, hops_.of(key), days.size());
    for (std::size_t window = 0; window < plan_.windows.size(); ++window) {
      const auto [begin, end] = parts_.PartsOf(plan_.windows[window]);
      HopRange range;
      for (const std::size_t day : days) {
        const auto first_part = static_cast<HopIndex>(day) * parts_.count();
        const auto skip_before = [&](HopIndex part, std::uint32_t* at) {
          while (*at < hops.size() && hops[*at] < first_part + part) ++*at;
        };
        skip_before(begin, &range.begin);
        range.end = std::max(range.begin, range.end);
        skip_before(end, &range.end);
        block_.ranges(window)->push_back(range);
      }
    }
  }

  Status GiveBlock() {
    if (block_.size() == 0) return Ok();
    GNOMON_RETURN_IF_ERROR(block_.Sweep(table_));
    // By day, in the order of keys.
    std::vector<std::uint32_t> cells = Iota(0, block_.size());
    std::stable_sort(cells.begin(), cells.end(), [&](std::uint32_t a, std::uint32_t b) {
      return cell_days_[a] < cell_days_[b];
    });
    for (std::size_t begin = 0; begin < cells.size();) {
      const std::size_t day = cell_days_[cells[begin]];
      std::size_t end = begin;
      while (end < cells.size() && cell_days_[cells[end]] == day) ++end;
      GNOMON_ASSIGN_OR_RETURN(OutputBatches::Builders * builders, batches_->At(day));
      GNOMON_RETURN_IF_ERROR(block_.Append(table_, encoding_,
                                           std::span(cells).subspan(begin, end - begin),
                                           builders->size() - plan_.columns.size(), *builders));
      GNOMON_RETURN_IF_ERROR(batches_->Added(day, static_cast<std::int64_t>(end - begin)));
      begin = end;
    }
    block_.Clear();
    cell_days_.clear();
    return Ok();
  }

  const StateTable& table_;
  const AggregationPlan& plan_;
  const KeyEncoding& encoding_;
  const DayParts& parts_;
  OutputBatches* batches_;
  HopsByKey hops_;
  CellBlock block_;
  std::vector<std::size_t> cell_days_;
};

class PartitionKernel final : public EntityKernel {
 public:
  PartitionKernel(EntityKernelOptions options, AggregationPlan plan, KeyEncoding encoding)
      : options_(std::move(options)),
        fused_(FuseSums(std::move(plan))),
        encoding_(std::move(encoding)),
        parts_(plan_),
        intake_(options_.keys, options_.inputs, plan_, encoding_),
        shards_(plan_, {options_.inputs, options_.threads, options_.memory_bytes, options_.tmp_dir},
                [this] { return std::make_unique<HopTable>(plan_); }) {}

  const std::vector<OutputColumn>& output_columns() const override { return plan_.columns; }

  Status Consume(const arrow::RecordBatch& batch, Day partition) override {
    GNOMON_CHECK(options_.days.Contains(partition));
    const auto first_part = static_cast<HopIndex>(partition - options_.days.begin) * parts_.count();
    const std::int64_t day_end_ms = (partition + 1).begin_ms();
    return intake_.ForEachSlice(
        batch, [&](const arrow::RecordBatch& slice, PreparedRows* rows) -> Status {
          GNOMON_RETURN_IF_ERROR(intake_.Open(slice, TsColumnFor(plan_), rows));
          intake_.EncodeKeys(rows);
          rows->hops.resize(static_cast<std::size_t>(slice.num_rows()));
          for (std::size_t row = 0; row < rows->hops.size(); ++row) {
            rows->hops[row] = first_part + parts_.PartOf(rows->ts[row], day_end_ms);
          }
          return shards_.Update(*rows);
        });
  }

  Status Finish(const EmitDayRows& emit) override {
    OutputPool pool(ResultSchema(options_.keys, /*has_ts=*/false, plan_), day_count(),
                    [&](std::size_t day, const arrow::RecordBatch& rows) {
                      return emit(options_.days.begin + static_cast<std::int32_t>(day), rows);
                    });
    GNOMON_RETURN_IF_ERROR(shards_.Finish([&](StateTable* table) {
      return pool.With([&](OutputBatches* batches) {
        return EntitySweep(*table, fused_, encoding_, parts_, batches).Run();
      });
    }));
    return pool.Flush();
  }

  KernelCounters counters() const override { return intake_.counters(shards_.bytes_spilled()); }

 private:
  std::size_t day_count() const { return static_cast<std::size_t>(options_.days.day_count()); }

  const EntityKernelOptions options_;
  const FusedPlan fused_;
  const AggregationPlan& plan_ = fused_.plan;
  const KeyEncoding encoding_;
  const DayParts parts_;
  RowIntake intake_;
  StateShards shards_;
};

}  // namespace

Result<std::unique_ptr<EntityKernel>> EntityKernel::Make(EntityKernelOptions options) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  if (options.days.empty() || options.days.day_count() > kWindowDaysMax) {
    return InvalidArgument("a backfill must give 1 to {} days: {}", kWindowDaysMax,
                           options.days.day_count());
  }
  return std::make_unique<PartitionKernel>(std::move(options), std::move(plan),
                                           std::move(encoding));
}

}  // namespace gnomon::aggregate
