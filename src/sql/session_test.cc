// SPDX-License-Identifier: Apache-2.0
// Stories of a session on real files: a repository in a temporary folder, its own catalog, tables
// made by CTAS.
#include "sql/session.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "expr/expression.h"
#include "sql/result_printer.h"
#include "sql/result_stream.h"
#include "storage/file_io.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::sql {
namespace {

using nlohmann::json;

json QueryOf(const std::string& sql, const json& paths = json::array()) {
  return {{"sql", sql}, {"source", sql}, {"tables", json::array()}, {"paths", paths}};
}

class SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(WriteNewFile(dir_ / "teams.json", "{}"), IsOk());
    auto workspace = Workspace::Open(dir_.path());
    ASSERT_THAT(workspace, IsOk());
    workspace_.emplace(*std::move(workspace));
    auto catalog = catalog::OpenSqliteCatalog(workspace_->catalog_db().string(),
                                              workspace_->warehouse_dir().string());
    ASSERT_THAT(catalog, IsOk());
    catalog_ = *std::move(catalog);
    auto session = Session::Open(*workspace_, *catalog_, SessionOptions());
    ASSERT_THAT(session, IsOk());
    session_ = *std::move(session);
  }

  // The rows as spark-sql prints them, or `<code>: <message>`.
  static std::string Print(Result<QueryResult> result) {
    std::ostringstream out;
    if (result.has_value()) {
      const auto rows = PrintResult(*result, *FindPrintStyle("tabs").value(), out);
      if (rows.has_value()) return out.str();
      return std::string(InfoOf(rows.error().code).name) + ": " + rows.error().message;
    }
    return std::string(InfoOf(result.error().code).name) + ": " + result.error().message;
  }

  std::string Ask(const std::string& sql) { return Print(session_->Query(QueryOf(sql))); }
  std::string Do(const json& statement) { return Print(session_->Execute(statement)); }

  std::string CreateAs(const std::string& table, const std::string& sql,
                       const std::vector<std::string>& partitioned_by = {}) {
    return Do({{"kind", "create_table_as"},
               {"table", table},
               {"if_not_exists", false},
               {"partitioned_by", partitioned_by},
               {"properties", {{"owner", "me"}, {"api.token", "s3cr3t"}}},
               {"query", QueryOf(sql)}});
  }

  // Six purchases over three days, partitioned by `ds`.
  void CreatePurchases() {
    ASSERT_EQ(CreateAs("shop.purchases",
                       "SELECT CAST(i AS INTEGER) AS id, 'user_' || (i % 2) AS user_id, "
                       "CAST(i AS DOUBLE) / 2 AS price, DATE '2023-12-01' + CAST(i / 2 AS "
                       "INTEGER) AS day, strftime(DATE '2023-12-01' + CAST(i // 2 AS INTEGER), "
                       "'%Y-%m-%d') AS ds FROM range(6) t(i)",
                       {"ds"}),
              "");
  }

  TempDir dir_;
  std::optional<Workspace> workspace_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionTest, AnswersInSparksTypes) {
  auto result = session_->Query(
      QueryOf("SELECT 1 AS a, CAST(2 AS BIGINT) AS b, 1.5 AS c, TIMESTAMPTZ '2023-12-01 00:24:00' "
              "AS t, TIMESTAMP '2023-12-01 00:24:00' AS n, [1, NULL] AS l, MAP {'k': 1} AS m, "
              "{'x': true} AS s, NULL AS v, DATE '2023-12-01' AS d, '\\xC3\\xA9'::BLOB AS y"));
  ASSERT_THAT(result, IsOk());
  const std::vector<DataType> types = {TypeKind::kInt,
                                       TypeKind::kLong,
                                       DataType::Decimal(2, 1),
                                       TypeKind::kTimestamp,
                                       TypeKind::kTimestampNtz,
                                       DataType::List(TypeKind::kInt),
                                       DataType::Map(TypeKind::kString, TypeKind::kInt)};
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(result->schema.fields[i].type, types[i]) << i;
  }
  EXPECT_EQ(Print(std::move(result)),
            "1\t2\t1.5\t2023-12-01 00:24:00\t2023-12-01 00:24:00\t[1,null]\t{\"k\":1}\t"
            "{\"x\":true}\tNULL\t2023-12-01\té\n");
}

TEST_F(SessionTest, RefusesTypesThatSparkLacks) {
  EXPECT_THAT(session_->Query(QueryOf("SELECT sum(i::INTEGER) AS s FROM range(3) t(i)")),
              IsError(ErrorCode::kUnimplemented, "column 's': the type HUGEINT"));
  EXPECT_EQ(Ask("SELECT spark_sum_result(sum(i::INTEGER)) AS s FROM range(3) t(i)"), "3\n");
}

TEST_F(SessionTest, FunctionsAreThoseOfExpressions) {
  EXPECT_EQ(Ask("SELECT spark_cast(2.7::DOUBLE, 'int'), spark_cast(' 12.7 ', 'int'), "
                "spark_cast(3000000000, 'int'), spark_add(2147483647, 1)"),
            "2\t12\t-1294967296\t-2147483648\n");
  // Over a column, with nulls, more rows than one vector.
  EXPECT_EQ(Ask("SELECT count(x), spark_sum_result(sum(x)) FROM (SELECT spark_add(spark_if("
                "spark_eq(spark_modulo(i, 2::BIGINT), 0::BIGINT), i, NULL), 1::BIGINT) AS x FROM "
                "range(10000) t(i))"),
            "5000\t25000000\n");
  EXPECT_EQ(
      Ask("SELECT spark_upper(s), spark_coalesce(s, 'none') FROM (VALUES ('a'), (NULL)) t(s)"),
      "A\ta\nNULL\tnone\n");
}

// A function that hands its argument back must not show DuckDB's next vector.
TEST_F(SessionTest, ArgumentsHandedBackStayWhatTheyWere) {
  EXPECT_EQ(Ask("SELECT count(*) FROM (SELECT i, spark_cast(i, 'bigint') AS j, "
                "spark_coalesce(i, 0::BIGINT) AS k FROM range(50000) t(i)) WHERE i <> j OR i <> k"),
            "0\n");
}

TEST_F(SessionTest, ErrorsOfFunctionsComeOutVerbatim) {
  const auto bound =
      expr::BoundCall::Bind("add", {TypeKind::kInt, TypeKind::kBinary}, {nullptr, nullptr});
  ASSERT_FALSE(bound.has_value());
  const auto result =
      session_->Query(QueryOf("SELECT spark_add(x, 'a'::BLOB) FROM (VALUES (1), (2)) t(x)"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), bound.error());
  EXPECT_THAT(session_->Query(QueryOf("SELECT spark_frobnicate(1)")),
              IsError(ErrorCode::kUnimplemented, "function 'frobnicate' is not supported"));
}

// The translator gives every column an alias, behind which DuckDB does not see that it is unknown.
TEST_F(SessionTest, UnknownColumnsAreFoundBehindTheirAlias) {
  const std::string from = " FROM (SELECT 1 AS price, 2 AS other) t";
  const std::string unknown = "InvalidArgument: unknown column 'pricee' - did you mean 'price'?";
  EXPECT_EQ(Ask("SELECT \"pricee\" AS \"pricee\"" + from), unknown);
  EXPECT_EQ(Ask("SELECT spark_add(\"pricee\", 1) AS \"pricee\"" + from), unknown);
  EXPECT_EQ(Ask("SELECT sum(\"pricee\") AS \"sum(pricee)\"" + from), unknown);
  EXPECT_EQ(Ask("SELECT \"price\" AS \"price\"" + from + " WHERE \"pricee\" = 1"), unknown);
  EXPECT_EQ(Ask("WITH c AS (SELECT \"price\" AS \"cost\"" + from +
                ") SELECT \"coast\" AS \"coast\" FROM c"),
            "InvalidArgument: unknown column 'coast' - did you mean 'cost'?");
  EXPECT_EQ(Ask("SELECT \"zzzzzzzz\" AS \"zzzzzzzz\"" + from),
            "InvalidArgument: unknown column 'zzzzzzzz' - known: price, other");
  EXPECT_EQ(
      Ask("SELECT x.\"a\" AS \"a\" FROM (SELECT \"pricee\" AS \"pricee\", 1 AS a" + from + ") x"),
      unknown);
}

TEST_F(SessionTest, UnreadableCsvIsOneSentence) {
  ASSERT_THAT(WriteNewFile(dir_ / "open.csv", "a,b\n1,2\n\"3,4\n"), IsOk());
  const json view = {{"kind", "create_view_over_path"},
                     {"name", "v"},
                     {"replace", true},
                     {"format", "csv"},
                     {"path", dir_ / "open.csv"},
                     {"options", {{"header", "true"}, {"inferSchema", "true"}}}};
  std::string message = Do(view);
  if (message.empty()) message = Ask("SELECT * FROM v");
  EXPECT_THAT(message, testing::HasSubstr("open.csv"));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("Candidates")));
  EXPECT_LT(message.size(), 250u) << message;
}

TEST_F(SessionTest, TruncatedParquetIsOneSentence) {
  ASSERT_THAT(WriteNewFile(dir_ / "cut.parquet", std::string("PAR1 junk \x04\x00\x00\x00PAR1", 18)),
              IsOk());
  const std::string name = "parquet." + (dir_ / "cut.parquet");
  const json paths = {{{"name", name}, {"format", "parquet"}, {"path", dir_ / "cut.parquet"}}};
  EXPECT_EQ(Print(session_->Query(QueryOf("SELECT * FROM \"" + name + "\"", paths))),
            "Corruption: " + (dir_ / "cut.parquet") +
                " is damaged or not a Parquet file - write it again");
}

TEST_F(SessionTest, ErrorsOfQueriesAreOneLine) {
  EXPECT_EQ(Ask("SELECT pricee FROM (SELECT 1 AS price, 2 AS other) t"),
            "InvalidArgument: unknown column 'pricee' - did you mean 'price'?");
  EXPECT_EQ(Ask("SELECT t.pricee FROM (SELECT 1 AS price, 2 AS other) t"),
            "InvalidArgument: unknown column 'pricee' - did you mean 'price'?");
  const std::string syntax = Ask("SELECT FROM WHERE");
  EXPECT_TRUE(syntax.starts_with("InvalidArgument: the query is not valid (syntax error"))
      << syntax;
  EXPECT_EQ(syntax.find('\n'), std::string::npos) << syntax;
  EXPECT_THAT(session_->Query(QueryOf("SELECT 1; SELECT 2")),
              IsError(ErrorCode::kInvalidArgument, "one statement"));
  EXPECT_THAT(session_->Query(QueryOf("CREATE TABLE t (i INTEGER)")),
              IsError(ErrorCode::kUnimplemented, "must be a SELECT"));
  EXPECT_THAT(session_->Execute({{"kind", "query"}}), IsError(ErrorCode::kCorruption, "malformed"));
}

TEST_F(SessionTest, UnknownTablesAreNotFoundWithTheNearest) {
  CreatePurchases();
  const auto result = session_->Query(QueryOf("SELECT * FROM \"shop.purchase\""));
  EXPECT_THAT(result, IsError(ErrorCode::kNotFound, "shop.purchases"));
}

TEST_F(SessionTest, QueriesReadOnlyWhatTheyMay) {
  ASSERT_THAT(WriteNewFile(dir_ / "secret.csv", "a,b\n1,2\n"), IsOk());
  const std::string path = dir_ / "secret.csv";
  EXPECT_FALSE(session_->Query(QueryOf("SELECT * FROM read_csv('" + path + "')")).has_value());
  EXPECT_FALSE(session_->Query(QueryOf("SELECT * FROM '" + path + "'")).has_value());
  EXPECT_FALSE(session_->Query(QueryOf("SELECT * FROM \"" + path + "\"")).has_value());
}

TEST_F(SessionTest, ReadsATableThatItCreated) {
  CreatePurchases();
  EXPECT_EQ(Ask("SELECT id, user_id, price, ds FROM \"shop.purchases\" ORDER BY id LIMIT 2"),
            "0\tuser_0\t0.0\t2023-12-01\n1\tuser_1\t0.5\t2023-12-01\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM \"shop.purchases\""), "6\n");
  EXPECT_EQ(Ask("SELECT count(*), max(a.price) FROM \"shop.purchases\" a JOIN \"shop.purchases\" b "
                "ON spark_eq(a.id, b.id)"),
            "6\t2.5\n");
}

TEST_F(SessionTest, FiltersSkipFiles) {
  CreatePurchases();
  const auto explained = [&](const std::string& where) {
    return Ask("EXPLAIN SELECT id FROM \"shop.purchases\" WHERE " + where);
  };
  for (const std::string where :
       {"spark_eq(ds, '2023-12-02')",
        "spark_and(spark_ge(ds, '2023-12-02'), spark_lt(ds, "
        "'2023-12-03'))",
        "spark_in(ds, '2023-12-02', '2023-12-02')", "spark_eq(id, 2)", "spark_eq(id, 2::BIGINT)",
        "spark_and(spark_is_not_null(id), spark_eq(ds, '2023-12-02'))"}) {
    const std::string plan = explained(where);
    EXPECT_NE(plan.find("1 read, 2 skipped"), std::string::npos) << where << "\n" << plan;
    const std::string rows = Ask("SELECT count(*) FROM \"shop.purchases\" WHERE " + where);
    EXPECT_EQ(rows, where.find("id, 2") == std::string::npos ? "2\n" : "1\n") << where;
  }
}

TEST_F(SessionTest, FiltersOnDatesAndTextSkipFilesToo) {
  CreatePurchases();
  const std::string plan =
      Ask("EXPLAIN SELECT id FROM \"shop.purchases\" WHERE spark_lt(day, '2023-12-02')");
  // Of files: the one manifest is read, and its line comes before that of the files.
  const std::size_t files = plan.find("Files:");
  ASSERT_NE(files, std::string::npos) << plan;
  EXPECT_NE(plan.find(" skipped", files), std::string::npos) << plan;
  EXPECT_EQ(plan.find(" 0 skipped", files), std::string::npos) << plan;
  EXPECT_EQ(Ask("SELECT count(*) FROM \"shop.purchases\" WHERE spark_is_null(ds)"), "0\n");
  // NaN is greater than all in Spark: bounds must not skip it.
  ASSERT_EQ(
      CreateAs("shop.nans", "SELECT CAST(x AS DOUBLE) AS x FROM (VALUES ('1'), ('NaN')) t(x)"), "");
  EXPECT_EQ(Ask("SELECT x FROM \"shop.nans\" WHERE spark_gt(x, 5.0::DOUBLE)"), "NaN\n");
}

TEST_F(SessionTest, ACreateThatFailsLeavesNothing) {
  const std::string failed =
      CreateAs("shop.broken",
               "SELECT CASE WHEN i = 90000 THEN error('boom') ELSE 'x' END AS x FROM "
               "range(100000) t(i)");
  EXPECT_NE(failed.find("boom"), std::string::npos) << failed;
  EXPECT_THAT(session_->Query(QueryOf("SELECT * FROM \"shop.broken\"")),
              IsError(ErrorCode::kNotFound, "shop.broken"));
  EXPECT_EQ(CreateAs("shop.broken", "SELECT 1 AS x"), "");
  EXPECT_NE(CreateAs("shop.broken", "SELECT 1 AS x").find("AlreadyExists"), std::string::npos);
  EXPECT_EQ(CreateAs("shop.other", "SELECT 1 AS abc", {"abd"}),
            "InvalidArgument: partition column 'abd' is not in the query - did you mean 'abc'?");
  EXPECT_EQ(CreateAs("shop.small", "SELECT CAST(1 AS TINYINT) AS x"), "");
  EXPECT_EQ(Ask("SELECT x FROM \"shop.small\""), "1\n");
}

TEST_F(SessionTest, ViewsSeeTheTablesOfTheMoment) {
  ASSERT_EQ(CreateAs("shop.t", "SELECT 1 AS x"), "");
  const json view = {{"kind", "create_view"},
                     {"name", "v"},
                     {"replace", false},
                     {"query", QueryOf("SELECT x FROM \"shop.t\"")}};
  EXPECT_EQ(Do(view), "");
  EXPECT_EQ(Do(view), "AlreadyExists: view v exists in this session - say CREATE OR REPLACE");
  EXPECT_EQ(Ask("SELECT * FROM v"), "1\n");
  EXPECT_EQ(Do({{"kind", "drop_table"}, {"table", "shop.t"}, {"if_exists", false}}), "");
  EXPECT_THAT(session_->Query(QueryOf("SELECT * FROM v")), IsError(ErrorCode::kNotFound, "shop.t"));
  ASSERT_EQ(CreateAs("shop.t", "SELECT 7 AS x"), "");
  EXPECT_EQ(Ask("SELECT * FROM v"), "7\n");
}

TEST_F(SessionTest, ShowsTablesAndNamespaces) {
  CreatePurchases();
  ASSERT_EQ(CreateAs("shop.users", "SELECT 1 AS x"), "");
  ASSERT_EQ(Do({{"kind", "create_view"},
                {"name", "purchases_raw"},
                {"replace", true},
                {"query", QueryOf("SELECT 1 AS x")}}),
            "");
  const auto show = [&](const json& pattern) {
    return Do({{"kind", "show_tables"}, {"namespace", "shop"}, {"pattern", pattern}});
  };
  EXPECT_EQ(show(nullptr), "shop\tpurchases\tfalse\nshop\tusers\tfalse\n\tpurchases_raw\ttrue\n");
  EXPECT_EQ(show("*SER*"), "shop\tusers\tfalse\n");
  EXPECT_EQ(show("users|purchases"), "shop\tpurchases\tfalse\nshop\tusers\tfalse\n");
  EXPECT_EQ(show("nothing"), "");
  EXPECT_EQ(Do({{"kind", "create_namespace"}, {"name", "db"}, {"if_not_exists", false}}), "");
  EXPECT_EQ(Do({{"kind", "create_namespace"}, {"name", "db"}, {"if_not_exists", true}}), "");
  EXPECT_EQ(Do({{"kind", "show_namespaces"}, {"pattern", "d*b"}}), "db\n");
  EXPECT_EQ(Do({{"kind", "drop_table"}, {"table", "shop.users"}, {"if_exists", false}}), "");
  EXPECT_EQ(Do({{"kind", "drop_table"}, {"table", "shop.users"}, {"if_exists", true}}), "");
  EXPECT_NE(
      Do({{"kind", "drop_table"}, {"table", "shop.users"}, {"if_exists", false}}).find("NotFound"),
      std::string::npos);
}

TEST_F(SessionTest, DescribesATableAsSparkDoes) {
  CreatePurchases();
  const std::string plain =
      "id\tint\tNULL\nuser_id\tstring\tNULL\nprice\tdouble\tNULL\nday\tdate\tNULL\n"
      "ds\tstring\tNULL\n# Partition Information\t\t\n# col_name\tdata_type\tcomment\n"
      "ds\tstring\tNULL\n";
  const auto describe = [&](bool extended) {
    return Do({{"kind", "describe"}, {"table", "shop.purchases"}, {"extended", extended}});
  };
  EXPECT_EQ(describe(false), plain);
  const std::string extended = describe(true);
  EXPECT_TRUE(extended.starts_with(plain + "\t\t\n# Detailed Table Information\t\t\n"
                                           "Name\tgnomon.shop.purchases\t\nType\tMANAGED\t\n"))
      << extended;
  EXPECT_NE(extended.find("\nProvider\ticeberg\t\n"), std::string::npos) << extended;
  EXPECT_NE(extended.find("\nOwner\tme\t\n"), std::string::npos) << extended;
  EXPECT_NE(extended.find("format=iceberg/parquet,format-version=2"), std::string::npos)
      << extended;
  EXPECT_EQ(extended.find("s3cr3t"), std::string::npos) << extended;
}

TEST_F(SessionTest, ShowsMetadataTables) {
  CreatePurchases();
  EXPECT_EQ(Ask("SELECT count(*), count(made_current_at), count(parent_id), "
                "bool_and(is_current_ancestor) FROM \"shop.purchases.history\""),
            "1\t1\t0\ttrue\n");
  EXPECT_EQ(Ask("SELECT operation, summary['total-records'] FROM \"shop.purchases.snapshots\""),
            "append\t6\n");
  EXPECT_EQ(Ask("SELECT partition, record_count, file_count FROM \"shop.purchases.partitions\" "
                "ORDER BY 1"),
            "{\"ds\":\"2023-12-01\"}\t2\t1\n{\"ds\":\"2023-12-02\"}\t2\t1\n"
            "{\"ds\":\"2023-12-03\"}\t2\t1\n");
  EXPECT_EQ(Ask("SELECT content, file_format, record_count, partition.ds FROM "
                "\"shop.purchases.files\" WHERE partition.ds = '2023-12-02'"),
            "0\tPARQUET\t2\t2023-12-02\n");
  EXPECT_THAT(session_->Query(QueryOf("SELECT * FROM \"shop.purchases.snapshot\"")),
              IsError(ErrorCode::kNotFound, "did you mean 'snapshots'?"));
}

class FileTableTest : public SessionTest {
 protected:
  void WriteFile(const std::string& name, const std::string& content) {
    ASSERT_THAT(WriteNewFile(dir_ / name, content), IsOk());
  }

  std::string CreateView(const std::string& format, const std::string& path,
                         const json& options = json::object()) {
    return Do({{"kind", "create_view_over_path"},
               {"name", "raw"},
               {"replace", true},
               {"format", format},
               {"path", path},
               {"options", options}});
  }
};

TEST_F(FileTableTest, ReadsCsvAsSparkDoes) {
  WriteFile("a.csv", "id,name\n1,x\n2,\n3,\"\"\n");
  ASSERT_EQ(CreateView("csv", "a.csv"), "");
  EXPECT_EQ(Ask("SELECT * FROM raw"), "id\tname\n1\tx\n2\tNULL\n3\t\n");
  EXPECT_EQ(Ask("SELECT _c0 FROM raw LIMIT 1"), "id\n");
  ASSERT_EQ(CreateView("csv", "a.csv", {{"header", "true"}, {"inferSchema", "true"}}), "");
  EXPECT_EQ(Ask("SELECT id + 1, name FROM raw WHERE id < 3"), "2\tx\n3\tNULL\n");
  EXPECT_EQ(Do({{"kind", "describe"}, {"table", "raw"}, {"extended", false}}),
            "id\tint\tNULL\nname\tstring\tNULL\n");
  EXPECT_EQ(CreateView("csv", "a.csv", {{"heder", "true"}}),
            "Unimplemented: reading a.csv: csv option 'heder' is not supported - did you mean "
            "'header'?");
}

TEST_F(FileTableTest, ReadsJsonLinesWithColumnsInOrder) {
  WriteFile("a.json", "{\"b\": 1, \"a\": \"2023-12-01\"}\n{\"b\": 2.5, \"c\": [1]}\n");
  ASSERT_EQ(CreateView("json", "a.json"), "");
  EXPECT_EQ(Do({{"kind", "describe"}, {"table", "raw"}, {"extended", false}}),
            "a\tstring\tNULL\nb\tdouble\tNULL\nc\tarray<bigint>\tNULL\n");
  EXPECT_EQ(Ask("SELECT * FROM raw"), "2023-12-01\t1.0\tNULL\nNULL\t2.5\t[1]\n");
}

TEST_F(FileTableTest, MissingPathsAndFormatsAreNamed) {
  EXPECT_NE(CreateView("parquet", "s3a://chronon/nothing.parquet").find("NotFound: "),
            std::string::npos);
  WriteFile("a.xml", "<a/>");
  EXPECT_NE(CreateView("xml", "a.xml").find("file format 'xml' is not supported"),
            std::string::npos);
}

TEST_F(FileTableTest, ReadsAParquetFileByItsPath) {
  ASSERT_EQ(CreateAs("shop.t", "SELECT 5 AS x, TIMESTAMP '2023-12-01 00:24:00' AS n"), "");
  const std::string printed = Ask("SELECT file_path FROM \"shop.t.files\"");
  const auto path = LocalPathOf(printed.substr(0, printed.size() - 1));
  ASSERT_THAT(path, IsOk());
  const std::string name = "parquet." + *path;
  const json paths = json::array({{{"name", name}, {"format", "parquet"}, {"path", *path}}});
  EXPECT_EQ(Print(session_->Query(QueryOf("SELECT x, n FROM \"" + name + "\"", paths))),
            "5\t2023-12-01 00:24:00\n");
}

TEST_F(SessionTest, InterruptStopsARunningQuery) {
  auto result = session_->Query(
      QueryOf("SELECT a.i + b.i AS x FROM range(100000000) a(i), range(100000000) b(i)"));
  ASSERT_THAT(result, IsOk());
  std::shared_ptr<arrow::RecordBatch> batch;
  ASSERT_TRUE(result->batches->ReadNext(&batch).ok());
  session_->Interrupt();
  arrow::Status status;
  do {
    status = result->batches->ReadNext(&batch);
  } while (status.ok() && batch != nullptr);
  EXPECT_EQ(StreamError(status, "reading").code, ErrorCode::kCancelled);
  EXPECT_EQ(Ask("SELECT 1"), "1\n");
}

}  // namespace
}  // namespace gnomon::sql
