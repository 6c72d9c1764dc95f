// SPDX-License-Identifier: Apache-2.0
// Mode join-left (SPEC 8.7): compute only the bootstrap table of a Join, which holds its left side.
#include "run/join/join_backfill.h"
#include "run/run_context.h"

namespace gnomon::run {

extern const RunMode kJoinLeft;
const RunMode kJoinLeft = {
    .name = "join-left",
    .doc = "compute only the bootstrap table of a Join, which holds its left side",
    .run = [](RunContext& context) { return RunJoin(context, JoinSteps::kLeft); },
};

}  // namespace gnomon::run
