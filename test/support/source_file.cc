// SPDX-License-Identifier: Apache-2.0
#include "support/source_file.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace gnomon {

std::string SourcePath(std::string_view relative) {
  const char* root = std::getenv("GNOMON_SOURCE_DIR");
  return std::string(root == nullptr ? "." : root) + "/" + std::string(relative);
}

std::string ReadText(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << path << " is missing: run from the repository's root";
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

std::string FromHex(const std::string& hex) {
  EXPECT_EQ(hex.size() % 2, 0U) << hex;
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned char byte = 0;
    const auto end = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16).ptr;
    EXPECT_EQ(end, hex.data() + i + 2) << hex;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace gnomon
