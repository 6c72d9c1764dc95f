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

// The symptom: days kept their old values beside a new column.
TEST(QueryChange, AKeptColumnWithAnotherExpressionIsSeenWhereverTheTokensStand) {
  const auto changes = [](const char* before, const char* now) {
    return !OnlyAddsColumns(before, now);
  };
  // Each token of the old query is there, in its order, and `d` means something else.
  EXPECT_TRUE(changes("SELECT a - b AS d, ds FROM t", "SELECT a, c - b AS d, ds FROM t"));
  EXPECT_TRUE(changes("SELECT a, ds AS x FROM t",
                      "SELECT a, b, c, ds AS y, ds AS x FROM t WHERE "
                      "TRUE"));
  EXPECT_TRUE(changes("SELECT f(a) AS d FROM t", "SELECT f(a, 1) AS e, g(a) AS d FROM t"));
  EXPECT_TRUE(changes("SELECT a FROM (SELECT b - c AS a FROM t)",
                      "SELECT a, b FROM (SELECT b, d - c AS a FROM t)"));
  EXPECT_TRUE(changes("SELECT a, b FROM t", "SELECT b, a, c FROM t"));
  EXPECT_FALSE(changes("SELECT a - b AS d, ds FROM t", "SELECT a, a - b AS d, ds FROM t"));
}

TEST(QueryChange, ItemsThatChangeTheRowsOfOthers) {
  const auto changes = [](const char* before, const char* now) {
    return !OnlyAddsColumns(before, now);
  };
  // By places.
  EXPECT_TRUE(changes("SELECT a, sum(b) AS s FROM t GROUP BY 1",
                      "SELECT c, a, sum(b) AS s FROM t GROUP BY 1"));
  EXPECT_TRUE(changes("SELECT a FROM t ORDER BY 1 LIMIT 3",
                      "SELECT b, a FROM t ORDER BY 1 LIMIT "
                      "3"));
  EXPECT_TRUE(changes("SELECT a, b FROM t UNION ALL SELECT a, b FROM u",
                      "SELECT a, c, b FROM t UNION ALL SELECT a, b, c FROM u"));
  // By sets of rows.
  EXPECT_TRUE(changes("SELECT a FROM t UNION SELECT a FROM u",
                      "SELECT a, b FROM t UNION SELECT a, b FROM u"));
  EXPECT_TRUE(changes("SELECT a FROM t EXCEPT SELECT a FROM u",
                      "SELECT a, b FROM t EXCEPT SELECT a, b FROM u"));
  EXPECT_TRUE(changes("SELECT a FROM (SELECT a, k FROM t) NATURAL JOIN u",
                      "SELECT a FROM (SELECT a, k, b FROM t) NATURAL JOIN u"));
  // By names.
  EXPECT_TRUE(changes("SELECT a FROM t ORDER BY b LIMIT 3",
                      "SELECT a, -b AS b FROM t ORDER BY b "
                      "LIMIT 3"));
  EXPECT_TRUE(changes("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM (SELECT k FROM u) WHERE k = b)",
                      "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM (SELECT k, b FROM u) WHERE k = "
                      "b)"));
  // One row of many.
  EXPECT_TRUE(changes("SELECT '1' AS a FROM t", "SELECT '1' AS a, count(*) AS n FROM t"));
  EXPECT_TRUE(changes("SELECT a FROM t", "SELECT a, * FROM t"));
}

TEST(QueryChange, ItemsThatLeaveRowsAlone) {
  EXPECT_TRUE(OnlyAddsColumns("SELECT a FROM t WHERE price > 0 GROUP BY a",
                              "SELECT a, max(price) AS price FROM t WHERE price > 0 GROUP BY a"));
  EXPECT_TRUE(OnlyAddsColumns("SELECT a FROM t ORDER BY b", "SELECT a, t.b FROM t ORDER BY b"));
  EXPECT_TRUE(OnlyAddsColumns("SELECT a, b FROM t UNION ALL SELECT a, b FROM u",
                              "SELECT a, b, c FROM t UNION ALL SELECT a, b, d AS c FROM u"));
  EXPECT_TRUE(OnlyAddsColumns("WITH w AS (SELECT a FROM t) SELECT a FROM w",
                              "WITH w AS (SELECT a, z FROM t) SELECT a, z FROM w"));
  EXPECT_TRUE(OnlyAddsColumns("SELECT CASE WHEN a THEN 1 ELSE 2 END AS x FROM t",
                              "SELECT CASE WHEN a THEN 1 ELSE 2 END AS x, a FROM t"));
}

}  // namespace
}  // namespace gnomon::run
