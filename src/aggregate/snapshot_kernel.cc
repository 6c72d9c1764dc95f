// SPDX-License-Identifier: Apache-2.0
// Rows are dealt to shards by the hash of their key; each shard has its lock, its hop table, and
// its spill files when memory ran out. Sums of doubles follow the order in which rows reach a
// shard: the same for one consuming thread, not for several (the answers then differ in their last
// digits, as Chronon's do).
#include "aggregate/snapshot_kernel.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "aggregate/aggregation_plan.h"
#include "aggregate/hop_table.h"
#include "aggregate/key_encoding.h"
#include "aggregate/shard_spill.h"
#include "aggregate/snapshot_sweep.h"
#include "base/cancellation.h"
#include "base/memory_gate.h"
#include "base/parallel.h"
#include "base/work_counter.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::aggregate {

namespace {

constexpr std::size_t kShardBits = 5;
constexpr std::size_t kShards = std::size_t{1} << kShardBits;
static_assert(kShards == SnapshotKernel::kFinishParts);
// A batch is worked off in slices, so that what is prepared of it stays in the cache.
constexpr std::int64_t kSliceRows = 64 * 1024;

// The lower bits choose the place in the key table, the upper ones are its tag's.
std::size_t ShardOf(std::uint64_t hash) { return (hash >> 27) & (kShards - 1); }

struct Shard {
  std::mutex mutex;
  std::unique_ptr<HopTable> table;
  std::unique_ptr<ShardSpill> spill;
  std::atomic<std::int64_t> memory_bytes = 0;
  // Of its states when they went to disk, and of the file that they went to.
  std::int64_t spilled_memory_bytes = 0;
  std::int64_t state_file_bytes = 0;
};

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

class ShardedKernel final : public SnapshotKernel {
 public:
  ShardedKernel(SnapshotKernelOptions options, AggregationPlan plan, KeyEncoding encoding,
                Horizon horizon)
      : options_(std::move(options)),
        plan_(std::move(plan)),
        encoding_(std::move(encoding)),
        horizon_(horizon) {
    for (Shard& shard : shards_) ResetTable(&shard);
  }

  const std::vector<OutputColumn>& output_columns() const override { return plan_.columns; }
  Status Consume(const arrow::RecordBatch& batch) override;
  Status Finish(const Emit& emit) override;
  Counters counters() const override {
    return {rows_read_, rows_null_key_, rows_null_ts_, bytes_spilled_};
  }

 private:
  Status ConsumeSlice(const arrow::RecordBatch& slice);
  Result<std::shared_ptr<arrow::Array>> Column(const arrow::RecordBatch& batch,
                                               const Field& field) const;
  void SelectRows(const arrow::Array& ts, PreparedRows* prepared);
  Status UpdateShard(Shard* shard, const PreparedRows& prepared,
                     std::span<const std::uint32_t> selection);
  void ResetTable(Shard* shard) {
    shard->table = std::make_unique<HopTable>(plan_, horizon_.days.end);
    SetMemory(shard, 0);
  }
  void SetMemory(Shard* shard, std::int64_t bytes) {
    memory_bytes_ += bytes - shard->memory_bytes.exchange(bytes);
  }
  // What Finish needs beside the states is left free.
  std::int64_t memory_limit() const { return options_.memory_bytes / 4 * 3; }
  Status SpillLargestShards();
  static std::int64_t RestoredBytes(const Shard& shard);
  Status FinishShard(Shard* shard, DayBatches* batches);

  const SnapshotKernelOptions options_;
  const AggregationPlan plan_;
  const KeyEncoding encoding_;
  const Horizon horizon_;
  std::array<Shard, kShards> shards_;
  std::mutex spill_mutex_;
  std::atomic<std::int64_t> memory_bytes_ = 0;
  std::atomic<std::int64_t> rows_read_ = 0;
  std::atomic<std::int64_t> rows_null_key_ = 0;
  std::atomic<std::int64_t> rows_null_ts_ = 0;
  std::atomic<std::int64_t> bytes_spilled_ = 0;
  std::atomic<std::size_t> next_first_shard_ = 0;
};

Status ShardedKernel::Consume(const arrow::RecordBatch& batch) {
  for (std::int64_t begin = 0; begin < batch.num_rows(); begin += kSliceRows) {
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    GNOMON_RETURN_IF_ERROR(ConsumeSlice(*batch.Slice(begin, kSliceRows)));
    if (memory_bytes_ > memory_limit()) GNOMON_RETURN_IF_ERROR(SpillLargestShards());
  }
  return Ok();
}

Result<std::shared_ptr<arrow::Array>> ShardedKernel::Column(const arrow::RecordBatch& batch,
                                                            const Field& field) const {
  std::shared_ptr<arrow::Array> column = batch.GetColumnByName(field.name);
  if (column == nullptr)
    return InvalidArgument("a source has no column of this name: {}", field.name);
  const auto type = ToArrow(field.type);
  if (!column->type()->Equals(*type)) {
    return InvalidArgument("column {} of a source has type {} where {} was expected", field.name,
                           column->type()->ToString(), type->ToString());
  }
  return column;
}

Status ShardedKernel::ConsumeSlice(const arrow::RecordBatch& slice) {
  PreparedRows prepared;
  arrow::ArrayVector owned;
  GNOMON_ASSIGN_OR_RETURN(const auto ts, Column(slice, {"ts", TypeKind::kLong}));
  for (const Field& key : options_.keys.fields) {
    GNOMON_ASSIGN_OR_RETURN(owned.emplace_back(), Column(slice, key));
    prepared.key_columns.push_back(owned.back().get());
  }
  for (const Field& input : options_.inputs.fields) {
    GNOMON_ASSIGN_OR_RETURN(prepared.inputs.emplace_back(), Column(slice, input));
  }
  prepared.state_values = plan_.StateValues(prepared.inputs);
  rows_read_ += slice.num_rows();
  SelectRows(*ts, &prepared);
  rows_null_key_ += encoding_.DropNullKeys(prepared.key_columns, &prepared.rows);
  encoding_.Encode(prepared.key_columns, prepared.rows, &prepared.keys);

  std::array<std::uint32_t, kShards + 1> begins = {};
  for (const std::uint64_t hash : prepared.keys.hashes) ++begins[ShardOf(hash) + 1];
  for (std::size_t i = 0; i < kShards; ++i) begins[i + 1] += begins[i];
  std::array<std::uint32_t, kShards + 1> next = begins;
  std::vector<std::uint32_t> selection(prepared.rows.size());
  for (std::uint32_t i = 0; i < selection.size(); ++i) {
    selection[next[ShardOf(prepared.keys.hashes[i])]++] = i;
  }
  // Threads start at different shards, so that they seldom wait for each other.
  const std::size_t first = (next_first_shard_++ * 11) % kShards;
  for (std::size_t i = 0; i < kShards; ++i) {
    const std::size_t at = (first + i) % kShards;
    const auto rows = std::span(selection).subspan(begins[at], begins[at + 1] - begins[at]);
    if (!rows.empty()) GNOMON_RETURN_IF_ERROR(UpdateShard(&shards_[at], prepared, rows));
  }
  return Ok();
}

void ShardedKernel::SelectRows(const arrow::Array& ts, PreparedRows* prepared) {
  const auto& values = static_cast<const arrow::Int64Array&>(ts);
  prepared->ts = values.raw_values();
  if (ts.null_count() > 0) {
    // Chronon reads a null ts as 0: only unbounded windows see the row, as their oldest (golden
    // gb_unbounded, user u05).
    rows_null_ts_ += ts.null_count();
    prepared->ts_without_nulls.assign(prepared->ts, prepared->ts + ts.length());
    for (std::int64_t row = 0; row < ts.length(); ++row) {
      if (ts.IsNull(row)) prepared->ts_without_nulls[static_cast<std::size_t>(row)] = 0;
    }
    prepared->ts = prepared->ts_without_nulls.data();
  }
  prepared->days.resize(static_cast<std::size_t>(ts.length()));
  prepared->rows.reserve(prepared->days.size());
  for (std::uint32_t row = 0; row < prepared->days.size(); ++row) {
    const std::int64_t ts_ms = prepared->ts[row];
    if (ts_ms >= horizon_.begin_ms && ts_ms < horizon_.end_ms) {
      prepared->days[row] = static_cast<DayIndex>((ts_ms - horizon_.begin_ms) / kMillisPerDay + 1);
      prepared->rows.push_back(row);
    } else if (horizon_.keeps_before && ts_ms < horizon_.begin_ms) {
      prepared->days[row] = 0;
      prepared->rows.push_back(row);
    }
  }
}

Status ShardedKernel::UpdateShard(Shard* shard, const PreparedRows& prepared,
                                  std::span<const std::uint32_t> selection) {
  const std::lock_guard lock(shard->mutex);
  if (shard->spill != nullptr) {
    const std::int64_t before = shard->spill->bytes_written();
    GNOMON_RETURN_IF_ERROR(shard->spill->AddRows(prepared, selection));
    bytes_spilled_ += shard->spill->bytes_written() - before;
    return Ok();
  }
  GNOMON_RETURN_IF_ERROR(shard->table->Update(prepared, selection));
  SetMemory(shard, shard->table->memory_bytes());
  return Ok();
}

Status ShardedKernel::SpillLargestShards() {
  const std::lock_guard spill_lock(spill_mutex_);
  // Somewhat below the limit, so that the next batch does not come here again.
  while (memory_bytes_ > memory_limit() / 4 * 3) {
    Shard& shard = *std::max_element(
        shards_.begin(), shards_.end(),
        [](const Shard& a, const Shard& b) { return a.memory_bytes < b.memory_bytes; });
    if (shard.memory_bytes == 0) return Ok();
    const std::lock_guard lock(shard.mutex);
    GNOMON_ASSIGN_OR_RETURN(
        shard.spill, ShardSpill::Make(plan_, options_.inputs, options_.tmp_dir, *shard.table));
    shard.spilled_memory_bytes = shard.memory_bytes;
    shard.state_file_bytes = shard.spill->bytes_written();
    bytes_spilled_ += shard.state_file_bytes;
    ResetTable(&shard);
  }
  return Ok();
}

// What a shard takes that comes back from disk: as much per byte of its files as its states took
// when they were written, and once more while its table grows. Nothing for one that is in memory.
std::int64_t ShardedKernel::RestoredBytes(const Shard& shard) {
  if (shard.spill == nullptr) return 0;
  const double growth = static_cast<double>(shard.spill->bytes_written()) /
                        static_cast<double>(std::max<std::int64_t>(shard.state_file_bytes, 1));
  return static_cast<std::int64_t>(2 * growth * static_cast<double>(shard.spilled_memory_bytes));
}

Status ShardedKernel::FinishShard(Shard* shard, DayBatches* batches) {
  if (shard->spill != nullptr) {
    GNOMON_RETURN_IF_ERROR(shard->spill->Restore(shard->table.get()));
    shard->spill.reset();
  }
  GNOMON_RETURN_IF_ERROR(SweepShard(shard->table.get(), plan_, encoding_, horizon_.days, batches));
  ResetTable(shard);
  return Ok();
}

Status ShardedKernel::Finish(const Emit& emit) {
  std::mutex mutex;
  const Emit emit_one_at_a_time = [&](Day day, const arrow::RecordBatch& rows) {
    const std::lock_guard lock(mutex);
    return emit(day, rows);
  };
  std::vector<Shard*> order;
  for (Shard& shard : shards_) order.push_back(&shard);
  const auto spilled = std::stable_partition(
      order.begin(), order.end(), [](const Shard* shard) { return shard->spill == nullptr; });
  std::mutex idle_mutex;
  std::vector<std::unique_ptr<DayBatches>> idle;
  const auto take = [&] {
    const std::lock_guard lock(idle_mutex);
    if (idle.empty()) {
      return std::make_unique<DayBatches>(options_.keys, plan_, horizon_.days, emit_one_at_a_time);
    }
    auto batches = std::move(idle.back());
    idle.pop_back();
    return batches;
  };
  MemoryGate gate(memory_limit() / 2);
  const auto finish = [&](std::span<Shard* const> shards) {
    return ParallelFor(shards.size(), options_.threads, [&](std::size_t i) -> Status {
      const auto pass = gate.Enter(RestoredBytes(*shards[i]));
      auto batches = take();
      GNOMON_RETURN_IF_ERROR(FinishShard(shards[i], batches.get()));
      WorkWritten().Add({.parts = 1});
      const std::lock_guard lock(idle_mutex);
      idle.push_back(std::move(batches));
      return Ok();
    });
  };
  // Shards in memory first: what they free is there for those that come back from disk.
  GNOMON_RETURN_IF_ERROR(finish({order.begin(), spilled}));
  GNOMON_RETURN_IF_ERROR(finish({spilled, order.end()}));
  for (const auto& batches : idle) GNOMON_RETURN_IF_ERROR(batches->Flush());
  return Ok();
}

}  // namespace

Result<std::unique_ptr<SnapshotKernel>> SnapshotKernel::Make(SnapshotKernelOptions options) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  GNOMON_RETURN_IF_ERROR(CheckWindowsAreDays(plan));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  GNOMON_ASSIGN_OR_RETURN(const Horizon horizon, MakeHorizon(plan, options.days));
  return std::make_unique<ShardedKernel>(std::move(options), std::move(plan), std::move(encoding),
                                         horizon);
}

}  // namespace gnomon::aggregate
