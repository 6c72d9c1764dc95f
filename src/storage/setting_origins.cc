// SPDX-License-Identifier: Apache-2.0
// `NAME=origin` for each, with semicolons between.
#include "storage/setting_origins.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace gnomon {

std::map<std::string, std::string> SettingOrigins() {
  std::map<std::string, std::string> origins;
  const char* variable = std::getenv(kOriginsVariable);
  std::string_view text = variable == nullptr ? "" : variable;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find(';'), text.size()));
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos)
      origins.emplace(line.substr(0, equals), line.substr(equals + 1));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return origins;
}

}  // namespace gnomon
