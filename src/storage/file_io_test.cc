// SPDX-License-Identifier: Apache-2.0
#include "storage/file_io.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon {
namespace {

namespace fs = std::filesystem;

std::size_t CountEntries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(FileIoTest, UrisAndPathsAgree) {
  for (const char* path : {"/a/b.parquet", "/with space/x", "/100%/ünï#?.avro"}) {
    EXPECT_EQ(LocalPathOf(FileUriOf(path)).value_or(""), path);
  }
  EXPECT_EQ(FileUriOf("/a b"), "file:///a%20b");
  EXPECT_EQ(LocalPathOf("file:/x/y").value_or(""), "/x/y");
  EXPECT_EQ(LocalPathOf("file://localhost/x").value_or(""), "/x");
  EXPECT_EQ(LocalPathOf("/100%25").value_or(""), "/100%25");
  EXPECT_THAT(LocalPathOf("s3://b/x"), IsError(ErrorCode::kUnimplemented, "s3://b/x"));
  EXPECT_THAT(LocalPathOf("x/y"), IsError(ErrorCode::kInvalidArgument, "absolute"));
  EXPECT_THAT(LocalPathOf("file://host/x"), IsError(ErrorCode::kInvalidArgument, ""));
  EXPECT_THAT(LocalPathOf("file:///x%00y"), IsError(ErrorCode::kInvalidArgument, "zero byte"));
}

TEST(FileIoTest, NewFilesAreWrittenOnce) {
  const TempDir folder;
  const std::string path = folder / "deep/er/x.json";
  ASSERT_THAT(WriteNewFile(path, "one"), IsOk());
  EXPECT_THAT(WriteNewFile(path, "two"), IsError(ErrorCode::kAlreadyExists, path));
  EXPECT_EQ(ReadFile(path).value_or(""), "one");
  ASSERT_THAT(ReplaceFile(path, "three"), IsOk());
  EXPECT_EQ(ReadFile(path).value_or(""), "three");
  EXPECT_EQ(CountEntries(folder / "deep/er"), 1u);
  EXPECT_THAT(RemoveFile(path), IsOk());
  EXPECT_THAT(RemoveFile(path), IsOk());
  EXPECT_THAT(ReadFile(path), IsError(ErrorCode::kNotFound, path));
}

TEST(FileIoTest, AReplacedFileKeepsItsPermissions) {
  const TempDir folder;
  const fs::path path = folder / "private.toml";
  ASSERT_THAT(WriteNewFile(path.string(), "one"), IsOk());
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_THAT(ReplaceFile(path.string(), "two"), IsOk());
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(FileIoTest, OfManyWritersOneWins) {
  const TempDir folder;
  const std::string path = folder / "version";
  std::vector<std::thread> threads;
  std::vector<bool> won(8);
  std::mutex mutex;
  for (std::size_t i = 0; i < won.size(); ++i) {
    threads.emplace_back([&, i] {
      const bool written =
          WriteNewFile(path, std::string(1000, static_cast<char>('a' + i))).has_value();
      const std::scoped_lock lock(mutex);
      won[i] = written;
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_EQ(std::count(won.begin(), won.end(), true), 1);
  const auto winner = std::find(won.begin(), won.end(), true) - won.begin();
  EXPECT_EQ(ReadFile(path).value_or(""), std::string(1000, static_cast<char>('a' + winner)));
  EXPECT_EQ(CountEntries(folder.path()), 1u);
}

TEST(FileIoTest, UnwritableFolderIsUnavailable) {
  EXPECT_THAT(WriteNewFile("/proc/x/y", "z"), IsError(ErrorCode::kNotFound, "/proc/x"));
  EXPECT_THAT(ReadFile("/"), IsError(ErrorCode::kUnavailable, "reading"));
}

}  // namespace
}  // namespace gnomon
