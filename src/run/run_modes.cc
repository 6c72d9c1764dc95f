// SPDX-License-Identifier: Apache-2.0
#include "base/edit_distance.h"
#include "run/run_context.h"

namespace gnomon::run {

#define RUN_MODE(Name) extern const RunMode k##Name;
#include "run/modes/list.inc"
#undef RUN_MODE

const std::vector<const RunMode*>& RunModes() {
  static const std::vector<const RunMode*> modes = {
#define RUN_MODE(Name) &k##Name,
#include "run/modes/list.inc"
#undef RUN_MODE
  };
  return modes;
}

Result<const RunMode*> FindRunMode(std::string_view name) {
  std::vector<std::string> names;
  for (const RunMode* mode : RunModes()) {
    if (mode->name == name) return mode;
    names.emplace_back(mode->name);
  }
  return InvalidArgument("unknown mode '{}'{}", name, DidYouMean(name, names));
}

}  // namespace gnomon::run
