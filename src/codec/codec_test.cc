// SPDX-License-Identifier: Apache-2.0
// Against uploads that the real Chronon wrote: every key and value of three group-bys, decoded and
// encoded again to the same bytes.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "avro/value.h"
#include "codec/avro_rows.h"
#include "codec/base64.h"
#include "codec/serving_info.h"
#include "support/matchers.h"
#include "support/source_file.h"
#include "types/arrow_mapping.h"

namespace gnomon::codec {
namespace {

using Json = nlohmann::ordered_json;

Field Column(std::string name, DataType type) {
  return Field{.name = std::move(name), .type = std::move(type)};
}

Json ReadGolden(const std::string& name) {
  return Json::parse(ReadText(SourcePath("test/golden/uploads/" + name + ".json")), nullptr, false);
}

Schema SnapshotColumns() {
  return Schema{{Column("price_sum_1d", TypeKind::kDouble),
                 Column("price_sum_7d", TypeKind::kDouble),
                 Column("price_average_7d", TypeKind::kDouble),
                 Column("item_last2_7d", DataType::List(TypeKind::kString)),
                 Column("item_histogram_7d", DataType::Map(TypeKind::kString, TypeKind::kInt)),
                 Column("attrs_sum_7d", DataType::Map(TypeKind::kString, TypeKind::kDouble)),
                 Column("price_count_by_item", DataType::Map(TypeKind::kString, TypeKind::kLong))}};
}

Schema TemporalColumns() {
  const auto ir = [](const std::string& suffix) {
    const DataType average =
        DataType::Struct({Column("sum", TypeKind::kDouble), Column("count", TypeKind::kInt)});
    const DataType last = DataType::Struct(
        {Column("epochMillis", TypeKind::kLong), Column("payload", TypeKind::kString)});
    if (suffix.empty()) {
      return std::vector{Column("price_sum", TypeKind::kDouble), Column("price_average", average),
                         Column("item_last", last), Column("price_count", TypeKind::kLong),
                         Column("ts", TypeKind::kLong)};
    }
    return std::vector{Column("price_sum_1d", TypeKind::kDouble),
                       Column("price_sum_7d", TypeKind::kDouble),
                       Column("price_average_2d", average), Column("item_last_7d", last),
                       Column("price_count_6h", TypeKind::kLong)};
  };
  return Schema{{Column("collapsedIr", DataType::Struct(ir("windowed"))),
                 Column("tailHopIrs", DataType::List(DataType::List(DataType::Struct(ir("")))))}};
}

Schema EntityColumns() {
  return Schema{{Column("city", TypeKind::kString), Column("tier", TypeKind::kLong),
                 Column("age", TypeKind::kInt)}};
}

// Appends one decoded value to an Arrow column: the way back for the encoder's test.
void Append(arrow::ArrayBuilder& builder, const avro::Value& value) {
  if (value.is_null()) {
    ASSERT_TRUE(builder.AppendNull().ok());
    return;
  }
  switch (builder.type()->id()) {
    case arrow::Type::DOUBLE:
      ASSERT_TRUE(
          static_cast<arrow::DoubleBuilder&>(builder).Append(std::get<double>(value.data)).ok());
      return;
    case arrow::Type::INT32:
      ASSERT_TRUE(static_cast<arrow::Int32Builder&>(builder)
                      .Append(static_cast<std::int32_t>(std::get<std::int64_t>(value.data)))
                      .ok());
      return;
    case arrow::Type::INT64:
      ASSERT_TRUE(static_cast<arrow::Int64Builder&>(builder)
                      .Append(std::get<std::int64_t>(value.data))
                      .ok());
      return;
    case arrow::Type::STRING:
      ASSERT_TRUE(static_cast<arrow::StringBuilder&>(builder)
                      .Append(std::get<std::string>(value.data))
                      .ok());
      return;
    case arrow::Type::LIST: {
      auto& list = static_cast<arrow::ListBuilder&>(builder);
      ASSERT_TRUE(list.Append().ok());
      for (const auto& item : std::get<avro::Values>(value.data))
        Append(*list.value_builder(), item);
      return;
    }
    case arrow::Type::MAP: {
      auto& map = static_cast<arrow::MapBuilder&>(builder);
      ASSERT_TRUE(map.Append().ok());
      for (const auto& [key, item] : std::get<avro::MapEntries>(value.data)) {
        Append(*map.key_builder(), avro::Value(key));
        Append(*map.item_builder(), item);
      }
      return;
    }
    case arrow::Type::STRUCT: {
      auto& record = static_cast<arrow::StructBuilder&>(builder);
      ASSERT_TRUE(record.Append().ok());
      const auto& values = std::get<avro::Values>(value.data);
      for (std::size_t i = 0; i < values.size(); ++i) {
        Append(*record.field_builder(static_cast<int>(i)), values[i]);
      }
      return;
    }
    default:
      FAIL() << builder.type()->ToString();
  }
}

std::shared_ptr<arrow::RecordBatch> ToBatch(const Schema& schema, const avro::Schema& record,
                                            const std::vector<std::string>& rows) {
  const auto type = arrow::struct_(ToArrow(schema)->fields());
  const auto builder = arrow::MakeBuilder(type).ValueOrDie();
  for (const std::string& row : rows) {
    avro::BinaryReader reader(row);
    const auto value = avro::Decode(record, reader);
    EXPECT_THAT(value, IsOk());
    Append(*builder, *value);
  }
  return arrow::RecordBatch::FromStructArray(builder->Finish().ValueOrDie()).ValueOrDie();
}

// Decodes one kind of bytes of all rows, compares with Chronon's JSON and encodes them again.
void CheckRows(const Json& golden, const std::string& record_name, const Schema& columns,
               const char* bytes_key, const char* json_key) {
  const auto encoder = RowEncoder::Make(record_name, columns);
  ASSERT_THAT(encoder, IsOk());
  const auto decoder = RowDecoder::Make(avro::ToJson(encoder->schema()));
  ASSERT_THAT(decoder, IsOk());
  std::vector<std::string> rows;
  for (const Json& row : golden["rows"]) {
    rows.push_back(FromHex(row[bytes_key]));
    const auto text = decoder->DecodeToChrononJson(rows.back());
    ASSERT_THAT(text, IsOk());
    EXPECT_EQ(*text, row[json_key].get<std::string>());
    for (std::size_t size = 0; size < rows.back().size(); size += 1 + size / 16) {
      EXPECT_THAT(decoder->Decode(std::string_view(rows.back()).substr(0, size)),
                  IsError(ErrorCode::kCorruption, record_name));
    }
  }
  ASSERT_GT(rows.size(), 20u);
  const auto batch = ToBatch(columns, encoder->schema(), rows);
  for (const std::int64_t offset : {0, 7}) {
    const auto encoded = encoder->Encode(*batch->Slice(offset));
    ASSERT_THAT(encoded, IsOk());
    ASSERT_TRUE((*encoded)->ValidateFull().ok());
    ASSERT_EQ((*encoded)->length(), batch->num_rows() - offset);
    for (std::int64_t i = 0; i < (*encoded)->length(); ++i) {
      EXPECT_EQ((*encoded)->GetString(i), rows[static_cast<std::size_t>(i + offset)]);
    }
  }
}

TEST(GoldenUploadTest, KeysAndValuesAreChronons) {
  const Schema key{{Column("user", TypeKind::kString)}};
  for (const auto& [name, columns] :
       std::vector<std::pair<std::string, Schema>>{{"up_snapshot", SnapshotColumns()},
                                                   {"up_temporal", TemporalColumns()},
                                                   {"up_entity", EntityColumns()}}) {
    SCOPED_TRACE(name);
    const Json golden = ReadGolden(name);
    CheckRows(golden, "Key", key, "key", "key_json");
    CheckRows(golden, "Value", columns, "value", "value_json");
  }
}

TEST(GoldenUploadTest, ServingInfoIsChronons) {
  const std::vector<Field> key = {Column("user", TypeKind::kString)};
  const std::vector<Field> price_item = {Column("price", TypeKind::kDouble),
                                         Column("item", TypeKind::kString)};
  std::vector<Field> price_item_attrs = price_item;
  price_item_attrs.push_back(Column("attrs", DataType::Map(TypeKind::kString, TypeKind::kDouble)));
  for (const auto& [name, selected] : std::vector<std::pair<std::string, std::vector<Field>>>{
           {"up_snapshot", price_item_attrs},
           {"up_temporal", price_item},
           {"up_entity", EntityColumns().fields}}) {
    SCOPED_TRACE(name);
    const Json golden = ReadGolden(name);
    const auto info = MakeServingInfo(golden["conf"].dump(2), "2024-03-11", key, selected);
    ASSERT_THAT(info, IsOk());
    const std::string text = ToJson(*info);
    EXPECT_EQ(text, golden["serving_info"].get<std::string>());
    const auto parsed = ParseServingInfo(text);
    ASSERT_THAT(parsed, IsOk());
    EXPECT_EQ(*parsed, *info);
  }
}

TEST(GoldenUploadTest, KeysOfRequestsGiveTheStoredBytes) {
  const Json golden = ReadGolden("up_snapshot");
  const auto info = ParseServingInfo(golden["serving_info"].get<std::string>());
  ASSERT_THAT(info, IsOk());
  const auto encoder = KeyEncoder::Make(info->key_avro_schema);
  ASSERT_THAT(encoder, IsOk());
  for (const Json& row : golden["rows"]) {
    const Json printed = Json::parse(row["key_json"].get<std::string>());
    const auto bytes = encoder->Encode({{"user", printed["user"]["string"]}});
    ASSERT_THAT(bytes, IsOk());
    EXPECT_EQ(*bytes, FromHex(row["key"]));
  }
}

TEST(ServingInfoTest, RefusesDamage) {
  EXPECT_THAT(ParseServingInfo(""), IsError(ErrorCode::kCorruption, "JSON"));
  EXPECT_THAT(ParseServingInfo(R"({"groupBy":{}})"), IsError(ErrorCode::kCorruption, "selected"));
  EXPECT_THAT(MakeServingInfo("[]", "2024-01-01", {}, {}),
              IsError(ErrorCode::kInvalidArgument, "conf"));
}

TEST(ServingInfoTest, StreamingSchemaComesSecond) {
  const ServingInfo info{.group_by_json = "{}",
                         .input_avro_schema = "i",
                         .selected_avro_schema = "s",
                         .key_avro_schema = "k",
                         .batch_end_date = "2024-01-01"};
  EXPECT_EQ(ToJson(info), R"({"groupBy":{},"inputAvroSchema":"i","selectedAvroSchema":"s",)"
                          R"("keyAvroSchema":"k","batchEndDate":"2024-01-01"})");
  EXPECT_EQ(ParseServingInfo(ToJson(info)).value_or(ServingInfo{}), info);
}

TEST(RecordSchemaTest, NamesAreSanitizedAndUnique) {
  const DataType pair = DataType::Struct({Column("sum", TypeKind::kDouble)});
  const auto schema = RecordSchema(
      "a.b/c", {Column("Value", TypeKind::kShort), Column("x", pair), Column("é", pair)});
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ(avro::ToJson(**schema),
            R"({"type":"record","name":"a_b_c","namespace":"ai.chronon.data","doc":"","fields":[)"
            R"({"name":"Value","type":["null",{"type":"int","logicalType":"short"}],"doc":""},)"
            R"({"name":"x","type":["null",{"type":"record","name":"XStruct","doc":"","fields":[)"
            R"({"name":"sum","type":["null","double"],"doc":""}]}],"doc":""},)"
            R"({"name":"__","type":["null",{"type":"record","name":"__Struct","doc":"","fields":[)"
            R"({"name":"sum_REPEATED_NAME_0","type":["null","double"],"doc":""}]}],"doc":""}]})");
  EXPECT_EQ(CleanName("sum_REPEATED_NAME_0"), "sum");
}

TEST(RecordSchemaTest, RefusesWhatChrononCanNotStore) {
  for (const DataType& type :
       {DataType(TypeKind::kDate), DataType(TypeKind::kTimestamp), DataType::Decimal(5, 2),
        DataType(TypeKind::kVoid), DataType::Map(TypeKind::kLong, TypeKind::kLong),
        DataType::List(TypeKind::kDate)}) {
    EXPECT_THAT(RecordSchema("R", {Column("c", type)}),
                IsError(ErrorCode::kInvalidArgument, "Cannot convert chronon type"));
  }
}

TEST(RowEncoderTest, WritesEveryScalar) {
  const Schema schema{{Column("flag", TypeKind::kBoolean), Column("byte", TypeKind::kByte),
                       Column("short", TypeKind::kShort), Column("float", TypeKind::kFloat),
                       Column("blob", TypeKind::kBinary)}};
  const auto arrow_schema = ToArrow(schema);
  const auto one = [](auto builder, auto value) {
    EXPECT_TRUE(builder.Append(value).ok());
    EXPECT_TRUE(builder.AppendNull().ok());
    return builder.Finish().ValueOrDie();
  };
  const auto batch = arrow::RecordBatch::Make(
      arrow_schema, 2,
      {one(arrow::BooleanBuilder(), true), one(arrow::Int8Builder(), std::int8_t{-3}),
       one(arrow::Int16Builder(), std::int16_t{300}), one(arrow::FloatBuilder(), 1.5f),
       one(arrow::BinaryBuilder(), std::string_view("\xff\x00", 2))});
  const auto encoder = RowEncoder::Make("Value", schema);
  ASSERT_THAT(encoder, IsOk());
  const auto rows = encoder->Encode(*batch);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)->GetString(1), std::string(5, '\0'));
  const auto decoder = RowDecoder::Make(avro::ToJson(encoder->schema()));
  ASSERT_THAT(decoder, IsOk());
  const auto row = decoder->Decode((*rows)->GetView(0));
  ASSERT_THAT(row, IsOk());
  EXPECT_EQ(row->dump(), R"({"flag":true,"byte":-3,"short":300,"float":1.5,"blob":"/wA="})");
}

TEST(RowEncoderTest, RefusesForeignBatches) {
  const auto encoder =
      RowEncoder::Make("Value", Schema{{Column("tags", DataType::List(TypeKind::kLong))}});
  ASSERT_THAT(encoder, IsOk());
  const auto batch = [](const char* name, const std::shared_ptr<arrow::Array>& array) {
    return arrow::RecordBatch::Make(arrow::schema({arrow::field(name, array->type())}),
                                    array->length(), {array});
  };
  arrow::ListBuilder lists(arrow::default_memory_pool(), std::make_shared<arrow::Int64Builder>());
  ASSERT_TRUE(lists.Append().ok());
  ASSERT_TRUE(lists.value_builder()->AppendNull().ok());
  const auto with_null = lists.Finish().ValueOrDie();
  EXPECT_THAT(encoder->Encode(*batch("tags", with_null)),
              IsError(ErrorCode::kInvalidArgument, "null inside a list"));
  EXPECT_THAT(encoder->Encode(*batch("other", with_null)),
              IsError(ErrorCode::kInvalidArgument, "tags is missing"));
  EXPECT_THAT(encoder->Encode(*batch("tags", arrow::Int64Builder().Finish().ValueOrDie())),
              IsError(ErrorCode::kInvalidArgument, "instead of array<bigint>"));
}

class KeyCastTest : public testing::Test {
 protected:
  static Result<std::string> Encode(TypeKind kind, const Json& value) {
    const auto schema = RecordSchema("Key", {Column("k", kind)});
    EXPECT_THAT(schema, IsOk());
    const auto encoder = KeyEncoder::Make(avro::ToJson(**schema));
    EXPECT_THAT(encoder, IsOk());
    return encoder->Encode(value.is_object() ? value : Json{{"k", value}});
  }
};

TEST_F(KeyCastTest, NumbersAndTextCastToEachOther) {
  const std::string five("\x02\x0a", 2);
  for (const Json& value : {Json(5), Json("5"), Json(5.0)}) {
    EXPECT_EQ(Encode(TypeKind::kLong, value).value_or(""), five);
    EXPECT_EQ(Encode(TypeKind::kInt, value).value_or(""), five);
    EXPECT_EQ(Encode(TypeKind::kDouble, value).value_or(""),
              std::string("\x02\0\0\0\0\0\0\x14\x40", 9));
  }
  EXPECT_EQ(Encode(TypeKind::kString, 5).value_or(""),
            "\x02\x02"
            "5");
  EXPECT_EQ(Encode(TypeKind::kString, 5.5).value_or(""),
            "\x02\x06"
            "5.5");
  EXPECT_EQ(Encode(TypeKind::kString, true).value_or(""), "\x02\x08true");
  EXPECT_EQ(Encode(TypeKind::kBinary, "/wA=").value_or(""), std::string("\x02\x04\xff\0", 4));
  EXPECT_EQ(Encode(TypeKind::kLong, std::numeric_limits<std::int64_t>::max()).value_or("").size(),
            11u);
}

TEST_F(KeyCastTest, MissingAndNullKeysAreNull) {
  const std::string null(1, '\0');
  EXPECT_EQ(Encode(TypeKind::kLong, Json{{"k", nullptr}}).value_or("x"), null);
  EXPECT_EQ(Encode(TypeKind::kLong, Json{{"other", 1}}).value_or("x"), null);
}

TEST_F(KeyCastTest, RefusesWhatIsNoSuchKey) {
  const auto refused = [](TypeKind kind, const Json& value) {
    EXPECT_THAT(Encode(kind, value),
                IsError(ErrorCode::kInvalidArgument, "Couldn't encode request keys or casted keys"))
        << value.dump();
  };
  refused(TypeKind::kLong, "abc");
  refused(TypeKind::kLong, "");
  refused(TypeKind::kLong, 5.5);
  refused(TypeKind::kLong, 1e300);
  refused(TypeKind::kLong, std::numeric_limits<std::uint64_t>::max());
  refused(TypeKind::kInt, std::int64_t{1} << 40);
  refused(TypeKind::kBoolean, 1);
  refused(TypeKind::kString, Json::array());
  refused(TypeKind::kBinary, "not base64");
  refused(TypeKind::kDouble, "1.5x");
}

TEST_F(KeyCastTest, ColumnsKeepTheNamesOfTheConf) {
  const auto schema = RecordSchema("Key", {Column("a.b", TypeKind::kLong)});
  ASSERT_THAT(schema, IsOk());
  const auto encoder = KeyEncoder::Make(avro::ToJson(**schema), {"a.b"});
  ASSERT_THAT(encoder, IsOk());
  EXPECT_EQ(encoder->Encode({{"a.b", 1}}).value_or(""), "\x02\x02");
  EXPECT_THAT(KeyEncoder::Make(avro::ToJson(**schema), {"a", "b"}),
              IsError(ErrorCode::kInvalidArgument, "key columns"));
}

TEST(RowDecoderTest, RefusesOtherSchemas) {
  EXPECT_THAT(RowDecoder::Make("\"long\""), IsError(ErrorCode::kInvalidArgument, "record"));
  EXPECT_THAT(RowDecoder::Make("{"), IsError(ErrorCode::kCorruption, ""));
  EXPECT_THAT(RowDecoder::Make(R"({"type":"record","name":"R","fields":[)"
                               R"({"name":"x","type":["string","null"]}]})"),
              IsError(ErrorCode::kInvalidArgument, "nullable"));
}

TEST(Base64Test, RoundTripsAndRefuses) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)).value_or("?"), bytes);
    bytes += static_cast<char>(i * 7);
  }
  EXPECT_EQ(EncodeBase64("foob"), "Zm9vYg==");
  for (const char* bad : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Z*==", "===="}) {
    EXPECT_FALSE(DecodeBase64(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace gnomon::codec
