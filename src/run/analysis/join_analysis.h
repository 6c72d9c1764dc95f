// SPDX-License-Identifier: Apache-2.0
// A Join as far as it can be understood: its left side, the columns of each part, the output, and
// all that is wrong with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/conf.h"
#include "config/side_file.h"
#include "run/analysis/group_by_analysis.h"

namespace gnomon::run {

struct JoinAnalysis {
  struct Part {
    std::string prefix;  // Of its columns: `[<prefix>_]<group-by>`.
    GroupByAnalysis group_by;
  };

  std::vector<AnalyzedSource> left;  // One.
  Schema left_schema;                // Its columns, with `ts` and `ds`.
  Schema keys;                       // By their names on the left.
  std::vector<Part> parts;           // Then external parts that have an offline GroupBy.
  std::vector<Feature> right;        // All parts' columns, with prefixes.
  std::vector<Feature> features;     // Of the output, derivations applied.
  Schema output;                     // Left columns, features, `ds` last.

  // Views of the side file for embedded GroupBys: what was analyzed points there.
  std::vector<std::unique_ptr<config::SideFile>> views;
};

// `side` must outlive the result. Errors: only those of the machine.
Result<JoinAnalysis> AnalyzeJoin(RunContext& context, const config::Join& join,
                                 const config::SideFile& side, Findings& findings);

LeftKind LeftKindOf(const config::Join& join);

// Checks each part's sources for features of `first` (SPEC 3.5).
void CheckAvailability(const JoinAnalysis& analysis, LeftKind left, Day first,
                       const config::SideFile& side, Findings& findings);

}  // namespace gnomon::run
