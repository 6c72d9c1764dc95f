// SPDX-License-Identifier: Apache-2.0
#include "run/query_change.h"

#include <gtest/gtest.h>

namespace gnomon::run {
namespace {

constexpr const char* kQuery =
    "SELECT user, price AS p, ds\nFROM t WHERE ds BETWEEN '{{ start_date }}' AND '{{ end_date }}'";

TEST(QueryChange, AddedItemsOfASelectListAreSeen) {
  EXPECT_TRUE(OnlyAddsColumns(kQuery, kQuery));
  EXPECT_TRUE(OnlyAddsColumns("SELECT a, ds FROM t", "select a, b + 1 AS b, ds from t"));
  EXPECT_TRUE(OnlyAddsColumns("SELECT a, ds FROM t", "SELECT a, ds, f(x, y) AS z FROM t -- new"));
  EXPECT_TRUE(OnlyAddsColumns("SELECT a, ds FROM t", "SELECT z, a, ds FROM t"));
  EXPECT_TRUE(
      OnlyAddsColumns("SELECT a FROM (SELECT a FROM t)", "SELECT a, b FROM (SELECT a, b FROM t)"));
  EXPECT_TRUE(OnlyAddsColumns("SELECT a FROM t",
                              "SELECT a, sum(b) OVER (PARTITION BY c ORDER BY d) AS s FROM t"));
}

TEST(QueryChange, AnythingElseMayChangeRows) {
  const auto changes = [](const char* before, const char* now) {
    return !OnlyAddsColumns(before, now);
  };
  EXPECT_TRUE(changes("SELECT a, b FROM t", "SELECT a, b * 2 AS b, c FROM t"));
  EXPECT_TRUE(changes("SELECT a FROM t", "SELECT a, b FROM u"));
  EXPECT_TRUE(changes("SELECT a, b FROM t", "SELECT a, c FROM t"));
  EXPECT_TRUE(changes("SELECT a FROM t", "SELECT a, b FROM t WHERE b > 0"));
  EXPECT_TRUE(changes("SELECT a FROM t GROUP BY a", "SELECT a, b FROM t GROUP BY a, b"));
  EXPECT_TRUE(changes("SELECT DISTINCT a FROM t", "SELECT DISTINCT a, b FROM t"));
  EXPECT_TRUE(changes("SELECT a FROM t", "SELECT a, explode(xs) AS x FROM t"));
  EXPECT_TRUE(changes("SELECT f(a, b) FROM t", "SELECT f(a, c, b) FROM t"));
  EXPECT_TRUE(changes("SELECT a FROM t WHERE x = 'a, b'", "SELECT a, c FROM t WHERE x = 'a,b'"));
  EXPECT_TRUE(changes("SELECT a FROM t", "SELECT a, 1 FROM t UNION ALL SELECT a, 2 FROM t"));
}

}  // namespace
}  // namespace gnomon::run
