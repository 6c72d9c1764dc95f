// SPDX-License-Identifier: Apache-2.0
#include "base/error_place.h"

#include <algorithm>

namespace gnomon {

std::string WithPlace(std::string message, std::string_view where) {
  if (where.empty() || message.find(where) != std::string::npos) return message;
  const std::size_t remedy = std::min(message.find(" - "), message.size());
  message.insert(remedy, fmt::format(": {}", where));
  return message;
}

}  // namespace gnomon
