// SPDX-License-Identifier: Apache-2.0
#include "storage/scratch_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/temp_dir.h"

namespace gnomon {
namespace {

namespace fs = std::filesystem;

std::size_t FolderCount(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(ScratchFolder, IsGoneWithItsOwner) {
  const TempDir tmp;
  {
    const auto scratch = ScratchFolder::Make(tmp.path().string());
    ASSERT_TRUE(scratch);
    std::ofstream(fs::path(scratch->path()) / "spill") << "rows";
    EXPECT_EQ(FolderCount(tmp.path()), 1);
  }
  EXPECT_EQ(FolderCount(tmp.path()), 0);
}

TEST(ScratchFolder, TheNextOneRemovesWhatTheDeadLeftAndNothingElse) {
  const TempDir tmp;
  const auto living = ScratchFolder::Make(tmp.path().string());
  ASSERT_TRUE(living);
  fs::create_directory(tmp.path() / "somebody-elses");
  const pid_t child = ::fork();
  if (child == 0) {
    const auto scratch = ScratchFolder::Make(tmp.path().string());
    ::_exit(scratch ? 0 : 1);  // As a killed process: nothing is tidied up.
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(FolderCount(tmp.path()), 3);
  const auto next = ScratchFolder::Make(tmp.path().string());
  ASSERT_TRUE(next);
  EXPECT_EQ(FolderCount(tmp.path()), 3);
  EXPECT_TRUE(fs::exists(living->path()));
  EXPECT_TRUE(fs::exists(next->path()));
  EXPECT_TRUE(fs::exists(tmp.path() / "somebody-elses"));
}

TEST(ScratchFolder, AMissingPlaceIsASentence) {
  const auto scratch = ScratchFolder::Make("/nowhere/tmp");
  ASSERT_FALSE(scratch);
  EXPECT_EQ(scratch.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace gnomon
