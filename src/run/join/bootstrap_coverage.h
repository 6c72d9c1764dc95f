// SPDX-License-Identifier: Apache-2.0
// Which left rows need a part at all (SPEC 8.8): those whose bootstraps do not give every column
// that the part is needed for.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "run/join/bootstrap_part.h"
#include "run/join/join_layout.h"
#include "run/join/join_shape.h"

namespace gnomon::run {

// A condition in SQL over the columns of T_bootstrap; `true` when nothing is bootstrapped. Needed
// are all values of the part; with derivations, for each derived column that mentions some of them,
// either that column itself or all those that it mentions.
Result<std::string> UncoveredCondition(const JoinShape& shape, const JoinLayout& layout,
                                       std::size_t part,
                                       const std::vector<BootstrapSource>& sources);

}  // namespace gnomon::run
