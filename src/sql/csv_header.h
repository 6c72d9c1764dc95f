// SPDX-License-Identifier: Apache-2.0
// The first line of a CSV file: the character that separates its fields, and the fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::sql {

// Of comma, tab, semicolon and bar the one that stands most often outside of quotes; a comma when
// none does.
std::string DelimiterOf(std::string_view line);

// The fields, without their quotes. A byte order mark and a carriage return are no part of them.
std::vector<std::string> FieldsOf(std::string_view line, std::string_view delimiter);

// Errors: InvalidArgument for a column without a name or a name that occurs twice.
Status CheckHeader(const std::vector<std::string>& names, std::string_view file);

}  // namespace gnomon::sql
