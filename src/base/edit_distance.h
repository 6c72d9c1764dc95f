// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the known name nearest to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon {

// Returns the candidate with the least edit distance to `name`, or nullopt when none is near (more
// than a third of the characters differ). Ties go to the first.
std::optional<std::string> NearestName(std::string_view name,
                                       const std::vector<std::string>& candidates);

// " - did you mean 'x'?" for the nearest candidate, else " - known: a, b, c" (at most ten names).
std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace gnomon
