// SPDX-License-Identifier: Apache-2.0
// Bytes as they come from a bad disk or a foreign writer: flipped, overwritten, cut, grown; and
// JSON that is still JSON, with other values in some places. The same seed damages the same way.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <random>
#include <string>
#include <string_view>

namespace gnomon {

class DamagedBytes {
 public:
  explicit DamagedBytes(std::uint32_t seed) : random_(seed) {}

  // One to three faults; now and then the bytes come back as they were.
  std::string Of(std::string_view bytes);
  // One to three values are others, often of another kind, or gone; one time of four as Of().
  // REQUIRES: JSON.
  std::string OfJson(std::string_view json);

 private:
  std::size_t Below(std::size_t n) { return random_() % n; }

  void DamageOneValue(nlohmann::ordered_json& tree);

  std::mt19937 random_;
};

}  // namespace gnomon
