// SPDX-License-Identifier: Apache-2.0
// JSON texts as Spark's Jackson reads and writes them: single quotes count as quotes, text behind
// the value is not looked at, the last of equal names is not the only one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon::expr {

struct JsonMember;

struct JsonValue {
  enum class Kind : std::uint8_t {
    kNull,
    kFalse,
    kTrue,
    kInteger,   // `text` is its digits.
    kFloating,  // `text` as it was written; NaN and the infinities where they are allowed.
    kString,
    kArray,
    kObject
  };
  Kind kind = Kind::kNull;
  std::string text;
  std::vector<JsonValue> elements;
  std::vector<JsonMember> members;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct JsonDialect {
  bool control_characters = false;  // Inside of strings.
  bool not_a_number = false;        // NaN, Infinity, -Infinity, INF, -INF.
};

enum class JsonOutcome : std::uint8_t {
  kValue,
  kEmpty,            // Nothing but white space.
  kMalformed,        // Also a text that ends too early.
  kMalformedInside,  // Of a string or a nested value, where a reader of parts goes on.
  kUnproven          // Half a character, or nested too deep.
};

JsonOutcome ParseJson(std::string_view text, const JsonDialect& dialect, JsonValue* value);

// Jackson writes characters beyond the first 65,536 to bytes as two escapes, to texts as they are.
enum class JsonTarget : std::uint8_t { kBytes, kText };

// As compact JSON; floating numbers as Java writes them, those beyond double as texts.
void AppendJson(const JsonValue& value, JsonTarget target, std::string* out);
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace gnomon::expr
