// SPDX-License-Identifier: Apache-2.0
// Where the environment's variables came from, as far as run.py put them there. It hands that over
// in one more variable: names and origins only, never values.
#pragma once

#include <map>
#include <string>

namespace gnomon {

inline constexpr char kOriginsVariable[] = "GNOMON_SETTING_ORIGINS";

// Variable -> origin, such as `env of group_bys/team/x.py, backfill`. What is not in it was in the
// environment before. Text that run.py did not write counts as empty.
std::map<std::string, std::string> SettingOrigins();

}  // namespace gnomon
