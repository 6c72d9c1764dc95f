// SPDX-License-Identifier: Apache-2.0
// What an analysis has against a config: everything wrong is collected, and told in one run.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_place.h"
#include "base/result.h"

namespace gnomon::run {

struct Finding {
  std::string check;    // `table`, `select`, `where`, `time`, `key`, `aggregation`, ...
  std::string message;  // As errors are: `<what>: <where> - <what to do>`.
};

class Findings {
 public:
  void Add(std::string_view check, std::string_view where, Error error) {
    Finding finding{std::string(check), PlacedAt(where, std::move(error)).message};
    // A fault that two columns share is told once.
    for (const Finding& known : all_) {
      if (known.message == finding.message) return;
    }
    all_.push_back(std::move(finding));
  }
  const std::vector<Finding>& all() const { return all_; }
  bool empty() const { return all_.empty(); }

 private:
  std::vector<Finding> all_;
};

}  // namespace gnomon::run
