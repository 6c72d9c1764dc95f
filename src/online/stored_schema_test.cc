// SPDX-License-Identifier: Apache-2.0
// Types come back from the schemas that uploads write, nested and repeated names included.
#include "online/stored_schema.h"

#include <gtest/gtest.h>

#include "codec/record_schema.h"
#include "support/matchers.h"

namespace gnomon::online {
namespace {

TEST(FieldsOf, ReadsBackWhatAnUploadWrites) {
  const Schema fields{
      {Field{.name = "b", .type = TypeKind::kBoolean}, Field{.name = "h", .type = TypeKind::kShort},
       Field{.name = "y", .type = TypeKind::kByte}, Field{.name = "i", .type = TypeKind::kInt},
       Field{.name = "l", .type = TypeKind::kLong}, Field{.name = "f", .type = TypeKind::kFloat},
       Field{.name = "d", .type = TypeKind::kDouble}, Field{.name = "s", .type = TypeKind::kString},
       Field{.name = "n", .type = TypeKind::kBinary},
       Field{.name = "a", .type = DataType::List(TypeKind::kDouble)},
       Field{.name = "m", .type = DataType::Map(TypeKind::kString, TypeKind::kInt)},
       Field{.name = "Value", .type = TypeKind::kLong}}};
  const auto schema = codec::RecordSchema("Value", fields.fields);
  ASSERT_THAT(schema, IsOk());
  // `Value` is the record's own name already, so the stored field has a suffix.
  EXPECT_NE((*schema)->fields.back().name, "Value");
  const auto parsed = avro::ParseSchema(avro::ToJson(**schema, true));
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(*FieldsOf(**parsed), fields);
}

TEST(FieldsOf, OtherSchemasAreCorruption) {
  EXPECT_THAT(FieldsOf(*avro::Primitive(avro::Type::kLong)),
              IsError(ErrorCode::kCorruption, "not a record"));
  const auto fixed = avro::ParseSchema(R"({"type":"record","name":"V","fields":[
      {"name":"f","type":["null",{"type":"fixed","name":"F","size":2}]}]})");
  ASSERT_THAT(fixed, IsOk());
  EXPECT_THAT(FieldsOf(**fixed), IsError(ErrorCode::kCorruption, "never written"));
}

}  // namespace
}  // namespace gnomon::online
