// SPDX-License-Identifier: Apache-2.0
// The online store: datasets of key-value pairs, replaced batch by batch. A reader sees the old
// batch or the new one, never a mix. Implementations are files under kv/stores, listed in
// kv/stores/list.inc, and meet kv_store_laws_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::kv {

// Receives one batch of a dataset. Keys in any order, the last value of a key wins. Dropped without
// Publish() it leaves nothing behind.
class BulkLoader {
 public:
  virtual ~BulkLoader() = default;
  // Errors: Unavailable (disk full), InvalidArgument (empty key).
  virtual Status Put(std::string_view key, std::string_view value) = 0;
  // Makes the batch the current one in one step, visible to open readers within a second; the batch
  // before is dropped after.
  virtual Status Publish() = 0;
};

class KvStore {
 public:
  virtual ~KvStore() = default;

  // One result per key, in order: the value, nullopt when there is none, or that key's own error.
  // The outer error is NotFound for an unknown dataset (listing the known ones) and Unavailable.
  virtual Result<std::vector<Result<std::optional<std::string>>>> MultiGet(
      const std::string& dataset, const std::vector<std::string>& keys) = 0;
  // Starts batch `batch_id` (its end date) of `dataset`.
  virtual Result<std::unique_ptr<BulkLoader>> BeginBatch(const std::string& dataset,
                                                         const std::string& batch_id) = 0;
  virtual Result<std::vector<std::string>> ListDatasets() = 0;
};

// Opens a store by URL: `lmdb:///path/to/folder`, `memory:`. Errors: InvalidArgument lists the
// known schemes.
Result<std::unique_ptr<KvStore>> OpenKvStore(const std::string& url);

}  // namespace gnomon::kv
