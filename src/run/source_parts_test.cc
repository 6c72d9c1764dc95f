// SPDX-License-Identifier: Apache-2.0
// The parts that say what a source is read as: views of sources, the day that is read, the order of
// columns.
#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/run_day.h"
#include "run/select_order.h"
#include "run/source_view.h"
#include "support/matchers.h"

namespace gnomon::run {
namespace {

using testing::ElementsAre;
using testing::Pair;

expr::Expression Text(const std::string& text) {
  expr::Expression tree;
  tree.type = TypeKind::kString;
  tree.value = std::make_shared<arrow::StringScalar>(text);
  return tree;
}

TEST(SourceView, SubPartitionsAreSplitFromTheTable) {
  config::EventSource events;
  events.table = "ns.tbl/region=eu/kind=a=b";
  events.is_cumulative = true;
  events.query.emplace().partition_column = "day";
  const auto view = ViewOf(events, "sources[1]");
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->table, "ns.tbl");
  EXPECT_THAT(view->sub_partitions, ElementsAre(Pair("region", "eu"), Pair("kind", "a=b")));
  EXPECT_TRUE(view->is_cumulative);
  EXPECT_EQ(view->query_path(), "sources[1].events.query");
  EXPECT_EQ(view->partition_column(), "day");
}

TEST(SourceView, AJoinIsItsTableWithTheKindOfItsLeftSide) {
  auto join = std::make_shared<config::Join>();
  join->meta_data.name = "team.parent.v1";
  join->meta_data.output_namespace = "ns";
  join->left = config::EntitySource{};
  const auto view = ViewOf(config::JoinSource{.join = join}, "sources[0]");
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->kind, SourceKind::kEntities);
  EXPECT_EQ(view->table, "ns.team_parent_v1");
  EXPECT_EQ(view->table_path, "sources[0].joinSource.join");
}

TEST(RunDay, TakesThePlaceOfTheMacro) {
  expr::Expression call;
  call.op = expr::Expression::Op::kCall;
  call.name = "concat";
  call.args = {Text("{{CHRONON_RUN_DS}} to {{  CHRONON_RUN_DS }}"), Text("{{ start_date }}")};
  EXPECT_TRUE(AsksForRunDay(call));
  const expr::Expression done = WithRunDay(call, Day{0});
  EXPECT_EQ(done.args[0].value->ToString(), "1970-01-01 to 1970-01-01");
  EXPECT_FALSE(AsksForRunDay(done));
  EXPECT_FALSE(AsksForRunDay(Text("CHRONON_RUN_DS }}")));
}

// As golden case gb_entity_noagg shows (SPEC appendix I 11).
TEST(SelectOrder, IsThatOfScalasMaps) {
  EXPECT_THAT(InScalaMapOrder({"ds", "user", "city", "age", "tier"}),
              ElementsAre("city", "tier", testing::AnyOf("ds", "age"), testing::AnyOf("ds", "age"),
                          "user"));
  EXPECT_THAT(InScalaMapOrder({"ds", "b", "a", "c"}), ElementsAre("ds", "b", "a", "c"));
}

}  // namespace
}  // namespace gnomon::run
