// SPDX-License-Identifier: Apache-2.0
// Skew keys (SPEC 8.6): left rows with these key values are left out of a Join.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>

#include "base/result.h"
#include "expr/expression.h"
#include "run/join/join_shape.h"
#include "types/data_type.h"

namespace gnomon::run {

// The condition that keeps a left row: `k NOT IN (values)`, and `k IS NOT NULL` if null is one of
// them; of several keys one suffices, as in Chronon. nullopt without skew keys. `left` are the left
// side's columns. Errors: InvalidArgument for a key that no part uses, with all that are, and for a
// value that is no SQL literal.
Result<std::optional<expr::BoundExpression>> SkewFilter(const JoinShape& shape, const Schema& left);

// The rows without those of skew keys.
Result<std::shared_ptr<arrow::RecordBatch>> WithoutSkewKeys(
    const std::optional<expr::BoundExpression>& filter, const arrow::RecordBatch& rows);

}  // namespace gnomon::run
