// SPDX-License-Identifier: Apache-2.0
// The table of stores and the way from a URL to one of them.
#include "kv/kv_store.h"

#include <array>

#include "base/edit_distance.h"
#include "kv/kv_store_type.h"

namespace gnomon::kv {

#define KV_STORE(name) extern const KvStoreType k##name;
#include "kv/stores/list.inc"
#undef KV_STORE

namespace {

#define KV_STORE(name) &k##name,
constexpr const KvStoreType* kTypes[] = {
#include "kv/stores/list.inc"
};
#undef KV_STORE

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

}  // namespace

std::span<const KvStoreType* const> KvStoreTypes() { return kTypes; }

Status CheckStoreName(std::string_view what, std::string_view name) {
  if (name.empty() || name.front() == '.' || name.size() > 200 ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return InvalidArgument(
        "the name of a {} is not usable: online store - use letters, digits, '_', '-' and '.': "
        "'{}'",
        what, name);
  }
  return Ok();
}

Error UnknownDataset(const std::string& dataset, const std::vector<std::string>& known) {
  if (known.empty()) {
    return NotFound(
        "dataset {} does not exist: the online store is empty - run the upload mode first",
        dataset);
  }
  return NotFound("dataset {} does not exist: online store{}", dataset, DidYouMean(dataset, known));
}

Result<std::unique_ptr<KvStore>> OpenKvStore(const std::string& url) {
  const std::size_t colon = url.find(':');
  const std::string_view scheme = std::string_view(url).substr(0, colon);
  std::string known;
  for (const KvStoreType* type : kTypes) {
    if (colon != std::string::npos && type->scheme == scheme) {
      return type->open(std::string_view(url).substr(colon + 1));
    }
    known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", type->scheme, type->doc);
  }
  // The scheme alone: what follows may hold a password.
  return InvalidArgument(
      "the online store's URL has an unknown scheme: online.store - known are {}: '{}'", known,
      scheme.substr(0, 40));
}

}  // namespace gnomon::kv
