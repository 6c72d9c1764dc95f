// SPDX-License-Identifier: Apache-2.0
// A store inside this process, for tests and experiments. Thread safe: a batch is an immutable map
// that Publish swaps in.
#include <mutex>
#include <string>
#include <unordered_map>

#include "kv/kv_store_type.h"

namespace gnomon::kv {
namespace {

using Batch = std::unordered_map<std::string, std::string>;

// Shared by the store and its loaders, so that a loader may outlive the store.
struct Datasets {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Batch>> current;
};

class MemoryLoader final : public BulkLoader {
 public:
  MemoryLoader(std::shared_ptr<Datasets> datasets, std::string dataset)
      : datasets_(std::move(datasets)), dataset_(std::move(dataset)) {}

  Status Put(std::string_view key, std::string_view value) override {
    GNOMON_CHECK(batch_ != nullptr);
    if (key.empty()) return InvalidArgument("a key is empty: dataset {} - give a key", dataset_);
    (*batch_)[std::string(key)] = value;
    return Ok();
  }

  Status Publish() override {
    GNOMON_CHECK(batch_ != nullptr);
    const std::lock_guard lock(datasets_->mutex);
    datasets_->current[dataset_] = std::move(batch_);
    return Ok();
  }

 private:
  std::shared_ptr<Datasets> datasets_;
  std::string dataset_;
  std::shared_ptr<Batch> batch_ = std::make_shared<Batch>();
};

class MemoryStore final : public KvStore {
 public:
  Result<std::vector<Result<std::optional<std::string>>>> MultiGet(
      const std::string& dataset, const std::vector<std::string>& keys) override {
    GNOMON_ASSIGN_OR_RETURN(const std::shared_ptr<const Batch> batch, Find(dataset));
    std::vector<Result<std::optional<std::string>>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) {
      const auto found = batch->find(key);
      values.emplace_back(found == batch->end() ? std::optional<std::string>() : found->second);
    }
    return values;
  }

  Result<std::unique_ptr<BulkLoader>> BeginBatch(const std::string& dataset,
                                                 const std::string& batch_id) override {
    GNOMON_RETURN_IF_ERROR(CheckStoreName("dataset", dataset));
    GNOMON_RETURN_IF_ERROR(CheckStoreName("batch", batch_id));
    return std::unique_ptr<BulkLoader>(std::make_unique<MemoryLoader>(datasets_, dataset));
  }

  Result<std::vector<std::string>> ListDatasets() override {
    const std::lock_guard lock(datasets_->mutex);
    return Names();
  }

 private:
  Result<std::shared_ptr<const Batch>> Find(const std::string& dataset) {
    const std::lock_guard lock(datasets_->mutex);
    const auto found = datasets_->current.find(dataset);
    if (found == datasets_->current.end()) return UnknownDataset(dataset, Names());
    return found->second;
  }

  // REQUIRES: the lock.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [name, batch] : datasets_->current) names.push_back(name);
    return names;
  }

  std::shared_ptr<Datasets> datasets_ = std::make_shared<Datasets>();
};

Result<std::unique_ptr<KvStore>> Open(std::string_view rest) {
  if (!rest.empty()) {
    return InvalidArgument("the memory store takes no address: online.store - write memory: alone");
  }
  return std::unique_ptr<KvStore>(std::make_unique<MemoryStore>());
}

}  // namespace

extern const KvStoreType kMemory;
constinit const KvStoreType kMemory{
    .scheme = "memory", .doc = "memory: inside this process", .open = &Open};

}  // namespace gnomon::kv
