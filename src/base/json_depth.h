// SPDX-License-Identifier: Apache-2.0
// How deep JSON from outside nests. It is asked before parsing: a tree is copied and printed by
// recursion, so a file of nothing but brackets would end the program.
#pragma once

#include <string_view>

namespace gnomon {

// More than any expression needs (expr takes 500 nodes, each an object with a list), and far less
// than a stack holds.
inline constexpr int kJsonDepthMax = 2000;

// The most brackets that are open at once.
int JsonDepth(std::string_view json);

inline bool IsTooDeepJson(std::string_view json) { return JsonDepth(json) > kJsonDepthMax; }

}  // namespace gnomon
