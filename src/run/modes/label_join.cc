// SPDX-License-Identifier: Apache-2.0
// Mode label-join (SPEC 8.10): compute the labels of a Join's left rows.
#include "run/join/label_join.h"
#include "run/run_context.h"

namespace gnomon::run {

extern const RunMode kLabelJoin;
const RunMode kLabelJoin = {
    .name = "label-join",
    .doc = "compute the labels of a Join as of --end-date, and its labeled views",
    .run = &RunLabelJoin,
};

}  // namespace gnomon::run
