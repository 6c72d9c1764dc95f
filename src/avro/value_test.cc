// SPDX-License-Identifier: Apache-2.0
#include "avro/value.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "avro/value_json.h"
#include "support/matchers.h"

namespace gnomon::avro {
namespace {

SchemaPtr Record(std::string name, std::vector<SchemaPtr> types) {
  auto schema = std::make_shared<Schema>();
  schema->type = Type::kRecord;
  schema->name = std::move(name);
  for (std::size_t i = 0; i < types.size(); ++i) {
    schema->fields.push_back({.name = "f" + std::to_string(i), .schema = types[i]});
  }
  return schema;
}

// Random schemas with values that fit them.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  SchemaPtr MakeSchema(int depth) {
    const auto kind = Pick(depth >= 4 ? 7 : 12);
    switch (kind) {
      case 8:
        return ArrayOf(MakeSchema(depth + 1));
      case 9:
        return MapOf(MakeSchema(depth + 1));
      case 10: {
        SchemaPtr inner = MakeSchema(depth + 1);
        return inner->type == Type::kUnion || inner->type == Type::kNull ? inner : Nullable(inner);
      }
      case 7:
      case 11: {
        std::vector<SchemaPtr> types;
        for (auto i = Pick(4) + 1; i > 0; --i) types.push_back(MakeSchema(depth + 1));
        return Record("R" + std::to_string(++records_), std::move(types));
      }
      default:
        return Primitive(static_cast<Type>(kind + 1));  // kBoolean ... kString
    }
  }

  Value MakeValue(const Schema& schema) {
    switch (schema.type) {
      case Type::kBoolean:
        return Value(Pick(2) == 1);
      case Type::kInt:
        return Value(std::int64_t{static_cast<std::int32_t>(random_())});
      case Type::kLong:
        return Value(static_cast<std::int64_t>(std::uint64_t{random_()} << 32 | random_()));
      case Type::kFloat:
        return Value(static_cast<float>(random_()) / 7);
      case Type::kDouble:
        return Value(static_cast<double>(random_()) / 7);
      case Type::kBytes:
      case Type::kString:
        return Value(std::string(Pick(100), static_cast<char>('a' + Pick(26))));
      case Type::kRecord: {
        Values values;
        for (const auto& field : schema.fields) values.push_back(MakeValue(*field.schema));
        return Value(std::move(values));
      }
      case Type::kArray: {
        Values values;
        for (auto i = Pick(4); i > 0; --i) values.push_back(MakeValue(*schema.items));
        return Value(std::move(values));
      }
      case Type::kMap: {
        MapEntries entries;
        for (auto i = Pick(4); i > 0; --i) {
          entries.emplace_back("k" + std::to_string(i), MakeValue(*schema.items));
        }
        return Value(std::move(entries));
      }
      case Type::kUnion:
        return Pick(2) == 0 ? Value() : MakeValue(*schema.branches[1]);
      default:
        return Value();
    }
  }

 private:
  std::size_t Pick(std::size_t count) { return random_() % count; }
  std::mt19937 random_;
  int records_ = 0;
};

std::string Encoded(const Schema& schema, const Value& value) {
  std::string bytes;
  BinaryWriter writer(bytes);
  EXPECT_THAT(Encode(schema, value, writer), IsOk());
  return bytes;
}

TEST(ValueTest, RoundTripsAndRefusesEveryTruncation) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Generator generator(seed);
    const SchemaPtr schema = generator.MakeSchema(0);
    const auto parsed = ParseSchema(ToJson(*schema));
    ASSERT_THAT(parsed, IsOk());
    ASSERT_EQ(ToJson(**parsed), ToJson(*schema));
    const Value value = generator.MakeValue(*schema);
    const std::string bytes = Encoded(*schema, value);
    BinaryReader reader(bytes);
    const auto decoded = Decode(**parsed, reader);
    ASSERT_THAT(decoded, IsOk()) << ToJson(*schema);
    ASSERT_TRUE(*decoded == value) << ToJson(*schema);
    ASSERT_EQ(reader.remaining(), 0u);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      BinaryReader truncated(std::string_view(bytes).substr(0, size));
      ASSERT_THAT(Decode(*schema, truncated), IsError(ErrorCode::kCorruption, ""))
          << ToJson(*schema) << " at " << size;
    }
  }
}

TEST(ValueTest, DamagedBytesNeverCrash) {
  std::mt19937 random(7);
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Generator generator(seed);
    const SchemaPtr schema = generator.MakeSchema(0);
    std::string bytes = Encoded(*schema, generator.MakeValue(*schema));
    for (int i = 0; i < 50 && !bytes.empty(); ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
      BinaryReader reader(bytes);
      const auto decoded = Decode(*schema, reader);
      EXPECT_TRUE(decoded.has_value() || decoded.error().code == ErrorCode::kCorruption);
    }
  }
}

TEST(ValueTest, KnownBytes) {
  const SchemaPtr text = Nullable(Primitive(Type::kString));
  const SchemaPtr number = Nullable(Primitive(Type::kDouble));
  EXPECT_EQ(Encoded(*text, Value()), std::string("\0", 1));
  EXPECT_EQ(Encoded(*text, Value(std::string("5"))), "\x02\x02\x35");
  EXPECT_EQ(Encoded(*number, Value(1.0)), std::string("\x02\0\0\0\0\0\0\xf0\x3f", 9));
  EXPECT_EQ(Encoded(*ArrayOf(Primitive(Type::kLong)), Value(Values{Value(std::int64_t{-1})})),
            std::string("\x02\x01\0", 3));
  EXPECT_EQ(Encoded(*ArrayOf(Primitive(Type::kLong)), Value(Values{})), std::string("\0", 1));
}

TEST(ValueTest, ExtremeNumbersSurvive) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{64}, std::int64_t{-65},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    std::string bytes;
    BinaryWriter(bytes).WriteLong(number);
    EXPECT_EQ(BinaryReader(bytes).ReadLong().value_or(1), number);
  }
  EXPECT_THAT(BinaryReader(std::string(10, '\xff')).ReadLong(),
              IsError(ErrorCode::kCorruption, "64 bits"));
  std::string wide;
  BinaryWriter(wide).WriteLong(std::int64_t{1} << 31);
  EXPECT_THAT(BinaryReader(wide).ReadInt(), IsError(ErrorCode::kCorruption, "32 bits"));
}

TEST(ValueTest, NegativeBlockCountsCarryTheirSize) {
  std::string bytes;
  BinaryWriter writer(bytes);
  writer.WriteLong(-2);
  writer.WriteLong(2);
  writer.WriteLong(7);
  writer.WriteLong(8);
  writer.WriteLong(0);
  BinaryReader reader(bytes);
  const auto value = Decode(*ArrayOf(Primitive(Type::kInt)), reader);
  ASSERT_THAT(value, IsOk());
  EXPECT_TRUE(*value == Value(Values{Value(std::int64_t{7}), Value(std::int64_t{8})}));
}

TEST(ValueTest, RefusesCollectionsLongerThanTheirBytes) {
  std::string bytes;
  BinaryWriter(bytes).WriteLong(std::int64_t{1} << 40);
  BinaryReader nulls(bytes);
  EXPECT_THAT(Decode(*ArrayOf(Primitive(Type::kNull)), nulls),
              IsError(ErrorCode::kCorruption, "longer than"));
}

TEST(ValueTest, RefusesSchemasWhoseValuesGrowWithoutBytes) {
  SchemaPtr schema = Primitive(Type::kNull);
  for (int i = 0; i < 50; ++i) schema = Record("R" + std::to_string(i), {schema, schema});
  BinaryReader reader("");
  EXPECT_THAT(Decode(*schema, reader), IsError(ErrorCode::kCorruption, "more values"));
}

TEST(ValueTest, RefusesValuesThatDoNotFit) {
  std::string bytes;
  BinaryWriter writer(bytes);
  EXPECT_THAT(Encode(*Primitive(Type::kInt), Value(std::int64_t{1} << 40), writer),
              IsError(ErrorCode::kInvalidArgument, "does not fit"));
  EXPECT_THAT(Encode(*Record("R", {Primitive(Type::kString)}), Value(Values{Value()}), writer),
              IsError(ErrorCode::kInvalidArgument, "field f0 of record R"));
  EXPECT_THAT(Encode(*Nullable(Primitive(Type::kLong)), Value(1.5), writer),
              IsError(ErrorCode::kInvalidArgument, ""));
  EXPECT_TRUE(bytes.empty());
}

TEST(ValueJsonTest, PrintsNumbersAsJava) {
  EXPECT_EQ(JavaText(326.78999999999996), "326.78999999999996");
  EXPECT_EQ(JavaText(2.0), "2.0");
  EXPECT_EQ(JavaText(1e7), "1.0E7");
  EXPECT_EQ(JavaText(9999999.5), "9999999.5");
  EXPECT_EQ(JavaText(0.001), "0.001");
  EXPECT_EQ(JavaText(-1.25e-4), "-1.25E-4");
  EXPECT_EQ(JavaText(1e100), "1.0E100");
  EXPECT_EQ(JavaText(-0.0), "-0.0");
  EXPECT_EQ(JavaText(1.1f), "1.1");
}

TEST(ValueJsonTest, WrapsUnionsAndEscapes) {
  const SchemaPtr schema =
      Record("R", {Nullable(Primitive(Type::kString)), Nullable(Primitive(Type::kBytes)),
                   Nullable(Primitive(Type::kDouble)), Nullable(ArrayOf(Primitive(Type::kInt)))});
  const std::string bytes =
      Encoded(*schema, Value(Values{Value(std::string("a\"\n梨\x01")), Value(std::string("\xff")),
                                    Value(), Value(Values{Value(std::int64_t{1})})}));
  EXPECT_EQ(DatumToJson(*schema, bytes).value_or(""),
            R"({"f0":{"string":"a\"\n梨\u0001"},"f1":{"bytes":"ÿ"},"f2":null,"f3":{"array":[1]}})");
  EXPECT_THAT(DatumToJson(*schema, bytes + "x"), IsError(ErrorCode::kCorruption, "too many"));
}

}  // namespace
}  // namespace gnomon::avro
