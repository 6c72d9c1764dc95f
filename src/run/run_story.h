// SPDX-License-Identifier: Apache-2.0
// Run reports in plain words, for `gnomon runs`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace gnomon::run {

// One run in full: what was asked, what happened to each day and why, under which settings, and
// the error with its remedy. Keys that a report lacks are left out.
std::string TellRun(const nlohmann::ordered_json& report);

// A table with one line per run and a head line.
std::string TellRuns(const std::vector<nlohmann::ordered_json>& reports);

}  // namespace gnomon::run
