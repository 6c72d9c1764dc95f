// SPDX-License-Identifier: Apache-2.0
#include "run/join/part_time.h"

#include "config/validate.h"

namespace gnomon::run {

LeftMatch MatchOf(const config::GroupBy& group_by, bool left_is_events) {
  if (!left_is_events) return LeftMatch::kDay;
  const bool is_snapshot = config::AccuracyOf(group_by) == config::Accuracy::kSnapshot;
  return is_snapshot ? LeftMatch::kDayBefore : LeftMatch::kTime;
}

std::optional<MissingTime> MissingTimeOf(LeftMatch match, bool left_is_events) {
  switch (match) {
    case LeftMatch::kTime:
      return std::nullopt;
    case LeftMatch::kDayBefore:
      return MissingTime{"which a part of SNAPSHOT accuracy does not have",
                         "leave it out, or set accuracy=Accuracy.TEMPORAL in the GroupBy"};
    case LeftMatch::kDay:
      break;
  }
  if (left_is_events) return MissingTime{"which labels do not have", "leave it out"};
  return MissingTime{"which rows of a left side of entities do not have",
                     "leave it out, or give the Join a left side of events"};
}

}  // namespace gnomon::run
