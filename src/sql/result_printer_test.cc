// SPDX-License-Identifier: Apache-2.0
#include "sql/result_printer.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "sql/display_width.h"
#include "sql/print_style.h"
#include "sql/result_stream.h"
#include "sql/row_builder.h"
#include "support/matchers.h"

namespace gnomon::sql {
namespace {

std::string TextOf(const std::shared_ptr<arrow::Scalar>& scalar) {
  const auto array = arrow::MakeArrayFromScalar(*scalar, 1).ValueOrDie();
  std::string text;
  AppendSparkText(*array, 0, &text);
  return text;
}

template <typename Scalar, typename... Args>
std::string Text(Args&&... args) {
  return TextOf(std::make_shared<Scalar>(std::forward<Args>(args)...));
}

// As `spark-sql -e` of Spark 3.5 prints the same values.
TEST(SparkText, WritesScalarsAsSparkDoes) {
  EXPECT_EQ(TextOf(arrow::MakeNullScalar(arrow::int64())), "NULL");
  EXPECT_EQ(Text<arrow::BooleanScalar>(true), "true");
  EXPECT_EQ(Text<arrow::DoubleScalar>(1e10), "1.0E10");
  EXPECT_EQ(Text<arrow::DoubleScalar>(5.0), "5.0");
  EXPECT_EQ(Text<arrow::StringScalar>("a\"b"), "a\"b");
  EXPECT_EQ(Text<arrow::Date32Scalar>(19692), "2023-12-01");
  EXPECT_EQ(
      Text<arrow::TimestampScalar>(1701390240000000, arrow::timestamp(arrow::TimeUnit::MICRO)),
      "2023-12-01 00:24:00");
  EXPECT_EQ(
      Text<arrow::TimestampScalar>(1701390240500000, arrow::timestamp(arrow::TimeUnit::MICRO)),
      "2023-12-01 00:24:00.5");
}

TEST(SparkText, WritesDecimalsWithoutExponent) {
  const auto type = arrow::decimal128(20, 10);
  EXPECT_EQ(Text<arrow::Decimal128Scalar>(arrow::Decimal128(1), type), "0.0000000001");
  EXPECT_EQ(Text<arrow::Decimal128Scalar>(arrow::Decimal128(-12345678901), type), "-1.2345678901");
  EXPECT_EQ(Text<arrow::Decimal128Scalar>(arrow::Decimal128(7), arrow::decimal128(5, 0)), "7");
}

TEST(SparkText, QuotesStringsOnlyInsideNestedValues) {
  auto strings = arrow::StringBuilder();
  ASSERT_TRUE(strings.AppendValues({"a", "b"}).ok());
  ASSERT_TRUE(strings.AppendNull().ok());
  EXPECT_EQ(Text<arrow::ListScalar>(strings.Finish().ValueOrDie()), "[\"a\",\"b\",null]");
  const auto fields =
      arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("s", arrow::utf8())});
  EXPECT_EQ(
      Text<arrow::StructScalar>(arrow::ScalarVector{std::make_shared<arrow::Int32Scalar>(1),
                                                    std::make_shared<arrow::StringScalar>("x")},
                                fields),
      "{\"a\":1,\"s\":\"x\"}");
}

Result<QueryResult> Sample() {
  RowBuilder rows(Schema{{MakeField("name", TypeKind::kString), MakeField("n", TypeKind::kLong),
                          MakeField("tags", DataType::Map(TypeKind::kString, TypeKind::kString))}});
  rows.Add({std::string("日本"), std::int64_t{5},
            std::map<std::string, std::string>{{"k", "v"}, {"a", "b"}}});
  rows.Add({std::string("x\x1b[2J"), Cell(), Cell()});
  auto batch = rows.Finish();
  if (!batch.has_value()) return std::move(batch).error();
  return ResultOf(*std::move(batch));
}

// The text of an answer in a style, or the error's message.
std::string Printed(Result<QueryResult> result, std::string_view style) {
  if (!result.has_value()) return result.error().message;
  std::ostringstream out;
  const auto rows = PrintResult(*result, *FindPrintStyle(style).value(), out);
  return rows.has_value() ? out.str() : rows.error().message;
}

TEST(ResultPrinter, WritesTabsWithoutHeaderIntoAPipe) {
  EXPECT_EQ(Printed(Sample(), "tabs"),
            "日本\t5\t{\"a\":\"b\",\"k\":\"v\"}\nx\x1b[2J\tNULL\tNULL\n");
}

TEST(ResultPrinter, AlignsOnATerminalAndDisarmsControlCharacters) {
  EXPECT_EQ(Printed(Sample(), "aligned"),
            "name         n  tags\n"
            "--------  ----  -----------------\n"
            "日本         5  {\"a\":\"b\",\"k\":\"v\"}\n"
            "x\\x1b[2J  NULL  NULL\n");
  EXPECT_EQ(Printed(Sample(), "vertical"),
            "-[ row 1 ]-\n"
            "name | 日本\n"
            "n    | 5\n"
            "tags | {\"a\":\"b\",\"k\":\"v\"}\n"
            "-[ row 2 ]-\n"
            "name | x\\x1b[2J\n"
            "n    | NULL\n"
            "tags | NULL\n");
}

TEST(ResultPrinter, WritesCsvWithNullsEmptyAndNestedValuesAsJson) {
  EXPECT_EQ(Printed(Sample(), "csv"),
            "name,n,tags\n"
            "日本,5,\"{\"\"a\"\":\"\"b\"\",\"\"k\"\":\"\"v\"\"}\"\n"
            "x\x1b[2J,,\n");
}

TEST(ResultPrinter, WritesJsonAsAnArrayOfObjects) {
  EXPECT_EQ(Printed(Sample(), "json"),
            "[\n"
            "{\"name\": \"日本\", \"n\": 5, \"tags\": {\"a\":\"b\",\"k\":\"v\"}},\n"
            "{\"name\": \"x\\u001b[2J\", \"n\": null, \"tags\": null}\n"
            "]\n");
}

// A JSON object would lose one of them.
TEST(ResultPrinter, RefusesTwoColumnsOfOneNameInJson) {
  RowBuilder rows(Schema{{MakeField("a", TypeKind::kLong), MakeField("a", TypeKind::kLong)}});
  auto batch = rows.Finish();
  ASSERT_THAT(batch, IsOk());
  EXPECT_THAT(Printed(ResultOf(*batch), "json"), testing::HasSubstr("are called 'a'"));
  EXPECT_EQ(Printed(ResultOf(*batch), "csv"), "a,a\n");
}

TEST(ResultPrinter, WritesAnEmptyArrayForNoRows) {
  RowBuilder rows(Schema{{MakeField("a", TypeKind::kLong)}});
  auto batch = rows.Finish();
  ASSERT_THAT(batch, IsOk());
  EXPECT_EQ(Printed(ResultOf(*batch), "json"), "[]\n");
  EXPECT_EQ(Printed(ResultOf(*batch), "markdown"), "| a |\n| ---: |\n");
}

TEST(ResultPrinter, EscapesWhatMarkdownWouldTakeForMarkup) {
  RowBuilder rows(Schema{{MakeField("user_id", TypeKind::kString)}});
  rows.Add({std::string("a|b\n<b>*x* _y_ `z` \\")});
  auto batch = rows.Finish();
  ASSERT_THAT(batch, IsOk());
  EXPECT_EQ(Printed(ResultOf(*batch), "markdown"),
            "| user_id |\n| --- |\n| a\\|b<br>\\<b>\\*x\\* \\_y\\_ \\`z\\` \\\\ |\n");
}

TEST(ResultPrinter, PrintsNothingForAStatementWithoutAnswer) {
  for (const PrintStyle* style : PrintStyles()) {
    EXPECT_EQ(Printed(EmptyResult(), style->name), "") << style->name;
  }
}

TEST(ResultPrinter, ReportsAnOutputThatCannotBeWritten) {
  auto result = Sample();
  ASSERT_THAT(result, IsOk());
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_THAT(PrintResult(*result, *FindPrintStyle("tabs").value(), out),
              IsError(ErrorCode::kUnavailable, "cannot be written"));
}

TEST(ResultPrinter, KnowsItsStyles) {
  EXPECT_THAT(FindPrintStyle("jsonn"), IsError(ErrorCode::kInvalidArgument,
                                               "no output format 'jsonn' - did you mean 'json'?"));
}

std::string Json(const std::shared_ptr<arrow::Scalar>& scalar) {
  const auto array = arrow::MakeArrayFromScalar(*scalar, 1).ValueOrDie();
  std::string text;
  AppendJson(*array, 0, &text);
  return text;
}

TEST(JsonText, HasAFormForEveryType) {
  const auto micros = arrow::timestamp(arrow::TimeUnit::MICRO);
  EXPECT_EQ(Json(arrow::MakeNullScalar(arrow::float64())), "null");
  EXPECT_EQ(Json(std::make_shared<arrow::DoubleScalar>(std::nan(""))), "\"NaN\"");
  EXPECT_EQ(Json(std::make_shared<arrow::DoubleScalar>(-HUGE_VAL)), "\"-Infinity\"");
  EXPECT_EQ(Json(std::make_shared<arrow::DoubleScalar>(1e10)), "1.0E10");
  EXPECT_EQ(Json(std::make_shared<arrow::Date32Scalar>(19692)), "\"2023-12-01\"");
  EXPECT_EQ(Json(std::make_shared<arrow::TimestampScalar>(
                1701390240500000, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))),
            "\"2023-12-01T00:24:00.5Z\"");
  EXPECT_EQ(Json(std::make_shared<arrow::TimestampScalar>(1701390240000000, micros)),
            "\"2023-12-01T00:24:00\"");
  EXPECT_EQ(Json(std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(-12345678901),
                                                           arrow::decimal128(20, 10))),
            "-1.2345678901");
  EXPECT_EQ(Json(std::make_shared<arrow::BinaryScalar>(arrow::Buffer::FromString("\xff\x01"))),
            "\"/wE=\"");
  EXPECT_EQ(Json(std::make_shared<arrow::StringScalar>("a\"\\\n\xff")),
            "\"a\\\"\\\\\\n\xEF\xBF\xBD\"");
}

TEST(ResultPrinter, SaysTheTimeAsSparkDoes) {
  EXPECT_EQ(TimingLine(0.1234, 10), "Time taken: 0.123 seconds, Fetched 10 row(s)");
}

TEST(DisplayWidth, CountsColumnsOfATerminal) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("日本"), 4);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);  // A combining accent.
  EXPECT_EQ(DisplayWidth("\xFF"), 1);       // Not UTF-8.
  EXPECT_EQ(WithoutControls("a\nb\x7f"), "a\\nb\\x7f");
}

TEST(StreamErrors, CarryTheCodeThroughArrow) {
  const Error error = InvalidArgument("column 'x' is wrong");
  EXPECT_EQ(StreamError(ToArrowStatus(error), "reading"), error);
  EXPECT_EQ(StreamError(arrow::Status::IOError("disk"), "reading").code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace gnomon::sql
