// SPDX-License-Identifier: Apache-2.0
// Mode join-final (SPEC 8.7): compute a Join's output table from the bootstrap and part tables that
// are there.
#include "run/join/join_backfill.h"
#include "run/run_context.h"

namespace gnomon::run {

extern const RunMode kJoinFinal;
const RunMode kJoinFinal = {
    .name = "join-final",
    .doc = "compute a Join's output table from the bootstrap and part tables that are there",
    .run = [](RunContext& context) { return RunJoin(context, JoinSteps::kFinal); },
};

}  // namespace gnomon::run
