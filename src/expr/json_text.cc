// SPDX-License-Identifier: Apache-2.0
#include "expr/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "expr/code_points.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

constexpr int kDepthMax = 500;

class Reader {
 public:
  Reader(Text text, const JsonDialect& dialect) : text_(text), dialect_(dialect) {}

  bool Value(JsonValue* out, int depth) {
    SkipSpace();
    if (at_ == text_.size()) return false;
    if (depth > kDepthMax) return Unproven();
    const char c = text_[at_];
    if (c == '{') return Object(out, depth);
    if (c == '[') return Array(out, depth);
    if (c == '"' || c == '\'') {
      out->kind = JsonValue::Kind::kString;
      return String(&out->text);
    }
    if (Word(out)) return true;
    return depth > 1 ? Inside() : false;
  }

  bool AtEnd() {
    SkipSpace();
    return at_ == text_.size();
  }
  JsonOutcome failure() const { return failure_; }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && Text(" \t\r\n").find(text_[at_]) != Text::npos) ++at_;
  }
  bool Take(char c) {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool Unproven() {
    failure_ = JsonOutcome::kUnproven;
    return false;
  }
  bool Inside() {
    failure_ = JsonOutcome::kMalformedInside;
    return false;
  }
  // What is wrong inside of a nested value: a text that ends is malformed for everyone.
  bool Malformed(int depth) {
    SkipSpace();
    return depth > 0 && at_ < text_.size() ? Inside() : false;
  }

  bool Object(JsonValue* out, int depth) {
    ++at_;
    out->kind = JsonValue::Kind::kObject;
    for (bool first = true; !Take('}'); first = false) {
      if (!first && !Take(',')) return Malformed(depth);
      SkipSpace();
      JsonMember& member = out->members.emplace_back();
      if (at_ == text_.size()) return false;
      if (text_[at_] != '"' && text_[at_] != '\'') return Malformed(depth);
      if (!String(&member.name)) return false;
      if (!Take(':')) return Malformed(depth);
      if (!Value(&member.value, depth + 1)) return false;
    }
    return true;
  }

  bool Array(JsonValue* out, int depth) {
    ++at_;
    out->kind = JsonValue::Kind::kArray;
    for (bool first = true; !Take(']'); first = false) {
      if (!first && !Take(',')) return Malformed(depth);
      if (!Value(&out->elements.emplace_back(), depth + 1)) return false;
    }
    return true;
  }

  bool Escape(std::string* out) {
    if (at_ == text_.size()) return false;
    const char c = text_[at_++];
    constexpr Text kEscapes = "\"\\/bfnrt'";
    constexpr Text kMeant = "\"\\/\b\f\n\r\t'";
    if (const std::size_t place = kEscapes.find(c); place != Text::npos) {
      out->push_back(kMeant[place]);
      return true;
    }
    std::uint32_t code = 0;
    if (c != 'u' || !Hexadecimal(&code)) return at_ < text_.size() ? Inside() : false;
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      std::uint32_t low = 0;
      if (!Hexadecimal(&low) || low < 0xdc00 || low > 0xdfff) return Unproven();
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xd800 && code < 0xe000) {
      return Unproven();
    }
    AppendCodePoint(code, out);
    return true;
  }

  bool Hexadecimal(std::uint32_t* code) {
    if (at_ + 4 > text_.size()) {
      at_ = text_.size();
      return false;
    }
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
      if (!(lower >= '0' && lower <= '9') && !(lower >= 'a' && lower <= 'f')) return false;
      *code =
          *code * 16 + static_cast<std::uint32_t>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
    }
    return true;
  }

  bool String(std::string* out) {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      const char c = text_[at_++];
      if (c == '\\') {
        if (!Escape(out)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20 && !dialect_.control_characters) {
        return Inside();
      } else {
        out->push_back(c);
      }
    }
    return at_++ < text_.size();
  }

  bool Word(JsonValue* out) {
    const std::size_t end = std::min(text_.find_first_of(",]}: \t\r\n", at_), text_.size());
    const Text word = text_.substr(at_, end - at_);
    at_ = end;
    if (word == "true" || word == "false") {
      out->kind = word == "true" ? JsonValue::Kind::kTrue : JsonValue::Kind::kFalse;
      return true;
    }
    if (word == "null") return true;
    out->text = word;
    out->kind = JsonValue::Kind::kFloating;
    constexpr Text kNoNumbers[] = {"NaN", "Infinity", "-Infinity", "INF", "-INF"};
    if (dialect_.not_a_number &&
        std::find(std::begin(kNoNumbers), std::end(kNoNumbers), word) != std::end(kNoNumbers))
      return true;
    return Number(word, out);
  }

  bool Number(Text word, JsonValue* out) {
    Text digits = word;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    const std::size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
    if (whole == 0 || (whole > 1 && digits[0] == '0')) return false;
    if (whole == digits.size()) {
      out->kind = JsonValue::Kind::kInteger;
      if (word == "-0") out->text = "0";
      return true;
    }
    Text rest = digits.substr(whole);
    const auto take_digits = [&rest] {
      const std::size_t count = std::min(rest.find_first_not_of("0123456789"), rest.size());
      rest.remove_prefix(count);
      return count > 0;
    };
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      if (!take_digits()) return false;
    }
    if (rest.starts_with('e') || rest.starts_with('E')) {
      rest.remove_prefix(1);
      if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
      if (!take_digits()) return false;
    }
    return rest.empty();
  }

  Text text_;
  JsonDialect dialect_;
  std::size_t at_ = 0;
  JsonOutcome failure_ = JsonOutcome::kMalformed;
};

// What JSON has no number for stands in quotes.
void AppendFloating(Text text, std::string* out) {
  std::optional<double> value = ParseJavaFloating<double>(text);
  if (text.ends_with("INF")) value = text == "INF" ? HUGE_VAL : -HUGE_VAL;
  const bool quoted = !value || !std::isfinite(*value);
  if (quoted) out->push_back('"');
  AppendJavaNumber(value.value_or(std::nan("")), out);
  if (quoted) out->push_back('"');
}

}  // namespace

JsonOutcome ParseJson(std::string_view text, const JsonDialect& dialect, JsonValue* value) {
  Reader reader(text, dialect);
  if (reader.AtEnd()) return JsonOutcome::kEmpty;
  return reader.Value(value, 0) ? JsonOutcome::kValue : reader.failure();
}

void AppendJsonString(std::string_view text, std::string* out) {
  constexpr Text kEscaped = "\"\\\n\r\t\b\f";
  constexpr Text kLetters = "\"\\nrtbf";
  out->push_back('"');
  for (const char c : text) {
    const std::size_t place = kEscaped.find(c);
    if (place != Text::npos) {
      out->push_back('\\');
      out->push_back(kLetters[place]);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(*out), "\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

namespace {

void AppendCopiedString(Text text, JsonTarget target, std::string* out) {
  if (target == JsonTarget::kText) return AppendJsonString(text, out);
  std::string quoted;
  AppendJsonString(text, &quoted);
  for (std::size_t at = 0; at < quoted.size(); ++at) {
    const auto byte = static_cast<unsigned char>(quoted[at]);
    if (byte < 0xf0 || at + 3 >= quoted.size()) {
      out->push_back(quoted[at]);
      continue;
    }
    std::uint32_t code = byte & 7U;
    for (int i = 0; i < 3; ++i) code = code << 6 | (static_cast<unsigned char>(quoted[++at]) & 63U);
    code -= 0x10000;
    fmt::format_to(std::back_inserter(*out), "\\u{:04X}\\u{:04X}", 0xd800 | code >> 10,
                   0xdc00 | (code & 0x3ff));
  }
}

}  // namespace

void AppendJson(const JsonValue& value, JsonTarget target, std::string* out) {
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      out->append("null");
      return;
    case JsonValue::Kind::kFalse:
      out->append("false");
      return;
    case JsonValue::Kind::kTrue:
      out->append("true");
      return;
    case JsonValue::Kind::kInteger:
      out->append(value.text);
      return;
    case JsonValue::Kind::kFloating:
      return AppendFloating(value.text, out);
    case JsonValue::Kind::kString:
      return AppendCopiedString(value.text, target, out);
    case JsonValue::Kind::kArray:
      out->push_back('[');
      for (std::size_t i = 0; i < value.elements.size(); ++i) {
        if (i > 0) out->push_back(',');
        AppendJson(value.elements[i], target, out);
      }
      out->push_back(']');
      return;
    case JsonValue::Kind::kObject:
      out->push_back('{');
      for (std::size_t i = 0; i < value.members.size(); ++i) {
        if (i > 0) out->push_back(',');
        AppendCopiedString(value.members[i].name, target, out);
        out->push_back(':');
        AppendJson(value.members[i].value, target, out);
      }
      out->push_back('}');
  }
}

}  // namespace gnomon::expr
