// SPDX-License-Identifier: Apache-2.0
// A comparison in words and as JSON.
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "run/run_report.h"
#include "run/table_comparison.h"
#include "run/text_table.h"

namespace gnomon::run {

namespace {

// "user_id=user_1, ds=2023-12-01"
std::string KeyText(const std::vector<std::string>& names, const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ", ", names[i], values[i]);
  }
  return text;
}

// How far values lie apart where they differ: a line per column, two of a list.
std::string DistanceText(const TableComparison& comparison) {
  TextTable table({"where it differs", "", "least", "p5", "p50", "p95", "most"});
  for (const ColumnDistance& one : comparison.distances) {
    std::string what = fmt::format("{} - {}", comparison.left_label, comparison.right_label);
    if (one.what == "edit_distance_insert") what = "elements missing in " + comparison.right_label;
    if (one.what == "edit_distance_delete") what = "elements only in " + comparison.right_label;
    std::vector<std::string> row = {one.column, what};
    for (const float value : one.percentiles) row.push_back(fmt::format("{:.6g}", value));
    table.Add(std::move(row));
  }
  return table.ToText();
}

}  // namespace

bool TableComparison::equal() const {
  const bool same_types = std::all_of(types.begin(), types.end(),
                                      [](const TypeDifference& type) { return type.is_compared; });
  return only_left_columns.empty() && only_right_columns.empty() && same_types &&
         only_left_rows == 0 && only_right_rows == 0 && differing_rows == 0;
}

std::string TableComparison::Summary() const {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, std::string_view noun, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", CountOf(count, noun), what));
  };
  add(differing_rows, "row", differing_rows == 1 ? "differs" : "differ");
  add(only_left_rows, "row", "only in " + left_label);
  add(only_right_rows, "row", "only in " + right_label);
  add(static_cast<std::int64_t>(only_left_columns.size()), "column", "only in " + left_label);
  add(static_cast<std::int64_t>(only_right_columns.size()), "column", "only in " + right_label);
  const auto types_count =
      std::count_if(types.begin(), types.end(), [](const auto& type) { return !type.is_compared; });
  add(types_count, "column", "of another type");
  if (parts.empty() && both_rows == 0) return "neither has a row";
  if (parts.empty() && both_rows == 1) return "the one row is equal";
  if (parts.empty()) return fmt::format("all {} rows are equal", both_rows);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string TableComparison::ToText() const {
  std::string text = fmt::format("{} = {}, {} = {}; compared by {}\n{}\n", left_label, left_name,
                                 right_label, right_name, fmt::join(keys, ", "), Summary());
  text += fmt::format("rows: {} in {}, {} in {}, {} in both\n", left_rows, left_label, right_rows,
                      right_label, both_rows);
  for (const std::string& column : only_left_columns)
    text += fmt::format("column {} is only in {}\n", column, left_label);
  for (const std::string& column : only_right_columns)
    text += fmt::format("column {} is only in {}\n", column, right_label);
  for (const TypeDifference& type : types) {
    text += fmt::format("column {} is {} in {}, {} in {}{}\n", type.column, type.left, left_label,
                        type.right, right_label, type.is_compared ? "" : ", and is not compared");
  }
  TextTable table({"column", "differs", "null in " + left_label + " only",
                   "null in " + right_label + " only", "other value"});
  for (const ColumnComparison& column : columns) {
    if (column.differing() == 0) continue;
    table.Add({column.column, std::to_string(column.differing()), std::to_string(column.left_null),
               std::to_string(column.right_null), std::to_string(column.mismatch)});
  }
  text += table.ToText();
  text += DistanceText(*this);
  if (samples.empty()) return text;
  TextTable examples({"for example", "column", left_label, right_label});
  for (const ComparisonSample& sample : samples) {
    examples.Add({KeyText(keys, sample.keys), sample.column.empty() ? "(row)" : sample.column,
                  sample.left, sample.right});
  }
  return text + examples.ToText();
}

nlohmann::ordered_json TableComparison::ToJson() const {
  using Json = nlohmann::ordered_json;
  Json type_list = Json::array();
  for (const TypeDifference& type : types) {
    type_list.push_back({{"column", type.column},
                         {"left", type.left},
                         {"right", type.right},
                         {"compared", type.is_compared}});
  }
  Json column_list = Json::array();
  for (const ColumnComparison& column : columns) {
    column_list.push_back({{"column", column.column},
                           {"both_null", column.both_null},
                           {"left_null", column.left_null},
                           {"right_null", column.right_null},
                           {"mismatch", column.mismatch}});
  }
  for (const ColumnDistance& one : distances) {
    Json values = Json::object();
    for (std::size_t i = 0; i < one.percentiles.size(); ++i)
      values[fmt::format("{}", DistanceFractions()[i])] = one.percentiles[i];
    for (Json& column : column_list) {
      if (column["column"] == one.column) column[one.what] = values;
    }
  }
  Json sample_list = Json::array();
  for (const ComparisonSample& sample : samples) {
    Json values = Json::object();
    for (std::size_t i = 0; i < keys.size(); ++i) values[keys[i]] = sample.keys[i];
    sample_list.push_back({{"keys", values},
                           {"column", sample.column.empty() ? Json(nullptr) : Json(sample.column)},
                           {"left", sample.left},
                           {"right", sample.right}});
  }
  return {{"equal", equal()},
          {"left", {{"label", left_label}, {"name", left_name}, {"rows", left_rows}}},
          {"right", {{"label", right_label}, {"name", right_name}, {"rows", right_rows}}},
          {"keys", keys},
          {"rows",
           {{"both", both_rows},
            {"differing", differing_rows},
            {"only_left", only_left_rows},
            {"only_right", only_right_rows}}},
          {"only_left_columns", only_left_columns},
          {"only_right_columns", only_right_columns},
          {"types", std::move(type_list)},
          {"columns", std::move(column_list)},
          {"samples", std::move(sample_list)}};
}

}  // namespace gnomon::run
