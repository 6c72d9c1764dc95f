// SPDX-License-Identifier: Apache-2.0
// Compares two sets of rows by keys: which columns differ in name or type, which rows only one side
// has, which values differ. Used by --expected-result-table and compare-join-query.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/comparison_metrics.h"
#include "sql/session.h"
#include "types/data_type.h"

namespace gnomon::run {

// Rows to compare: SQL of ours over tables, each of which stands in it as one quoted identifier.
struct ComparedRows {
  std::string label;  // For people: `computed`, `expected`, `join`, `query`.
  std::string name;   // What the rows are of: a table's or a config's name.
  std::string sql;
  std::vector<std::string> tables;
  nlohmann::json paths = nlohmann::json::array();  // Direct file tables, as queries have them.
};

struct ColumnComparison {
  std::string column;
  std::int64_t both_null = 0;  // In the rows that both sides have, as all of these.
  std::int64_t left_null = 0;  // The left side's alone.
  std::int64_t right_null = 0;
  std::int64_t mismatch = 0;  // Neither is null, and they differ.

  std::int64_t differing() const { return left_null + right_null + mismatch; }
};

struct ComparisonSample {
  std::vector<std::string> keys;  // As texts.
  std::string column;             // Empty: the whole row is on one side only.
  std::string left, right;
};

struct TableComparison {
  std::string left_label, right_label, left_name, right_name;
  std::vector<std::string> keys;
  std::vector<std::string> only_left_columns, only_right_columns;
  struct TypeDifference {
    std::string column, left, right;
    bool is_compared = false;  // Numbers as numbers, dates as texts; nested values are not.
  };
  std::vector<TypeDifference> types;
  std::int64_t left_rows = 0, right_rows = 0;
  std::int64_t only_left_rows = 0, only_right_rows = 0;
  std::int64_t both_rows = 0, differing_rows = 0;
  std::vector<ColumnComparison> columns;
  std::vector<ComparisonSample> samples;
  std::vector<ColumnDistance> distances;  // If they were asked for.

  // Whether nothing differs at all.
  bool equal() const;
  // One line: `2 of 406 rows differ, 1 is missing`.
  std::string Summary() const;
  std::string ToText() const;
  nlohmann::ordered_json ToJson() const;
};

class RowComparison {
 public:
  // Looks at the columns of both sides. Doubles within 1e-9 of each other (floats 1e-6),
  // relatively, count as equal, whole numbers and decimals only when they are; order of map entries
  // does not count. Rows of equal keys are paired in the order of their values. `keys` are compared
  // with null equal to null. Errors: InvalidArgument when a key is missing on a side or has two
  // types.
  static Result<RowComparison> Make(sql::Session& session, ComparedRows left, ComparedRows right,
                                    std::vector<std::string> keys);

  // Counts, and takes up to `sample_rows` differing rows.
  Result<TableComparison> Run(std::int64_t sample_rows);

  // The pairs as rows: keys, then `<column>_left` and `<column>_right` of each compared column.
  std::string PairsSql() const;
  // The compared columns with the SQL of a pair's two values, for ComparisonMetrics; and the pairs
  // as it takes them: bucket by bucket, in an order that does not change from run to run. `bucket`
  // is SQL of two columns over the keys, which are k0, k1... in the order of `keys`.
  std::vector<MetricColumn> MetricColumns() const;
  std::string MetricPairsSql(const std::string& bucket, const std::string& select_list) const;
  // SQL of ours over both sides. Errors: those of the query.
  Result<sql::QueryResult> Query(const std::string& sql) const;

 private:
  explicit RowComparison(sql::Session& session) : session_(&session) {}
  Status CompareSchemas();
  std::string PairedSql() const;
  std::string NumberedSql(const ComparedRows& rows) const;
  std::string KeySql(const std::string& key) const;
  std::string PairValues() const;
  Status Count(TableComparison& comparison) const;
  Status TakeSamples(std::int64_t sample_rows, TableComparison& comparison) const;

  sql::Session* session_;
  ComparedRows left_, right_;
  Schema left_schema_, right_schema_;
  // A column that both sides have and that is compared.
  struct Column {
    std::string name;
    std::string left, right;  // The SQL of its two values in a pair.
    std::string differs;      // The SQL condition that they differ, if neither is null.
    std::string order;        // SQL of a side's own value, which orders rows of equal keys.
    DataType type;            // Of the left side.
    bool is_number = false;
  };
  Column MakeColumn(const Field& left, const Field& right) const;

  std::vector<Column> compared_;
  TableComparison found_;  // What is known of the columns.
};

}  // namespace gnomon::run
