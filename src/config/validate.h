// SPDX-License-Identifier: Apache-2.0
// What the engine asks of a GroupBy or a StagingQuery before it computes: the rest of the
// compiler's checks, made again because a conf may come from Chronon's own compiler, plus what
// gnomon does not compute yet, refused by name and place.
#pragma once

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"

namespace gnomon::config {

// Explicit accuracy, else TEMPORAL iff a source has a topic or mutationTopic (SPEC 7.1).
Accuracy AccuracyOf(const GroupBy& group_by);

// Whether its sources are entities; all are of one kind.
bool ReadsEntities(const GroupBy& group_by);

// What every computation of a GroupBy asks of it, also of one inside a Join, which writes no table
// of its own. `allows_hours`: windows in hours, which TEMPORAL accuracy and entities have.
Status CheckComputable(const GroupBy& group_by, bool allows_hours, const SideFile& side);

// Errors: InvalidArgument (the config is wrong), Unimplemented (it is right, and not built yet).
// `side` gives the places.
Status ValidateForBackfill(const GroupBy& group_by, const SideFile& side);
Status ValidateForUpload(const GroupBy& group_by, const SideFile& side);
Status Validate(const StagingQuery& staging_query, const SideFile& side);

}  // namespace gnomon::config
