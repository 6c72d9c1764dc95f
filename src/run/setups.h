// SPDX-License-Identifier: Apache-2.0
// The setups of a config's queries (SPEC 6, point 2): SQL statements that run before anything is
// read.
#pragma once

#include "base/result.h"
#include "config/side_file.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

// Runs the distinct setups of a config in order in `session`. A dry run makes views only, and
// refuses to run others. Errors: those of the statements, with the place.
Status RunSetups(const RunContext& context, const config::SideFile& side, sql::Session& session);

// The same in a session of its own, which is opened only if there are any: for configs that need
// none otherwise.
Status RunSetups(const RunContext& context, const config::SideFile& side);

}  // namespace gnomon::run
