// SPDX-License-Identifier: Apache-2.0
// The flags of `gnomon run` that belong to some modes only: jobs beside the backfills, local data,
// the expected result.
#pragma once

#include <string>

#include "base/result.h"
#include "run/job_flags.h"

namespace CLI {
class App;
}

namespace gnomon::cli {

// Defines them, in Chronon's spelling (SPEC 3.3).
void AddJobFlags(CLI::App& app, run::JobFlags& flags);

// After parsing. Tells which flags change nothing in `mode`. Errors: InvalidArgument for a flag
// that it does not know, and for values that mean nothing.
Status CheckJobFlags(const CLI::App& app, const std::string& mode, const run::JobFlags& flags);

}  // namespace gnomon::cli
