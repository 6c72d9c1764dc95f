// SPDX-License-Identifier: Apache-2.0
// Commands inside error sentences: what a user pastes must find the repository that the failed
// command was told of.
#pragma once

#include <string>

namespace gnomon::cli {

// run.py sets it to the folder that its user gave with --repo (python/gnomon/errors.py has its
// side of this).
inline constexpr char kGivenRepositoryVariable[] = "GNOMON_GIVEN_REPO";

// Adds `--repo=<folder>` to each `run.py --...` in a sentence, if that variable is set.
std::string WithGivenRepository(std::string sentence);

}  // namespace gnomon::cli
