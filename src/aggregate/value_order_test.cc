// SPDX-License-Identifier: Apache-2.0
// Texts against the order of their units of UTF-16.
#include "aggregate/value_order.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace gnomon::aggregate {

namespace {

// A text in both encodings.
struct Text {
  std::string utf8;
  std::u16string utf16;

  void Append(char32_t c) {
    if (c < 0x80) {
      utf8 += static_cast<char>(c);
    } else if (c < 0x800) {
      utf8 += static_cast<char>(0xC0 | (c >> 6));
    } else if (c < 0x10000) {
      utf8 += static_cast<char>(0xE0 | (c >> 12));
      utf8 += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    } else {
      utf8 += static_cast<char>(0xF0 | (c >> 18));
      utf8 += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      utf8 += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    }
    if (c >= 0x80) utf8 += static_cast<char>(0x80 | (c & 0x3F));
    if (c < 0x10000) {
      utf16 += static_cast<char16_t>(c);
    } else {
      utf16 += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      utf16 += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
};

int Sign(int number) { return int{number > 0} - int{number < 0}; }

TEST(ValueOrderTest, TextsCompareAsInJava) {
  const std::u32string letters =
      U"a\u00e9\u07ff\u0800\ud7ff\ue000\uffee\uffff\U00010000\U0001f600"
      U"\U0010ffff";
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    Text a, b;
    for (Text* text : {&a, &b}) {
      for (auto length = random() % 4; length > 0; --length)
        text->Append(letters[random() % letters.size()]);
    }
    ASSERT_EQ(Sign(CompareTexts(a.utf8, b.utf8)), Sign(a.utf16.compare(b.utf16)))
        << a.utf8 << " and " << b.utf8;
  }
  EXPECT_LT(CompareTexts("\xF0\x9F\x98\x80", "\xEF\xBD\xA1"), 0) << "U+1F600 and U+FF61";
}

}  // namespace

}  // namespace gnomon::aggregate
