// SPDX-License-Identifier: Apache-2.0
// The pattern of SHOW ... LIKE: alternatives separated by `|`, in which `*` is any text and all
// else stands for itself in any case.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace gnomon::sql {

// A pattern that is null matches all.
bool MatchesShowPattern(std::string_view text, const nlohmann::json& pattern);

}  // namespace gnomon::sql
