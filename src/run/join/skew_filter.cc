// SPDX-License-Identifier: Apache-2.0
#include "run/join/skew_filter.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <fmt/ranges.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "base/edit_distance.h"
#include "base/error_place.h"
#include "run/join/sql_text.h"
#include "sql/engine.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

// A tree as in docs/formats/compiled.md, which Bind and DuckDB's spark_evaluate both take.
using Json = nlohmann::json;

Json Call(const char* name, Json args) {
  return {{"op", "call"}, {"name", name}, {"args", std::move(args)}};
}

Json Column(const std::string& name) { return {{"op", "column"}, {"name", name}}; }

bool IsNull(const std::string& text) { return text == "null" || text == "Null" || text == "NULL"; }

std::set<std::string> KeysOf(const JoinShape& shape) {
  std::set<std::string> keys;
  for (const PartShape& part : shape.parts) {
    for (const auto& [left, right] : part.keys) keys.insert(left);
  }
  return keys;
}

// The GroupBy's name of a left key; nullopt if it is none of the part's.
std::optional<std::string> RightName(const PartShape& part, const std::string& key) {
  for (const auto& [left, right] : part.keys) {
    if (left == key) return right;
  }
  return std::nullopt;
}

// The tree of the value that stands at `path`.
Result<Json> LiteralAt(const JoinShape& shape, const std::string& path, const std::string& text) {
  const auto entry = shape.side->expressions.find(path);
  if (entry == shape.side->expressions.end()) {
    return Internal(
        "the side file of {} has no expression for {} - delete production/.gnomon and run again",
        shape.side->source_file, path);
  }
  GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, expr::ParseExpression(entry->second));
  if (expr::ReferencedColumns(tree).empty()) return entry->second;
  return InvalidArgument(
      "a skew key's value is no SQL literal: {} - write a number or a quoted text, such as "
      "\"'{}'\": {}",
      shape.side->Where(path), text, text);
}

// Of one key: keeps a row by its value of `column`. nullopt without values.
Result<std::optional<Json>> Condition(const JoinShape& shape, const std::string& key,
                                      const std::vector<std::string>& values, const Json& column) {
  Json in = Json::array({column});
  bool has_null = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (IsNull(values[i])) {
      has_null = true;
      continue;
    }
    GNOMON_ASSIGN_OR_RETURN(Json literal,
                            LiteralAt(shape, fmt::format("skewKeys.{}[{}]", key, i), values[i]));
    in.push_back(std::move(literal));
  }
  std::optional<Json> condition;
  if (in.size() > 1) condition = Call("not", Json::array({Call("in", std::move(in))}));
  if (!has_null) return condition;
  Json known = Call("is_not_null", Json::array({column}));
  if (!condition) return std::optional<Json>(std::move(known));
  return std::optional<Json>(Call("and", Json::array({*condition, std::move(known)})));
}

// Of the skew keys that `column_of` has a column for; one that keeps the row suffices.
Result<std::optional<Json>> AnyCondition(
    const JoinShape& shape,
    const std::function<std::optional<std::string>(const std::string& key)>& column_of) {
  std::optional<Json> any;
  for (const auto& [key, values] :
       shape.join->skew_keys.value_or(config::OrderedMap<std::vector<std::string>>())) {
    const auto column = column_of(key);
    if (!column) continue;
    GNOMON_ASSIGN_OR_RETURN(auto condition, Condition(shape, key, values, Column(*column)));
    if (!condition) continue;
    any = any ? Call("or", Json::array({*any, *condition})) : *condition;
  }
  return any;
}

}  // namespace

Result<std::optional<expr::BoundExpression>> SkewFilter(const JoinShape& shape,
                                                        const Schema& left) {
  const std::set<std::string> keys = KeysOf(shape);
  for (const auto& [key, values] :
       shape.join->skew_keys.value_or(config::OrderedMap<std::vector<std::string>>())) {
    if (keys.contains(key)) continue;
    return InvalidArgument("a skew key is not a key of any part of the join: {}{}",
                           shape.side->Where("skewKeys." + key),
                           DidYouMean(key, std::vector<std::string>(keys.begin(), keys.end())));
  }
  GNOMON_ASSIGN_OR_RETURN(const auto tree, AnyCondition(shape, [](const std::string& key) {
                            return std::optional<std::string>(key);
                          }));
  if (!tree) return std::optional<expr::BoundExpression>();
  GNOMON_ASSIGN_OR_RETURN(const expr::Expression filter, expr::ParseExpression(*tree));
  auto bound = PlacedAt(shape.side->Where("skewKeys"), expr::BoundExpression::Bind(filter, left));
  if (!bound) return std::move(bound).error();
  return std::optional<expr::BoundExpression>(*std::move(bound));
}

Result<std::optional<expr::Expression>> PartSkewFilter(const JoinShape& shape,
                                                       const PartShape& part) {
  GNOMON_ASSIGN_OR_RETURN(const auto tree, AnyCondition(shape, [&](const std::string& key) {
                            return RightName(part, key);
                          }));
  if (!tree) return std::optional<expr::Expression>();
  GNOMON_ASSIGN_OR_RETURN(expr::Expression filter, expr::ParseExpression(*tree));
  return std::optional<expr::Expression>(std::move(filter));
}

Result<std::string> PartSkewCondition(const JoinShape& shape, const PartShape& part) {
  std::vector<std::string> arguments;
  const auto argument_of = [&](const std::string& key) -> std::optional<std::string> {
    if (!RightName(part, key)) return std::nullopt;
    arguments.push_back(Quoted(key));
    return std::to_string(arguments.size() - 1);
  };
  GNOMON_ASSIGN_OR_RETURN(const auto tree, AnyCondition(shape, argument_of));
  if (!tree) return std::string("true");
  return fmt::format("spark_evaluate({}, {})", sql::SqlLiteral(tree->dump()),
                     fmt::join(arguments, ", "));
}

Result<std::shared_ptr<arrow::RecordBatch>> WithoutSkewKeys(
    const std::optional<expr::BoundExpression>& filter, const arrow::RecordBatch& rows) {
  auto batch = arrow::RecordBatch::Make(rows.schema(), rows.num_rows(), rows.columns());
  if (!filter) return batch;
  GNOMON_ASSIGN_OR_RETURN(const auto mask, filter->Evaluate(rows));
  GNOMON_ARROW_ASSIGN(const arrow::Datum kept, arrow::compute::Filter(batch, mask),
                      "leaving skew keys out");
  return kept.record_batch();
}

}  // namespace gnomon::run
