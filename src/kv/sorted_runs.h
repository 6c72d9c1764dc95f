// SPDX-License-Identifier: Apache-2.0
// Key-value pairs in any order, given back sorted with the last value of each key, in bounded
// memory: full buffers become sorted files that are merged at the end. Not thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::kv {

class SortedRuns {
 public:
  // Files go into `folder`, which must exist and whose remains the caller removes. `buffer_bytes`
  // bounds the memory.
  SortedRuns(std::string folder, std::size_t buffer_bytes);
  ~SortedRuns();
  SortedRuns(const SortedRuns&) = delete;
  SortedRuns& operator=(const SortedRuns&) = delete;

  // Errors: Unavailable when a run cannot be written; InvalidArgument for a key or value of 4 GiB.
  Status Add(std::string_view key, std::string_view value);

  // Calls `take` once per key in byte order. REQUIRES: called once, last. Errors: those of `take`;
  // Unavailable.
  using Take = std::function<Status(std::string_view key, std::string_view value)>;
  Status ForEach(const Take& take);

  // Of all pairs added so far, repeated keys included.
  std::int64_t entry_count() const { return entry_count_; }
  std::size_t run_count() const { return run_paths_.size(); }

 private:
  struct Entry {
    std::size_t offset;
    std::uint32_t key_size;
    std::uint32_t value_size;
  };

  std::string_view KeyOf(const Entry& entry) const;
  std::string_view ValueOf(const Entry& entry) const;
  // Sorts the buffer's entries, keeping only the last of equal keys.
  void SortBuffer();
  Status WriteRun();

  std::string folder_;
  std::size_t buffer_bytes_;
  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<std::string> run_paths_;
  std::int64_t entry_count_ = 0;
};

}  // namespace gnomon::kv
