// SPDX-License-Identifier: Apache-2.0
#include "base/memory_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace gnomon {
namespace {

TEST(MemoryGate, KeepsTheSumWithinTheLimitAndLetsTheTooLargeInAlone) {
  constexpr std::int64_t kLimit = 100;
  MemoryGate gate(kLimit);
  std::atomic<std::int64_t> inside_bytes = 0;
  std::atomic<int> inside_count = 0;
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int round = 0; round < 200; ++round) {
          const std::int64_t bytes = (thread * 37 + round * 11) % 130;
          const auto pass = gate.Enter(bytes);
          const std::int64_t sum = inside_bytes += bytes;
          const int count = ++inside_count;
          EXPECT_TRUE(sum <= kLimit || count == 1) << sum << " bytes in " << count << " pieces";
          std::this_thread::yield();
          --inside_count;
          inside_bytes -= bytes;
          ++done;
        }
      });
    }
  }
  EXPECT_EQ(done, 8 * 200);
}

}  // namespace
}  // namespace gnomon
