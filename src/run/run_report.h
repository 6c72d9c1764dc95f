// SPDX-License-Identifier: Apache-2.0
// What a run did, told at its end: nothing is skipped silently (the design's invariant 2).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"

namespace gnomon::run {

struct RunReport {
  std::string output;         // The table or dataset.
  std::vector<Day> computed;  // With rows.
  std::vector<Day> empty;     // Computed, and found without rows.
  std::vector<Day> already_filled;
  // Days and the reason, remedy included.
  std::vector<std::pair<std::vector<Day>, std::string>> not_computed;
  std::int64_t rows_read = 0;
  std::int64_t rows_written = 0;
  std::int64_t bytes_written = 0;
  std::vector<std::string> notes;  // What else the user should know.
};

// The lines that end a run.
std::vector<std::string> FormatReport(const RunReport& report, std::int64_t elapsed_ms);

}  // namespace gnomon::run
