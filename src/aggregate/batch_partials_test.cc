// SPDX-License-Identifier: Apache-2.0
// When rows are added up before they reach their shard, and what is given then. That the answers
// are the same is the matter of the kernels' tests.
#include "aggregate/batch_partials.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregate/key_encoding.h"
#include "aggregate/naive_model.h"
#include "support/matchers.h"

namespace gnomon::aggregate {

namespace {

using naive::Event;
using testing::ElementsAre;

const Schema kKeys{{{"user", TypeKind::kString}}};
const Schema kInputs{{{"price", TypeKind::kDouble}, {"label", TypeKind::kString}}};
const std::vector<AggregationSpec> kOfNumbers = {
    {naive::kSum, "price"}, {naive::kMax, "price"}, {naive::kCount, "label"}};

enum class Keys { kDictionary, kPlain };

// What comes out for slices of a batch of `users`, each with the hops of its rows: "3 rows" as they
// are, or "2 keys in 5", added up for a hop 5. The dictionary holds one user who is not there.
std::vector<std::string> Given(const std::vector<std::string>& users,
                               const std::vector<std::vector<HopIndex>>& slices,
                               const std::vector<AggregationSpec>& aggregations = kOfNumbers,
                               Keys keys = Keys::kDictionary) {
  const AggregationPlan plan = *PlanAggregations(aggregations, kInputs);
  std::vector<std::string> given;
  BatchPartials partials(plan, [&](const PreparedRows& rows) {
    given.push_back(rows.partials.empty()
                        ? fmt::format("{} rows", rows.rows.size())
                        : fmt::format("{} keys in {}", rows.rows.size(), rows.hops[0]));
    return Ok();
  });
  std::vector<Event> events;
  for (const std::string& user : users) events.push_back({user, 1, 1, 2.0, "a"});
  const auto batch = keys == Keys::kPlain
                         ? naive::ToBatch(events)
                         : naive::ToBatchesFor(kKeys, events, events.size()).front();
  partials.Start(batch->num_rows());
  PreparedRows rows;
  std::int64_t begin = 0;
  for (const std::vector<HopIndex>& hops : slices) {
    const auto count = static_cast<std::int64_t>(hops.size());
    const auto slice = batch->Slice(begin, count);
    begin += count;
    EXPECT_TRUE(FindColumns(*slice, kKeys, kInputs, TsColumn::kRequired, &rows).has_value());
    rows.state_values = plan.StateValues(rows.inputs);
    rows.hops = hops;
    KeyEncoding::Make(kKeys)->Encode(rows.key_columns, rows.rows, &rows.keys);
    EXPECT_THAT(partials.Add(rows), IsOk());
  }
  EXPECT_EQ(begin, batch->num_rows());
  EXPECT_THAT(partials.Flush(), IsOk());
  return given;
}

TEST(BatchPartialsTest, EachKeyComesOnceForAllSlices) {
  EXPECT_THAT(Given({"a", "b", "a", "a", "b", "a"}, {{7, 7, 7}, {7, 7, 7}}),
              ElementsAre("2 keys in 7"));
}

TEST(BatchPartialsTest, AnotherHopBeginsAnew) {
  EXPECT_THAT(Given({"a", "a", "a", "b", "b", "a", "a"}, {{7, 7}, {7}, {8, 8, 8, 8}}),
              ElementsAre("1 keys in 7", "2 keys in 8"));
}

TEST(BatchPartialsTest, RowsOfSeveralHopsGoAsTheyAreAndInOrder) {
  EXPECT_THAT(Given({"a", "a", "a", "b", "a", "a", "b", "a"}, {{7, 7, 7}, {7, 8}, {8, 8, 8}}),
              ElementsAre("1 keys in 7", "2 rows", "2 keys in 8"));
}

TEST(BatchPartialsTest, TooFewRowsPerKeyAreLeftAlone) {
  EXPECT_THAT(Given({"a", "b", "c", "a", "b"}, {{7, 7, 7, 7, 7}}), ElementsAre("5 rows"))
      << "the dictionary has four users";
  EXPECT_THAT(Given({"a", "b", "a", "b", "b", "a"}, {{6, 6}, {7, 7}, {7, 7}}),
              ElementsAre("2 keys in 6", "2 rows", "2 rows"))
      << "seen when the first hop ends";
}

TEST(BatchPartialsTest, OnlyDictionariesAndPlainStatesAreAddedUp) {
  const std::vector<std::string> users = {"a", "a", "a", "a"};
  const std::vector<std::vector<HopIndex>> slices = {{7, 7, 7, 7}};
  EXPECT_THAT(Given(users, slices, kOfNumbers, Keys::kPlain), ElementsAre("4 rows"));
  EXPECT_THAT(Given(users, slices, {{naive::kSum, "price"}, {naive::kMax, "label"}}),
              ElementsAre("4 rows"))
      << "a text lies elsewhere";
}

}  // namespace

}  // namespace gnomon::aggregate
