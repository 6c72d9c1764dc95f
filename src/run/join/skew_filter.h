// SPDX-License-Identifier: Apache-2.0
// Skew keys (SPEC 8.6): rows with these key values are left out, of the whole Join and of each
// part.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>

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

// The same condition of those skew keys alone that are keys of `part`: a left row that the whole
// Join keeps for another key's sake still gets no values of the part. Of the GroupBy's rows, by its
// names; nullopt if it has none of the keys.
Result<std::optional<expr::Expression>> PartSkewFilter(const JoinShape& shape,
                                                       const PartShape& part);
// Of rows of T_bootstrap, in SQL; `true` if it has none.
Result<std::string> PartSkewCondition(const JoinShape& shape, const PartShape& part);

// The rows without those of skew keys.
Result<std::shared_ptr<arrow::RecordBatch>> WithoutSkewKeys(
    const std::optional<expr::BoundExpression>& filter, const arrow::RecordBatch& rows);

}  // namespace gnomon::run
