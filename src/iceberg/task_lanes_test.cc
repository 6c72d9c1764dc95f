// SPDX-License-Identifier: Apache-2.0
// Lanes: order within one, bounds, the first error, and the end.
#include "iceberg/task_lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace gnomon::iceberg {
namespace {

using Lane = TaskLanes::Lane;

TEST(TaskLanesTest, TasksOfALaneKeepTheirOrder) {
  for (const int threads : {1, 2, 5}) {
    TaskLanes lanes(threads, 100);
    std::vector<std::shared_ptr<Lane>> lane(3);
    std::vector<std::vector<int>> seen(3);
    for (auto& one : lane) one = std::make_shared<Lane>();
    for (int i = 0; i < 900; ++i) {
      const auto at = static_cast<std::size_t>(i % 3);
      ASSERT_TRUE(lanes.Add(lane[at], 30, [&seen, at, i]() -> Status {
        seen[at].push_back(i);
        return Ok();
      }));
    }
    ASSERT_TRUE(lanes.Drain());
    for (std::size_t at = 0; at < 3; ++at) {
      ASSERT_EQ(seen[at].size(), 300u);
      EXPECT_TRUE(std::is_sorted(seen[at].begin(), seen[at].end()));
    }
  }
}

TEST(TaskLanesTest, WhatWaitsIsBounded) {
  TaskLanes lanes(3, 100);
  std::atomic<int> held = 0;
  int most = 0;
  std::vector<std::shared_ptr<Lane>> lane(4);
  for (auto& one : lane) one = std::make_shared<Lane>();
  for (std::size_t i = 0; i < 200; ++i) {
    ASSERT_TRUE(lanes.Add(lane[i % 4], 40, [&held]() -> Status {
      std::this_thread::yield();
      --held;
      return Ok();
    }));
    most = std::max(most, ++held);
  }
  ASSERT_TRUE(lanes.Drain());
  EXPECT_EQ(held, 0);
  EXPECT_LE(most, 2);
  // One that is larger than the bound goes all the same.
  ASSERT_TRUE(lanes.Add(lane[0], 1000, [&held]() -> Status {
    ++held;
    return Ok();
  }));
  ASSERT_TRUE(lanes.Drain());
  EXPECT_EQ(held, 1);
}

TEST(TaskLanesTest, TheFirstErrorStopsAll) {
  for (const int threads : {1, 3}) {
    TaskLanes lanes(threads, 10);
    const auto lane = std::make_shared<Lane>();
    int after = 0;
    // The error may show in the very call, or later.
    (void)lanes.Add(lane, 5, []() -> Status { return Unavailable("the disk is full"); });
    (void)lanes.Add(lane, 5, [&after]() -> Status {
      ++after;
      return Ok();
    });
    const Status drained = lanes.Drain();
    ASSERT_FALSE(drained);
    EXPECT_EQ(drained.error().message, "the disk is full");
    EXPECT_FALSE(lanes.Add(lane, 5, []() -> Status { return Ok(); }));
    EXPECT_EQ(after, 0);
  }
}

TEST(TaskLanesTest, AnExceptionBecomesAnError) {
  TaskLanes lanes(2, 10);
  const auto lane = std::make_shared<Lane>();
  (void)lanes.Add(lane, 1, []() -> Status { throw std::bad_alloc(); });
  const Status drained = lanes.Drain();
  ASSERT_FALSE(drained);
  EXPECT_EQ(drained.error().code, ErrorCode::kUnavailable);
}

TEST(TaskLanesTest, DestructionDropsWhatHasNotBegun) {
  std::atomic<int> ran = 0;
  std::atomic<bool> may_go = false;
  {
    TaskLanes lanes(2, 1 << 20);
    const auto lane = std::make_shared<Lane>();
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(lanes.Add(lane, 1, [&]() -> Status {
        while (!may_go) std::this_thread::yield();
        ++ran;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return Ok();
      }));
    }
    may_go = true;
  }
  EXPECT_LT(ran, 1000);
}

TEST(TaskLanesTest, ADroppedTaskThatHoldsTheOwnerOfItsLaneIsFreed) {
  struct Owner {
    std::shared_ptr<Lane> lane = std::make_shared<Lane>();
  };
  std::weak_ptr<Owner> seen;
  {
    TaskLanes lanes(2, 1 << 20);
    const auto owner = std::make_shared<Owner>();
    seen = owner;
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(lanes.Add(owner->lane, 1, [owner]() -> Status {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return Ok();
      }));
    }
  }
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace gnomon::iceberg
