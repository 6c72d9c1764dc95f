// SPDX-License-Identifier: Apache-2.0
// What a file under kv/stores defines: a scheme and how to open it. `KV_STORE(Lmdb)` in
// stores/list.inc names `kLmdb`.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kv/kv_store.h"

namespace gnomon::kv {

struct KvStoreType {
  std::string_view scheme;
  std::string_view doc;
  // True when the rest of the URL is a local folder that survives the process:
  // `<scheme>://<folder>`.
  bool lives_in_a_folder = false;
  // Environment variable with the URL of a server to test against; empty for an embedded store.
  std::string_view test_url_variable;
  // `rest` is what follows `<scheme>:`, e.g. `///path/to/folder`.
  Result<std::unique_ptr<KvStore>> (*open)(std::string_view rest) = nullptr;
};

// Every listed type, in the order of list.inc.
std::span<const KvStoreType* const> KvStoreTypes();

// A dataset's or batch's name becomes a file name: letters, digits, '_', '-', '.', and no leading
// dot. Error: InvalidArgument.
Status CheckStoreName(std::string_view what, std::string_view name);

// The NotFound of MultiGet: names the dataset and the known ones.
Error UnknownDataset(const std::string& dataset, const std::vector<std::string>& known);

}  // namespace gnomon::kv
