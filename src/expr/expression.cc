// SPDX-License-Identifier: Apache-2.0
// Reading the compiler's JSON trees. Everything in them is checked: the file lies on the user's
// disk.
#include "expr/expression.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/parse.h"
#include "expr/datetime_text.h"
#include "types/arrow_mapping.h"
#include "types/interval_type.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

using nlohmann::json;
using ScalarPtr = std::shared_ptr<arrow::Scalar>;

constexpr int kDepthMax = 500;
constexpr char kRemedy[] = "run compile again";

Error Malformed(std::string_view what, const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 80) text = text.substr(0, 80) + "...";
  return Corruption("the compiled expression is malformed: {} - {}: {}", what, kRemedy, text);
}

Result<std::string> TextMember(const json& node, const char* key) {
  const auto found = node.find(key);
  if (found == node.end() || !found->is_string()) {
    return Malformed(fmt::format("no text '{}'", key), node);
  }
  return found->get<std::string>();
}

Result<std::int64_t> IntegerValue(const json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return static_cast<std::int64_t>(number);
    }
  } else if (value.is_number_integer()) {
    return value.get<std::int64_t>();
  } else if (value.is_string()) {
    if (const auto number = ParseInt(value.get_ref<const std::string&>())) return *number;
  }
  return Malformed("the value is not an integer", value);
}

template <typename Scalar>
Result<ScalarPtr> IntegerLiteral(const json& value) {
  using Value = typename Scalar::ValueType;
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t number, IntegerValue(value));
  if (number < std::numeric_limits<Value>::min() || number > std::numeric_limits<Value>::max()) {
    return Malformed("the value is outside the range of its type", value);
  }
  return ScalarPtr(std::make_shared<Scalar>(static_cast<Value>(number)));
}

Result<double> FloatingValue(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) {
    if (const auto number = ParseJavaFloating<double>(value.get_ref<const std::string&>())) {
      return *number;
    }
  }
  return Malformed("the value is not a number", value);
}

Result<ScalarPtr> DecimalLiteral(const DataType& type, const json& value) {
  if (!value.is_string()) return Malformed("a decimal is not text", value);
  arrow::Decimal128 decimal;
  std::int32_t precision = 0;
  std::int32_t scale = 0;
  const auto status = arrow::Decimal128::FromString(value.get_ref<const std::string&>(), &decimal,
                                                    &precision, &scale);
  if (!status.ok() || scale > type.scale)
    return Malformed("the value is not such a decimal", value);
  decimal = decimal.IncreaseScaleBy(type.scale - scale);
  if (!decimal.FitsInPrecision(type.precision)) return Malformed("the decimal is too long", value);
  return ScalarPtr(std::make_shared<arrow::Decimal128Scalar>(decimal, ToArrow(type)));
}

Result<ScalarPtr> DateTimeLiteral(const DataType& type, const json& value) {
  if (!value.is_string()) return Malformed("a date or time is not text", value);
  const auto& text = value.get_ref<const std::string&>();
  if (type.kind == TypeKind::kDate) {
    const auto days = ParseSparkDate(text);
    if (!days) return Malformed("the value is not a date", value);
    return ScalarPtr(std::make_shared<arrow::Date32Scalar>(*days));
  }
  GNOMON_ASSIGN_OR_RETURN(const auto micros,
                          ParseSparkTimestamp(text, type.kind == TypeKind::kTimestampNtz));
  if (!micros) return Malformed("the value is not a timestamp", value);
  return ScalarPtr(std::make_shared<arrow::TimestampScalar>(*micros, ToArrow(type)));
}

// Hexadecimal digits, two a byte.
Result<ScalarPtr> BinaryLiteral(const json& value) {
  if (!value.is_string()) return Malformed("a binary value is not text", value);
  const auto& digits = value.get_ref<const std::string&>();
  std::string bytes;
  if (digits.size() % 2 != 0) return Malformed("the value is not hexadecimal", value);
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    unsigned byte = 0;
    const char* end = digits.data() + at + 2;
    if (std::from_chars(digits.data() + at, end, byte, 16).ptr != end)
      return Malformed("the value is not hexadecimal", value);
    bytes.push_back(static_cast<char>(byte));
  }
  return ScalarPtr(std::make_shared<arrow::BinaryScalar>(std::move(bytes)));
}

Result<ScalarPtr> LiteralValue(const DataType& type, const json& value) {
  if (value.is_null()) return ScalarPtr(arrow::MakeNullScalar(ToArrow(type)));
  switch (type.kind) {
    case TypeKind::kBoolean:
      if (!value.is_boolean()) return Malformed("the value is not a boolean", value);
      return ScalarPtr(std::make_shared<arrow::BooleanScalar>(value.get<bool>()));
    case TypeKind::kByte:
      return IntegerLiteral<arrow::Int8Scalar>(value);
    case TypeKind::kShort:
      return IntegerLiteral<arrow::Int16Scalar>(value);
    case TypeKind::kInt:
      return IntegerLiteral<arrow::Int32Scalar>(value);
    case TypeKind::kLong:
      return IntegerLiteral<arrow::Int64Scalar>(value);
    case TypeKind::kFloat: {
      GNOMON_ASSIGN_OR_RETURN(const double number, FloatingValue(value));
      return ScalarPtr(std::make_shared<arrow::FloatScalar>(static_cast<float>(number)));
    }
    case TypeKind::kDouble: {
      GNOMON_ASSIGN_OR_RETURN(const double number, FloatingValue(value));
      return ScalarPtr(std::make_shared<arrow::DoubleScalar>(number));
    }
    case TypeKind::kString:
      if (!value.is_string()) return Malformed("the value is not text", value);
      return ScalarPtr(std::make_shared<arrow::StringScalar>(value.get<std::string>()));
    case TypeKind::kDecimal:
      return DecimalLiteral(type, value);
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return DateTimeLiteral(type, value);
    case TypeKind::kBinary:
      return BinaryLiteral(value);
    default:
      return Malformed("literals of this type do not exist", value);
  }
}

Result<DataType> TypeMember(const json& node) {
  GNOMON_ASSIGN_OR_RETURN(const std::string name, TextMember(node, "type"));
  if (name == "void") return DataType(TypeKind::kVoid);
  auto type = ParseTypeInQuery(name);
  if (!type) return Malformed("unknown type", node);
  return *std::move(type);
}

Result<Expression> Parse(const json& node, int depth);

Result<Expression> ParseCall(const json& node, int depth) {
  Expression call;
  call.op = Expression::Op::kCall;
  GNOMON_ASSIGN_OR_RETURN(call.name, TextMember(node, "name"));
  const auto args = node.find("args");
  if (args == node.end() || !args->is_array()) return Malformed("no list 'args'", node);
  for (const json& argument : *args) {
    GNOMON_ASSIGN_OR_RETURN(Expression parsed, Parse(argument, depth + 1));
    call.args.push_back(std::move(parsed));
  }
  return call;
}

Result<Expression> ParseLambda(const json& node, int depth) {
  Expression lambda;
  lambda.op = Expression::Op::kLambda;
  const auto parameters = node.find("params");
  if (parameters == node.end() || !parameters->is_array() || !node.contains("body"))
    return Malformed("a lambda without 'params' or 'body'", node);
  for (const json& parameter : *parameters) {
    if (!parameter.is_string()) return Malformed("a parameter is no name", node);
    lambda.parameters.push_back(parameter.get<std::string>());
  }
  GNOMON_ASSIGN_OR_RETURN(Expression body, Parse(node["body"], depth + 1));
  lambda.args.push_back(std::move(body));
  return lambda;
}

Result<Expression> Parse(const json& node, int depth) {
  if (depth > kDepthMax) {
    return Corruption("the compiled expression is nested deeper than {} levels - split it",
                      kDepthMax);
  }
  if (!node.is_object()) return Malformed("not an object", node);
  GNOMON_ASSIGN_OR_RETURN(const std::string op, TextMember(node, "op"));
  if (op == "call") return ParseCall(node, depth);
  Expression expression;
  if (op == "lambda") return ParseLambda(node, depth);
  if (op == "column" || op == "variable") {
    expression.op = op == "column" ? Expression::Op::kColumn : Expression::Op::kVariable;
    GNOMON_ASSIGN_OR_RETURN(expression.name, TextMember(node, "name"));
    return expression;
  }
  GNOMON_ASSIGN_OR_RETURN(expression.type, TypeMember(node));
  if (op == "literal") {
    expression.op = Expression::Op::kLiteral;
    const auto value = node.find("value");
    if (value == node.end()) return Malformed("no 'value'", node);
    GNOMON_ASSIGN_OR_RETURN(expression.value, LiteralValue(expression.type, *value));
    return expression;
  }
  if (op != "cast" || !node.contains("arg")) return Malformed("unknown 'op' or no 'arg'", node);
  expression.op = Expression::Op::kCast;
  GNOMON_ASSIGN_OR_RETURN(Expression argument, Parse(node["arg"], depth + 1));
  expression.args.push_back(std::move(argument));
  return expression;
}

void Collect(const Expression& expression, std::set<std::string>* names) {
  if (expression.op == Expression::Op::kColumn) names->insert(expression.name);
  for (const Expression& argument : expression.args) Collect(argument, names);
}

}  // namespace

Expression Expression::Column(std::string name) {
  Expression column;
  column.op = Op::kColumn;
  column.name = std::move(name);
  return column;
}

Result<Expression> ParseExpression(const json& tree) { return Parse(tree, 0); }

std::set<std::string> ReferencedColumns(const Expression& expression) {
  std::set<std::string> names;
  Collect(expression, &names);
  return names;
}

}  // namespace gnomon::expr
