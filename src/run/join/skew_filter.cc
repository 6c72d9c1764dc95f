// SPDX-License-Identifier: Apache-2.0
#include "run/join/skew_filter.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <set>

#include "base/edit_distance.h"
#include "base/error_place.h"
#include "base/parse.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

using expr::Expression;

Expression Call(std::string name, std::vector<Expression> args) {
  Expression call;
  call.op = Expression::Op::kCall;
  call.name = std::move(name);
  call.args = std::move(args);
  return call;
}

Expression Literal(DataType type, std::shared_ptr<arrow::Scalar> value) {
  Expression literal;
  literal.op = Expression::Op::kLiteral;
  literal.type = std::move(type);
  literal.value = std::move(value);
  return literal;
}

bool IsNull(const std::string& text) { return text == "null" || text == "Null" || text == "NULL"; }

// The text between quotes, with a backslash before what stands for itself.
std::optional<std::string> Unquoted(const std::string& text) {
  if (text.size() < 2 || (text.front() != '\'' && text.front() != '"') ||
      text.back() != text.front())
    return std::nullopt;
  std::string value;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) {
      ++i;
    } else if (text[i] == text.front()) {
      return std::nullopt;
    }
    value += text[i];
  }
  return value;
}

std::optional<Expression> ParseLiteral(const std::string& text) {
  if (const auto value = Unquoted(text))
    return Literal(TypeKind::kString, std::make_shared<arrow::StringScalar>(*value));
  if (text == "true" || text == "false")
    return Literal(TypeKind::kBoolean, std::make_shared<arrow::BooleanScalar>(text == "true"));
  const auto number = ParseInt(text);
  if (!number) return std::nullopt;
  if (*number == static_cast<std::int32_t>(*number)) {
    return Literal(TypeKind::kInt,
                   std::make_shared<arrow::Int32Scalar>(static_cast<std::int32_t>(*number)));
  }
  return Literal(TypeKind::kLong, std::make_shared<arrow::Int64Scalar>(*number));
}

std::set<std::string> KeysOf(const JoinShape& shape) {
  std::set<std::string> keys;
  for (const PartShape& part : shape.parts) {
    for (const auto& [left, right] : part.keys) keys.insert(left);
  }
  return keys;
}

// Of one key.
Result<std::optional<Expression>> Condition(const JoinShape& shape, const std::string& key,
                                            const std::vector<std::string>& values) {
  const std::string path = "skewKeys." + key;
  std::vector<Expression> in = {Expression::Column(key)};
  bool has_null = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (IsNull(values[i])) {
      has_null = true;
      continue;
    }
    auto literal = ParseLiteral(values[i]);
    if (!literal) {
      return InvalidArgument(
          "a skew key's value is no SQL literal: {} - write a number or a quoted text, such as "
          "\"'{}'\": {}",
          shape.side->Where(fmt::format("{}[{}]", path, i)), values[i], values[i]);
    }
    in.push_back(*std::move(literal));
  }
  std::optional<Expression> condition;
  if (in.size() > 1) condition = Call("not", {Call("in", std::move(in))});
  if (has_null) {
    Expression known = Call("is_not_null", {Expression::Column(key)});
    condition = condition ? Call("and", {*std::move(condition), std::move(known)}) : known;
  }
  return condition;
}

}  // namespace

Result<std::optional<expr::BoundExpression>> SkewFilter(const JoinShape& shape,
                                                        const Schema& left) {
  const std::set<std::string> keys = KeysOf(shape);
  std::optional<Expression> filter;
  for (const auto& [key, values] :
       shape.join->skew_keys.value_or(config::OrderedMap<std::vector<std::string>>())) {
    if (!keys.contains(key)) {
      return InvalidArgument("a skew key is not a key of any part of the join: {}{}",
                             shape.side->Where("skewKeys." + key),
                             DidYouMean(key, std::vector<std::string>(keys.begin(), keys.end())));
    }
    GNOMON_ASSIGN_OR_RETURN(auto condition, Condition(shape, key, values));
    if (!condition) continue;
    filter = filter ? Call("or", {*std::move(filter), *std::move(condition)}) : condition;
  }
  if (!filter) return std::optional<expr::BoundExpression>();
  auto bound = PlacedAt(shape.side->Where("skewKeys"), expr::BoundExpression::Bind(*filter, left));
  if (!bound) return std::move(bound).error();
  return std::optional<expr::BoundExpression>(*std::move(bound));
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
