// SPDX-License-Identifier: Apache-2.0
// The schemas of an analysis as a table, for catalogs and reviews (--export-schema).
#pragma once

#include "base/calendar.h"
#include "base/result.h"
#include "run/analysis/analysis_report.h"
#include "run/run_context.h"

namespace gnomon::run {

// Replaces partition `day` of `<output>_analyzer_schema`: one row per column, with `section` (left,
// key, output), `position`, `column_name`, `column_type`, `meaning`, `ds`. Errors: those of
// writing.
Status WriteSchemaTable(RunContext& context, const AnalysisReport& report, Day day);

}  // namespace gnomon::run
