// SPDX-License-Identifier: Apache-2.0
// The files of the LMDB store: what stays after publishing, killed loads and damage; and the
// sorting below it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "kv/batch_folder.h"
#include "kv/kv_store.h"
#include "kv/sorted_runs.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::kv {
namespace {

namespace fs = std::filesystem;

class LmdbFiles : public testing::Test {
 protected:
  std::unique_ptr<KvStore> Open() { return *OpenKvStore("lmdb://" + (dir_ / "kv")); }

  static void Load(KvStore& store, const std::string& value) {
    auto loader = store.BeginBatch("D", "2023-12-08");
    ASSERT_THAT(loader, IsOk());
    ASSERT_THAT((*loader)->Put("a", value), IsOk());
    ASSERT_THAT((*loader)->Publish(), IsOk());
  }

  std::vector<fs::path> BatchFolders() {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(dir_ / "kv/D")) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
    return folders;
  }

  TempDir dir_;
};

TEST_F(LmdbFiles, OldBatchesAreDroppedWhileOpenReadersKeepReading) {
  const auto writer = Open();
  Load(*writer, "1");
  const auto reader = Open();
  EXPECT_EQ(**(*reader->MultiGet("D", {"a"}))[0], "1");
  for (int i = 2; i <= 5; ++i) Load(*writer, std::to_string(i));
  EXPECT_EQ(BatchFolders().size(), 1u);
  EXPECT_THAT(reader->MultiGet("D", {"a"}), IsOk());
}

TEST_F(LmdbFiles, TheNextLoadRemovesWhatAKilledOneLeft) {
  Load(*Open(), "1");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = Open();
    auto loader = store->BeginBatch("D", "2023-12-09");
    const bool ok = loader.has_value() && (*loader)->Put("a", "killed").has_value();
    if (!ok || ::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(BatchFolders().size(), 2u);
  // A load that lives is not garbage.
  Load(*Open(), "2");
  EXPECT_EQ(BatchFolders().size(), 2u);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  Load(*Open(), "3");
  EXPECT_EQ(BatchFolders().size(), 1u);
  EXPECT_EQ(**(*Open()->MultiGet("D", {"a"}))[0], "3");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(LmdbFiles, DamageIsAnErrorAndNoCrash) {
  Load(*Open(), std::string(100'000, 'v'));
  const fs::path data = BatchFolders().at(0) / "data.mdb";
  const auto size = fs::file_size(data);
  fs::resize_file(data, size - 4096);
  EXPECT_THAT(Open()->MultiGet("D", {"a"}), IsError(ErrorCode::kCorruption, "cut short"));
  std::ofstream(data, std::ios::binary) << "not a database";
  EXPECT_THAT(Open()->MultiGet("D", {"a"}),
              IsError(ErrorCode::kCorruption, "run the upload again"));
  std::ofstream(dir_ / "kv/D/CURRENT", std::ios::binary) << "../../etc";
  EXPECT_THAT(Open()->MultiGet("D", {"a"}), IsError(ErrorCode::kCorruption, "pointer is damaged"));
  fs::remove_all(BatchFolders().at(0));
  std::ofstream(dir_ / "kv/D/CURRENT", std::ios::binary) << "gone";
  EXPECT_THAT(Open()->MultiGet("D", {"a"}), IsError(ErrorCode::kCorruption, "is not there"));
  for (const std::string& junk : {std::string("\0\x01\xff", 3), std::string(300, 'x')}) {
    std::ofstream(dir_ / "kv/D/CURRENT", std::ios::binary) << junk;
    EXPECT_THAT(Open()->MultiGet("D", {"a"}),
                IsError(ErrorCode::kCorruption, "pointer is damaged"));
  }
}

// What is left of a file that a full disk or a broken copy cut to nothing.
TEST_F(LmdbFiles, AnEmptyOrHeadlessFileIsDamage) {
  Load(*Open(), "1");
  const fs::path data = BatchFolders().at(0) / "data.mdb";
  for (const std::uintmax_t size : {100, 0}) {
    fs::resize_file(data, size);
    EXPECT_THAT(Open()->MultiGet("D", {"a"}),
                IsError(ErrorCode::kCorruption, "run the upload again"));
  }
}

TEST_F(LmdbFiles, AFolderThatCannotBeMadeIsUnavailable) {
  std::ofstream(dir_ / "kv") << "a file in the way";
  EXPECT_THAT(Open()->BeginBatch("D", "b"), IsError(ErrorCode::kUnavailable, "cannot make"));
}

// Sorting through files gives what a map gives, whatever the size of the buffer.
class SortedRunsTest : public testing::TestWithParam<std::size_t> {};

TEST_P(SortedRunsTest, EqualsAMap) {
  const TempDir dir;
  SortedRuns runs(dir.path().string(), GetParam());
  std::map<std::string, std::string> expected;
  std::mt19937 random(11);
  for (int i = 0; i < 3'000; ++i) {
    const std::string key = std::to_string(random() % 700);
    const std::string value(random() % 40, static_cast<char>('a' + i % 26));
    ASSERT_THAT(runs.Add(key, value), IsOk());
    expected[key] = value;
  }
  std::vector<std::pair<std::string, std::string>> found;
  ASSERT_THAT(runs.ForEach([&](std::string_view key, std::string_view value) {
    found.emplace_back(key, value);
    return Ok();
  }),
              IsOk());
  EXPECT_EQ(runs.run_count() > 0, GetParam() < 10'000);
  EXPECT_EQ(found,
            (std::vector<std::pair<std::string, std::string>>(expected.begin(), expected.end())));
}

INSTANTIATE_TEST_SUITE_P(Buffers, SortedRunsTest, testing::Values(1, 1'000, 9'999, 1 << 20));

TEST(SortedRuns, ErrorsOfTheTakerAndOfTheDiskComeOut) {
  const TempDir dir;
  SortedRuns runs(dir.path().string(), 1 << 20);
  ASSERT_THAT(runs.Add("a", "b"), IsOk());
  EXPECT_THAT(
      runs.ForEach([](std::string_view, std::string_view) -> Status { return Conflict("no"); }),
      IsError(ErrorCode::kConflict, "no"));
  SortedRuns nowhere(dir / "missing", 1);
  ASSERT_THAT(nowhere.Add("a", "b"), IsOk());
  EXPECT_THAT(nowhere.Add("c", "d"), IsError(ErrorCode::kUnavailable, "sorted run"));
}

}  // namespace
}  // namespace gnomon::kv
