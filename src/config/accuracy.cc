// SPDX-License-Identifier: Apache-2.0
// Apart from the other rules of validate.h, because fetching needs this one and no side files.
#include "config/validate.h"

namespace gnomon::config {

Accuracy AccuracyOf(const GroupBy& group_by) {
  if (group_by.accuracy) return *group_by.accuracy;
  for (const Source& source : group_by.sources) {
    const auto* events = std::get_if<EventSource>(&source);
    const auto* entities = std::get_if<EntitySource>(&source);
    if (events != nullptr && events->topic) return Accuracy::kTemporal;
    if (entities != nullptr && entities->mutation_topic) return Accuracy::kTemporal;
  }
  return Accuracy::kSnapshot;
}

}  // namespace gnomon::config
