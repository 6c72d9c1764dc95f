// SPDX-License-Identifier: Apache-2.0
// What each column of a GroupBy is computed from, in words that are compared between runs: so that
// added features are told from changed ones.
#pragma once

#include <map>
#include <string>

#include "config/conf.h"
#include "run/group_by_computation.h"

namespace gnomon::run {

// Value column (short name) -> meaning: `SUM(price) over 7 days`.
std::map<std::string, std::string> FeatureMeanings(const config::GroupBy& group_by,
                                                   const GroupByComputation& computation);

// Un-windowed column of intermediate results -> meaning: `SUM(price)`.
std::map<std::string, std::string> UnwindowedMeanings(const config::GroupBy& group_by,
                                                      const GroupByComputation& computation);

}  // namespace gnomon::run
