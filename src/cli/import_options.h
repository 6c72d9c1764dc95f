// SPDX-License-Identifier: Apache-2.0
// The arguments of `gnomon import` as values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::cli {

// Columns as a user writes them: `user_id string, price decimal(10,2), tags array<string>`.
// Errors: InvalidArgument.
Result<std::vector<Field>> ParseColumnList(std::string_view text);

// `name=type`, as often as a flag was given. Errors: InvalidArgument.
Result<std::map<std::string, DataType>> ParseColumnTypes(const std::vector<std::string>& texts,
                                                         std::string_view flag);

// `\t` and `tab` are easier to type than a tab.
std::string ParseDelimiter(const std::string& text);

}  // namespace gnomon::cli
