// SPDX-License-Identifier: Apache-2.0
// What a changed conf means for the table that it wrote, and how it is told (the design's
// invariant 3). Pure but for the query of a staging query, which is asked for its columns.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/table.h"
#include "run/output_table_spec.h"

namespace gnomon::run {

struct ConfChange {
  enum class Kind {
    kNone,
    kAddsColumns,  // The filled days lack them.
    kRebuilds,     // What the table holds is not what the conf says now.
  };
  Kind kind = Kind::kNone;
  std::string what;  // For the user: "x_7d is gone, x_3d is new".
};

// Compares a table with the conf of today by what its last run recorded. A table that another
// engine made is taken as it is.
Result<ConfChange> CompareConf(const iceberg::Table& table, const OutputTableSpec& spec);

// Of the text of a conf what its answer depends on, as compact JSON; aggregations are compared as
// features.
std::string ComparedConf(const std::string& conf_text);

}  // namespace gnomon::run
