// SPDX-License-Identifier: Apache-2.0
// The table of docs/types.md against the code: Spark, Arrow, DuckDB, and of single values Iceberg,
// Chronon and Avro. What tables really hold (Iceberg, Parquet) is looked at by
// test/python/test_types_document.py.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "sql/duckdb_types.h"
#include "support/source_file.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::sql {
namespace {

using Row = std::vector<std::string>;
enum Column : std::size_t { kSpark, kIceberg, kParquet, kArrow, kDuckDb, kChronon, kAvro };

std::string Trimmed(const std::string& cell) {
  const std::size_t begin = cell.find_first_not_of(' ');
  return begin == std::string::npos ? ""
                                    : cell.substr(begin, cell.find_last_not_of(' ') - begin + 1);
}

std::vector<Row> ReadTable() {
  std::istringstream text(ReadText(SourcePath("docs/types.md")));
  std::vector<Row> rows;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("| ")) continue;
    Row row;
    std::istringstream cells(line.substr(1));
    for (std::string cell; std::getline(cells, cell, '|');) row.push_back(Trimmed(cell));
    rows.push_back(std::move(row));
  }
  rows.erase(rows.begin());  // The titles.
  return rows;
}

std::string OrDash(std::string_view text) { return text.empty() ? "-" : std::string(text); }

TEST(TypesDocument, EachCellIsWhatTheCodeMaps) {
  const std::vector<Row> rows = ReadTable();
  ASSERT_GE(rows.size(), 18U);
  for (const Row& row : rows) {
    ASSERT_EQ(row.size(), 7U) << row[0];
    const auto type = ParseSparkTypeName(row[kSpark]);
    ASSERT_TRUE(type) << row[kSpark];
    EXPECT_EQ(SparkTypeName(*type), row[kSpark]);
    EXPECT_EQ(ToArrow(*type)->ToString(), row[kArrow]) << row[kSpark];
    EXPECT_EQ(*FromArrow(*ToArrow(*type)), *type) << row[kSpark];
    EXPECT_EQ(ToDuckDb(*type).ToString(), row[kDuckDb]) << row[kSpark];
    EXPECT_EQ(*FromDuckDb(ToDuckDb(*type)), *type) << row[kSpark];
    const ScalarTypeNames* names = FindScalarTypeNames(type->kind);
    if (names == nullptr) continue;
    EXPECT_EQ(OrDash(names->iceberg), row[kIceberg]) << row[kSpark];
    EXPECT_EQ(OrDash(names->avro), row[kAvro]) << row[kSpark];
    EXPECT_EQ(names->chronon_data_kind < 0
                  ? "-"
                  : fmt::format("{} {}", names->chronon_data_kind, ChrononTypeName(*type)),
              row[kChronon])
        << row[kSpark];
  }
}

TEST(TypesDocument, EveryKindHasARow) {
  std::set<TypeKind> kinds;
  for (const Row& row : ReadTable()) kinds.insert(ParseSparkTypeName(row[kSpark])->kind);
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(TypeKind::kStruct) + 1);
}

}  // namespace
}  // namespace gnomon::sql
