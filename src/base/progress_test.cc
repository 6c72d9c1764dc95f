// SPDX-License-Identifier: Apache-2.0
#include "base/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/log.h"
#include "base/progress_line.h"
#include "base/work_counter.h"

namespace gnomon {
namespace {

using testing::HasSubstr;
using testing::Not;

ProgressView HalfOfTwoMillion() {
  return {.title = "reading bootcamp.events",
          .done = {.rows = 1'000'000, .bytes = 31'400'000},
          .share = 0.5,
          .elapsed_s = 4};
}

TEST(ProgressLine, TellsWhatIsDoneAndWhatIsLeft) {
  EXPECT_EQ(FormatProgress(HalfOfTwoMillion()),
            "reading bootcamp.events: 50%, 1.0M rows, 250k rows/s, 31 MB, 4 s left");
}

TEST(ProgressLine, InventsNoShareAndNoTimeLeft) {
  ProgressView view = HalfOfTwoMillion();
  view.share.reset();
  EXPECT_EQ(FormatProgress(view), "reading bootcamp.events: 1.0M rows, 250k rows/s, 31 MB, 4 s");
  view.share = 0.0001;
  EXPECT_THAT(FormatProgress(view), Not(HasSubstr("left")));
}

TEST(ProgressLine, IsNeverOverBeforeItIs) {
  ProgressView view = HalfOfTwoMillion();
  view.share = 1;
  EXPECT_THAT(FormatProgress(view), HasSubstr("99%"));
  EXPECT_THAT(FormatProgress(view), HasSubstr("1 s left"));
}

TEST(ProgressLine, FitsEveryWidth) {
  for (int columns = 1; columns < 200; ++columns) {
    const std::string line = FormatBar(HalfOfTwoMillion(), {.columns = columns});
    EXPECT_LE(static_cast<int>(line.size()), std::max(columns - 1, 1)) << line;
  }
  const std::string wide = FormatBar(HalfOfTwoMillion(), {.columns = 120});
  EXPECT_EQ(
      wide,
      "reading bootcamp.events  [############............]  50%  1.0M rows  250k rows/s  31 MB"
      "  4 s left");
}

TEST(ProgressLine, HasColourOnlyWhereItIsWanted) {
  EXPECT_THAT(FormatBar(HalfOfTwoMillion(), {.columns = 120, .has_color = true}),
              HasSubstr("\x1b[32m"));
  EXPECT_THAT(FormatBar(HalfOfTwoMillion(), {.columns = 120, .is_utf8 = true}),
              Not(HasSubstr("\x1b")));
}

TEST(ProgressLine, ShortNumbers) {
  EXPECT_EQ(ShortCount(0), "0");
  EXPECT_EQ(ShortCount(999), "999");
  EXPECT_EQ(ShortCount(1000), "1.0k");
  EXPECT_EQ(ShortCount(999'600), "1.0M");
  EXPECT_EQ(ShortCount(12'345'678), "12M");
  EXPECT_EQ(ShortBytes(512), "512 B");
  EXPECT_EQ(ShortBytes(1'234'000'000), "1.2 GB");
  EXPECT_EQ(ShortDuration(59.9), "59 s");
  EXPECT_EQ(ShortDuration(200), "3 min 20 s");
  EXPECT_EQ(ShortDuration(7500), "2 h 5 min");
}

TEST(WorkCounter, CountsFromAllThreads) {
  WorkCounter counter;
  counter.Add({.rows = 5});
  const Work before = counter.done();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int batch = 0; batch < 1000; ++batch) counter.Add({.rows = 2, .bytes = 3});
      });
    }
  }
  const Work work = counter.done() - before;
  EXPECT_EQ(work.rows, 8000);
  EXPECT_EQ(work.bytes, 12'000);
}

// In a process of its own: the display is never taken down. stderr is no terminal there.
TEST(ProgressStep, ShortStepsAreSilentAndLogLinesAreWhole) {
  // Not by fork: a leak checker would add a line about the threads that the child did not inherit.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        EnableProgress();
        WorkCounter counter;
        const ProgressStep outer("outer", counter);
        for (int i = 0; i < 1000; ++i) {
          const ProgressStep inner("inner", counter, {.rows = 10});
          counter.Add({.rows = 1});
        }
        LogInfo("a line");
        std::exit(0);
      },
      testing::ExitedWithCode(0), "^a line\n$");
}

TEST(StatusLine, StandsBelowLogLinesAndGoesAway) {
  testing::internal::CaptureStderr();
  ShowStatusLine("50%");
  LogInfo("a line");
  ShowStatusLine("");
  ShowStatusLine("");
  LogInfo("another");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "\r\x1b[K50%\r\x1b[Ka line\n50%\r\x1b[Kanother\n");
}

}  // namespace
}  // namespace gnomon
