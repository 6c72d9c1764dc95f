// SPDX-License-Identifier: Apache-2.0
// Features by key from the online store (SPEC 10.3). Values and the schema that they are decoded by
// are read in one step, so that an answer never mixes two batches; a new batch is noticed by
// itself. Thread safe.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "kv/kv_store.h"
#include "online/serving_info.h"

namespace gnomon::online {

// The answer to one request.
struct Features {
  // Feature -> value in the config's order; nullopt when the store has nothing for the key, or a
  // key of the request is null.
  std::optional<nlohmann::ordered_json> values;
  // The features are those at the end of the day before; from the day after on, later events may
  // have changed them.
  Day batch_end;
};

struct FetchRequest {
  std::string name;
  nlohmann::ordered_json keys;  // An object: key column -> value.
};

class Fetcher {
 public:
  // Opens the store at a URL of kv::OpenKvStore.
  static Result<std::unique_ptr<Fetcher>> Open(const std::string& store_url);
  explicit Fetcher(std::unique_ptr<kv::KvStore> store) : store_(std::move(store)) {}

  // Fetches one key of one group-by. A name is `team.file.variable`, `team/file.variable`, the
  // documented name, or the output table. Errors: NotFound (nothing was uploaded under that name),
  // InvalidArgument (a key is missing or cannot be cast, a name means several group-bys),
  // Unimplemented, Corruption, Unavailable.
  Result<Features> FetchGroupBy(const std::string& name, const nlohmann::ordered_json& keys);

  // One result per request, in order; a failed one fails alone. Requests of one name are read in
  // one step.
  std::vector<Result<Features>> FetchGroupBys(const std::vector<FetchRequest>& requests);

  // Tells the command that uploads a name that has nothing in the store.
  using Remedy = std::function<std::optional<std::string>(const std::string& name)>;
  void set_remedy(Remedy remedy) { remedy_ = std::move(remedy); }

 private:
  using InfoPtr = std::shared_ptr<const ServingInfo>;
  struct Resolved {
    std::string dataset;
    InfoPtr info;
  };

  Result<Resolved> Resolve(const std::string& name);
  Result<std::string> FindDataset(const std::string& name);
  // The info of a stored text, from the cache when it is that of the batch seen last.
  Result<InfoPtr> InfoOf(const std::string& dataset, const std::string& text);
  Result<InfoPtr> LoadInfo(const std::string& dataset);
  void FetchOfOneName(const std::string& name, const std::vector<FetchRequest>& requests,
                      const std::vector<std::size_t>& indexes, std::vector<Result<Features>>& out);
  // Reads by `info`'s keys. False in `current` when another batch came in between whose keys are
  // encoded otherwise.
  Result<bool> ReadBatch(const std::string& dataset, InfoPtr& info,
                         const std::vector<FetchRequest>& requests,
                         const std::vector<std::size_t>& indexes,
                         std::vector<Result<Features>>& out);

  std::unique_ptr<kv::KvStore> store_;
  Remedy remedy_;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::string> datasets_;  // By name as requested.
  std::unordered_map<std::string, InfoPtr> infos_;         // By dataset.
};

}  // namespace gnomon::online
