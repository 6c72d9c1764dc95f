// SPDX-License-Identifier: Apache-2.0
// ascii, char, bit_length, octet_length, hex, unhex, bin, conv, base64, unbase64, encode, decode,
// levenshtein.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/ascii_case.h"
#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;
using Int = std::int32_t;

const DataType kText(TypeKind::kString);
const DataType kBytes(TypeKind::kBinary);
const DataType kInt32(TypeKind::kInt);
const DataType kInt64(TypeKind::kLong);

// The same kernel under the type binary.
Kernel AsBinary(Kernel text) {
  return [text = std::move(text)](std::span<const Operand> operands,
                                  std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, text(operands, rows));
    auto data = array->data()->Copy();
    data->type = arrow::binary();
    return arrow::MakeArray(data);
  };
}

Result<BoundFunction> BindAscii(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText}, kInt32, Elementwise<Int, Text>(kInt32, [](Text text) {
                     return text.empty() ? 0 : static_cast<Int>(FirstCodePoint(text));
                   }));
}

// The character of the number's last byte.
Result<BoundFunction> BindChar(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (!IsInteger(arguments[0].type.kind) && arguments[0].type.kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {kInt64}, kText,
                   ElementwiseText<std::int64_t>([](std::string* out, Failure*, std::int64_t code) {
                     if (code >= 0) AppendCodePoint(static_cast<std::uint32_t>(code & 0xff), out);
                     return true;
                   }));
}

template <int kBits>
Result<BoundFunction> BindByteLength(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type.kind == TypeKind::kBinary ? kBytes : kText;
  return BindFixed(name, arguments, {type}, kInt32, Elementwise<Int, Text>(kInt32, [](Text text) {
                     return static_cast<Int>(text.size() * kBits);
                   }));
}

void AppendHexByte(unsigned char byte, std::string* out) {
  constexpr Text kDigits = "0123456789ABCDEF";
  out->push_back(kDigits[byte >> 4]);
  out->push_back(kDigits[byte & 15]);
}

Result<BoundFunction> BindHex(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const TypeKind kind = arguments[0].type.kind;
  if (IsInteger(kind) || kind == TypeKind::kFloat || kind == TypeKind::kDouble) {
    return BindFixed(
        name, arguments, {kInt64}, kText,
        ElementwiseText<std::int64_t>([](std::string* out, Failure*, std::int64_t value) {
          fmt::format_to(std::back_inserter(*out), "{:X}", static_cast<std::uint64_t>(value));
          return true;
        }));
  }
  if (kind == TypeKind::kDecimal) return RefuseTypes(name, arguments);
  const DataType type = kind == TypeKind::kBinary ? kBytes : kText;
  return BindFixed(name, arguments, {type}, kText,
                   ElementwiseText<Text>([](std::string* out, Failure*, Text bytes) {
                     for (const char c : bytes) AppendHexByte(static_cast<unsigned char>(c), out);
                     return true;
                   }));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Result<BoundFunction> BindUnhex(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText}, kBytes,
                   AsBinary(ElementwiseText<Text>([](std::string* out, Failure*, Text text) {
                     const std::size_t before = out->size();
                     std::size_t at = 0;
                     int high = 0;
                     // An odd number of digits has a 0 before it.
                     bool half = text.size() % 2 != 0;
                     for (; at < text.size(); ++at) {
                       const int digit = HexDigit(text[at]);
                       if (digit < 0) {
                         out->resize(before);
                         return false;
                       }
                       if (half) out->push_back(static_cast<char>(high * 16 + digit));
                       high = half ? 0 : digit;
                       half = !half;
                     }
                     return true;
                   })));
}

Result<BoundFunction> BindBin(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (!IsInteger(arguments[0].type.kind) && arguments[0].type.kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments, {kInt64}, kText,
      ElementwiseText<std::int64_t>([](std::string* out, Failure*, std::int64_t value) {
        fmt::format_to(std::back_inserter(*out), "{:b}", static_cast<std::uint64_t>(value));
        return true;
      }));
}

constexpr Text kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// In lines of 76 characters, as Java's MIME encoder writes.
void AppendBase64(Text bytes, std::string* out) {
  std::size_t column = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    if (column == 76) {
      out->append("\r\n");
      column = 0;
    }
    const auto byte = [&](std::size_t i) -> unsigned {
      return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0;
    };
    const unsigned group = byte(0) << 16 | byte(1) << 8 | byte(2);
    out->push_back(kAlphabet[group >> 18]);
    out->push_back(kAlphabet[group >> 12 & 63]);
    out->push_back(at + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=');
    out->push_back(at + 2 < bytes.size() ? kAlphabet[group & 63] : '=');
    column += 4;
  }
}

Result<BoundFunction> BindBase64(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const TypeKind kind = arguments[0].type.kind;
  if (kind != TypeKind::kString && kind != TypeKind::kBinary && kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {kBytes}, kText,
                   ElementwiseText<Text>([](std::string* out, Failure*, Text bytes) {
                     AppendBase64(bytes, out);
                     return true;
                   }));
}

// Java's MIME decoder: characters outside of the alphabet are skipped. False: it raises there.
bool DecodeBase64(Text text, std::string* out) {
  unsigned group = 0;
  int digits = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != '='; ++at) {
    const std::size_t value = kAlphabet.find(text[at]);
    if (value == Text::npos) continue;
    group = group << 6 | static_cast<unsigned>(value);
    if (++digits < 4) continue;
    out->push_back(static_cast<char>(group >> 16));
    out->push_back(static_cast<char>(group >> 8 & 255));
    out->push_back(static_cast<char>(group & 255));
    group = 0;
    digits = 0;
  }
  if (digits == 1) return false;
  std::size_t padding = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '=') {
      ++padding;
    } else if (kAlphabet.find(text[at]) != Text::npos) {
      return false;
    }
  }
  const std::size_t wanted = digits == 2 ? 2 : (digits == 3 ? 1 : 0);
  if (padding != 0 && padding != wanted) return false;
  if (digits >= 2) out->push_back(static_cast<char>(digits == 2 ? group >> 4 : group >> 10));
  if (digits == 3) out->push_back(static_cast<char>(group >> 2 & 255));
  return true;
}

Result<BoundFunction> BindUnbase64(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (arguments[0].type.kind != TypeKind::kString && arguments[0].type.kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments, {kText}, kBytes,
      AsBinary(ElementwiseText<Text>([](std::string* out, Failure* failure, Text text) {
        if (DecodeBase64(text, out)) return true;
        *failure = InvalidArgument("a text of unbase64 is not base64 - filter it out");
        return false;
      })));
}

bool IsUtf8Name(std::string charset) {
  charset = AsciiLower(charset);
  return charset == "utf-8" || charset == "utf8";
}

Status CheckCharset(std::string_view name, const Argument& argument) {
  GNOMON_ASSIGN_OR_RETURN(const std::string charset, ConstantText(name, argument, "charset"));
  if (IsUtf8Name(charset)) return Ok();
  return Unimplemented("the charset {} of {} is not proven equal to Spark's - use 'utf-8'", charset,
                       name);
}

Result<BoundFunction> BindEncode(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_RETURN_IF_ERROR(CheckCharset(name, arguments[1]));
  return BindFixed(name, arguments.first(1), {kText}, kBytes,
                   AsBinary(ElementwiseText<Text>([](std::string* out, Failure*, Text text) {
                     out->append(text);
                     return true;
                   })));
}

Result<BoundFunction> BindDecode(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_RETURN_IF_ERROR(CheckCharset(name, arguments[1]));
  const TypeKind kind = arguments[0].type.kind;
  if (kind != TypeKind::kString && kind != TypeKind::kBinary && kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments.first(1), {kBytes}, kText,
      ElementwiseText<Text>([](std::string* out, Failure* failure, Text bytes) {
        if (IsUtf8(bytes)) {
          out->append(bytes);
          return true;
        }
        *failure = Unimplemented(
            "a binary value of decode is not UTF-8 - use hex(...) or base64(...) of it");
        return false;
      }));
}

// A number in another base, as 64 bits without sign; a negative target base shows the sign.
bool Convert(std::string* out, Text text, Int from, Int to) {
  constexpr Int kBaseMax = 36;
  if (from < 2 || from > kBaseMax || to < -kBaseMax || to > kBaseMax) return false;
  const Int to_base = std::abs(to);
  if (to_base < 2) return false;
  const std::size_t first = text.find_first_not_of(' ');
  if (first == Text::npos) return false;
  text = text.substr(first, text.find_last_not_of(' ') - first + 1);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto base = static_cast<std::uint64_t>(from);
  for (const char c : text) {
    int digit = HexDigit(c);
    if (c >= 'g' && c <= 'z') digit = c - 'a' + 10;
    if (c >= 'G' && c <= 'Z') digit = c - 'A' + 10;
    if (digit < 0 || digit >= from) break;
    std::uint64_t next = 0;
    if (__builtin_mul_overflow(value, base, &next) ||
        __builtin_add_overflow(next, static_cast<std::uint64_t>(digit), &next)) {
      value = ~std::uint64_t{0};
      break;
    }
    value = next;
  }
  if (negative && to > 0) {
    value = static_cast<std::int64_t>(value) < 0 ? ~std::uint64_t{0} : std::uint64_t{0} - value;
  }
  bool minus = negative && to < 0;
  if (to < 0 && !negative && static_cast<std::int64_t>(value) < 0) {
    value = std::uint64_t{0} - value;
    minus = true;
  }
  std::array<char, 66> digits{};
  char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value, to_base).ptr;
  if (minus) out->push_back('-');
  std::transform(digits.data(), end, std::back_inserter(*out),
                 [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  return true;
}

Result<BoundFunction> BindConv(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(
      name, arguments, {kText, kInt32, kInt32}, kText,
      ElementwiseText<Text, Int, Int>([](std::string* out, Failure*, Text text, Int from, Int to) {
        return Convert(out, text, from, to);
      }));
}

std::u32string CodePointsOf(Text text) {
  std::u32string points;
  while (!text.empty()) {
    points.push_back(FirstCodePoint(text));
    text.remove_prefix(FirstLength(text));
  }
  return points;
}

Int EditDistance(Text a, Text b) {
  const std::u32string x = CodePointsOf(a);
  const std::u32string y = CodePointsOf(b);
  std::vector<Int> distances(y.size() + 1);
  for (std::size_t j = 0; j <= y.size(); ++j) distances[j] = static_cast<Int>(j);
  for (std::size_t i = 1; i <= x.size(); ++i) {
    Int diagonal = distances[0];
    distances[0] = static_cast<Int>(i);
    for (std::size_t j = 1; j <= y.size(); ++j) {
      const Int replaced = diagonal + (x[i - 1] == y[j - 1] ? 0 : 1);
      diagonal = distances[j];
      distances[j] = std::min({replaced, distances[j] + 1, distances[j - 1] + 1});
    }
  }
  return distances.back();
}

Result<BoundFunction> BindLevenshtein(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText, kText}, kInt32,
                   Elementwise<Int, Text, Text>(kInt32, &EditDistance));
}

}  // namespace

const ScalarFunction kAscii{"ascii", "the code of the first character", &BindAscii};
const ScalarFunction kChar{"char", "the character of a code", &BindChar};
const ScalarFunction kBitLength{"bit_length", "the bits of a text or binary", &BindByteLength<8>};
const ScalarFunction kOctetLength{"octet_length", "the bytes of a text or binary",
                                  &BindByteLength<1>};
const ScalarFunction kHex{"hex", "hexadecimal digits of an integer, text or binary", &BindHex};
const ScalarFunction kUnhex{"unhex", "the bytes of hexadecimal digits", &BindUnhex};
const ScalarFunction kBin{"bin", "an integer in base 2", &BindBin};
const ScalarFunction kBase64{"base64", "bytes as base64", &BindBase64};
const ScalarFunction kUnbase64{"unbase64", "the bytes of base64", &BindUnbase64};
const ScalarFunction kEncode{"encode", "encode(text, 'utf-8')", &BindEncode};
const ScalarFunction kDecode{"decode", "decode(bytes, 'utf-8')", &BindDecode};
const ScalarFunction kConv{"conv", "conv(number, from base, to base)", &BindConv};
const ScalarFunction kLevenshtein{"levenshtein", "the edit distance of two texts",
                                  &BindLevenshtein};

}  // namespace gnomon::expr::functions
