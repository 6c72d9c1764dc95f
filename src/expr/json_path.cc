// SPDX-License-Identifier: Apache-2.0
#include "expr/json_path.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/parse.h"
#include "expr/code_points.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

constexpr int kDepthMax = 500;

// As Jackson writes a string.
void AppendQuoted(Text text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      case '\b':
        out->append("\\b");
        break;
      case '\f':
        out->append("\\f");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(*out), "\\u{:04X}", static_cast<unsigned char>(c));
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

// Reads one value and copies the part that the path names. Each method gives false where the text
// is no JSON.
class Reader {
 public:
  explicit Reader(Text text) : text_(text) {}

  // `steps`: the rest of the path to the value that begins here; nullptr: none of it is wanted.
  bool Value(const std::span<const JsonStep>* steps, int depth) {
    SkipSpace();
    if (at_ == text_.size() || depth > kDepthMax) return false;
    const char c = text_[at_];
    if (c == '{') return Object(steps, depth);
    if (c == '[') return Array(steps, depth);
    const bool wanted = steps != nullptr && steps->empty() && !found_;
    if (c == '"' || c == '\'') {
      std::string value;
      if (!String(&value)) return false;
      if (wanted) {
        if (copying_ > 0)
          AppendQuoted(value, &result_);
        else
          result_.append(value);
        found_ = copying_ == 0;
      }
      return true;
    }
    const std::size_t before = result_.size();
    if (!Word(wanted)) return false;
    if (wanted && copying_ == 0) found_ = result_.size() > before;
    return true;
  }

  bool found() const { return found_; }
  bool unproven() const { return unproven_; }
  std::string& result() { return result_; }

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

  // The value is copied whole where the path ends at it.
  bool Object(const std::span<const JsonStep>* steps, int depth) {
    ++at_;
    const bool copy = steps != nullptr && steps->empty() && !found_;
    if (copy) {
      result_.push_back('{');
      ++copying_;
    }
    for (bool first = true; !Take('}'); first = false) {
      if (!first && !Take(',')) return false;
      SkipSpace();
      std::string name;
      if (at_ == text_.size() || !String(&name) || !Take(':')) return false;
      if (copy) {
        if (!first) result_.push_back(',');
        AppendQuoted(name, &result_);
        result_.push_back(':');
      }
      if (!Member(steps, name, copy, depth)) return false;
    }
    if (copy) {
      result_.push_back('}');
      found_ = --copying_ == 0;
    }
    return true;
  }

  bool Member(const std::span<const JsonStep>* steps, const std::string& name, bool copy,
              int depth) {
    if (copy) return Value(steps, depth + 1);
    SkipSpace();
    const bool matches = steps != nullptr && !steps->empty() && !found_ && !steps->front().index &&
                         steps->front().name == name && !text_.substr(at_).starts_with("null");
    if (!matches) return Value(nullptr, depth + 1);
    const auto rest = steps->subspan(1);
    return Value(&rest, depth + 1);
  }

  bool Array(const std::span<const JsonStep>* steps, int depth) {
    ++at_;
    const bool copy = steps != nullptr && steps->empty() && !found_;
    if (copy) {
      result_.push_back('[');
      ++copying_;
    }
    std::size_t index = 0;
    for (bool first = true; !Take(']'); first = false, ++index) {
      if (!first && !Take(',')) return false;
      if (copy && !first) result_.push_back(',');
      const bool matches =
          steps != nullptr && !steps->empty() && !found_ && steps->front().index == index;
      std::span<const JsonStep> rest;
      if (matches) rest = steps->subspan(1);
      const std::span<const JsonStep>* inner = copy ? steps : (matches ? &rest : nullptr);
      if (!Value(inner, depth + 1)) return false;
    }
    if (copy) {
      result_.push_back(']');
      found_ = --copying_ == 0;
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
    if (c != 'u' || !Hexadecimal(&code)) return false;
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      std::uint32_t low = 0;
      if (!Hexadecimal(&low) || low < 0xdc00 || low > 0xdfff) {
        unproven_ = true;
        return false;
      }
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xd800 && code < 0xe000) {
      unproven_ = true;
      return false;
    }
    AppendCodePoint(code, out);
    return true;
  }

  bool Hexadecimal(std::uint32_t* code) {
    if (at_ + 4 > text_.size()) return false;
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
    const char quote = text_[at_];
    if (quote != '"' && quote != '\'') return false;
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
      const char c = text_[at_++];
      if (c == '\\') {
        if (!Escape(out)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        unproven_ = true;  // Whether Spark takes it depends on its options.
        return false;
      } else {
        out->push_back(c);
      }
    }
    return at_++ < text_.size();
  }

  // A number, true, false or null.
  bool Word(bool wanted) {
    const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    const Text word = text_.substr(at_, end - at_);
    at_ = end;
    if (word == "true" || word == "false" || word == "null") {
      if (wanted) result_.append(word);
      return true;
    }
    return Number(word, wanted);
  }

  bool Number(Text word, bool wanted) {
    Text digits = word;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    const std::size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
    if (whole == 0 || (whole > 1 && digits[0] == '0')) return false;
    if (whole == digits.size()) {
      if (wanted) result_.append(word == "-0" ? Text("0") : word);
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
    if (!rest.empty()) return false;
    const auto value = ParseJavaFloating<double>(word);
    if (!value || !std::isfinite(*value)) unproven_ = true;
    if (wanted && value) AppendJavaNumber(*value, &result_);
    return true;
  }

  Text text_;
  std::size_t at_ = 0;
  int copying_ = 0;
  bool found_ = false;
  bool unproven_ = false;
  std::string result_;
};

}  // namespace

Result<std::optional<std::vector<JsonStep>>> ParseJsonPath(std::string_view path) {
  std::vector<JsonStep> steps;
  const std::optional<std::vector<JsonStep>> none;
  if (!path.starts_with('$')) return none;
  path.remove_prefix(1);
  while (!path.empty()) {
    JsonStep step;
    std::size_t end = 0;
    if (path.starts_with("['")) {
      end = path.find("']");
      if (end == Text::npos || end == 2) return none;
      step.name = path.substr(2, end - 2);
      end += 2;
    } else if (path.starts_with('[')) {
      end = path.find(']');
      if (end == Text::npos) return none;
      const Text digits = path.substr(1, end - 1);
      if (digits == "*")
        return Unimplemented("a JSON path with [*] is not proven equal to Spark's - name an index");
      const auto index = ParseInt(digits);
      if (!index || *index < 0 || digits.starts_with('+')) return none;
      step.index = static_cast<std::size_t>(*index);
      ++end;
    } else if (path.starts_with('.')) {
      end = std::min(path.find_first_of(".[", 1), path.size());
      step.name = path.substr(1, end - 1);
      if (step.name == "*")
        return Unimplemented("a JSON path with .* is not proven equal to Spark's - name a field");
      if (step.name.empty()) return none;
    } else {
      return none;
    }
    steps.push_back(std::move(step));
    path.remove_prefix(end);
  }
  return std::optional(std::move(steps));
}

Result<bool> AppendJsonValue(std::string_view json, const std::vector<JsonStep>& path,
                             std::string* out) {
  Reader reader(json);
  const std::span<const JsonStep> steps(path);
  const bool valid = reader.Value(&steps, 0);
  if (reader.unproven()) {
    return Unimplemented(
        "a JSON text has a control character, half a character or a number beyond double, which is "
        "not proven equal to Spark's - filter it out");
  }
  if (!valid || !reader.found()) return false;
  out->append(reader.result());
  return true;
}

}  // namespace gnomon::expr
