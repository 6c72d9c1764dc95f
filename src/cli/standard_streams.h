// SPDX-License-Identifier: Apache-2.0
// stdin, stdout and stderr as a program may find them: closed, full, or a pipe whose reader is
// gone.
#pragma once

#include "base/result.h"

namespace gnomon::cli {

// Puts something into the place of a closed stream, so that no file of ours can get its number and
// be printed into; writing to a closed stdout still fails. Lets a pipe without a reader end the
// program quietly, as it ends others, also under a parent that ignored SIGPIPE.
// REQUIRES: called first of all.
void RestoreStandardStreams();

// Writes out what was printed. Errors: Unavailable when any of it could not be written.
Status FlushStandardOutput();

}  // namespace gnomon::cli
