// SPDX-License-Identifier: Apache-2.0
#include "run/run_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "run/process_usage.h"
#include "run/run_story.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::run {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kNowMs = 1'795'782'918'123;  // 2026-11-27T12:35:18.123Z

RunRecord ARecord(const std::string& id) {
  RunRecord record;
  record.id = id;
  record.status = "succeeded";
  record.mode = "group-by-backfill";
  record.name = "team.x.v1";
  record.begin_ms = kNowMs;
  record.end_ms = kNowMs + 878;
  record.report.computed = {*ParseDay("2023-12-01"), *ParseDay("2023-12-02")};
  record.report.not_computed = {{{*ParseDay("2023-12-03")}, "no source has it - run: x"}};
  record.report.rows_written = 7;
  record.settings = {{"EXECUTOR_MEMORY", "memory", "8G", "env of x.py, backfill", true}};
  return record;
}

TEST(RunRecordTest, IsWhatTheFormatSays) {
  EXPECT_EQ(NewRunId(kNowMs).substr(0, 17), "20261127T123518Z-");
  EXPECT_LT(NewRunId(kNowMs), NewRunId(kNowMs + 1));
  RunRecord record = ARecord("20261127T123518Z-4f2a");
  record.error = NotFound("gone");
  const Json json = ToJson(record);
  EXPECT_EQ(json["begin"], "2026-11-27T12:35:18.123Z");
  EXPECT_EQ(json["elapsed_ms"], 878);
  EXPECT_EQ(json["days"]["computed"], Json({"2023-12-01..2023-12-02"}));
  EXPECT_EQ(json["days"]["not_computed"][0]["days"], Json({"2023-12-03"}));
  EXPECT_EQ(json["exit_status"], 2);
  EXPECT_EQ(json["error"]["code"], "NotFound");
}

TEST(RunLogTest, ListsNewestFirstFindsByPrefixAndPrunes) {
  const TempDir folder;
  const RunLog log(folder.path());
  EXPECT_THAT(log.Find("last"), IsError(ErrorCode::kNotFound, "no run is recorded"));
  for (int i = 0; i < 4; ++i) {
    RunRecord record = ARecord(fmt::format("20261127T12351{}Z-000{}", i, i));
    record.begin_ms += i;
    ASSERT_THAT(log.Write(record), IsOk());
  }
  std::ofstream(folder / "20261127T123519Z-ffff.json") << "{\"format\": 1";
  std::ofstream(folder / "notes.json") << "{}";
  std::vector<std::string> damaged;
  const auto reports = log.List(&damaged);
  ASSERT_EQ(reports.size(), 4U);
  EXPECT_EQ(reports[0]["id"], "20261127T123513Z-0003");
  ASSERT_EQ(damaged.size(), 1U);
  EXPECT_NE(damaged[0].find("123519Z-ffff.json - remove it"), std::string::npos) << damaged[0];
  EXPECT_THAT(log.Find("last"), IsOk());
  EXPECT_EQ((*log.Find("20261127T123512"))["id"], "20261127T123512Z-0002");
  EXPECT_THAT(log.Find("20261127"), IsError(ErrorCode::kInvalidArgument, "several runs"));
  EXPECT_THAT(log.Find("2025"), IsError(ErrorCode::kNotFound, "no run '2025'"));
  EXPECT_NE(TellRuns(reports).find("20261127T123513Z-0003  succeeded"), std::string::npos);
  log.Prune(2);
  damaged.clear();
  EXPECT_EQ(log.List(&damaged).size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(folder / "notes.json"));
}

TEST(RunLogTest, ARunIsAliveAsLongAsItsProcess) {
  const TempDir folder;
  const RunLog log(folder.path());
  RunRecord record = ARecord("20261127T123518Z-4f2a");
  record.status = "running";
  record.end_ms.reset();
  record.pid = ::getpid();
  record.begin_ms = *ProcessBeginMs(record.pid) + 5000;
  ASSERT_THAT(log.Write(record), IsOk());
  EXPECT_EQ((*log.Find("last"))["status"], "running");
  // The number of the process now belongs to another one, which began later.
  record.begin_ms -= 3'600'000;
  ASSERT_THAT(log.Write(record), IsOk());
  EXPECT_EQ((*log.Find("last"))["status"], "died");
  record.pid = 4'194'305;  // More than Linux gives.
  ASSERT_THAT(log.Write(record), IsOk());
  EXPECT_EQ((*log.Find("last"))["status"], "died");
}

TEST(RunStoryTest, ExplainsEachDayAndLeavesOutWhatIsMissing) {
  const std::string story = TellRun(ToJson(ARecord("20261127T123518Z-4f2a")));
  for (const char* part :
       {"run 20261127T123518Z-4f2a: succeeded after 0.88 s", "2023-12-01..2023-12-02  computed",
        "2023-12-03              not computed: no source has it - run: x",
        "8G  (env of x.py, backfill)", "wrote 7 rows"}) {
    EXPECT_NE(story.find(part), std::string::npos) << part << " in\n" << story;
  }
  EXPECT_FALSE(TellRun(Json::parse(R"({"format": 1, "status": "died", "days": 3})")).empty());
}

TEST(ProcessUsageTest, KnowsThisProcess) {
  EXPECT_GT(PeakMemoryBytes(), std::int64_t{1} << 20);
  EXPECT_FALSE(ProcessBeginMs(4'194'305).has_value());
}

}  // namespace
}  // namespace gnomon::run
