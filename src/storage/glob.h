// SPDX-License-Identifier: Apache-2.0
// Patterns of file names as Hadoop knows them: `*`, `?`, `[a-c]`, `[^a]`, `{a,b}`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon {

// Whether the text holds a character that has a meaning in patterns.
bool HasGlob(std::string_view text);

// Matches one name (no slashes) against one pattern without braces; `\` takes the next character as
// it is.
bool MatchesGlob(std::string_view pattern, std::string_view name);

// Writes out the braces: a{b,c{d,e}} gives ab, acd, ace. Errors: InvalidArgument for unbalanced
// braces and for more than ten thousand alternatives.
Result<std::vector<std::string>> ExpandBraces(std::string_view pattern);

}  // namespace gnomon
