// SPDX-License-Identifier: Apache-2.0
// The text of a progress line: pure, so that it can be tested without a terminal.
#pragma once

#include <optional>
#include <string>

#include "base/work_counter.h"

namespace gnomon {

struct ProgressView {
  std::string title;
  Work done;
  std::optional<double> share;  // 0 to 1.
  double elapsed_s = 0;
};

struct TerminalStyle {
  int columns = 80;
  bool has_color = false;
  bool is_utf8 = false;
};

// `1.2M`, `950`: at most four characters and a unit.
std::string ShortCount(std::int64_t count);
// `1.2 GB`, in powers of 1000 as disks and networks have them.
std::string ShortBytes(std::int64_t bytes);
// `7 s`, `3 min 20 s`, `2 h 5 min`.
std::string ShortDuration(double seconds);

// The line for a terminal; never wider than the style's columns. A title too long is cut, then the
// bar goes, then details from the right.
std::string FormatBar(const ProgressView& view, const TerminalStyle& style);

// The line for a log.
std::string FormatProgress(const ProgressView& view);

}  // namespace gnomon
