// SPDX-License-Identifier: Apache-2.0
#include "base/json_depth.h"

#include <algorithm>

namespace gnomon {

int JsonDepth(std::string_view json) {
  int depth = 0;
  int depth_max = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      depth_max = std::max(depth_max, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return depth_max;
}

}  // namespace gnomon
