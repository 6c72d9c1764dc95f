// SPDX-License-Identifier: Apache-2.0
// The heavy hitters of keys in a sample of a source's rows (SPEC 3.5).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "run/analysis/analyzed_source.h"

namespace gnomon::run {

struct KeyHitters {
  std::string key;  // `user`; `user, item` for the keys together.
  std::vector<std::pair<std::string, std::int64_t>> values;  // Counts scaled to all rows.
};

struct SampledHitters {
  std::int64_t rows = 0;  // Looked at.
  std::vector<KeyHitters> keys;
};

// Each of `keys` by itself and, if there are several, all together. The sample takes each row with
// probability `share` by its number, so that it is the same in each run on the same files.
Result<SampledHitters> FindKeyHitters(const std::vector<AnalyzedSource>& sources,
                                      const std::vector<std::string>& keys, const DayRange& range,
                                      double share, std::size_t count);

}  // namespace gnomon::run
