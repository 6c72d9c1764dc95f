// SPDX-License-Identifier: Apache-2.0
// The label join (SPEC 8.10): what was to be predicted, known as of the run's last day (label_ds),
// beside the left rows that it belongs to.
#pragma once

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "run/run_context.h"

namespace gnomon::run {

// The left days whose labels are known on `label_day`: from label_day - (left_start_offset - 1) to
// label_day - (left_end_offset - 1).
DayRange LeftDaysOfLabels(const config::LabelPart& labels, Day label_day);

// Fills T_labels for the run's last day, one partition for each left day, and makes the views
// T_labeled and T_labeled_latest. Days that are there are not computed again.
Status RunLabelJoin(RunContext& context);

}  // namespace gnomon::run
