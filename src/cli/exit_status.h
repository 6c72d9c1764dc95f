// SPDX-License-Identifier: Apache-2.0
// What the exit statuses mean to whoever calls the programs. The codes of errors are in
// base/error_code.h; here each status has its sentence.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error_code.h"

namespace gnomon::cli {

struct ExitStatus {
  int status;
  std::string_view meaning;
};

inline constexpr std::array<ExitStatus, 7> kExitStatuses = {{
    {0, "done"},
    {2,
     "the input is wrong or not supported: the same command fails again; the sentence says what "
     "to change"},
    {3, "the world was in the way (another run, a full disk): the same command may succeed later"},
    {4, "stored data are damaged"},
    {70, "a defect of gnomon: please report it"},
    {130, "stopped by Ctrl-C or SIGTERM; nothing is half-written"},
    {141, "the reader of the output is gone (| head)"},
}};

constexpr bool EveryErrorCodeHasAMeaning() {
  return std::all_of(kErrorCodes.begin(), kErrorCodes.end(), [](const ErrorCodeInfo& info) {
    return std::any_of(kExitStatuses.begin(), kExitStatuses.end(),
                       [&](const ExitStatus& status) { return status.status == info.exit_code; });
  });
}
static_assert(EveryErrorCodeHasAMeaning(), "a new exit status needs a line in kExitStatuses");

}  // namespace gnomon::cli
