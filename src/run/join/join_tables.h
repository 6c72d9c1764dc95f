// SPDX-License-Identifier: Apache-2.0
// What a Join's tables are and when their content is out of date (SPEC 8.5): each table is compared
// by what its rows depend on. Names, descriptions and topics are not among that.
#pragma once

#include <map>
#include <string>

#include "run/join/join_shape.h"
#include "run/output_table_spec.h"
#include "run/run_context.h"

namespace gnomon::run {

// T_bootstrap: depends on the left side, the skew keys and the bootstrap parts.
OutputTableSpec BootstrapSpec(const JoinShape& shape, const DayRange& wanted);
// A part's table: depends on what T_bootstrap does, on the GroupBy and on its keys.
OutputTableSpec PartSpec(const JoinShape& shape, const PartShape& part, const DayRange& wanted);
// T: depends on all of it. Carries Chronon's `semantic_hash`, too.
OutputTableSpec OutputSpec(const JoinShape& shape, const DayRange& wanted);

// T_labels: depends on the left side and on the labels (which are the shape's parts).
OutputTableSpec LabelSpec(const JoinShape& shape, const catalog::TableName& name,
                          const DayRange& wanted);

// Chronon's property of T: table -> hash, as JSON.
std::string SemanticHashes(const JoinShape& shape);

// Before anything else is done with the tables: takes their hashes away if the run was asked to
// (--unset-semantic-hash); refuses a table whose hashes counted topics, which Chronon's older
// versions wrote, and makes the difference of one that Chronon wrote known to OutputTable.
Status ReconcileHashes(RunContext& context, const JoinShape& shape);

// Puts today's `semantic_hash` to T if it has another, after the tables were filled.
Status RecordHashes(RunContext& context, const JoinShape& shape);

// Adds what a table beside the output tells: its notes, and if `as_output` its days and rows.
void AddReport(const RunReport& beside, bool as_output, RunReport& report);

// A copy of `context` for a table beside the output: its days are not the run's.
RunContext ContextBeside(const RunContext& context);

}  // namespace gnomon::run
