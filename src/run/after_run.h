// SPDX-License-Identifier: Apache-2.0
// What flags ask for once a mode has done its work: the output as a file (with local data), and the
// comparison with an expected result. What cannot come of it is told before the work.
#pragma once

#include "base/result.h"
#include "run/run_context.h"

namespace gnomon::run {

// Sees that the folder of the file can be written, and that the expected table is there. Errors:
// Unavailable, NotFound.
Status BeforeRun(const RunContext& context);

// Writes `[<prefix>.]<namespace>.<table>.<format>` of the run's output table (SPEC 3.3): CSV with a
// header, Parquet, or JSON, one object a line. Then compares the output with
// --expected-result-table. Errors: Unavailable (the file), NotFound (the table), InvalidArgument
// (the output differs from what was expected).
Status AfterRun(RunContext& context);

}  // namespace gnomon::run
