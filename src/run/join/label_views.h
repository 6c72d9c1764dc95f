// SPDX-License-Identifier: Apache-2.0
// The views over a Join's output and its labels (SPEC 8.10, appendix I 9).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "config/side_file.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

struct LabelViews {
  catalog::TableName features;       // T
  catalog::TableName labels;         // T_labels
  std::vector<std::string> row_ids;  // Without ds.
  std::vector<std::string> label_columns;
};

// Makes or replaces T_labeled: the features' rows with their labels, one row for each label day;
// and T_labeled_latest: for each day of features only its newest label day. Without T the views
// wait for it, and a note says so.
Status MakeLabelViews(RunContext& context, sql::Session& session, const LabelViews& views,
                      const config::SideFile& side);

}  // namespace gnomon::run
