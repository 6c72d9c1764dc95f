// SPDX-License-Identifier: Apache-2.0
#include "base/day_set.h"

#include <algorithm>

namespace gnomon {

std::set<Day> ParseDaySet(std::string_view text) {
  std::set<Day> days;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view piece = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t dots = piece.find("..");
    const auto begin = ParseDay(piece.substr(0, dots));
    const auto last = dots == std::string_view::npos ? begin : ParseDay(piece.substr(dots + 2));
    // The property is ours; a piece that somebody mangled means that its days are not known to be
    // filled.
    if (!begin || !last) continue;
    for (Day day = *begin; day <= *last; day = day + 1) days.insert(day);
  }
  return days;
}

std::string FormatDaySet(const std::set<Day>& days) {
  std::string text;
  for (const DayRange& range : GroupContiguous({days.begin(), days.end()})) {
    if (!text.empty()) text += ',';
    text += FormatDayRange(range);
  }
  return text;
}

}  // namespace gnomon
