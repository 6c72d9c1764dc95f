// SPDX-License-Identifier: Apache-2.0
// What a run did, told at its end: nothing is skipped silently (the design's invariant 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  std::optional<DayRange> wanted;  // Asked for; nullopt for a query that is run as a whole.
  // Decoded rows, before any was filtered out, and their columns' bytes as they lie in the files.
  std::int64_t rows_read = 0;
  std::int64_t bytes_read = 0;
  std::int64_t rows_written = 0;
  std::int64_t bytes_written = 0;
  std::int64_t memory_peak_bytes = 0;  // Of the process, resident.
  // What else was told while it ran: a table that was kept and built anew, days made stale.
  std::vector<std::string> notes;
  // Of a job that has an answer of its own (analyze, stats-summary, a comparison): the answer for
  // people, printed on stdout, and as one JSON document, the key `result` of the run's report.
  std::string result_text;
  std::string result_json;
};

// The lines that end a run.
std::vector<std::string> FormatReport(const RunReport& report, std::int64_t elapsed_ms);

// Of a dry run: "table: 7 days already filled (2023-12-01..2023-12-07)"; "" when none is.
std::string FormatFilled(const RunReport& report);

// `read 155 rows (3.1 KB), wrote 399 rows (21.0 KB), peak memory 83 MiB`
std::string FormatAmounts(const RunReport& report);

// `1 day`, `2 days`
std::string CountOf(std::int64_t count, std::string_view noun);
// `1.2 KB`, in powers of 1000 as disks have them.
std::string FormatBytes(std::int64_t bytes);

}  // namespace gnomon::run
