// SPDX-License-Identifier: Apache-2.0
#include "support/damaged_bytes.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

namespace gnomon {

namespace {

using Json = nlohmann::ordered_json;

void Collect(Json& tree, std::vector<Json*>& all) {
  all.push_back(&tree);
  for (Json& child : tree) {
    if (child.is_structured()) {
      Collect(child, all);
    } else {
      all.push_back(&child);
    }
  }
}

}  // namespace

std::string DamagedBytes::Of(std::string_view bytes) {
  std::string damaged(bytes);
  for (std::size_t faults = 1 + Below(3); faults > 0 && !damaged.empty(); --faults) {
    const std::size_t at = Below(damaged.size());
    const std::size_t size = std::min(damaged.size() - at, 1 + Below(8));
    switch (Below(6)) {
      case 0:
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << Below(8)));
        break;
      case 1:
        damaged[at] = static_cast<char>(random_());
        break;
      case 2:  // A number that is 0, -1 or the greatest.
        std::memset(&damaged[at], Below(2) == 0 ? 0 : 0xff, size);
        if (Below(2) == 0) damaged[at + size - 1] = 0x7f;
        break;
      case 3:
        damaged.resize(at);
        break;
      case 4:
        damaged.insert(at, damaged.substr(Below(damaged.size()), size));
        break;
      default:
        damaged.erase(at, size);
    }
  }
  return damaged;
}

std::string DamagedBytes::OfJson(std::string_view json) {
  if (Below(4) == 0) return Of(json);
  Json tree = Json::parse(json);
  for (std::size_t faults = 1 + Below(3); faults > 0 && tree.is_structured(); --faults)
    DamageOneValue(tree);
  return tree.dump();
}

void DamagedBytes::DamageOneValue(Json& tree) {
  static const std::vector<Json> others = {nullptr,
                                           true,
                                           0,
                                           -1,
                                           std::numeric_limits<std::int64_t>::min(),
                                           std::numeric_limits<std::uint64_t>::max(),
                                           1e300,
                                           0.5,
                                           "",
                                           "x",
                                           "-1",
                                           "1e999",
                                           "struct<",
                                           Json::array(),
                                           Json::object(),
                                           Json::array({1, "x"}),
                                           Json({{"type", "x"}})};
  std::vector<Json*> all;
  Collect(tree, all);
  Json& value = *all[Below(all.size())];
  Json& other = *all[Below(all.size())];
  switch (Below(4)) {
    case 0:  // Something that stands elsewhere; not a part of itself.
      value = Json(other);
      break;
    case 1:
      if (value.is_structured() && !value.empty()) {
        value.erase(std::next(value.begin(), static_cast<std::ptrdiff_t>(Below(value.size()))));
        break;
      }
      [[fallthrough]];
    default:
      value = others[Below(others.size())];
  }
}

}  // namespace gnomon
