// SPDX-License-Identifier: Apache-2.0
// A GroupBy as far as it can be understood: its sources, keys and output columns, and all that is
// wrong with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "run/analysis/analyzed_source.h"
#include "run/analysis/feature.h"
#include "run/analysis/finding.h"

namespace gnomon::run {

struct GroupByAnalysis {
  std::string name;
  config::Accuracy accuracy = config::Accuracy::kSnapshot;
  std::vector<AnalyzedSource> sources;
  Schema keys;                    // Those that are understood.
  std::vector<Feature> features;  // The value columns, derivations applied, in short names.
  // The longest window in days; nullopt when any is unbounded, or there are none.
  std::optional<std::int32_t> longest_window_days;

  bool has_events() const;
  bool is_cumulative() const;
};

// `side` must outlive the result: it is the view of an embedded GroupBy. Errors: only those of the
// machine.
Result<GroupByAnalysis> AnalyzeGroupBy(RunContext& context, const config::GroupBy& group_by,
                                       const config::SideFile& side, Findings& findings);

// Features after a config's derivations: base ones named or taken by `*`, derived ones typed by
// what their expressions can use: `others` are keys, ts, ds, columns of the left side.
std::vector<Feature> WithDerivations(const std::vector<config::Derivation>& derivations,
                                     const config::SideFile& side, const std::vector<Feature>& base,
                                     const Schema& others, Findings& findings);

// What the left side of a join is for the range of sources; a GroupBy alone is as an entity's.
enum class LeftKind { kEvents, kEntities };

// Whether the sources begin early enough for features of `first` (SPEC 3.5).
void CheckAvailability(const GroupByAnalysis& analysis, LeftKind left, Day first,
                       std::string_view where, Findings& findings);

}  // namespace gnomon::run
