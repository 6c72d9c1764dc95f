// SPDX-License-Identifier: Apache-2.0
#include "storage/workspace.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "storage/file_io.h"
#include "storage/glob.h"
#include "storage/secret_mask.h"
#include "storage/settings.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon {
namespace {

namespace fs = std::filesystem;

void Touch(const fs::path& path) { ASSERT_THAT(WriteNewFile(path.string(), "x"), IsOk()); }

// A variable of the environment for one test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~ScopedVariable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(WorkspaceTest, OpeningMakesThePrivateStateFolder) {
  const TempDir root;
  const auto workspace = Workspace::Open(root.path());
  ASSERT_THAT(workspace, IsOk());
  EXPECT_EQ(fs::status(workspace->state_dir()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(ReadFile((workspace->state_dir() / "FORMAT").string()).value_or(""), "1\n");
  EXPECT_TRUE(fs::is_directory(workspace->buckets_dir()));
  EXPECT_THAT(Workspace::Open(root.path()), IsOk());
}

TEST(WorkspaceTest, OpenedByManyAtOnce) {
  const TempDir root;
  std::vector<std::thread> threads;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { opened += Workspace::Open(root.path()).has_value() ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened, 8);
}

TEST(WorkspaceTest, RefusesNewerAndDamagedFormats) {
  const TempDir root;
  ASSERT_THAT(Workspace::Open(root.path()), IsOk());
  const std::string file = root / ".gnomon/FORMAT";
  ASSERT_THAT(ReplaceFile(file, "2\n"), IsOk());
  EXPECT_THAT(Workspace::Open(root.path()), IsError(ErrorCode::kUnimplemented, "newer"));
  ASSERT_THAT(ReplaceFile(file, "x"), IsOk());
  EXPECT_THAT(Workspace::Open(root.path()), IsError(ErrorCode::kCorruption, "FORMAT"));
  EXPECT_THAT(Workspace::Open(root / "missing"), IsError(ErrorCode::kNotFound, "missing"));
}

TEST(WorkspaceTest, FindsTheRoot) {
  const TempDir root;
  EXPECT_EQ(Workspace::FindRoot(root.path().string()).value_or(""), root.path());
  EXPECT_THAT(Workspace::FindRoot(root / "x"), IsError(ErrorCode::kNotFound, "command line"));
  const ScopedVariable variable("CHRONON_REPO_PATH", root.path().c_str());
  EXPECT_EQ(Workspace::FindRoot("").value_or(""), root.path());
}

TEST(WorkspaceTest, FindsTheNearestAncestor) {
  const TempDir root;
  Touch(root / "teams.json");
  fs::create_directories(root / "a/b");
  const fs::path before = fs::current_path();
  fs::current_path(root / "a/b");
  const auto found = Workspace::FindRoot("");
  fs::current_path(before);
  EXPECT_EQ(found.value_or(""), fs::canonical(root.path()));
}

TEST(WorkspaceTest, ResolvesBucketsAndFiles) {
  const TempDir root;
  const auto workspace = Workspace::Open(root.path());
  ASSERT_THAT(workspace, IsOk());
  const fs::path buckets = workspace->buckets_dir();
  for (const char* scheme : {"s3", "s3a", "s3n", "gs"}) {
    EXPECT_EQ(workspace->ResolvePath(std::string(scheme) + "://b/k/x.parquet").value_or(""),
              buckets / "b/k/x.parquet");
  }
  EXPECT_EQ(workspace->ResolvePath("s3a://b/a/../c/./d//e").value_or(""), buckets / "b/c/d/e");
  EXPECT_EQ(workspace->ResolvePath("s3a://b").value_or(""), buckets / "b");
  EXPECT_EQ(workspace->ResolvePath("s3a://b/%2e%2e/x").value_or(""), buckets / "b/%2e%2e/x");
  EXPECT_EQ(workspace->ResolvePath("file:///t/a%20b").value_or(""), "/t/a b");
  EXPECT_EQ(workspace->ResolvePath("/t/*.csv").value_or(""), "/t/*.csv");
  EXPECT_EQ(workspace->ResolvePath("data/x").value_or(""), root.path() / "data/x");
  EXPECT_EQ(workspace->ResolvePath("ds=2023-12-01T00:00/x").value_or("").filename(), "x");
  for (const char* bad : {"s3a://b/../../x", "s3a://b/a/../../x", "s3a:///x", "s3a://../x",
                          "s3a://./x", "s3a:b/x", "hdfs://n/x", ""}) {
    EXPECT_THAT(workspace->ResolvePath(bad), IsError(ErrorCode::kInvalidArgument, bad)) << bad;
  }
}

TEST(WorkspaceTest, ExpandsFoldersAndGlobs) {
  const TempDir root;
  const auto workspace = Workspace::Open(root.path());
  ASSERT_THAT(workspace, IsOk());
  const fs::path data = workspace->buckets_dir() / "b/data";
  for (const char* name : {"part-1", "part-2", "part-10", "_SUCCESS", ".hidden", "ds=1/part-3",
                           "_temporary/part-4", "other"}) {
    Touch(data / name);
  }
  const auto expect = [&](const char* path, std::vector<fs::path> names) {
    for (fs::path& name : names) name = data / name;
    const auto files = workspace->ExpandPath(path);
    ASSERT_THAT(files, IsOk()) << path;
    EXPECT_EQ(*files, names) << path;
  };
  expect("s3a://b/data", {"ds=1/part-3", "other", "part-1", "part-10", "part-2"});
  expect("s3a://b/data/", {"ds=1/part-3", "other", "part-1", "part-10", "part-2"});
  expect("s3a://b/data/part-1", {"part-1"});
  expect("s3a://b/data/part-?", {"part-1", "part-2"});
  expect("s3a://b/*/part-1*", {"part-1", "part-10"});
  expect("s3a://b/data/part-[2-9]", {"part-2"});
  expect("s3a://b/data/{other,ds=*/part-3}", {"ds=1/part-3", "other"});
  expect("s3a://b/d*", {"ds=1/part-3", "other", "part-1", "part-10", "part-2"});
  EXPECT_THAT(workspace->ExpandPath("s3a://b/data/{part-1,../../../../x}"),
              IsError(ErrorCode::kInvalidArgument, "leaves its bucket"));
  EXPECT_THAT(workspace->ExpandPath("s3a://b/data/{part-1"),
              IsError(ErrorCode::kInvalidArgument, "brace"));
  EXPECT_THAT(workspace->ExpandPath("s3a://b/data/x*"), IsError(ErrorCode::kNotFound, "x*"));
}

TEST(WorkspaceTest, MissingFilesNameTheNearest) {
  const TempDir root;
  const auto workspace = Workspace::Open(root.path());
  ASSERT_THAT(workspace, IsOk());
  Touch(workspace->buckets_dir() / "chronon/warehouse/data/purchases/purchases.parquet");
  const auto missing = [&](const char* path) {
    const auto files = workspace->ExpandPath(path);
    EXPECT_THAT(files, IsError(ErrorCode::kNotFound, "NoSuchKey"));
    return files.has_value() ? "" : files.error().message;
  };
  EXPECT_EQ(missing("s3a://chronon/warehouse/data/purchases/purchase.parquet"),
            "NoSuchKey: s3a://chronon/warehouse/data/purchases/purchase.parquet does not exist "
            "(looked in .gnomon/buckets/chronon/warehouse/data/purchases/purchase.parquet) - did "
            "you mean s3a://chronon/warehouse/data/purchases/purchases.parquet?");
  EXPECT_THAT(missing("s3a://chronon/warehouse/date/purchases/purchases.parquet"),
              testing::HasSubstr("did you mean s3a://chronon/warehouse/data/purchases/purchases"));
  EXPECT_THAT(missing("s3a://cronon/x"), testing::HasSubstr("did you mean s3a://chronon?"));
  EXPECT_THAT(missing("s3a://chronon/zzz"), testing::HasSubstr("known: warehouse"));
  EXPECT_EQ(
      missing("/nowhere/else"),
      "NoSuchKey: /nowhere/else does not exist (looked in /nowhere/else) - put the file there, "
      "or correct the path");
  EXPECT_THAT(missing("/tmpp/else"), testing::EndsWith("did you mean /tmp?"));
  Touch(root / "users.csv");
  EXPECT_THAT(missing("user.csv"), testing::EndsWith("did you mean users.csv?"));
}

TEST(GlobTest, MatchesNames) {
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(MatchesGlob("a*b*c", "aXbYbZ"));
  EXPECT_TRUE(MatchesGlob("[^a]x", "bx"));
  EXPECT_FALSE(MatchesGlob("[!a]x", "ax"));
  EXPECT_TRUE(MatchesGlob("[]a]", "]"));
  EXPECT_TRUE(MatchesGlob("a[b", "a[b"));
  EXPECT_TRUE(MatchesGlob("\\*", "*"));
  EXPECT_FALSE(MatchesGlob("\\*", "x"));
  EXPECT_FALSE(MatchesGlob(std::string(100, '*') + "b", std::string(10'000, 'a')));
}

TEST(GlobTest, BracesNestAndAreBounded) {
  auto expanded = ExpandBraces("a{b,c{d,e}}f");
  ASSERT_THAT(expanded, IsOk());
  std::sort(expanded->begin(), expanded->end());
  EXPECT_EQ(*expanded, (std::vector<std::string>{"abf", "acdf", "acef"}));
  std::string bomb;
  for (int i = 0; i < 40; ++i) bomb += "{a,b}";
  EXPECT_THAT(ExpandBraces(bomb), IsError(ErrorCode::kInvalidArgument, "alternatives"));
}

TEST(SettingsTest, FileThenEnvironment) {
  const TempDir root;
  EXPECT_THAT(Settings::Load(root.path()), IsOk());
  std::ofstream(root / "gnomon.toml") << "memory = \"8G\"\ncores = 3\n[online]\nstore = \"lmdb\"\n";
  const auto settings = Settings::Load(root.path());
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->MemoryBytes().value_or(0), std::int64_t{8} << 30);
  EXPECT_EQ(settings->Cores().value_or(0), 3);
  EXPECT_EQ(settings->Find("online.store")->value, "lmdb");
  EXPECT_FALSE(settings->Level().value_or(LogLevel::kQuiet).has_value());
  const ScopedVariable memory("EXECUTOR_MEMORY", "512M");
  const ScopedVariable cores("EXECUTOR_CORES", "many");
  EXPECT_EQ(settings->MemoryBytes().value_or(0), std::int64_t{512} << 20);
  EXPECT_THAT(settings->Cores(), IsError(ErrorCode::kInvalidArgument, "EXECUTOR_CORES"));
}

TEST(SettingsTest, FlagsThenEnvironmentWithItsOrigin) {
  const TempDir root;
  std::ofstream(root / "gnomon.toml") << "cores = 8\nparallelism = 6\n[runs]\nkeep = 7\n";
  const ScopedVariable memory("EXECUTOR_MEMORY", "512M");
  const ScopedVariable parallelism("PARALLELISM", "4");
  const ScopedVariable origins(
      "GNOMON_SETTING_ORIGINS",
      "PARALLELISM=env of x.py, backfill;AWS_SECRET_ACCESS_KEY=teams.json");
  const ScopedVariable secret("AWS_SECRET_ACCESS_KEY", "hush");
  const auto settings = Settings::Load(root.path(), {{"EXECUTOR_MEMORY", {"1G", "--memory"}}});
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->MemoryBytes().value_or(0), std::int64_t{1} << 30);
  EXPECT_EQ(settings->Cores().value_or(0), 8);
  EXPECT_EQ(settings->Threads().value_or(0), 4);
  EXPECT_EQ(settings->RunsKept().value_or(0), 7);
  std::map<std::string, std::string> shown;
  for (const auto& one : settings->All()) shown[one.name] = one.value + " from " + one.origin;
  EXPECT_EQ(shown["EXECUTOR_MEMORY"], "1G from --memory");
  EXPECT_EQ(shown["SPARK_PARALLELISM"], "4 from env of x.py, backfill");
  EXPECT_EQ(shown["AWS_SECRET_ACCESS_KEY"], "**** from teams.json");
  EXPECT_EQ(shown["online.store"], "lmdb from built-in");
}

TEST(SecretMaskTest, NamesUrlsAndAssignments) {
  EXPECT_EQ(MaskSecrets("DB_PASSWORD", "a"), "****");
  EXPECT_EQ(MaskSecrets("apiToken", "a"), "****");
  EXPECT_EQ(MaskSecrets("STORE", "mongodb://me:p@ss:w@host:1/x?y=z"),
            "mongodb://me:****@host:1/x?y=z");
  EXPECT_EQ(MaskSecrets("STORE", "http://host:80/a@b:c"), "http://host:80/a@b:c");
  // What a URL would escape, and people do not.
  EXPECT_EQ(MaskSecrets("STORE", "mongodb://me:p/s#s?w@host:1/x -Za=b"),
            "mongodb://me:****@host:1/x -Za=b");
  EXPECT_EQ(MaskSecrets("STORE", "mongodb://me:12/34@host/x"), "mongodb://me:****@host/x");
  EXPECT_EQ(MaskSecrets("STORE", "mongodb://me:p@s/s@host/x"), "mongodb://me:****@host/x");
  EXPECT_EQ(MaskSecrets("STORE", "https://me:p/s#s@host/x"), "https://me:****@host/x");
  EXPECT_EQ(MaskSecrets("STORE", "https://me:p@s/s@host/x"), "https://me:****@host/x");
  EXPECT_EQ(MaskSecrets("STORE", "a=s3a://bucket/a@b:c b=mongodb://u:p/w@h"),
            "a=s3a://bucket/a@b:c b=mongodb://u:****@h");
  EXPECT_EQ(MaskSecrets("STORE", "https://[::1]:80/a@b"), "https://[::1]:80/a@b");
  EXPECT_EQ(MaskSecrets("CHRONON_ONLINE_ARGS", "-Zhost=a -Zpassword=b,c -Ztoken='d e' -Zport=1"),
            "-Zhost=a -Zpassword=**** -Ztoken=**** -Zport=1");
  EXPECT_EQ(MaskSecrets("X", R"({"secret": "a b", "user": "c"})"),
            R"({"secret": ****, "user": "c"})");
  EXPECT_EQ(MaskSecrets("X", "a=:b"), "a=:b");
}

TEST(SettingsTest, RefusesMistakes) {
  const auto load = [](const char* text) {
    const TempDir root;
    std::ofstream(root / "gnomon.toml") << text;
    return Settings::Load(root.path());
  };
  EXPECT_THAT(load("memmory = 1"), IsError(ErrorCode::kInvalidArgument, "did you mean 'memory'?"));
  EXPECT_THAT(load("memory = [1]"), IsError(ErrorCode::kInvalidArgument, "neither text"));
  EXPECT_THAT(load("memory = \"lots\""), IsError(ErrorCode::kInvalidArgument, "gnomon.toml"));
  EXPECT_THAT(load("[log]\nlevel = \"loud\""), IsError(ErrorCode::kInvalidArgument, "verbose"));
  EXPECT_THAT(load("[online]\nstore = \"mongodb://me:hush@host\""),
              IsError(ErrorCode::kUnimplemented,
                      "online.store is not supported: mongodb://me:****@host ("));
  EXPECT_THAT(load("[online]\nstore = \"embedded\""), IsOk());
  EXPECT_THAT(load("cores = 0"), IsError(ErrorCode::kInvalidArgument, "cores"));
  EXPECT_THAT(load("cores = "), IsError(ErrorCode::kInvalidArgument, "line 1 is not TOML"));
}

}  // namespace
}  // namespace gnomon
