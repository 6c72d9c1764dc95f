// SPDX-License-Identifier: Apache-2.0
// Mode join (SPEC 8.7): compute the unfilled days of a Join: its left side, its parts, and its
// output table.
#include "run/join/join_backfill.h"
#include "run/run_context.h"

namespace gnomon::run {

extern const RunMode kJoin;
const RunMode kJoin = {
    .name = "join",
    .doc = "compute the unfilled days of a Join: its left side, its parts, and its output table",
    .run = [](RunContext& context) { return RunJoin(context, JoinSteps::kAll); },
};

}  // namespace gnomon::run
