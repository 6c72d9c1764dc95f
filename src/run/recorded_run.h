// SPDX-License-Identifier: Apache-2.0
// Runs a mode and keeps its report under `.gnomon/logs`: written when the run begins (so that a
// killed one is seen) and again when it ends, however it ends.
#pragma once

#include "base/result.h"
#include "run/run_context.h"
#include "run/run_record.h"

namespace gnomon::run {

// Runs `mode` with `context`. `record` gets what is kept. A report that cannot be written is a
// warning, never the end of a run. The result is that of the mode.
Status RunRecorded(const RunMode& mode, RunContext& context, const Settings& settings,
                   std::string_view version, RunRecord* record);

}  // namespace gnomon::run
