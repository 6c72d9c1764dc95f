// SPDX-License-Identifier: Apache-2.0
// Slots against a map, for rows by time and for rows that jump: through the list of a key and
// through the index.
#include "aggregate/hop_table.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

#include "aggregate/aggregation_plan.h"
#include "aggregate/key_encoding.h"

namespace gnomon::aggregate {
namespace {

constexpr std::uint32_t kKeys = 5;

struct Row {
  std::uint32_t key = 0;
  HopIndex hop = 0;
};

// `jump_share` of the rows fall anywhere in 200 hops, the others near a hop that moves on.
std::vector<Row> RandomRows(double jump_share, std::mt19937& random) {
  std::vector<Row> rows(20'000);
  std::bernoulli_distribution jumps(jump_share);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto now = static_cast<HopIndex>(i * 190 / rows.size());
    rows[i] = {static_cast<std::uint32_t>(random() % kKeys),
               static_cast<HopIndex>(jumps(random) ? random() % 200 : now + random() % 10)};
  }
  return rows;
}

std::string KeyOf(std::uint32_t key) { return "key_" + std::to_string(key); }

class HopTableTest : public testing::TestWithParam<double> {
 protected:
  AggregationPlan plan_;
  HopTable table_{plan_};
};

TEST_P(HopTableTest, GivesEachKeyAndHopOneSlot) {
  std::mt19937 random(7);
  std::map<std::pair<std::uint32_t, HopIndex>, std::uint32_t> expected;
  for (const Row& row : RandomRows(GetParam(), random)) {
    const std::string key = KeyOf(row.key);
    const std::uint32_t slot = table_.SlotOf(KeyEncoding::Hash(key), key, row.hop);
    const auto [entry, is_new] = expected.try_emplace({row.key, row.hop}, slot);
    ASSERT_EQ(slot, entry->second);
    ASSERT_TRUE(!is_new || slot + 1 == table_.slot_count());
    ASSERT_EQ(table_.slot_hop(slot), row.hop);
    ASSERT_EQ(table_.keys().key(table_.slot_key(slot)), key);
  }
  EXPECT_EQ(table_.slot_count(), expected.size());
}

TEST_P(HopTableTest, SortsTheHopsOfAKey) {
  std::mt19937 random(8);
  for (const Row& row : RandomRows(GetParam(), random)) {
    const std::string key = KeyOf(row.key);
    table_.SlotOf(KeyEncoding::Hash(key), key, row.hop);
  }
  const HopsByKey sorted = SortHops(table_);
  std::size_t slots = 0;
  for (std::uint32_t key = 0; key < kKeys; ++key) {
    const auto hops = sorted.hops_of(key);
    slots += hops.size();
    for (std::size_t i = 0; i < hops.size(); ++i) {
      EXPECT_EQ(table_.slot_hop(sorted.of(key)[i]), hops[i]);
      if (i == 0) continue;
      EXPECT_LT(hops[i - 1], hops[i]);
    }
  }
  EXPECT_EQ(slots, table_.slot_count());
}

INSTANTIATE_TEST_SUITE_P(ByShareOfJumps, HopTableTest, testing::Values(0.0, 0.01, 0.5, 1.0));

}  // namespace
}  // namespace gnomon::aggregate
