// SPDX-License-Identifier: Apache-2.0
#include "expr/java_regex.h"

#include <algorithm>

#include "base/parse.h"
#include "expr/code_points.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

// Java's `.` leaves out more line ends than RE2's.
constexpr Text kDot = "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]";
constexpr Text kSpace = "\\t\\n\\x0b\\f\\r ";
constexpr int kWidthMax = 100'000;

class Translator {
 public:
  Translator(Text pattern, bool name_groups) : text_(pattern), name_groups_(name_groups) {}

  Result<JavaRegex> Translate() {
    regex_.literal = true;
    if (name_groups_) out_ = "(?P<g0>";
    GNOMON_ASSIGN_OR_RETURN(regex_.least_width, Alternatives());
    if (at_ < text_.size()) return Malformed("a ) without its (");
    if (name_groups_) out_ += ")";
    regex_.pattern = (ignore_case_ ? "(?i)" : "") + std::move(out_);
    return std::move(regex_);
  }

 private:
  Error Refuse(Text what) const {
    return Unimplemented(
        "the regular expression has {}, which is not proven equal to Spark's - "
        "rewrite it without: {}",
        what, text_);
  }
  Error Malformed(Text what) const {
    return InvalidArgument("the regular expression has {} - correct it: {}", what, text_);
  }
  bool More() const { return at_ < text_.size(); }
  bool At(char c) const { return More() && text_[at_] == c; }

  // Gives the least width.
  Result<int> Alternatives() {
    if (++depth_ > 100) return Refuse("more than 100 levels of groups");
    int least = -1;
    while (true) {
      GNOMON_ASSIGN_OR_RETURN(const int width, Sequence());
      least = least < 0 ? width : std::min(least, width);
      if (!At('|')) break;
      regex_.literal = false;
      out_ += '|';
      ++at_;
    }
    --depth_;
    return least;
  }

  Result<int> Sequence() {
    int width = 0;
    while (More() && !At('|') && !At(')')) {
      GNOMON_ASSIGN_OR_RETURN(const int item, Item());
      GNOMON_ASSIGN_OR_RETURN(const int repeated, Quantified(item));
      width = std::min(kWidthMax, width + repeated);
    }
    return width;
  }

  Result<int> Quantified(int width) {
    if (!More()) return width;
    std::int64_t least = 1;
    const char c = text_[at_];
    if (c == '*' || c == '?') {
      least = 0;
    } else if (c == '{') {
      const std::size_t end = text_.find('}', at_);
      if (end == Text::npos) return Malformed("a { without its }");
      const Text counts = text_.substr(at_ + 1, end - at_ - 1);
      const std::size_t comma = counts.find(',');
      const auto first = ParseInt(counts.substr(0, comma));
      const Text last_text = comma == Text::npos ? Text() : counts.substr(comma + 1);
      const auto last = last_text.empty() ? first : ParseInt(last_text);
      if (!first || !last || *first < 0 || *first > 1000 || *last > 1000 || *last < *first)
        return Refuse("a count that is not two numbers up to 1000");
      least = *first;
      out_ += text_.substr(at_, end - at_);
      at_ = end;
    } else if (c != '+') {
      return width;
    }
    if (anchor_) return Refuse("a repeated anchor");
    regex_.literal = false;
    out_ += text_[at_++];
    if (At('+')) return Refuse("a possessive quantifier");
    if (At('?')) out_ += text_[at_++];
    if (At('*') || At('+') || At('{')) return Refuse("a quantifier behind another");
    return static_cast<int>(std::min<std::int64_t>(kWidthMax, width * least));
  }

  void Add(Text re2) {
    regex_.literal = false;
    out_ += re2;
  }

  void AddLiteral(Text character) {
    regex_.literal_text += character;
    if (Text("\\.+*?()|[]{}^$").find(character) != Text::npos && character.size() == 1)
      out_ += '\\';
    out_ += character;
    if (!IsAscii(character) && ignore_case_) regex_.ascii_only = true;
  }

  Result<int> Item() {
    anchor_ = false;
    const char c = text_[at_];
    switch (c) {
      case '(':
        return Group();
      case '[':
        regex_.literal = false;
        return Class();
      case '\\':
        return Escape();
      case '.':
        ++at_;
        Add(dot_all_ ? Text("(?s:.)") : kDot);
        return 1;
      case '^':
        ++at_;
        anchor_ = true;
        regex_.has_anchor = true;
        Add("\\A");
        return 0;
      case '$':
        ++at_;
        anchor_ = true;
        regex_.has_anchor = true;
        regex_.has_end_anchor = true;
        Add("\\z");
        return 0;
      case '*':
      case '+':
      case '?':
        return Malformed("a quantifier with nothing before it");
      case '{':
        return Refuse("a { that is no count");
      default:
        break;
    }
    const std::size_t length = FirstLength(text_.substr(at_));
    AddLiteral(text_.substr(at_, length));
    at_ += length;
    return 1;
  }

  Result<int> Group() {
    regex_.literal = false;
    ++at_;
    if (At('?')) {
      if (text_.substr(at_).starts_with("?i)") && at_ == 1) {
        ignore_case_ = true;
        regex_.ascii_only = true;
        at_ += 3;
        anchor_ = true;
        return 0;
      }
      if (text_.substr(at_).starts_with("?s)") && at_ == 1) {
        dot_all_ = true;
        at_ += 3;
        anchor_ = true;
        return 0;
      }
      if (!text_.substr(at_).starts_with("?:")) return Refuse("a group that begins with (?");
      at_ += 2;
      out_ += "(?:";
    } else {
      ++regex_.groups;
      out_ += name_groups_ ? fmt::format("(?P<g{}>", regex_.groups) : "(";
    }
    GNOMON_ASSIGN_OR_RETURN(const int width, Alternatives());
    if (!At(')')) return Malformed("a ( without its )");
    ++at_;
    out_ += ')';
    anchor_ = false;
    return width;
  }

  // `in_class`: the classes' members without brackets.
  Result<std::string> ClassEscape(char c, bool in_class) {
    const auto bracket = [in_class](Text members, bool negated) {
      if (in_class) return std::string(members);
      return fmt::format("[{}{}]", negated ? "^" : "", members);
    };
    switch (c) {
      case 'd':
        return bracket("0-9", false);
      case 'w':
        return bracket("0-9A-Za-z_", false);
      case 's':
        return bracket(kSpace, false);
      case 'D':
      case 'W':
      case 'S':
        if (in_class && c != 'S') return std::string(c == 'D' ? "\\D" : "\\W");
        if (in_class) return Refuse("\\S inside of [...]");
        return bracket(c == 'D' ? Text("0-9") : (c == 'W' ? Text("0-9A-Za-z_") : kSpace), true);
      default:
        return std::string();
    }
  }

  // A character written with a backslash; nullopt: it is none.
  std::optional<std::string> EscapedCharacter(char c) {
    switch (c) {
      case 't':
        return "\t";
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 'f':
        return "\f";
      default:
        break;
    }
    const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    return std::string(1, c);
  }

  Result<int> Escape() {
    ++at_;
    if (!More()) return Malformed("a \\ at its end");
    const char c = text_[at_++];
    GNOMON_ASSIGN_OR_RETURN(const std::string members, ClassEscape(c, false));
    if (!members.empty()) {
      Add(members);
      return 1;
    }
    if (c == 'b') {
      regex_.ascii_only = true;
      regex_.has_anchor = true;
      anchor_ = true;
      Add("\\b");
      return 0;
    }
    const auto character = EscapedCharacter(c);
    if (!character) return Refuse(fmt::format("\\{}", c));
    AddLiteral(*character);
    return 1;
  }

  Result<int> Class() {
    ++at_;
    std::string members;
    const bool negated = At('^');
    if (negated) ++at_;
    bool any = false;
    bool first = true;
    while (!At(']') || first) {
      if (!More()) return Malformed("a [ without its ]");
      // Java takes `]` at the beginning for the end of an empty class.
      if (first && At(']')) return Refuse("a class that begins with ]");
      first = false;
      GNOMON_ASSIGN_OR_RETURN(std::string member, ClassMember());
      members += member;
      any = true;
    }
    ++at_;
    if (!any) return Malformed("an empty [...]");
    out_ += fmt::format("[{}{}]", negated ? "^" : "", members);
    return 1;
  }

  Result<std::string> ClassMember() {
    const char c = text_[at_];
    if (c == '[') return Refuse("a [ inside of [...]");
    if (c == '&' && text_.substr(at_).starts_with("&&")) return Refuse("&& inside of [...]");
    if (c == '\\') {
      ++at_;
      if (!More()) return Malformed("a \\ at its end");
      const char escaped = text_[at_++];
      GNOMON_ASSIGN_OR_RETURN(std::string members, ClassEscape(escaped, true));
      if (!members.empty()) return members;
      const auto character = EscapedCharacter(escaped);
      if (!character) return Refuse(fmt::format("\\{} inside of [...]", escaped));
      return "\\" + (character->size() == 1 && *character < " "
                         ? fmt::format("x{{{:x}}}", character->front())
                         : *character);
    }
    if (c == '^') {
      ++at_;
      return std::string("\\^");
    }
    const std::size_t length = FirstLength(text_.substr(at_));
    std::string member(text_.substr(at_, length));
    at_ += length;
    if (!IsAscii(member) && ignore_case_) regex_.ascii_only = true;
    return member;
  }

  Text text_;
  bool name_groups_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool anchor_ = false;
  bool ignore_case_ = false;
  bool dot_all_ = false;
  std::string out_;
  JavaRegex regex_;
};

}  // namespace

Result<JavaRegex> TranslateJavaRegex(std::string_view pattern, bool name_groups) {
  return Translator(pattern, name_groups).Translate();
}

Result<std::string> TranslateJavaReplacement(std::string_view replacement, int groups) {
  std::string re2;
  for (std::size_t at = 0; at < replacement.size(); ++at) {
    const char c = replacement[at];
    if (c == '\\') {
      if (++at == replacement.size())
        return InvalidArgument("the replacement ends in a \\ - write it twice: {}", replacement);
      if (replacement[at] == '\\') re2 += '\\';
      re2 += replacement[at];
    } else if (c == '$') {
      const int digit = at + 1 < replacement.size() ? replacement[at + 1] - '0' : -1;
      if (digit < 0 || digit > 9 || digit > groups) {
        return InvalidArgument(
            "the replacement names a group that the expression does not have - write \\$ for a $: "
            "{}",
            replacement);
      }
      // Java reads further digits as long as such a group exists.
      if (groups > 9)
        return Unimplemented("a replacement with $ beside 10 groups is not proven - use fewer");
      re2 += fmt::format("\\{}", digit);
      ++at;
    } else {
      re2 += c;
    }
  }
  return re2;
}

}  // namespace gnomon::expr
