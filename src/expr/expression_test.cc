// SPDX-License-Identifier: Apache-2.0
// Trees, binding errors, three-valued logic and the text forms of numbers and dates: what the
// recorded answers of Spark (spark_answers_test.cc) cannot show.
#include "expr/expression.h"

#include <arrow/api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "expr/datetime_pattern.h"
#include "expr/datetime_text.h"
#include "expr/function.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"
#include "types/java_number_text.h"
#include "types/type_names.h"

namespace gnomon::expr {
namespace {

using nlohmann::json;

json ColumnTree(const std::string& name) { return {{"op", "column"}, {"name", name}}; }
json LiteralTree(const std::string& type, json value) {
  return {{"op", "literal"}, {"type", type}, {"value", std::move(value)}};
}
json CallTree(const std::string& name, json args) {
  return {{"op", "call"}, {"name", name}, {"args", std::move(args)}};
}

Schema TestSchema() {
  return Schema{{Field{.name = "b", .type = TypeKind::kBoolean},
                 Field{.name = "c", .type = TypeKind::kBoolean},
                 Field{.name = "i", .type = TypeKind::kInt},
                 Field{.name = "s", .type = TypeKind::kString},
                 Field{.name = "price", .type = DataType::Decimal(10, 2)}}};
}

// All nine pairs of true, false and NULL.
std::shared_ptr<arrow::RecordBatch> TestBatch() {
  arrow::BooleanBuilder b;
  arrow::BooleanBuilder c;
  arrow::Int32Builder i;
  arrow::StringBuilder s;
  for (int row = 0; row < 9; ++row) {
    const auto append = [](arrow::BooleanBuilder& builder, int state) {
      return state == 2 ? builder.AppendNull() : builder.Append(state == 0);
    };
    EXPECT_TRUE(append(b, row / 3).ok() && append(c, row % 3).ok());
    EXPECT_TRUE((row == 8 ? i.AppendNull() : i.Append(row)).ok());
    EXPECT_TRUE(s.Append(std::to_string(row)).ok());
  }
  const auto price = arrow::MakeArrayOfNull(arrow::decimal128(10, 2), 9).ValueOrDie();
  return arrow::RecordBatch::Make(ToArrow(TestSchema()), 9,
                                  {b.Finish().ValueOrDie(), c.Finish().ValueOrDie(),
                                   i.Finish().ValueOrDie(), s.Finish().ValueOrDie(), price});
}

Result<BoundExpression> BindTree(const json& tree) {
  GNOMON_ASSIGN_OR_RETURN(const Expression parsed, ParseExpression(tree));
  return BoundExpression::Bind(parsed, TestSchema());
}

// The rows as text: `t` `f` `n` for booleans.
std::string Truths(const json& tree) {
  auto bound = BindTree(tree);
  EXPECT_THAT(bound, IsOk());
  const auto array = bound->Evaluate(*TestBatch());
  EXPECT_THAT(array, IsOk());
  const auto& booleans = static_cast<const arrow::BooleanArray&>(**array);
  std::string text;
  for (std::int64_t row = 0; row < booleans.length(); ++row) {
    text += booleans.IsNull(row) ? 'n' : (booleans.Value(row) ? 't' : 'f');
  }
  return text;
}

TEST(Expression, LogicHasThreeValues) {
  const json args = {ColumnTree("b"), ColumnTree("c")};
  EXPECT_EQ(Truths(CallTree("and", args)), "tfnfffnfn");
  EXPECT_EQ(Truths(CallTree("or", args)), "ttttfntnn");
  EXPECT_EQ(Truths(CallTree("not", {ColumnTree("c")})), "ftnftnftn");
  EXPECT_EQ(Truths(CallTree("eq", args)), "tfnftnnnn");
  EXPECT_EQ(Truths(CallTree("eq_null_safe", args)), "tffftffft");
}

TEST(Expression, NullConditionChoosesElse) {
  const json tree = CallTree(
      "if", {ColumnTree("c"), LiteralTree("boolean", true), LiteralTree("boolean", false)});
  EXPECT_EQ(Truths(tree), "tfftfftff");
}

TEST(Expression, AnErrorBehindAConditionCountsForTheRowsThatReachIt) {
  const json fails = CallTree("raise_error", {LiteralTree("string", "too few")});
  const json value = CallTree("gt", {ColumnTree("i"), LiteralTree("int", 3)});
  // Row 8 has no i.
  const json known = CallTree("is_not_null", {ColumnTree("i")});
  EXPECT_EQ(Truths(CallTree("if", {known, value, CallTree("is_null", {ColumnTree("i")})})),
            "ffffttttt");
  const json small = CallTree("lt", {ColumnTree("i"), LiteralTree("int", 99)});
  const json tree = CallTree("case_when", {small, value, known, fails, ColumnTree("c")});
  EXPECT_EQ(Truths(tree), "ffffttttn");
  EXPECT_EQ(Truths(CallTree("coalesce", {ColumnTree("c"), value, known, fails})), "tfftfttff");
  auto bound = BindTree(CallTree("if", {small, value, fails}));
  ASSERT_THAT(bound, IsOk());
  EXPECT_THAT(bound->Evaluate(*TestBatch()), IsError(ErrorCode::kInvalidArgument, "too few"));
  EXPECT_THAT(bound->Evaluate(*TestBatch()->Slice(0, 8)), IsOk());
}

TEST(Expression, AnErrorBehindAndOrOrCountsForTheRowsThatReachIt) {
  const json raises =
      CallTree("is_null", {CallTree("raise_error", {LiteralTree("string", "reached")})});
  // Of the rows 0 to 3 false, 4 to 7 true, 8 NULL.
  const json value = CallTree("gt", {ColumnTree("i"), LiteralTree("int", 3)});
  const json known = CallTree("is_not_null", {ColumnTree("i")});
  auto both = BindTree(CallTree("and", {value, raises}));
  ASSERT_THAT(both, IsOk());
  EXPECT_THAT(both->Evaluate(*TestBatch()->Slice(0, 4)), IsOk());
  EXPECT_THAT(both->Evaluate(*TestBatch()->Slice(0, 5)),
              IsError(ErrorCode::kInvalidArgument, "reached"));
  EXPECT_THAT(both->Evaluate(*TestBatch()->Slice(8, 1)),
              IsError(ErrorCode::kInvalidArgument, "reached"));
  auto either = BindTree(CallTree("or", {value, raises}));
  ASSERT_THAT(either, IsOk());
  EXPECT_THAT(either->Evaluate(*TestBatch()->Slice(4, 4)), IsOk());
  EXPECT_THAT(either->Evaluate(*TestBatch()->Slice(4, 5)),
              IsError(ErrorCode::kInvalidArgument, "reached"));
  // Row 8 raises on the right, where it does not get; the others keep their three values.
  const json right = CallTree("if", {known, ColumnTree("c"), raises});
  EXPECT_EQ(Truths(CallTree("and", {known, right})),
            Truths(CallTree("and", {known, ColumnTree("c")})));
  const json unknown = CallTree("is_null", {ColumnTree("i")});
  EXPECT_EQ(Truths(CallTree("or", {unknown, right})),
            Truths(CallTree("or", {unknown, ColumnTree("c")})));
}

TEST(Expression, InWithNullIsNeverFalse) {
  json args = {ColumnTree("i"), LiteralTree("int", 1), LiteralTree("int", 3)};
  EXPECT_EQ(Truths(CallTree("in", args)), "ftftffffn");
  args.push_back(LiteralTree("void", nullptr));
  EXPECT_EQ(Truths(CallTree("in", args)), "ntntnnnnn");
  for (int extra = 100; extra < 110; ++extra) args.push_back(LiteralTree("int", extra));
  EXPECT_EQ(Truths(CallTree("in", args)), "ntntnnnnn") << "the look-up of long lists must agree";
}

TEST(Expression, SlicedColumnsKeepTheirRows) {
  auto bound = BindTree(
      CallTree("and", {CallTree("gt", {ColumnTree("i"), LiteralTree("int", 4)}), ColumnTree("c")}));
  ASSERT_THAT(bound, IsOk());
  const auto whole = *bound->Evaluate(*TestBatch());
  const auto sliced = *bound->Evaluate(*TestBatch()->Slice(3, 5));
  EXPECT_TRUE(sliced->Equals(*whole->Slice(3, 5)));
}

TEST(Expression, EmptyBatchGivesEmptyColumn) {
  auto bound = BindTree(CallTree("concat", {ColumnTree("s"), LiteralTree("string", "x")}));
  ASSERT_THAT(bound, IsOk());
  const auto array = bound->Evaluate(*TestBatch()->Slice(0, 0));
  ASSERT_THAT(array, IsOk());
  EXPECT_EQ((*array)->length(), 0);
}

TEST(Expression, ConstantFillsTheBatch) {
  auto bound = BindTree(CallTree("add", {LiteralTree("int", 2147483647), LiteralTree("int", 1)}));
  ASSERT_THAT(bound, IsOk());
  const auto array = *bound->Evaluate(*TestBatch());
  ASSERT_EQ(array->length(), 9);
  EXPECT_EQ(static_cast<const arrow::Int32Array&>(*array).Value(8),
            std::numeric_limits<std::int32_t>::min());
}

TEST(Expression, RefusalsNameWhatIsRefused) {
  EXPECT_THAT(BindTree(ColumnTree("prise")),
              IsError(ErrorCode::kInvalidArgument, "did you mean 'price'"));
  EXPECT_THAT(
      BindTree(CallTree("percentile", {ColumnTree("i")})),
      IsError(ErrorCode::kUnimplemented, "the function percentile is not proven equal to Spark's"));
  EXPECT_THAT(BindTree(CallTree("multiply", {ColumnTree("price"), LiteralTree("tinyint", 2)})),
              IsError(ErrorCode::kUnimplemented,
                      "multiply of decimal(10,2) and tinyint is not proven equal to Spark's"));
  EXPECT_THAT(BindTree({{"op", "cast"}, {"type", "binary"}, {"arg", ColumnTree("price")}}),
              IsError(ErrorCode::kUnimplemented,
                      "the cast of decimal(10,2) to binary is not proven equal"));
  EXPECT_THAT(BindTree(CallTree("length", json::array())),
              IsError(ErrorCode::kInvalidArgument, "arguments"));
  EXPECT_THAT(BindTree(CallTree("to_date", {ColumnTree("s"), LiteralTree("string", "EEE")})),
              IsError(ErrorCode::kUnimplemented, "'EEE'"));
  EXPECT_THAT(BindTree(CallTree("to_date", {ColumnTree("s"), ColumnTree("s")})),
              IsError(ErrorCode::kUnimplemented, "not a constant string"));
  EXPECT_THAT(BindTree(CallTree("like", {ColumnTree("s"), LiteralTree("string", "a\\")})),
              IsError(ErrorCode::kInvalidArgument, "escape"));
}

TEST(Expression, MalformedTreesAreCorruption) {
  for (const json& tree :
       {json(1), json::object(), json{{"op", "column"}}, json{{"op", "what"}, {"type", "int"}},
        json{{"op", "call"}, {"name", "add"}}, LiteralTree("int", "x"),
        LiteralTree("int", 3000000000), LiteralTree("array<int>", 1), LiteralTree("date", "x"),
        LiteralTree("decimal(2,1)", "1.55"), LiteralTree("nonsense", 1)}) {
    EXPECT_THAT(ParseExpression(tree), IsError(ErrorCode::kCorruption, "malformed")) << tree;
  }
  json deep = ColumnTree("b");
  for (int level = 0; level < 5000; ++level) deep = CallTree("not", json::array({std::move(deep)}));
  EXPECT_THAT(ParseExpression(deep), IsError(ErrorCode::kCorruption, "nested"));
}

TEST(Expression, ReferencedColumnsAreCollectedOnce) {
  const json tree = CallTree(
      "add",
      {ColumnTree("i"), CallTree("if", {ColumnTree("b"), ColumnTree("i"), ColumnTree("x")})});
  EXPECT_EQ(ReferencedColumns(*ParseExpression(tree)), (std::set<std::string>{"b", "i", "x"}));
}

TEST(Expression, ColumnOfAnotherLayoutIsRefused) {
  auto bound = BindTree(CallTree("length", {ColumnTree("s")}));
  ASSERT_THAT(bound, IsOk());
  auto columns = TestBatch()->columns();
  columns[3] = arrow::MakeArrayOfNull(arrow::large_utf8(), 9).ValueOrDie();
  auto fields = ToArrow(TestSchema())->fields();
  fields[3] = arrow::field("s", arrow::large_utf8());
  const auto batch = arrow::RecordBatch::Make(arrow::schema(fields), 9, columns);
  EXPECT_THAT(bound->Evaluate(*batch), IsError(ErrorCode::kInternal, "large_string"));
}

TEST(BoundCall, BindsTypesWithConstants) {
  const auto format = std::make_shared<arrow::StringScalar>("yyyy-MM-dd");
  auto call =
      BoundCall::Bind("from_unixtime", {TypeKind::kDouble, TypeKind::kString}, {nullptr, format});
  ASSERT_THAT(call, IsOk());
  EXPECT_EQ(call->type(), DataType(TypeKind::kString));
  arrow::DoubleBuilder seconds;
  ASSERT_TRUE(seconds.AppendValues({1701302400.9, -0.5}).ok());
  const auto formats = arrow::MakeArrayFromScalar(*format, 2).ValueOrDie();
  const auto days = call->Evaluate({seconds.Finish().ValueOrDie(), formats}, 2);
  ASSERT_THAT(days, IsOk());
  const auto& text = static_cast<const arrow::StringArray&>(**days);
  EXPECT_EQ(text.GetString(0), "2023-11-30");
  EXPECT_EQ(text.GetString(1), "1970-01-01");
  EXPECT_THAT(
      BoundCall::Bind("from_unixtime", {TypeKind::kLong, TypeKind::kString}, {nullptr, nullptr}),
      IsError(ErrorCode::kUnimplemented, "not a constant"));
}

TEST(BoundCall, SumOfDuckDbWrapsAsSpark) {
  auto call = BoundCall::Bind("sum_result", {DataType::Decimal(38, 0)}, {nullptr});
  ASSERT_THAT(call, IsOk());
  arrow::Decimal128Builder sums(arrow::decimal128(38, 0));
  ASSERT_TRUE(sums.Append(arrow::Decimal128("9223372036854775808")).ok());
  ASSERT_TRUE(sums.Append(arrow::Decimal128("-5")).ok());
  const auto array = *call->Evaluate({sums.Finish().ValueOrDie()}, 2);
  const auto& longs = static_cast<const arrow::Int64Array&>(*array);
  EXPECT_EQ(longs.Value(0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(longs.Value(1), -5);
}

TEST(BoundCall, CastBindsByPair) {
  auto cast = BoundCall::BindCast(TypeKind::kDouble, TypeKind::kInt);
  ASSERT_THAT(cast, IsOk());
  arrow::DoubleBuilder values;
  ASSERT_TRUE(values.AppendValues({3e9, -3e9, std::nan(""), 2.9, -2.9}).ok());
  const auto array = *cast->Evaluate({values.Finish().ValueOrDie()}, 5);
  const auto& ints = static_cast<const arrow::Int32Array&>(*array);
  EXPECT_EQ(ints.Value(0), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(ints.Value(1), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(ints.Value(2), 0);
  EXPECT_EQ(ints.Value(3), 2);
  EXPECT_EQ(ints.Value(4), -2);
}

// `UnixTimestamp` -> `unix_timestamp`.
std::string SnakeCase(std::string_view camel) {
  std::string snake;
  for (const char c : camel) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !snake.empty()) snake += '_';
    snake += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

TEST(FunctionList, LinesAndNamesAgree) {
  std::vector<std::string> listed;
#define SPARK_FUNCTION(name) listed.push_back(SnakeCase(#name));
#include "expr/functions/list.inc"
#undef SPARK_FUNCTION
  for (const std::string& name : listed) {
    const ScalarFunction* function = FindFunction(name);
    ASSERT_NE(function, nullptr) << name;
    EXPECT_FALSE(function->doc.empty()) << name;
  }
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(FunctionNames(), listed);
}

std::string JavaText(double value) {
  std::string text;
  AppendJavaNumber(value, &text);
  return text;
}

TEST(JavaNumberText, LaysOutAsJava) {
  EXPECT_EQ(JavaText(1e10), "1.0E10");
  EXPECT_EQ(JavaText(9999999), "9999999.0");
  EXPECT_EQ(JavaText(1e7), "1.0E7");
  EXPECT_EQ(JavaText(0.001), "0.001");
  EXPECT_EQ(JavaText(0.00099), "9.9E-4");
  EXPECT_EQ(JavaText(-0.0), "-0.0");
  EXPECT_EQ(JavaText(5e-324), "4.9E-324");
  EXPECT_EQ(JavaText(6849169953869106176.0), "6.8491699538691062E18");
  EXPECT_EQ(JavaText(-INFINITY), "-Infinity");
}

TEST(JavaNumberText, ReadsAsJava) {
  EXPECT_EQ(ParseJavaFloating<double>(" 1e3d "), 1000.0);
  EXPECT_EQ(ParseJavaFloating<double>("0x1p3"), 8.0);
  EXPECT_EQ(ParseJavaFloating<double>("1e999"), INFINITY);
  EXPECT_EQ(ParseJavaFloating<double>("1e-999"), 0.0);
  EXPECT_EQ(ParseJavaFloating<double>("-iNf"), -INFINITY);
  EXPECT_EQ(ParseJavaFloating<double>("1e"), std::nullopt);
  EXPECT_EQ(ParseJavaFloating<double>(""), std::nullopt);
  EXPECT_EQ(ParseSparkInteger<std::int32_t>(" 12.7 "), 12);
  EXPECT_EQ(ParseSparkInteger<std::int32_t>("2147483648"), std::nullopt);
  EXPECT_EQ(ParseSparkInteger<std::int64_t>("-9223372036854775808"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(ParseSparkInteger<std::int64_t>("9223372036854775808"), std::nullopt);
  EXPECT_EQ(RoundHalfUp(2.675, 2), 2.68);
  EXPECT_EQ(RoundHalfUp(-0.5, 0), -1.0);
}

TEST(DateTimeText, DaysAndDatesAgree) {
  for (std::int64_t days = -800'000; days < 3'000'000; days += 997) {
    const CivilDate date = CivilFromDays(days);
    ASSERT_TRUE(IsDate(date.year, date.month, date.day)) << days;
    ASSERT_EQ(DaysFromCivil(date), days);
  }
  EXPECT_EQ(ParseSparkDate("2023-2-29"), std::nullopt);
  EXPECT_EQ(ParseSparkDate("1969-12-31T25:00"), -1);
}

TEST(DateTimePattern, TextThatOnlySpark2ReadsIsAnError) {
  const auto pattern = *DateTimePattern::Make("yyyy-MM-dd");
  EXPECT_EQ(*pattern.Parse("1970-01-02"), kMicrosInDay);
  EXPECT_EQ(*pattern.Parse("x"), std::nullopt);
  EXPECT_THAT(pattern.Parse("1970-1-2"),
              IsError(ErrorCode::kInvalidArgument, "Spark fails here too"));
}

}  // namespace
}  // namespace gnomon::expr
