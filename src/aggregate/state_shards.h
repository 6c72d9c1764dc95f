// SPDX-License-Identifier: Apache-2.0
// A kernel's states in 32 shards by the hash of the key, each with its lock, its table, and its
// spill files when memory ran out. Rows of one key reach its shard in the order of their calls; so
// sums of doubles are the same for one consuming thread, and may differ in their last digits for
// several (as Chronon's do).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "aggregate/state_table.h"

namespace gnomon::aggregate {

class ShardSpill;

struct StateShardsOptions {
  Schema inputs;  // Of the rows: PreparedRows::inputs.
  int threads = 1;
  std::int64_t memory_bytes = 0;
  std::string tmp_dir;
};

class StateShards {
 public:
  static constexpr std::size_t kShards = 32;
  using MakeTable = std::function<std::unique_ptr<StateTable>()>;

  // REQUIRES: `plan` outlives this.
  StateShards(const AggregationPlan& plan, StateShardsOptions options, MakeTable make_table);
  ~StateShards();

  // Feed rows and queries to the tables of their keys; what does not fit goes to disk. Any thread.
  Status Update(const PreparedRows& prepared);
  Status AddQueries(const PreparedRows& prepared);
  // Makes the tables ready for rows, after all queries.
  Status Seal();

  // Calls work(table) for each shard, on several threads, with all that was fed to it; the table is
  // gone after that. Shards in memory come first, so that what they free is there for the others.
  // Called once.
  using Work = std::function<Status(StateTable* table)>;
  Status Finish(const Work& work);

  std::int64_t bytes_spilled() const { return bytes_spilled_; }

 private:
  struct Shard;
  using Give = std::function<Status(Shard*, std::span<const std::uint32_t> selection)>;

  Status Deal(const PreparedRows& prepared, const Give& give);
  void ResetTable(Shard* shard);
  void SetMemory(Shard* shard, std::int64_t bytes);
  // What Finish needs beside the states is left free.
  std::int64_t memory_limit() const { return options_.memory_bytes / 4 * 3; }
  Status SpillLargestShards();
  Status FinishShard(Shard* shard, const Work& work);

  const AggregationPlan& plan_;
  const StateShardsOptions options_;
  const MakeTable make_table_;
  std::unique_ptr<std::array<Shard, kShards>> shards_;
  std::mutex spill_mutex_;
  std::atomic<std::int64_t> memory_bytes_ = 0;
  std::atomic<std::int64_t> bytes_spilled_ = 0;
  std::atomic<std::size_t> next_first_shard_ = 0;
};

}  // namespace gnomon::aggregate
