// SPDX-License-Identifier: Apache-2.0
// DuckDB pairs and counts; here stands the SQL for that. In it keys are k0, k1..., values of the
// left side l0, l1..., of the right r0, r1...
#include "run/table_comparison.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/edit_distance.h"
#include "sql/engine.h"
#include "sql/result_stream.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

using sql::SqlIdentifier;

constexpr double kDoubleTolerance = 1e-9;
constexpr double kFloatTolerance = 1e-6;

bool IsNumber(TypeKind kind) { return IsNumeric(kind) || kind == TypeKind::kDecimal; }
bool IsFraction(TypeKind kind) { return kind == TypeKind::kFloat || kind == TypeKind::kDouble; }
bool IsNested(TypeKind kind) {
  return kind == TypeKind::kList || kind == TypeKind::kMap || kind == TypeKind::kStruct;
}

// Integers of different width and dates written as texts are the same to a reader.
bool AreComparable(const DataType& left, const DataType& right) {
  if (left == right) return true;
  if (IsNumber(left.kind) && IsNumber(right.kind)) return true;
  return !IsNested(left.kind) && !IsNested(right.kind);
}

// Infinity is near nothing but itself: its distance to all else is within any share of it.
std::string CloseSql(const std::string& left, const std::string& right, double tolerance) {
  return fmt::format(
      "({0} IS DISTINCT FROM {1} AND NOT coalesce(isfinite({0}) AND isfinite({1}) AND "
      "abs({0} - {1}) <= {2} * greatest(abs({0}), abs({1})), false))",
      left, right, tolerance);
}

// Whole numbers and decimals of two types, to the last digit where a decimal of 38 digits holds
// both.
std::string ExactSql(const std::string& left, const std::string& right, const DataType& left_type,
                     const DataType& right_type) {
  if (left_type.kind != TypeKind::kDecimal && right_type.kind != TypeKind::kDecimal)
    return fmt::format("{} IS DISTINCT FROM {}", left, right);
  const int scale = std::max(left_type.kind == TypeKind::kDecimal ? left_type.scale : 0,
                             right_type.kind == TypeKind::kDecimal ? right_type.scale : 0);
  return fmt::format(
      "(TRY_CAST({0} AS DECIMAL(38, {2})) IS DISTINCT FROM TRY_CAST({1} AS DECIMAL(38, {2})) OR "
      "{3})",
      left, right, scale,
      CloseSql(fmt::format("CAST({} AS DOUBLE)", left), fmt::format("CAST({} AS DOUBLE)", right),
               kDoubleTolerance));
}

std::string Each(std::size_t count, std::string_view separator,
                 const std::function<std::string(std::size_t)>& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) all += separator;
    all += text(i);
  }
  return all;
}

std::int64_t NumberAt(const arrow::RecordBatch& batch, int column) {
  const auto& numbers = static_cast<const arrow::Int64Array&>(*batch.column(column));
  return numbers.IsNull(0) ? 0 : numbers.Value(0);
}

std::string TextAt(const arrow::RecordBatch& batch, int column, std::int64_t row) {
  const auto& texts = static_cast<const arrow::StringArray&>(*batch.column(column));
  return texts.IsNull(row) ? "NULL" : std::string(texts.GetView(row));
}

bool FlagAt(const arrow::RecordBatch& batch, int column, std::int64_t row) {
  const auto& flags = static_cast<const arrow::BooleanArray&>(*batch.column(column));
  return !flags.IsNull(row) && flags.Value(row);
}

constexpr std::string_view kReading = "comparing the rows";

// A condition over one pair: both sides have the row, and it differs in some column.
constexpr std::string_view kInBoth = "in_left AND in_right";

}  // namespace

Result<RowComparison> RowComparison::Make(sql::Session& session, ComparedRows left,
                                          ComparedRows right, std::vector<std::string> keys) {
  RowComparison comparison(session);
  comparison.left_ = std::move(left);
  comparison.right_ = std::move(right);
  comparison.found_.keys = std::move(keys);
  comparison.found_.left_label = comparison.left_.label;
  comparison.found_.right_label = comparison.right_.label;
  comparison.found_.left_name = comparison.left_.name;
  comparison.found_.right_name = comparison.right_.name;
  GNOMON_RETURN_IF_ERROR(comparison.CompareSchemas());
  return comparison;
}

Result<sql::QueryResult> RowComparison::Query(const std::string& sql) const {
  std::vector<std::string> tables = left_.tables;
  tables.insert(tables.end(), right_.tables.begin(), right_.tables.end());
  nlohmann::json paths = left_.paths;
  paths.insert(paths.end(), right_.paths.begin(), right_.paths.end());
  return session_->Query({{"sql", sql}, {"tables", tables}, {"paths", paths}});
}

Status RowComparison::CompareSchemas() {
  for (const auto& [rows, schema] :
       {std::pair(&left_, &left_schema_), std::pair(&right_, &right_schema_)}) {
    GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult none,
                            Query(fmt::format("SELECT * FROM ({}) LIMIT 0", rows->sql)));
    *schema = none.schema;
    for (const std::string& key : found_.keys) {
      const Field* field = schema->Find(key);
      if (field != nullptr && !IsNested(field->type.kind)) continue;
      return InvalidArgument(
          "the {} rows cannot be compared by {}: {}{}", rows->label, key, rows->name,
          field != nullptr ? fmt::format(" - it is {}, and a key must be a plain value",
                                         SparkTypeName(field->type))
                           : " has no such column" + DidYouMean(key, schema->names()));
    }
  }
  const auto is_key = [&](const std::string& name) {
    return std::find(found_.keys.begin(), found_.keys.end(), name) != found_.keys.end();
  };
  for (const Field& left : left_schema_.fields) {
    const Field* right = right_schema_.Find(left.name);
    if (right == nullptr) {
      found_.only_left_columns.push_back(left.name);
      continue;
    }
    const bool is_compared = AreComparable(left.type, right->type);
    if (!(left.type == right->type)) {
      found_.types.push_back(
          {left.name, SparkTypeName(left.type), SparkTypeName(right->type), is_compared});
    }
    if (!is_key(left.name) && is_compared) compared_.push_back(MakeColumn(left, *right));
  }
  for (const Field& right : right_schema_.fields) {
    if (left_schema_.Find(right.name) == nullptr) found_.only_right_columns.push_back(right.name);
  }
  return Ok();
}

namespace {

// What both sides' rows of equal keys are ordered by, so that equal rows meet.
std::string OrderSql(const DataType& left, const DataType& right, const std::string& value) {
  if (left.kind == TypeKind::kMap) return fmt::format("list_sort(map_entries({}))", value);
  const bool are_numbers = IsNumber(left.kind) && IsNumber(right.kind);
  return left == right || are_numbers ? value : fmt::format("CAST({} AS VARCHAR)", value);
}

}  // namespace

RowComparison::Column RowComparison::MakeColumn(const Field& left, const Field& right) const {
  Column column{.name = left.name};
  std::string l = fmt::format("l{}", compared_.size());
  std::string r = fmt::format("r{}", compared_.size());
  column.left = l;
  column.right = r;
  column.type = left.type;
  column.order = OrderSql(left.type, right.type, SqlIdentifier(left.name));
  column.is_number = IsNumber(left.type.kind) && IsNumber(right.type.kind);
  const bool is_same_type = left.type == right.type;
  const bool has_fraction = IsFraction(left.type.kind) || IsFraction(right.type.kind);
  if (column.is_number && !has_fraction) {
    column.differs = ExactSql(l, r, left.type, right.type);
  } else if (column.is_number) {
    const bool is_float = left.type.kind == TypeKind::kFloat || right.type.kind == TypeKind::kFloat;
    column.differs =
        CloseSql(fmt::format("CAST({} AS DOUBLE)", l), fmt::format("CAST({} AS DOUBLE)", r),
                 is_float ? kFloatTolerance : kDoubleTolerance);
  } else if (!is_same_type) {
    column.differs = fmt::format("CAST({} AS VARCHAR) IS DISTINCT FROM CAST({} AS VARCHAR)", l, r);
  } else if (left.type.kind == TypeKind::kMap) {
    column.differs =
        fmt::format("list_sort(map_entries({})) IS DISTINCT FROM list_sort(map_entries({}))", l, r);
  } else {
    column.differs = fmt::format("{} IS DISTINCT FROM {}", l, r);
  }
  return column;
}

// Keys of two types are compared as texts.
std::string RowComparison::KeySql(const std::string& key) const {
  const bool is_same = left_schema_.Find(key)->type == right_schema_.Find(key)->type;
  return is_same ? SqlIdentifier(key) : fmt::format("CAST({} AS VARCHAR)", SqlIdentifier(key));
}

std::string RowComparison::NumberedSql(const ComparedRows& rows) const {
  const std::size_t key_count = found_.keys.size();
  const std::string keys =
      Each(key_count, ", ", [&](std::size_t i) { return KeySql(found_.keys[i]); });
  std::string order;
  for (const Column& column : compared_) {
    order += (order.empty() ? " ORDER BY " : ", ") + column.order;
  }
  return fmt::format(
      "SELECT {}, {}true AS present, row_number() OVER (PARTITION BY {}{}) AS number FROM ({})",
      Each(key_count, ", ",
           [&](std::size_t i) { return fmt::format("{} AS k{}", KeySql(found_.keys[i]), i); }),
      Each(compared_.size(), "",
           [&](std::size_t i) {
             return fmt::format("{} AS v{}, ", SqlIdentifier(compared_[i].name), i);
           }),
      keys, order, rows.sql);
}

std::string RowComparison::PairedSql() const {
  const std::size_t key_count = found_.keys.size();
  return fmt::format(
      "SELECT {}, {}l.present IS NOT NULL AS in_left, r.present IS NOT NULL AS in_right, "
      "coalesce(l.number, r.number) AS number FROM ({}) l FULL JOIN ({}) r ON l.number = r.number "
      "AND {}",
      Each(key_count, ", ",
           [](std::size_t i) { return fmt::format("coalesce(l.k{0}, r.k{0}) AS k{0}", i); }),
      Each(compared_.size(), "",
           [](std::size_t i) { return fmt::format("l.v{0} AS l{0}, r.v{0} AS r{0}, ", i); }),
      NumberedSql(left_), NumberedSql(right_), Each(key_count, " AND ", [](std::size_t i) {
        return fmt::format("l.k{0} IS NOT DISTINCT FROM r.k{0}", i);
      }));
}

std::string RowComparison::PairsSql() const {
  return fmt::format("SELECT {}{} FROM ({})",
                     Each(found_.keys.size(), ", ",
                          [&](std::size_t i) {
                            return fmt::format("k{} AS {}", i, SqlIdentifier(found_.keys[i]));
                          }),
                     PairValues(), PairedSql());
}

std::string RowComparison::PairValues() const {
  return Each(compared_.size(), "", [&](std::size_t i) {
    const std::string& name = compared_[i].name;
    return fmt::format(", l{0} AS {1}, r{0} AS {2}", i, SqlIdentifier(name + "_left"),
                       SqlIdentifier(name + "_right"));
  });
}

std::vector<MetricColumn> RowComparison::MetricColumns() const {
  std::vector<MetricColumn> columns;
  for (const Column& column : compared_) {
    MetricColumn one{
        .name = column.name, .left = column.left, .right = column.right, .differs = column.differs};
    if (column.is_number) one.kind = MetricColumn::Kind::kNumber;
    if (column.type.kind == TypeKind::kList) {
      one.kind = MetricColumn::Kind::kList;
      // -0.0 equals 0.0.
      if (IsFraction(column.type.children[0].type.kind))
        one.element_text = "CAST(x + 0.0 AS VARCHAR)";
    }
    columns.push_back(std::move(one));
  }
  return columns;
}

std::string RowComparison::MetricPairsSql(const std::string& bucket,
                                          const std::string& select_list) const {
  return fmt::format(
      "SELECT {}{}{} FROM ({}) ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, {}, number", bucket,
      select_list.empty() ? "" : ", ", select_list, PairedSql(),
      Each(found_.keys.size(), ", ", [](std::size_t i) { return fmt::format("k{}", i); }));
}

Result<TableComparison> RowComparison::Run(std::int64_t sample_rows) {
  TableComparison comparison = found_;
  GNOMON_RETURN_IF_ERROR(Count(comparison));
  if (comparison.only_left_rows + comparison.only_right_rows + comparison.differing_rows > 0) {
    GNOMON_RETURN_IF_ERROR(TakeSamples(sample_rows, comparison));
  }
  return comparison;
}

Status RowComparison::Count(TableComparison& comparison) const {
  const std::string any =
      compared_.empty()
          ? "false"
          : Each(compared_.size(), " OR ", [&](std::size_t i) { return compared_[i].differs; });
  std::string sql = fmt::format(
      "SELECT count(*) FILTER (WHERE in_left AND NOT in_right), count(*) FILTER (WHERE in_right "
      "AND "
      "NOT in_left), count(*) FILTER (WHERE {0}), count(*) FILTER (WHERE {0} AND ({1}))",
      kInBoth, any);
  for (const Column& column : compared_) {
    sql += fmt::format(
        ", count(*) FILTER (WHERE {0} AND {1} IS NULL AND {2} IS NULL), count(*) FILTER (WHERE {0} "
        "AND {1} IS NULL AND {2} IS NOT NULL), count(*) FILTER (WHERE {0} AND {1} IS NOT NULL AND "
        "{2} IS NULL), count(*) FILTER (WHERE {0} AND {1} IS NOT NULL AND {2} IS NOT NULL AND {3})",
        kInBoth, column.left, column.right, column.differs);
  }
  GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult result,
                          Query(fmt::format("{} FROM ({})", sql, PairedSql())));
  return sql::ForEachBatch(*result.batches, kReading, [&](const arrow::RecordBatch& batch) {
    comparison.only_left_rows = NumberAt(batch, 0);
    comparison.only_right_rows = NumberAt(batch, 1);
    comparison.both_rows = NumberAt(batch, 2);
    comparison.differing_rows = NumberAt(batch, 3);
    comparison.left_rows = comparison.both_rows + comparison.only_left_rows;
    comparison.right_rows = comparison.both_rows + comparison.only_right_rows;
    int at = 4;
    for (const Column& column : compared_) {
      comparison.columns.push_back({.column = column.name,
                                    .both_null = NumberAt(batch, at),
                                    .left_null = NumberAt(batch, at + 1),
                                    .right_null = NumberAt(batch, at + 2),
                                    .mismatch = NumberAt(batch, at + 3)});
      at += 4;
    }
    return Ok();
  });
}

Status RowComparison::TakeSamples(std::int64_t sample_rows, TableComparison& comparison) const {
  const std::size_t key_count = found_.keys.size();
  const std::string differing =
      Each(compared_.size(), " OR ", [&](std::size_t i) { return compared_[i].differs; });
  const std::string sql = fmt::format(
      "SELECT {}, in_left, in_right{} FROM ({}) WHERE NOT in_left OR NOT in_right{} ORDER BY {} "
      "LIMIT {}",
      Each(key_count, ", ", [](std::size_t i) { return fmt::format("CAST(k{} AS VARCHAR)", i); }),
      Each(compared_.size(), "",
           [&](std::size_t i) {
             const Column& column = compared_[i];
             return fmt::format(", {}, CAST({} AS VARCHAR), CAST({} AS VARCHAR)", column.differs,
                                column.left, column.right);
           }),
      PairedSql(), differing.empty() ? "" : " OR " + differing,
      Each(key_count, ", ", [](std::size_t i) { return fmt::format("k{}", i); }), sample_rows);
  GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult result, Query(sql));
  return sql::ForEachBatch(*result.batches, kReading, [&](const arrow::RecordBatch& batch) {
    for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
      ComparisonSample sample;
      int at = 0;
      for (; at < static_cast<int>(key_count); ++at) sample.keys.push_back(TextAt(batch, at, row));
      const bool in_left = FlagAt(batch, at, row);
      const bool in_right = FlagAt(batch, at + 1, row);
      at += 2;
      if (!in_left || !in_right) {
        sample.left = in_left ? "there" : "missing";
        sample.right = in_right ? "there" : "missing";
        comparison.samples.push_back(std::move(sample));
        continue;
      }
      for (const Column& column : compared_) {
        if (FlagAt(batch, at, row)) {
          sample.column = column.name;
          sample.left = TextAt(batch, at + 1, row);
          sample.right = TextAt(batch, at + 2, row);
          comparison.samples.push_back(sample);
        }
        at += 3;
      }
    }
    return Ok();
  });
}

}  // namespace gnomon::run
