// SPDX-License-Identifier: Apache-2.0
// What can stand for CONF, TABLE, DATASET and RUN on a command line: what this repository has.
#pragma once

#include <string>
#include <vector>

namespace gnomon::cli {

// The words that CompletionValues knows.
std::vector<std::string> CompletionWords();

// The values that stand for `word` in the repository at `root` (found as every command finds it, if
// empty). Changes nothing on the disk; none when there is no repository: completion never
// complains.
std::vector<std::string> CompletionValues(const std::string& word, const std::string& root);

}  // namespace gnomon::cli
