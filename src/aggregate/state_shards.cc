// SPDX-License-Identifier: Apache-2.0
// Dealing, spilling the largest shards, and finishing them under a gate.
#include "aggregate/state_shards.h"

#include <arrow/api.h>

#include <algorithm>
#include <bit>

#include "aggregate/shard_spill.h"
#include "base/memory_gate.h"
#include "base/parallel.h"
#include "base/work_counter.h"

namespace gnomon::aggregate {

namespace {

// The lower bits choose the place in the key table, the upper ones are its tag's.
std::size_t ShardOf(std::uint64_t hash) { return (hash >> 27) & (StateShards::kShards - 1); }

static_assert(std::has_single_bit(StateShards::kShards));

}  // namespace

struct StateShards::Shard {
  std::mutex mutex;
  std::unique_ptr<StateTable> table;
  std::unique_ptr<ShardSpill> spill;
  std::atomic<std::int64_t> memory_bytes = 0;
  // Of its table when it went to disk, and of the files that it went to.
  std::int64_t spilled_memory_bytes = 0;
  std::int64_t spilled_file_bytes = 0;

  // What it takes when it comes back from disk: as much per byte of its files as its table took
  // when it was written, and once more while its table grows. Nothing for one in memory.
  std::int64_t restored_bytes() const {
    if (spill == nullptr) return 0;
    const double growth = static_cast<double>(spill->bytes_written()) /
                          static_cast<double>(std::max<std::int64_t>(spilled_file_bytes, 1));
    return static_cast<std::int64_t>(2 * growth * static_cast<double>(spilled_memory_bytes));
  }
};

StateShards::StateShards(const AggregationPlan& plan, StateShardsOptions options,
                         MakeTable make_table)
    : plan_(plan),
      options_(std::move(options)),
      make_table_(std::move(make_table)),
      shards_(std::make_unique<std::array<Shard, kShards>>()) {
  for (Shard& shard : *shards_) ResetTable(&shard);
}

StateShards::~StateShards() = default;

void StateShards::ResetTable(Shard* shard) {
  shard->table = make_table_();
  SetMemory(shard, 0);
}

void StateShards::SetMemory(Shard* shard, std::int64_t bytes) {
  memory_bytes_ += bytes - shard->memory_bytes.exchange(bytes);
}

Status StateShards::Deal(const PreparedRows& prepared, const Give& give) {
  std::vector<std::uint8_t> shard_of(prepared.rows.size());
  std::array<std::uint32_t, kShards + 1> begins = {};
  for (std::size_t i = 0; i < shard_of.size(); ++i) {
    shard_of[i] = static_cast<std::uint8_t>(ShardOf(prepared.keys.hash(i)));
    ++begins[shard_of[i] + std::size_t{1}];
  }
  for (std::size_t i = 0; i < kShards; ++i) begins[i + 1] += begins[i];
  std::array<std::uint32_t, kShards + 1> next = begins;
  std::vector<std::uint32_t> selection(prepared.rows.size());
  for (std::uint32_t i = 0; i < selection.size(); ++i) selection[next[shard_of[i]]++] = i;
  // Threads start at different shards, so that they seldom wait for each other.
  const std::size_t first = (next_first_shard_++ * 11) % kShards;
  for (std::size_t i = 0; i < kShards; ++i) {
    const std::size_t at = (first + i) % kShards;
    const auto rows = std::span(selection).subspan(begins[at], begins[at + 1] - begins[at]);
    if (rows.empty()) continue;
    Shard& shard = (*shards_)[at];
    const std::lock_guard lock(shard.mutex);
    const std::int64_t before = shard.spill != nullptr ? shard.spill->bytes_written() : 0;
    GNOMON_RETURN_IF_ERROR(give(&shard, rows));
    if (shard.spill != nullptr) {
      bytes_spilled_ += shard.spill->bytes_written() - before;
    } else {
      SetMemory(&shard, shard.table->memory_bytes());
    }
  }
  return memory_bytes_ > memory_limit() ? SpillLargestShards() : Ok();
}

Status StateShards::Update(const PreparedRows& prepared) {
  return Deal(prepared, [&](Shard* shard, std::span<const std::uint32_t> selection) {
    return shard->spill != nullptr ? shard->spill->Add(prepared, selection)
                                   : shard->table->Update(prepared, selection);
  });
}

Status StateShards::AddQueries(const PreparedRows& prepared) {
  return Deal(prepared, [&](Shard* shard, std::span<const std::uint32_t> selection) -> Status {
    if (shard->spill != nullptr) return shard->spill->AddQueries(prepared, selection);
    shard->table->AddQueries(prepared, selection);
    return Ok();
  });
}

Status StateShards::Seal() {
  return ParallelFor(kShards, options_.threads, [&](std::size_t i) -> Status {
    Shard& shard = (*shards_)[i];
    {
      const std::lock_guard lock(shard.mutex);
      if (shard.spill != nullptr) return Ok();
      shard.table->Seal();
      SetMemory(&shard, shard.table->memory_bytes());
    }
    return memory_bytes_ > memory_limit() ? SpillLargestShards() : Ok();
  });
}

Status StateShards::SpillLargestShards() {
  const std::lock_guard spill_lock(spill_mutex_);
  // Somewhat below the limit, so that the next batch does not come here again.
  while (memory_bytes_ > memory_limit() / 4 * 3) {
    Shard& shard = *std::max_element(
        shards_->begin(), shards_->end(),
        [](const Shard& a, const Shard& b) { return a.memory_bytes < b.memory_bytes; });
    if (shard.memory_bytes == 0) return Ok();
    const std::lock_guard lock(shard.mutex);
    GNOMON_ASSIGN_OR_RETURN(
        shard.spill, ShardSpill::Make(plan_, options_.inputs, options_.tmp_dir, *shard.table));
    shard.spilled_memory_bytes = shard.memory_bytes;
    shard.spilled_file_bytes = shard.spill->bytes_written();
    bytes_spilled_ += shard.spilled_file_bytes;
    ResetTable(&shard);
  }
  return Ok();
}

Status StateShards::FinishShard(Shard* shard, const Work& work) {
  if (shard->spill != nullptr) {
    GNOMON_RETURN_IF_ERROR(shard->spill->Restore(shard->table.get()));
    shard->spill.reset();
  }
  shard->table->Freeze();
  GNOMON_RETURN_IF_ERROR(work(shard->table.get()));
  ResetTable(shard);
  WorkWritten().Add({.parts = 1});
  return Ok();
}

Status StateShards::Finish(const Work& work) {
  std::vector<Shard*> order;
  for (Shard& shard : *shards_) order.push_back(&shard);
  const auto spilled = std::stable_partition(
      order.begin(), order.end(), [](const Shard* shard) { return shard->spill == nullptr; });
  MemoryGate gate(memory_limit() / 2);
  const auto finish = [&](std::span<Shard* const> shards) {
    return ParallelFor(shards.size(), options_.threads, [&](std::size_t i) {
      const auto pass = gate.Enter(shards[i]->restored_bytes());
      return FinishShard(shards[i], work);
    });
  };
  GNOMON_RETURN_IF_ERROR(finish({order.begin(), spilled}));
  return finish({spilled, order.end()});
}

}  // namespace gnomon::aggregate
