// SPDX-License-Identifier: Apache-2.0
// What a user sees of a Join's output at the end of its run.
#pragma once

#include "base/result.h"
#include "run/join/join_shape.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

// Prints three rows of the last computed day to standard output, as Chronon does, if the request
// asks for it.
Status ShowSample(RunContext& context, const JoinShape& shape, sql::Session& session);

}  // namespace gnomon::run
