// SPDX-License-Identifier: Apache-2.0
// Whether a stream takes colours: https://no-color.org and https://bixense.com/clicolors.
#pragma once

#include <string>
#include <string_view>

namespace gnomon {

// True if what is printed to this file descriptor may be coloured: a terminal that is not dumb, or
// CLICOLOR_FORCE, and in no case with NO_COLOR.
bool TakesColors(int stream);

// `text`, in bold red if `stream` takes colours.
std::string BoldRed(std::string_view text, int stream);

}  // namespace gnomon
