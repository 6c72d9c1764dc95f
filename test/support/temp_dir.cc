// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"

#include <cstdlib>
#include <string>

#include "base/check.h"

namespace gnomon {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "gnomon-test-XXXXXX").string();
  GNOMON_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace gnomon
