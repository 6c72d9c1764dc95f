// SPDX-License-Identifier: Apache-2.0
// The parts of a URL as java.net.URI finds them: the grammar of RFC 2396 with Java's deviations.
#pragma once

#include <optional>
#include <string_view>

namespace gnomon::expr {

// Views into the text; a part that is missing is not an empty one.
struct JavaUri {
  std::optional<std::string_view> scheme;
  std::optional<std::string_view> authority;
  std::optional<std::string_view> user_info;
  std::optional<std::string_view> host;
  std::optional<std::string_view> path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

// nullopt: no URI.
std::optional<JavaUri> ParseJavaUri(std::string_view text);

}  // namespace gnomon::expr
