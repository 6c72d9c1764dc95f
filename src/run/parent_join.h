// SPDX-License-Identifier: Apache-2.0
// A Join as a source of a GroupBy (SPEC 7.1): its table is filled before it is read.
#pragma once

#include <optional>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "iceberg/table.h"
#include "run/run_context.h"

namespace gnomon::run {

// Computes what is missing of the join's table from the first day of its left side up to `last`;
// `path` is where the join stands in the conf of `side`. What was computed is noted in the report.
// A dry run computes nothing, and gives the table as it would be: what reads it can be planned.
Result<std::optional<iceberg::Table>> ComputeParentJoin(RunContext& context,
                                                        const config::Join& join,
                                                        const config::SideFile& side,
                                                        const std::string& path, Day last);

}  // namespace gnomon::run
