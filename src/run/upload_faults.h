// SPDX-License-Identifier: Apache-2.0
// Which feature of an upload could not be encoded: an encoder knows columns, not who made them.
#pragma once

#include <arrow/type_fwd.h>

#include "base/result.h"
#include "config/side_file.h"
#include "run/group_by_computation.h"

namespace gnomon::run {

// `error` of encoding `rows` (keys, then columns of `values`) told of the first feature that cannot
// be encoded, with the place of its aggregation; with that of the sources if none is at fault.
Error PlacedAtFeature(Error error, const GroupByComputation& computation,
                      const config::SideFile& side, const Schema& values,
                      const arrow::RecordBatch& rows);

}  // namespace gnomon::run
