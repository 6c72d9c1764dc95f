// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/heavy_hitters.h"

#include <gmock/gmock.h>

namespace gnomon::run {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(HeavyHitters, CountsExactlyWhileThereIsRoom) {
  HeavyHitters hitters(3);
  for (const char* value : {"b", "a", "b", "c", "b", "a"}) hitters.Add(value);
  EXPECT_EQ(hitters.total(), 6);
  EXPECT_THAT(hitters.Top(2), ElementsAre(Pair("b", 3), Pair("a", 2)));
  // Ties by value.
  hitters.Add("c");
  EXPECT_THAT(hitters.Top(9), ElementsAre(Pair("b", 3), Pair("a", 2), Pair("c", 2)));
}

TEST(HeavyHitters, KeepsWhatIsFrequentAmongMoreValuesThanThereIsRoomFor) {
  constexpr std::size_t kRoom = 100;
  HeavyHitters hitters(kRoom);
  for (int i = 0; i < 10'000; ++i) {
    hitters.Add("rare" + std::to_string(i));
    if (i % 4 == 0) hitters.Add("heavy");
    if (i % 10 == 0) hitters.Add("less");
  }
  const auto top = hitters.Top(2);
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].first, "heavy");
  EXPECT_EQ(top[1].first, "less");
  // The bound that the header promises.
  const std::int64_t error_max = hitters.total() / static_cast<std::int64_t>(kRoom / 2);
  EXPECT_LE(top[0].second, 2500);
  EXPECT_GE(top[0].second, 2500 - error_max);
  EXPECT_LE(top[1].second, 1000);
  EXPECT_GE(top[1].second, 1000 - error_max);
}

}  // namespace
}  // namespace gnomon::run
