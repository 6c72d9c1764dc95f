// SPDX-License-Identifier: Apache-2.0
// What the online store holds, damaged: each is refused in one sentence or read as something.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "codec/avro_rows.h"
#include "codec/base64.h"
#include "codec/serving_info.h"
#include "support/damaged_bytes.h"
#include "support/matchers.h"
#include "support/source_file.h"

namespace gnomon::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kTimes = 1500;

const Json& Golden() {
  static const Json golden =
      Json::parse(ReadText(SourcePath("test/golden/uploads/up_temporal.json")), nullptr, false);
  return golden;
}

std::string BytesOfHex(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(kDigits.find(hex[i]) << 4 | kDigits.find(hex[i + 1]));
  return bytes;
}

// A schema in Chronon's form with all kinds of values in it.
constexpr const char* kSchema =
    R"({"type":"record","name":"Value","namespace":"ai.chronon.data","doc":"","fields":[)"
    R"({"name":"a","type":["null","string"],"doc":""},)"
    R"({"name":"b","type":["null",{"type":"array","items":"double"}],"doc":""},)"
    R"({"name":"c","type":["null",{"type":"map","values":"long"}],"doc":""},)"
    R"({"name":"d","type":["null",{"type":"record","name":"DStruct","namespace":"ai.chronon.data",)"
    R"("doc":"","fields":[{"name":"x","type":["null","int"],"doc":""},)"
    R"({"name":"y","type":["null","bytes"],"doc":""}]}],"doc":""}]})";

void ExpectCorruption(const Error& error) {
  EXPECT_EQ(error.code, ErrorCode::kCorruption) << error.message;
  EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
}

TEST(DamagedRow, IsRefusedOrRead) {
  const auto info = ParseServingInfo(Golden()["serving_info"].get<std::string>());
  ASSERT_THAT(info, IsOk());
  const auto decoder = RowDecoder::Make(info->selected_avro_schema);
  const auto nested = RowDecoder::Make(kSchema);
  ASSERT_THAT(decoder, IsOk());
  ASSERT_THAT(nested, IsOk());
  // a "x", b [1.5], c {"k": 1}, d {x 1, y "z"}.
  constexpr char kRow[] =
      "\x02\x02x\x02\x02\0\0\0\0\0\0\xf8\x3f\0\x02\x02\x02k\x02\0\x02\x02\x02\x02\x02z";
  const std::string row(kRow, sizeof(kRow) - 1);
  ASSERT_THAT(nested->Decode(row), IsOk());
  DamagedBytes damage(1);
  const Json& rows = Golden()["rows"];
  int refused = 0;
  for (int i = 0; i < kTimes; ++i) {
    const std::string damaged = damage.Of(
        BytesOfHex(rows[static_cast<std::size_t>(i) % rows.size()]["value"].get<std::string>()));
    for (const auto& [one, bytes] : {std::pair(&*decoder, damaged), std::pair(&*nested, damaged),
                                     std::pair(&*nested, damage.Of(row))}) {
      const auto decoded = one->Decode(bytes);
      const auto text = one->DecodeToChrononJson(bytes);
      EXPECT_EQ(decoded.has_value(), text.has_value());
      if (!decoded.has_value()) ExpectCorruption(decoded.error());
      refused += decoded.has_value() ? 0 : 1;
    }
  }
  EXPECT_GT(refused, kTimes);
}

TEST(DamagedServingInfo, IsRefusedOrRead) {
  const std::string whole = Golden()["serving_info"].get<std::string>();
  DamagedBytes damage(2);
  int refused = 0;
  for (int i = 0; i < kTimes; ++i) {
    const auto info = ParseServingInfo(damage.OfJson(whole));
    if (!info.has_value()) {
      ExpectCorruption(info.error());
      ++refused;
      continue;
    }
    EXPECT_THAT(ParseServingInfo(ToJson(*info)), IsOk());
  }
  EXPECT_GT(refused, 50);
}

TEST(DamagedSchema, IsRefusedOrEncodesAndDecodes) {
  DamagedBytes damage(3);
  int refused = 0;
  for (int i = 0; i < kTimes; ++i) {
    const std::string schema = damage.OfJson(kSchema);
    const auto decoder = RowDecoder::Make(schema);
    const auto encoder = KeyEncoder::Make(schema);
    if (!decoder.has_value()) {
      EXPECT_TRUE(decoder.error().code == ErrorCode::kCorruption ||
                  decoder.error().code == ErrorCode::kInvalidArgument)
          << decoder.error().message;
      ++refused;
      continue;
    }
    (void)decoder->Decode(damage.Of(std::string(40, '\x02')));
    if (!encoder.has_value()) continue;
    const auto key = encoder->Encode({{"a", "1"}, {"b", {1}}, {"c", {{"k", 1}}}, {"d", nullptr}});
    if (key.has_value()) {
      EXPECT_THAT(decoder->Decode(*key), IsOk()) << schema;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(DamagedBase64, IsRefusedOrRead) {
  DamagedBytes damage(4);
  const std::string whole = EncodeBase64("some bytes \xff");
  for (int i = 0; i < kTimes; ++i) {
    const std::string damaged = damage.Of(whole);
    const auto bytes = DecodeBase64(damaged);
    if (bytes.has_value()) {
      EXPECT_EQ(EncodeBase64(*bytes).size(), damaged.size());
    }
  }
}

}  // namespace
}  // namespace gnomon::codec
