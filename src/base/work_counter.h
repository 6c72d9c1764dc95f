// SPDX-License-Identifier: Apache-2.0
// How much of the data this process has read and written so far. Whoever reads or writes a batch
// adds it here, from any thread; who wants to tell about a part of the work takes a difference.
#pragma once

#include <atomic>
#include <cstdint>

namespace gnomon {

struct Work {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;         // As they lie in files.
  std::int64_t rows_skipped = 0;  // Not looked at: statistics showed that no row is wanted.
  std::int64_t parts = 0;         // Of work that is not counted in rows.

  Work operator-(const Work& earlier) const {
    return {rows - earlier.rows, bytes - earlier.bytes, rows_skipped - earlier.rows_skipped,
            parts - earlier.parts};
  }
};

class WorkCounter {
 public:
  // Costs less than a microsecond: to be called once per batch, not per row.
  void Add(const Work& work) {
    rows_.fetch_add(work.rows, std::memory_order_relaxed);
    bytes_.fetch_add(work.bytes, std::memory_order_relaxed);
    rows_skipped_.fetch_add(work.rows_skipped, std::memory_order_relaxed);
    parts_.fetch_add(work.parts, std::memory_order_relaxed);
  }
  Work done() const {
    constexpr auto kRelaxed = std::memory_order_relaxed;
    return {rows_.load(kRelaxed), bytes_.load(kRelaxed), rows_skipped_.load(kRelaxed),
            parts_.load(kRelaxed)};
  }

 private:
  std::atomic<std::int64_t> rows_ = 0;
  std::atomic<std::int64_t> bytes_ = 0;
  std::atomic<std::int64_t> rows_skipped_ = 0;
  std::atomic<std::int64_t> parts_ = 0;
};

// From data files; the rows that DuckDB reads by itself come when its query ends.
inline WorkCounter& WorkRead() {
  static constinit WorkCounter counter;
  return counter;
}

// Into tables and stores.
inline WorkCounter& WorkWritten() {
  static constinit WorkCounter counter;
  return counter;
}

}  // namespace gnomon
