// SPDX-License-Identifier: Apache-2.0
// The backfill of a Join (SPEC 8): T_bootstrap, the parts' tables, and T, step by step; each table
// of a step is one commit, and what is filled is not computed again. So the same command finishes
// a run that died, and running it twice equals running it once.
#pragma once

#include <cstdint>
#include <optional>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "iceberg/table.h"
#include "run/run_context.h"

namespace gnomon::run {

// Which of the tables a run fills (SPEC 8.7).
enum class JoinSteps : std::uint8_t {
  kAll,    // `join`
  kLeft,   // `join-left`: T_bootstrap.
  kParts,  // `join --selected-join-parts`: tables of parts.
  kFinal,  // `join-final`: T, from what the others have filled.
};

// Runs the Join of the request's conf.
Status RunJoin(RunContext& context, JoinSteps steps);

// The output of a Join that another config reads (a JoinSource): fills T for its days up to `end`
// (exclusive), from its own start on. `side` is the view of the embedded join. What it did is put
// into the report as a note. A dry run changes nothing, and gives the table as it would be.
Result<std::optional<iceberg::Table>> BackfillJoin(RunContext& context, const config::Join& join,
                                                   const config::SideFile& side, Day end);

}  // namespace gnomon::run
