// SPDX-License-Identifier: Apache-2.0
// Columns whose names DuckDB has values for, from inside of subqueries.
#include "sql/outer_columns.h"

#include <gtest/gtest.h>

#include "support/matchers.h"

namespace gnomon::sql {

namespace {

class OuterColumnsTest : public testing::TestWithParam<std::string> {
 protected:
  // The one value that the query gives, @ standing for the name; or its error.
  std::string Ask(std::string sql) {
    for (std::size_t at = sql.find('@'); at != std::string::npos; at = sql.find('@', at))
      sql.replace(at, 1, "\"" + GetParam() + "\"");
    auto statements = connection_.ExtractStatements(sql);
    const Status status = QualifyOuterColumns(connection_, *statements.at(0));
    if (!status) return status.error().message;
    const auto result = connection_.Query(std::move(statements.at(0)));
    return result->HasError() ? result->GetError() : result->GetValue(0, 0).ToString();
  }

 private:
  duckdb::DuckDB database_;
  duckdb::Connection connection_{database_};
};

TEST_P(OuterColumnsTest, BelongToTheQueryAround) {
  const std::string t = "(SELECT 'u1' AS @, 1 AS n) t";
  EXPECT_EQ(Ask("SELECT count(*) FROM " + t + " WHERE 'u1' IN (SELECT @ FROM (SELECT 1) s)"), "1");
  EXPECT_EQ(Ask("SELECT (SELECT count(*) FROM (SELECT 'u1' AS x) s WHERE x = @) FROM " + t), "1");
  EXPECT_EQ(Ask("SELECT count(*) FROM (SELECT 2 AS m) r JOIN " + t +
                " ON true WHERE EXISTS (SELECT 1 FROM (SELECT 'u1' AS x) s WHERE x = @)"),
            "1");
  EXPECT_EQ(Ask("SELECT x FROM " + t + ", LATERAL (SELECT @ AS x)"), "u1");
  EXPECT_EQ(Ask("SELECT (SELECT (SELECT @ FROM (SELECT 1) b) FROM (SELECT 2) a) FROM " + t), "u1");
}

TEST_P(OuterColumnsTest, OfCommonTableExpressionsAndRelationsWithoutAlias) {
  EXPECT_EQ(Ask("WITH c AS (SELECT 'u1' AS @) SELECT (SELECT @ FROM (SELECT 1) s) FROM c"), "u1");
  EXPECT_EQ(Ask("SELECT (SELECT @ FROM (SELECT 1) s) FROM (SELECT 'u1' AS @)"), "u1");
}

TEST_P(OuterColumnsTest, AQuerysOwnColumnComesFirst) {
  EXPECT_EQ(Ask("SELECT (SELECT @ FROM (SELECT 'in' AS @) s) FROM (SELECT 'out' AS @) t"), "in");
}

TEST_P(OuterColumnsTest, WhatNoneHasIsUnknown) {
  for (const char* explain : {"", "EXPLAIN "}) {
    const std::string answer =
        Ask(explain + std::string("SELECT (SELECT @ FROM (SELECT 1) s) FROM (SELECT 2) t"));
    EXPECT_TRUE(answer == "unknown column '" + GetParam() + "'" ||
                answer.find("\"" + GetParam() + "\" not found in FROM") != std::string::npos)
        << answer;
  }
}

INSTANTIATE_TEST_SUITE_P(All, OuterColumnsTest,
                         testing::Values("user", "current_user", "session_user", "current_role",
                                         "current_time", "current_timestamp", "current_date",
                                         "current_catalog", "localtime", "localtimestamp",
                                         "current_schema", "USER", "current_database", "other"),
                         [](const auto& instance) { return instance.param; });

// A name that DuckDB comes to know is not on the list yet.
TEST(OuterColumnsList, HoldsAllValuesOfDuckDb) {
  duckdb::DuckDB database;
  duckdb::Connection connection(database);
  const auto names = connection.Query("SELECT DISTINCT function_name FROM duckdb_functions()");
  for (const auto& row : names->Collection().GetRows()) {
    const std::string name = row.GetValue(0).ToString();
    const auto outer =
        connection.Query("SELECT (SELECT \"" + name +
                         "\" FROM (SELECT 1) s) FROM (SELECT 'mine' AS \"" + name + "\") t");
    if (outer->HasError() || outer->GetValue(0, 0).ToString() == "mine") continue;
    auto statements = connection.ExtractStatements(
        "SELECT (SELECT \"" + name + "\" FROM (SELECT 1) s) FROM (SELECT 'mine' AS \"" + name +
        "\") t");
    ASSERT_THAT(QualifyOuterColumns(connection, *statements.at(0)), IsOk());
    EXPECT_EQ(connection.Query(std::move(statements.at(0)))->GetValue(0, 0).ToString(), "mine")
        << name;
  }
}

}  // namespace

}  // namespace gnomon::sql
