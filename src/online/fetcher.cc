// SPDX-License-Identifier: Apache-2.0
// Each read asks for the serving info beside the keys: comparing 3 kB is cheaper than being wrong
// for the length of a cache.
#include "online/fetcher.h"

#include <mutex>

#include "base/edit_distance.h"
#include "codec/serving_info.h"
#include "config/names.h"

namespace gnomon::online {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBatchSuffix = "_BATCH";

// `team/file.variable`, `group_bys/team/file.variable` and `team.file.variable` are one name.
std::string DottedName(std::string name) {
  constexpr std::string_view kFolder = "group_bys/";
  if (name.starts_with(kFolder)) name.erase(0, kFolder.size());
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos) name[slash] = '.';
  return name;
}

bool HasNullKey(const Json& keys) {
  return std::any_of(keys.begin(), keys.end(), [](const Json& value) { return value.is_null(); });
}

// A missing key would be encoded as null and find nothing: better said than answered with "no
// data".
Status CheckHasKeys(const Json& keys, const ServingInfo& info) {
  if (!keys.is_object()) {
    return InvalidArgument(
        "the keys of a request are not a JSON object: {} - write {{\"key\": value}}",
        info.shown_name());
  }
  for (const std::string& name : info.group_by.key_columns) {
    if (keys.contains(name)) continue;
    std::string given;
    for (const auto& [key, value] : keys.items()) given += (given.empty() ? "" : ", ") + key;
    return InvalidArgument("the request lacks a key of {}: {} - give it; the request has: {}",
                           info.shown_name(), name, given.empty() ? "no keys" : given);
  }
  return Ok();
}

Result<Features> Decode(const ServingInfo& info, const Result<std::optional<std::string>>& value) {
  Features features{.batch_end = info.batch_end};
  if (!value) return value.error();
  if (value->has_value()) {
    GNOMON_ASSIGN_OR_RETURN(features.values, info.values->Decode(**value));
  }
  return features;
}

Error NothingUploaded(const std::string& name, const std::vector<std::string>& known,
                      const Fetcher::Remedy& remedy) {
  if (const auto command = remedy ? remedy(name) : std::nullopt) {
    return NotFound("group-by {} has nothing in the online store yet - first run: {}", name,
                    *command);
  }
  return NotFound(
      "group-by {} has nothing in the online store{}", name,
      known.empty() ? " - it is empty: run.py --mode=upload fills it" : DidYouMean(name, known));
}

// What is not readable may be what was asked for: saying that nothing was uploaded would be a
// guess.
Error NotReadable(const std::string& name, const std::string& dataset, Error failure) {
  failure.message = fmt::format(
      "group-by {} was not found among what can be read of the online store; dataset "
      "{} cannot be read, upload it again: {}",
      name, dataset, failure.message);
  return failure;
}

}  // namespace

Result<std::unique_ptr<Fetcher>> Fetcher::Open(const std::string& store_url) {
  GNOMON_ASSIGN_OR_RETURN(auto store, kv::OpenKvStore(store_url));
  return std::make_unique<Fetcher>(std::move(store));
}

Result<Features> Fetcher::FetchGroupBy(const std::string& name, const Json& keys) {
  auto results = FetchGroupBys({{name, keys}});
  return std::move(results[0]);
}

std::vector<Result<Features>> Fetcher::FetchGroupBys(const std::vector<FetchRequest>& requests) {
  std::vector<Result<Features>> results(requests.size(), Features{});
  std::vector<std::pair<std::string, std::vector<std::size_t>>> by_name;
  std::unordered_map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto [found, added] = position.emplace(requests[i].name, by_name.size());
    if (added) by_name.emplace_back(requests[i].name, std::vector<std::size_t>());
    by_name[found->second].second.push_back(i);
  }
  for (const auto& [name, indexes] : by_name) FetchOfOneName(name, requests, indexes, results);
  return results;
}

void Fetcher::FetchOfOneName(const std::string& name, const std::vector<FetchRequest>& requests,
                             const std::vector<std::size_t>& indexes,
                             std::vector<Result<Features>>& out) {
  const auto fail_all = [&](const Error& error) {
    for (const std::size_t index : indexes) out[index] = error;
  };
  auto resolved = Resolve(name);
  if (!resolved) return fail_all(resolved.error());
  // A second round happens when a batch with other key types is published between the two reads.
  constexpr int kRoundsMax = 3;
  for (int round = 0; round < kRoundsMax; ++round) {
    if (resolved->info->refusal) return fail_all(*resolved->info->refusal);
    const auto current = ReadBatch(resolved->dataset, resolved->info, requests, indexes, out);
    if (!current) return fail_all(current.error());
    if (*current) return;
  }
  fail_all(Unavailable("the batch changed while it was read: dataset {} - try again",
                       resolved->dataset));
}

Result<bool> Fetcher::ReadBatch(const std::string& dataset, InfoPtr& info,
                                const std::vector<FetchRequest>& requests,
                                const std::vector<std::size_t>& indexes,
                                std::vector<Result<Features>>& out) {
  std::vector<std::string> keys = {std::string(codec::kServingInfoKey)};
  std::vector<std::size_t> asked;
  for (const std::size_t index : indexes) {
    const Json& request_keys = requests[index].keys;
    if (const Status complete = CheckHasKeys(request_keys, *info); !complete) {
      out[index] = complete.error();
    } else if (HasNullKey(request_keys)) {
      out[index] = Features{.batch_end = info->batch_end};
    } else if (auto bytes = info->keys->Encode(request_keys)) {
      keys.push_back(*std::move(bytes));
      asked.push_back(index);
    } else {
      out[index] =
          std::move(bytes).Annotate("Failed to encode key for " + info->shown_name()).error();
    }
  }
  GNOMON_ASSIGN_OR_RETURN(auto values, store_->MultiGet(dataset, keys));
  GNOMON_ASSIGN_OR_RETURN(const std::optional<std::string> text, std::move(values[0]));
  GNOMON_ASSIGN_OR_RETURN(const InfoPtr seen, InfoOf(dataset, text.value_or("")));
  const bool same_keys = seen == info || (seen->key_schema == info->key_schema &&
                                          seen->group_by.key_columns == info->group_by.key_columns);
  info = seen;
  if (!same_keys || info->refusal) return false;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    out[asked[i]] = Decode(*info, values[i + 1]).Annotate(dataset);
  }
  return true;
}

Result<Fetcher::InfoPtr> Fetcher::InfoOf(const std::string& dataset, const std::string& text) {
  if (text.empty()) {
    return Corruption("dataset {} has no serving info: online store - run the upload again",
                      dataset);
  }
  {
    const std::shared_lock lock(mutex_);
    const auto found = infos_.find(dataset);
    if (found != infos_.end() && found->second->text == text) return found->second;
  }
  GNOMON_ASSIGN_OR_RETURN(InfoPtr info,
                          ParseServingInfo(text).Annotate("dataset " + dataset +
                                                          " is not usable, run the upload again"));
  const std::unique_lock lock(mutex_);
  infos_[dataset] = info;
  return info;
}

Result<Fetcher::InfoPtr> Fetcher::LoadInfo(const std::string& dataset) {
  GNOMON_ASSIGN_OR_RETURN(auto values,
                          store_->MultiGet(dataset, {std::string(codec::kServingInfoKey)}));
  GNOMON_ASSIGN_OR_RETURN(const std::optional<std::string> text, std::move(values[0]));
  return InfoOf(dataset, text.value_or(""));
}

Result<Fetcher::Resolved> Fetcher::Resolve(const std::string& name) {
  {
    const std::shared_lock lock(mutex_);
    const auto dataset = datasets_.find(name);
    if (dataset != datasets_.end()) {
      const auto info = infos_.find(dataset->second);
      if (info != infos_.end()) return Resolved{dataset->second, info->second};
    }
  }
  GNOMON_ASSIGN_OR_RETURN(const std::string dataset, FindDataset(name));
  GNOMON_ASSIGN_OR_RETURN(const InfoPtr info, LoadInfo(dataset));
  const std::unique_lock lock(mutex_);
  // Bounded against callers that make names up: only names that exist get here.
  datasets_[name] = dataset;
  return Resolved{dataset, info};
}

Result<std::string> Fetcher::FindDataset(const std::string& name) {
  const std::string dotted = DottedName(name);
  const std::string direct = config::DatasetName(dotted, kBatchSuffix.substr(1));
  GNOMON_ASSIGN_OR_RETURN(const std::vector<std::string> datasets, store_->ListDatasets());
  if (std::find(datasets.begin(), datasets.end(), direct) != datasets.end()) return direct;
  std::vector<std::string> known;
  std::vector<std::string> matches;
  std::optional<Error> unreadable;
  for (const std::string& dataset : datasets) {
    if (!dataset.ends_with(kBatchSuffix)) continue;
    // A dataset that cannot be served now is no reason to hide the others.
    const auto info = LoadInfo(dataset);
    if (!info) {
      if (!unreadable) unreadable = NotReadable(name, dataset, info.error());
      continue;
    }
    known.push_back((*info)->shown_name());
    const bool matches_name = !(*info)->documented_name.empty() &&
                              (name == (*info)->documented_name || name == (*info)->output_table);
    if (matches_name) matches.push_back(dataset);
  }
  if (matches.size() == 1) return matches[0];
  if (matches.empty()) return unreadable ? *unreadable : NothingUploaded(name, known, remedy_);
  std::string conf_names;
  for (const std::string& dataset : matches) {
    GNOMON_ASSIGN_OR_RETURN(const InfoPtr info, LoadInfo(dataset));
    conf_names += (conf_names.empty() ? "" : ", ") + *info->group_by.meta_data.name;
  }
  return InvalidArgument("the name {} means several group-bys: online store - use one of {}", name,
                         conf_names);
}

}  // namespace gnomon::online
