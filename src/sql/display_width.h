// SPDX-License-Identifier: Apache-2.0
// How many columns of a terminal a text takes, and text that cannot steer the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gnomon::sql {

// Wide East Asian characters and emoji take two columns, combining marks none.
std::int64_t DisplayWidth(std::string_view utf8);

// Control characters become `\n`, `\t`, `\x1b`: data never moves the cursor.
std::string WithoutControls(std::string_view utf8);

}  // namespace gnomon::sql
