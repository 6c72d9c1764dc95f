// SPDX-License-Identifier: Apache-2.0
// Single values (checklist 13 to 18) and names.
#include "iceberg/values.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "iceberg/location.h"
#include "iceberg/row_filter.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"

namespace gnomon::iceberg {
namespace {

ScalarPtr Text(const std::string& text) { return std::make_shared<arrow::StringScalar>(text); }
ScalarPtr Decimal(std::int64_t unscaled) {
  return std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(unscaled),
                                                   arrow::decimal128(18, 2));
}
ScalarPtr Double(double value) { return std::make_shared<arrow::DoubleScalar>(value); }
ScalarPtr Long(std::int64_t value) { return std::make_shared<arrow::Int64Scalar>(value); }

TEST(Values, DecimalsHaveMinimalBytes) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, std::string(1, '\0')},
      {1, "\x01"},
      {127, "\x7f"},
      {128, std::string("\x00\x80", 2)},
      {-1, "\xff"},
      {-128, "\x80"},
      {-129, "\xff\x7f"},
      {-256, std::string("\xff\x00", 2)},
      {-32768, std::string("\x80\x00", 2)}};
  for (const auto& [value, bytes] : cases) {
    EXPECT_EQ(ToSingleValue(Decimal(value)), bytes) << value;
    const auto back = FromSingleValue(bytes, DataType::Decimal(18, 2));
    ASSERT_THAT(back, IsOk());
    EXPECT_EQ(CompareScalars(*back, Decimal(value)), 0) << value;
  }
}

TEST(Values, BoundsSurviveThePromotionOfTheirColumn) {
  const std::string as_int = *ToSingleValue(std::make_shared<arrow::Int32Scalar>(-7));
  EXPECT_EQ(IntegerOf(*FromSingleValue(as_int, TypeKind::kLong)), -7);
  const std::string as_float = *ToSingleValue(std::make_shared<arrow::FloatScalar>(1.5F));
  EXPECT_EQ(CompareScalars(*FromSingleValue(as_float, TypeKind::kDouble), Double(1.5)), 0);
  EXPECT_THAT(FromSingleValue("abc", TypeKind::kLong), IsError(ErrorCode::kCorruption, "3 bytes"));
}

TEST(Values, TextIsCutAtSixteenCodePoints) {
  const ScalarPtr shorter = Text("0123456789abcdef");
  EXPECT_EQ(TruncateLower(shorter), shorter);
  EXPECT_EQ(*TruncateUpper(shorter), shorter);
  EXPECT_EQ(TruncateLower(Text("0123456789abcdefg"))->ToString(), "0123456789abcdef");
  EXPECT_EQ((*TruncateUpper(Text("0123456789abcdefg")))->ToString(), "0123456789abcdeg");
  // Sixteen code points of two bytes each.
  std::string umlauts;
  for (int i = 0; i < 17; ++i) umlauts += "\xc3\xa4";
  EXPECT_EQ(TruncateLower(Text(umlauts))->ToString(), umlauts.substr(0, 32));
}

TEST(Values, AnUpperBoundSkipsSurrogatesAndMayBeAbsent) {
  const std::string before_gap = "\xed\x9f\xbf";  // U+D7FF
  EXPECT_EQ((*TruncateUpper(Text("0123456789abcde" + before_gap + "x")))->ToString(),
            "0123456789abcde\xee\x80\x80");  // U+E000
  std::string greatest;
  for (int i = 0; i < 17; ++i) greatest += "\xf4\x8f\xbf\xbf";  // U+10FFFF
  EXPECT_EQ(TruncateUpper(Text(greatest)), std::nullopt);
  EXPECT_EQ((*TruncateUpper(Text("a" + greatest)))->ToString(), "b");
}

// A bound of incremented code points would lie below such values, and files would be skipped.
TEST(Values, BytesThatAreNoTextHaveNoUpperBound) {
  const std::string fifteen(15, 'a');
  const std::string trailing = "b" + std::string(40, '\x80');
  for (const std::string& last : {std::string("\xff"), std::string("\xc3"), trailing})
    EXPECT_EQ(TruncateUpper(Text(fifteen + last + "bc")), std::nullopt);
}

TEST(Values, EmptyTextAndZeroAreBounds) {
  EXPECT_EQ(ToSingleValue(Text("")), "");
  EXPECT_EQ(ToSingleValue(Long(0)), std::string(8, '\0'));
  EXPECT_EQ(ToSingleValue(nullptr), std::nullopt);
}

TEST(Values, PathsAreEncodedAsJavaDoes) {
  EXPECT_EQ(UrlEncode("a b/c=d%e*f~"), "a+b%2Fc%3Dd%25e*f%7E");
  EXPECT_EQ(UrlEncode("\xc3\xa4"), "%C3%A4");
  EXPECT_EQ(PartitionText(MakeIntegerScalar(TypeKind::kDate, -1)), "1969-12-31");
  EXPECT_EQ(PartitionText(MakeIntegerScalar(TypeKind::kTimestampNtz, -1)),
            "1969-12-31T23:59:59.999999");
}

TEST(Filters, HoldForAPartitionWhenTheyHoldForItsValue) {
  const Field field{.name = "n", .type = TypeKind::kLong, .id = 1};
  const auto holds = [&](Comparison::Op op, std::int64_t value, const ScalarPtr& partition) {
    return HoldsInPartition({.op = op, .field = field, .value = Long(value)}, partition);
  };
  using Op = Comparison::Op;
  for (const std::int64_t value : {2, 3, 4}) {
    EXPECT_EQ(holds(Op::kEq, value, Long(3)), 3 == value);
    EXPECT_EQ(holds(Op::kNe, value, Long(3)), 3 != value);
    EXPECT_EQ(holds(Op::kLt, value, Long(3)), 3 < value);
    EXPECT_EQ(holds(Op::kLe, value, Long(3)), 3 <= value);
    EXPECT_EQ(holds(Op::kGt, value, Long(3)), 3 > value);
    EXPECT_EQ(holds(Op::kGe, value, Long(3)), 3 >= value);
  }
  EXPECT_TRUE(holds(Op::kNotNull, 0, Long(3)));
  EXPECT_FALSE(holds(Op::kIsNull, 0, Long(3)));
  EXPECT_TRUE(holds(Op::kIsNull, 0, nullptr));
  EXPECT_FALSE(holds(Op::kNotNull, 0, nullptr));
  EXPECT_FALSE(holds(Op::kNe, 2, nullptr));
}

TEST(Filters, MissingStatisticsMayMatch) {
  const Field field{.name = "x", .type = TypeKind::kLong, .id = 1};
  for (const auto op : {Comparison::Op::kEq, Comparison::Op::kLt, Comparison::Op::kGt,
                        Comparison::Op::kIsNull, Comparison::Op::kNotNull, Comparison::Op::kNe}) {
    EXPECT_TRUE(MayMatch({.op = op, .field = field, .value = Long(3)}, {}));
  }
}

TEST(Filters, EveryOperatorAgreesWithTheRowsOfARange) {
  const Field field{.name = "x", .type = TypeKind::kLong, .id = 1};
  const ValueBounds bounds{.lower = Long(2), .upper = Long(5), .null_count = 0, .value_count = 4};
  using Op = Comparison::Op;
  const auto holds = [](Op op, std::int64_t x, std::int64_t v) {
    return op == Op::kEq   ? x == v
           : op == Op::kLt ? x < v
           : op == Op::kLe ? x <= v
           : op == Op::kGt ? x > v
                           : x >= v;
  };
  for (const Op op : {Op::kEq, Op::kLt, Op::kLe, Op::kGt, Op::kGe}) {
    for (std::int64_t value = 0; value < 8; ++value) {
      bool any = false;
      for (std::int64_t x = 2; x <= 5; ++x) any = any || holds(op, x, value);
      EXPECT_EQ(MayMatch({.op = op, .field = field, .value = Long(value)}, bounds), any)
          << static_cast<int>(op) << " " << value;
    }
  }
}

TEST(Filters, NanIsGreaterThanItsFilesBounds) {
  const Field field{.name = "x", .type = TypeKind::kDouble, .id = 1};
  ValueBounds bounds{
      .lower = Double(1), .upper = Double(2), .null_count = 0, .nan_count = 1, .value_count = 3};
  const BoundComparison greater{.op = Comparison::Op::kGt, .field = field, .value = Double(5)};
  EXPECT_TRUE(MayMatch(greater, bounds));
  bounds.nan_count = 0;
  EXPECT_FALSE(MayMatch(greater, bounds));
}

}  // namespace
}  // namespace gnomon::iceberg
