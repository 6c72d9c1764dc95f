// SPDX-License-Identifier: Apache-2.0
// A staging query with createView (SPEC 9.2.7): its answer is a view, and a row in a table of
// signals says that it is there, so that sensors can wait for it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "run/output_table.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

// Beside the view, in its namespace; partitioned by ds and table_name.
inline constexpr char kSignalTable[] = "chronon_signal_partitions";

// Makes or replaces the view and then writes the signal of the last day that was asked for.
// Errors: InvalidArgument when the query reads a view of its setups, which end with the run;
// AlreadyExists when a table has the name.
Status PublishView(RunContext& context, sql::Session& session, const OutputTableSpec& spec,
                   const nlohmann::json& query);

}  // namespace gnomon::run
