// SPDX-License-Identifier: Apache-2.0
// Apart from the other rules of validate.h, because fetching needs this one and no side files.
#include "config/validate.h"

namespace gnomon::config {

namespace {

bool IsStreaming(const Source& source) {
  if (const auto* events = std::get_if<EventSource>(&source)) return events->topic.has_value();
  if (const auto* entities = std::get_if<EntitySource>(&source))
    return entities->mutation_topic.has_value();
  // What comes out of a Join streams as its left side does.
  const auto& join = std::get<JoinSource>(source).join;
  return join != nullptr && IsStreaming(join->left);
}

}  // namespace

Accuracy AccuracyOf(const GroupBy& group_by) {
  if (group_by.accuracy) return *group_by.accuracy;
  for (const Source& source : group_by.sources) {
    if (IsStreaming(source)) return Accuracy::kTemporal;
  }
  return Accuracy::kSnapshot;
}

bool ReadsEntities(const GroupBy& group_by) {
  return !group_by.sources.empty() && std::holds_alternative<EntitySource>(group_by.sources[0]);
}

}  // namespace gnomon::config
