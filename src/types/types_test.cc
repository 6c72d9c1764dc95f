// SPDX-License-Identifier: Apache-2.0
#include <arrow/api.h>
#include <arrow/util/byte_size.h>
#include <gtest/gtest.h>

#include "types/arrow_bytes.h"
#include "types/arrow_mapping.h"
#include "types/data_type.h"
#include "types/interval_type.h"
#include "types/type_names.h"

namespace gnomon {
namespace {

std::vector<DataType> SampleTypes() {
  std::vector<DataType> types;
  for (int kind = 0; kind <= static_cast<int>(TypeKind::kTimestampNtz); ++kind)
    types.emplace_back(static_cast<TypeKind>(kind));
  types.push_back(DataType::Decimal(38, 10));
  for (std::size_t i = 0; i < 14; ++i) {
    types.push_back(DataType::List(types[i]));
    types.push_back(DataType::Map(TypeKind::kString, types[i]));
    types.push_back(DataType::Struct(
        {Field{.name = "a", .type = types[i]}, Field{.name = "b", .type = TypeKind::kInt}}));
  }
  types.push_back(
      DataType::List(DataType::Map(TypeKind::kLong, DataType::List(TypeKind::kDouble))));
  return types;
}

TEST(Types, RoundTripThroughArrow) {
  for (const DataType& type : SampleTypes()) {
    EXPECT_EQ(*FromArrow(*ToArrow(type)), type) << SparkTypeName(type);
  }
}

TEST(Types, IntervalsAreNamedAsSparkDoes) {
  for (const char* name : {"interval year", "interval month", "interval year to month",
                           "interval day", "interval day to second", "interval hour to minute"}) {
    const auto type = ParseTypeInQuery(name);
    ASSERT_TRUE(type) << name;
    ASSERT_TRUE(IntervalOf(*type)) << name;
    EXPECT_EQ(SparkTypeName(*type), name);
    EXPECT_EQ(*FromArrow(*ToArrow(*type)), *type) << name;
    EXPECT_FALSE(ParseSparkTypeName(name)) << "no table holds it: " << name;
  }
  EXPECT_FALSE(ParseTypeInQuery("interval second to day"));
  EXPECT_FALSE(ParseTypeInQuery("interval year to day"));
}

TEST(Types, AUsersStructIsNoInterval) {
  const auto holder = [](const char* name, TypeKind kind) {
    return DataType::Struct({Field{.name = name, .type = kind}});
  };
  EXPECT_FALSE(IntervalOf(holder("interval day", TypeKind::kLong)));
  EXPECT_FALSE(IntervalOf(holder("an interval", TypeKind::kLong)));
  EXPECT_FALSE(IntervalOf(holder("an interval day", TypeKind::kInt)));
  EXPECT_TRUE(IntervalOf(holder("an interval day", TypeKind::kLong)));
}

TEST(Types, RoundTripThroughSparkNames) {
  for (const DataType& type : SampleTypes()) {
    const auto parsed = ParseSparkTypeName(SparkTypeName(type));
    ASSERT_TRUE(parsed) << SparkTypeName(type);
    EXPECT_EQ(*parsed, type) << SparkTypeName(type);
  }
}

TEST(Types, MalformedSparkNamesAreRefused) {
  for (const char* wrong : {"", "strin", "array<", "array<int", "map<string>", "decimal(39,0)",
                            "decimal(2,3)", "int int", "struct<a int>", "array<int>>"}) {
    EXPECT_FALSE(ParseSparkTypeName(wrong)) << wrong;
  }
}

TEST(Types, AFieldsNameMayStandInBackquotes) {
  const auto type = ParseSparkTypeName("struct<`a b`: int, `c``d`:array<struct<`e`:string>>>");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->children[0].name, "a b");
  EXPECT_EQ(type->children[1].name, "c`d");
  EXPECT_EQ(type->children[1].type.element().children[0].name, "e");
  EXPECT_FALSE(ParseSparkTypeName("struct<``:int>"));
  EXPECT_FALSE(ParseSparkTypeName("struct<`a:int>"));
}

TEST(Types, FieldIdsSurviveArrow) {
  const Field field{.name = "price", .type = TypeKind::kDouble, .nullable = false, .id = 7};
  const auto back = FromArrow(*ToArrow(field));
  EXPECT_EQ(back->id, 7);
  EXPECT_FALSE(back->nullable);
}

TEST(Types, ATypeWithoutCounterpartNamesItsColumn) {
  const auto result = FromArrow(*arrow::field("t", arrow::time64(arrow::TimeUnit::MICRO)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "column t: the type time64[us] has no counterpart in Spark");
}

TEST(ArrowBytesTest, CountTheRowsOfASliceAlone) {
  arrow::StringBuilder texts;
  arrow::Int64Builder numbers;
  arrow::BooleanBuilder flags;
  arrow::ListBuilder lists(arrow::default_memory_pool(), std::make_shared<arrow::Int32Builder>());
  for (int i = 0; i < 640; ++i) {
    ASSERT_TRUE(texts.Append(std::string(static_cast<std::size_t>(i % 9), 'x')).ok());
    ASSERT_TRUE((i % 5 == 0 ? numbers.AppendNull() : numbers.Append(i)).ok());
    ASSERT_TRUE(flags.Append(i % 2 == 0).ok());
    ASSERT_TRUE(lists.Append().ok());
    ASSERT_TRUE(static_cast<arrow::Int32Builder*>(lists.value_builder())->Append(i).ok());
  }
  const arrow::ArrayVector columns = {*texts.Finish(), *numbers.Finish(), *flags.Finish(),
                                      *lists.Finish()};
  const auto schema = arrow::schema(
      {arrow::field("t", arrow::utf8()), arrow::field("n", arrow::int64()),
       arrow::field("f", arrow::boolean()), arrow::field("l", arrow::list(arrow::int32()))});
  const auto rows = arrow::RecordBatch::Make(schema, 640, columns);
  for (const auto& [begin, count] : {std::pair{0, 640}, {64, 128}, {640, 0}}) {
    const auto slice = rows->Slice(begin, count);
    EXPECT_EQ(BytesOf(*slice), *arrow::util::ReferencedBufferSize(*slice)) << begin;
  }
}

}  // namespace
}  // namespace gnomon
