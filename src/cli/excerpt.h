// SPDX-License-Identifier: Apache-2.0
// What a user gave, short enough to stand in a sentence.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace gnomon::cli {

inline constexpr std::size_t kExcerptBytesMax = 120;

// `text`, or its beginning and "..." when it is long.
inline std::string Excerpt(std::string_view text) {
  if (text.size() <= kExcerptBytesMax) return std::string(text);
  return fmt::format("{}...", text.substr(0, kExcerptBytesMax));
}

}  // namespace gnomon::cli
