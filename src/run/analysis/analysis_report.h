// SPDX-License-Identifier: Apache-2.0
// What an analysis tells, in words and as JSON (docs/jobs.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "run/analysis/analyzed_source.h"
#include "run/analysis/feature.h"
#include "run/analysis/finding.h"
#include "run/analysis/key_hitters.h"
#include "types/data_type.h"

namespace gnomon::run {

struct AnalysisReport {
  std::string name, type, output_table, accuracy;  // Of a Join no accuracy.
  struct Source {
    std::string role;  // `source`, `left`, or the prefix of a part.
    std::string table, kind, days;
  };
  std::vector<Source> sources;
  Schema left;  // Of a Join.
  Schema keys;
  std::vector<Feature> right;     // Of a Join: the parts' columns.
  std::vector<Feature> features;  // What the config gives.
  Schema output;                  // The output table's columns.
  std::optional<SampledHitters> hitters;
  DayRange hitters_range;
  std::vector<std::string> notes;
  std::vector<Finding> findings;

  void AddSource(const AnalyzedSource& source, const std::string& role);
  std::string ToText() const;
  nlohmann::ordered_json ToJson() const;

 private:
  std::string TextOfHitters() const;
};

}  // namespace gnomon::run
