// SPDX-License-Identifier: Apache-2.0
// A view of the catalog as the table that a source names: its query is run for the days that are
// read, and their rows lie in temporary files for the rest of the run.
#pragma once

#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/table.h"
#include "run/run_context.h"

namespace gnomon::run {

// The table of that name, or the view: it is partitioned by its column `day_column` (DATE or
// STRING); without one it is read as a whole. `context`'s workspace and catalog must outlive it.
// Errors: NotFound; of a view, also of each look and read, those of its query.
Result<iceberg::Table> LoadTableOrView(const RunContext& context, const catalog::TableName& name,
                                       const std::string& day_column = "ds");

}  // namespace gnomon::run
