// SPDX-License-Identifier: Apache-2.0
// The expected texts are what a Java 17 printed for these bytes.
#include "sql/java_utf8.h"

#include <gtest/gtest.h>

namespace gnomon::sql {
namespace {

std::string Decoded(std::string_view bytes) {
  std::string text;
  AppendJavaUtf8(bytes, &text);
  // '?' for U+FFFD keeps the expectations readable; none of them has a real one.
  for (std::size_t at = text.find("\xEF\xBF\xBD"); at != std::string::npos;
       at = text.find("\xEF\xBF\xBD")) {
    text.replace(at, 3, "?");
  }
  return text;
}

TEST(JavaUtf8, LeavesTextAlone) {
  EXPECT_EQ(Decoded(""), "");
  EXPECT_EQ(Decoded("aü語😀"), "aü語😀");
  EXPECT_EQ(Decoded(std::string_view("\0z", 2)), std::string_view("\0z", 2));
}

TEST(JavaUtf8, ReplacesWhatIsNoTextAsOftenAsJava) {
  EXPECT_EQ(Decoded("\x80"), "?");
  EXPECT_EQ(Decoded("\xFF"), "?");
  EXPECT_EQ(Decoded("\xC0\xAF"), "??");
  EXPECT_EQ(Decoded("\xC2"), "?");
  EXPECT_EQ(Decoded("\xC2\x41"), "?A");
  EXPECT_EQ(Decoded("\xC3\xC3\xA9"), "?é");
  EXPECT_EQ(Decoded("\xE0"), "?");
  EXPECT_EQ(Decoded("\xE0\x80"), "??");
  EXPECT_EQ(Decoded("\xE0\x80\x80"), "???");
  EXPECT_EQ(Decoded("\xE0\xA0"), "?");
  EXPECT_EQ(Decoded("\xE0\xA0\x41"), "?A");
  EXPECT_EQ(Decoded("\xE1\x80\x41"), "?A");
  EXPECT_EQ(Decoded("\xED"), "?");
  EXPECT_EQ(Decoded("\xED\xA0"), "?");
  EXPECT_EQ(Decoded("\xED\xA0\x80"), "?");
  EXPECT_EQ(Decoded("\xED\xA0\x80\x41"), "?A");
  EXPECT_EQ(Decoded("\xED\xB0\x80"), "?");
  EXPECT_EQ(Decoded("\xED\xBF"), "?");
  EXPECT_EQ(Decoded("\xF0"), "?");
  EXPECT_EQ(Decoded("\xF0\x80"), "??");
  EXPECT_EQ(Decoded("\xF0\x80\x80\x80"), "????");
  EXPECT_EQ(Decoded("\xF0\x90"), "?");
  EXPECT_EQ(Decoded("\xF0\x90\x41"), "?A");
  EXPECT_EQ(Decoded("\xF0\x90\x80"), "?");
  EXPECT_EQ(Decoded("\xF0\x90\x80\x41"), "?A");
  EXPECT_EQ(Decoded("\xF0\x90\x80\xC3\xA9"), "?é");
  EXPECT_EQ(Decoded("\xF4\x90"), "??");
  EXPECT_EQ(Decoded("\xF4\x90\x80\x80"), "????");
  EXPECT_EQ(Decoded("\xF4\x8F"), "?");
  EXPECT_EQ(Decoded("\xF4\x8F\xBF"), "?");
  EXPECT_EQ(Decoded("\xF4\x8F\xBF\x41"), "?A");
  EXPECT_EQ(Decoded("\xF5\x80\x80\x80"), "????");
  EXPECT_EQ(Decoded("\xF8"), "?");
  EXPECT_EQ(Decoded("\xE2\x80\xFF"), "??");
  EXPECT_EQ(Decoded("\xE2\xFF\x80"), "???");
  EXPECT_EQ(Decoded("\xF1\xFF\x80\x80"), "????");
  EXPECT_EQ(Decoded("\xF1\x80\xFF\x80"), "???");
  EXPECT_EQ(Decoded("\x41\xFF\x42\xFE\x43"), "A?B?C");
  EXPECT_EQ(Decoded("\xEF\xBF\xBE"), "\xEF\xBF\xBE");
  EXPECT_EQ(Decoded("\xED\xFF"), "??");
  EXPECT_EQ(Decoded("\xED\x9F\xBF"), "\xED\x9F\xBF");
  EXPECT_EQ(Decoded("\xED\xB0"), "?");
  EXPECT_EQ(Decoded("\xED\xA0\xFF"), "??");
  EXPECT_EQ(Decoded("\xF4"), "?");
  EXPECT_EQ(Decoded("\xFB\xE2"), "??");
}

}  // namespace
}  // namespace gnomon::sql
