// SPDX-License-Identifier: Apache-2.0
#include "avro/schema.h"

#include <gtest/gtest.h>

#include "support/matchers.h"

namespace gnomon::avro {
namespace {

constexpr char kKeySchema[] =
    R"({"type":"record","name":"Key","namespace":"ai.chronon.data","doc":"",)"
    R"("fields":[{"name":"user","type":["null","string"],"doc":""}]})";

TEST(SchemaTest, PrintsWhatItParsed) {
  for (const char* text :
       {kKeySchema, R"("long")", R"(["null","int"])", R"({"type":"array","items":"string"})",
        R"({"type":"map","values":["null","double"]})", R"({"type":"int","logicalType":"date"})",
        R"({"type":"enum","name":"E","symbols":["A","B"]})",
        R"({"type":"fixed","name":"F","size":16,"logicalType":"uuid"})",
        R"({"type":"record","name":"manifest_entry","fields":[)"
        R"({"name":"status","type":"int","field-id":0},)"
        R"({"name":"snapshot_id","type":["null","long"],"default":null,"field-id":1},)"
        R"({"name":"sizes","type":["null",{"type":"array","items":{"type":"record",)"
        R"("name":"k117_v118","fields":[{"name":"key","type":"int","field-id":117},)"
        R"({"name":"value","type":"long","field-id":118}]},"logicalType":"map"}],)"
        R"("default":null,"field-id":108}]})"}) {
    const auto schema = ParseSchema(text);
    ASSERT_THAT(schema, IsOk());
    EXPECT_EQ(ToJson(**schema), text);
  }
}

TEST(SchemaTest, PrettyPrintsAsJava) {
  const auto schema = ParseSchema(kKeySchema);
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ(ToJson(**schema, /*pretty=*/true),
            "{\n  \"type\" : \"record\",\n  \"name\" : \"Key\",\n  \"namespace\" : "
            "\"ai.chronon.data\",\n  \"doc\" : \"\",\n  \"fields\" : [ {\n    \"name\" : "
            "\"user\",\n    \"type\" : [ \"null\", \"string\" ],\n    \"doc\" : \"\"\n  } ]\n}");
}

TEST(SchemaTest, PrettyPrintsEmptyRecords) {
  Schema empty;
  empty.type = Type::kRecord;
  empty.name = "Empty";
  EXPECT_EQ(ToJson(empty, true),
            "{\n  \"type\" : \"record\",\n  \"name\" : \"Empty\",\n  \"fields\" : [ ]\n}");
}

TEST(SchemaTest, NamedTypesAreResolvedAndPrintedOnce) {
  const auto schema =
      ParseSchema(R"({"type":"record","name":"a.b.Outer","fields":[)"
                  R"({"name":"x","type":{"type":"record","name":"Inner","fields":[]}},)"
                  R"({"name":"y","type":"Inner"},{"name":"z","type":["null","a.b.Inner"]}]})");
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ((*schema)->fields[1].schema->name_space, "a.b");
  EXPECT_EQ(ToJson(**schema),
            R"({"type":"record","name":"Outer","namespace":"a.b","fields":[)"
            R"({"name":"x","type":{"type":"record","name":"Inner","fields":[]}},)"
            R"({"name":"y","type":"a.b.Inner"},{"name":"z","type":["null","a.b.Inner"]}]})");
}

TEST(SchemaTest, RefusesWhatIsNoSchema) {
  for (const char* text :
       {"", "{", "{}", "7", "\"strong\"", "[]", R"({"type":"record","name":"R"})",
        R"({"type":"record","fields":[]})", R"({"type":"array"})",
        R"({"type":"fixed","name":"F","size":-1})", R"([["null"]])",
        R"({"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]})",
        R"({"type":"fixed","name":"F","size":99999999999})"}) {
    EXPECT_THAT(ParseSchema(text), IsError(ErrorCode::kCorruption, "")) << text;
  }
}

TEST(SchemaTest, RefusesDeepNesting) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += R"({"type":"array","items":)";
  text += "\"int\"" + std::string(100, '}');
  EXPECT_THAT(ParseSchema(text), IsError(ErrorCode::kCorruption, "deeper"));
  EXPECT_THAT(ParseSchema(std::string(1'000'000, '[')), IsError(ErrorCode::kCorruption, "deeper"));
}

}  // namespace
}  // namespace gnomon::avro
