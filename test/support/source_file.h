// SPDX-License-Identifier: Apache-2.0
// Recorded inputs and answers, by their paths in the source tree. ctest says where that is
// (GNOMON_SOURCE_DIR); a test started by hand runs from the tree's root.
#pragma once

#include <string>
#include <string_view>

namespace gnomon {

// The path of `relative`, such as `test/golden/cases`.
std::string SourcePath(std::string_view relative);

// The whole file; a missing one fails the test.
std::string ReadText(const std::string& path);

// The bytes that pairs of hexadecimal digits stand for.
std::string FromHex(const std::string& hex);

}  // namespace gnomon
