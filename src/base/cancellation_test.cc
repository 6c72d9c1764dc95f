// SPDX-License-Identifier: Apache-2.0
// Each test stops a process of its own: a stop that was asked for is never taken back.
#include "base/cancellation.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace gnomon {
namespace {

using std::chrono::milliseconds;

class Cancellation : public testing::Test {
 protected:
  // Not by fork: a child of several threads may start none under the thread sanitizer.
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

[[noreturn]] void ExitWhenAsked() {
  while (CheckCancelled()) std::this_thread::sleep_for(milliseconds(1));
  std::exit(CheckCancelled().error().code == ErrorCode::kCancelled ? 7 : 1);
}

TEST_F(Cancellation, ALoopThatAsksSeesTheSignal) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          TakeOverStopSignals();
          ::kill(::getpid(), signal);
          ExitWhenAsked();
        },
        testing::ExitedWithCode(7), "");
  }
}

TEST_F(Cancellation, AProgramThatDoesNotAskEndsByItself) {
  EXPECT_EXIT(
      {
        TakeOverStopSignals();
        ::kill(::getpid(), SIGINT);
        std::this_thread::sleep_for(std::chrono::minutes(1));
      },
      testing::ExitedWithCode(130), "stopped: nothing is half-written");
}

TEST_F(Cancellation, WhatBlocksIsToldOnceAndLateComersAtOnce) {
  EXPECT_EXIT(
      {
        int early = 0;
        int gone = 0;
        int late = 0;
        const OnCancel kept([&] { ++early; });
        {
          const OnCancel ended([&] { ++gone; });
        }
        RequestCancel();
        RequestCancel();
        const OnCancel after([&] { ++late; });
        std::exit(early == 1 && gone == 0 && late == 1 ? 7 : 1);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace gnomon
