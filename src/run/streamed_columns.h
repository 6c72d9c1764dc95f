// SPDX-License-Identifier: Apache-2.0
// What a GroupBy's stream must bring (SPEC 7.2, inputAvroSchema): the columns of the root table
// that its streaming source's query looks at.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "run/run_context.h"
#include "types/data_type.h"

namespace gnomon::run {

// In the table's order; of a query without selects all that a stream can carry. nullopt without a
// streaming source. Errors: NotFound for a missing table, with the place.
Result<std::optional<std::vector<Field>>> StreamedColumns(RunContext& context,
                                                          const config::GroupBy& group_by,
                                                          const config::SideFile& side);

}  // namespace gnomon::run
