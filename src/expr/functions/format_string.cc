// SPDX-License-Identifier: Apache-2.0
// format_string('%s: %d', ...): the conversions s d x X o f of Java's Formatter, with its flags.
// The format is a constant, and every other conversion is refused by name.
#include <array>
#include <cmath>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/decimal.h"
#include "expr/decimal_digits.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"
#include "types/arrow_mapping.h"
#include "types/java_number_text.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

const DataType kText(TypeKind::kString);

// Text, or one conversion of an argument.
struct Piece {
  std::string text;
  char conversion = 0;  // 0: text.
  std::size_t argument = 0;
  std::string flags;
  std::size_t width = 0;
  int precision = -1;

  bool Has(char flag) const { return flags.find(flag) != std::string::npos; }
};

Error RefusePart(Text part, Text format) {
  return Unimplemented(
      "the part '{}' of a format is not proven equal to Spark's - use %s, %d, %x or %.2f: '{}'",
      part, format);
}

std::size_t TakeNumber(Text* rest) {
  std::size_t value = 0;
  while (!rest->empty() && rest->front() >= '0' && rest->front() <= '9' && value < 100'000) {
    value = value * 10 + static_cast<std::size_t>(rest->front() - '0');
    rest->remove_prefix(1);
  }
  return value;
}

// Which of Java's flags the conversion takes, as far as they are proven.
bool AreFlagsKnown(const Piece& piece) {
  const Text known = piece.conversion == 'd'   ? Text("-0,+ ")
                     : piece.conversion == 'f' ? Text("-0,+ ")
                     : piece.conversion == 's' ? Text("-")
                                               : Text("-0");
  for (std::size_t i = 0; i < piece.flags.size(); ++i) {
    if (known.find(piece.flags[i]) == Text::npos ||
        piece.flags.find(piece.flags[i], i + 1) != Text::npos)
      return false;
  }
  const bool sides = piece.Has('-') && piece.Has('0');
  const bool signs = piece.Has('+') && piece.Has(' ');
  const bool wide = piece.width > 0 || !(piece.Has('-') || piece.Has('0'));
  return !sides && !signs && wide;
}

// `%1$-10.2f` behind the %.
Result<Piece> TakeConversion(Text format, Text* rest, std::size_t* next) {
  const Text begin = *rest;
  Piece piece;
  const Text before = *rest;
  const std::size_t index = before.starts_with('0') ? 0 : TakeNumber(rest);
  if (index > 0 && rest->starts_with('$')) {
    rest->remove_prefix(1);
    piece.argument = index - 1;
  } else {
    *rest = before;
    piece.argument = (*next)++;
  }
  while (!rest->empty() && Text("-#+ 0,(<").find(rest->front()) != Text::npos) {
    piece.flags.push_back(rest->front());
    rest->remove_prefix(1);
  }
  piece.width = TakeNumber(rest);
  if (rest->starts_with('.')) {
    rest->remove_prefix(1);
    piece.precision = static_cast<int>(TakeNumber(rest));
  }
  const Text part = begin.substr(0, begin.size() - rest->size() + (rest->empty() ? 0 : 1));
  const bool known = !rest->empty() && Text("sdxXof").find(rest->front()) != Text::npos;
  piece.conversion = known ? rest->front() : ' ';
  const bool precise = piece.conversion == 's' || piece.conversion == 'f';
  if (!known || !AreFlagsKnown(piece) || (piece.precision >= 0 && !precise) ||
      piece.precision > 340)
    return RefusePart("%" + std::string(part), format);
  rest->remove_prefix(1);
  return piece;
}

Result<std::vector<Piece>> ParseFormat(Text format) {
  std::vector<Piece> pieces;
  std::size_t next = 0;
  for (Text rest = format; !rest.empty();) {
    const std::size_t at = std::min(rest.find('%'), rest.size());
    if (at > 0) {
      pieces.push_back(Piece{.text = std::string(rest.substr(0, at))});
      rest.remove_prefix(at);
      continue;
    }
    rest.remove_prefix(1);
    if (rest.starts_with('%') || rest.starts_with('n')) {
      pieces.push_back(Piece{.text = rest.front() == 'n' ? "\n" : "%"});
      rest.remove_prefix(1);
      continue;
    }
    GNOMON_ASSIGN_OR_RETURN(Piece piece, TakeConversion(format, &rest, &next));
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

// Java counts UTF-16 units: characters beyond the first 65536 are two.
std::size_t Utf16Units(Text text) {
  std::size_t units = 0;
  for (const char c : text)
    units += (IsFirstByte(c) ? 1U : 0U) + (static_cast<unsigned char>(c) >= 0xf0 ? 1U : 0U);
  return units;
}

void AppendJustified(const Piece& piece, Text value, std::string* out) {
  const std::size_t units = Utf16Units(value);
  const std::size_t blanks = piece.width > units ? piece.width - units : 0;
  if (!piece.Has('-')) out->append(blanks, ' ');
  out->append(value);
  if (piece.Has('-')) out->append(blanks, ' ');
}

// The sign, zeros where the width asks for them, and the digits.
void AppendNumber(const Piece& piece, bool negative, Text digits, std::string* out) {
  std::string number;
  if (negative) {
    number = "-";
  } else if (piece.Has('+') || piece.Has(' ')) {
    number = piece.Has('+') ? "+" : " ";
  }
  const std::size_t length = number.size() + digits.size();
  if (piece.Has('0') && piece.width > length) number.append(piece.width - length, '0');
  number.append(digits);
  AppendJustified(piece, number, out);
}

// Numbers of an integer type of `Int`'s width.
template <typename Int>
void AppendInteger(const Piece& piece, Int value, std::string* out) {
  if (piece.conversion == 's') return AppendJustified(piece, std::to_string(value), out);
  if (piece.conversion == 'd') {
    const std::string text = std::to_string(value);
    const std::string digits = text.substr(value < 0 ? 1 : 0);
    return AppendNumber(piece, value < 0, piece.Has(',') ? GroupThousands(digits) : digits, out);
  }
  const auto bits = static_cast<std::make_unsigned_t<Int>>(value);
  const std::string digits = piece.conversion == 'o'   ? fmt::format("{:o}", bits)
                             : piece.conversion == 'x' ? fmt::format("{:x}", bits)
                                                       : fmt::format("{:X}", bits);
  AppendNumber(piece, false, digits, out);
}

void AppendFixed(const Piece& piece, double value, std::string* out) {
  if (!std::isfinite(value)) {
    // Without zeros in front.
    Piece plain = piece;
    std::erase(plain.flags, '0');
    return AppendNumber(plain, value < 0, std::isnan(value) ? "NaN" : "Infinity", out);
  }
  const int decimals = piece.precision < 0 ? 6 : piece.precision;
  DecimalDigits digits = DecimalDigits::Of(value);
  digits.RoundHalfUp(decimals);
  std::string number = piece.Has(',') ? GroupThousands(digits.Whole()) : digits.Whole();
  if (decimals > 0) number.append(".").append(digits.Fraction(decimals));
  AppendNumber(piece, digits.negative, number, out);
}

using AppendArgument = std::function<void(const Operand&, std::int64_t row, std::string*)>;

template <typename Floating>
AppendArgument FloatingWriter(const Piece& piece) {
  return [piece](const Operand& operand, std::int64_t row, std::string* out) {
    const Floating value = Values<Floating>(operand)[row];
    if (piece.conversion == 'f') {
      // NaN has no sign, so that + and blanks are dropped.
      Piece unsigned_piece = piece;
      if (std::isnan(value)) unsigned_piece.flags = piece.Has('-') ? "-" : "";
      return AppendFixed(unsigned_piece, static_cast<double>(value), out);
    }
    std::string text;
    AppendJavaNumber(value, &text);
    AppendJustified(piece, text, out);
  };
}

// Empty: Java refuses the type for this conversion, or no answer proves it.
AppendArgument WriterOf(const Piece& piece, const DataType& type) {
  const bool text = piece.conversion == 's';
  // A precision cuts texts, perhaps through a character of two units.
  if (text && piece.precision >= 0) return {};
  switch (type.kind) {
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
    case TypeKind::kLong: {
      if (piece.conversion == 'f') return {};
      AppendArgument writer;
      WithNumber(type.kind, [&]<typename T>(Tag<T>) -> Kernel {
        if constexpr (std::is_integral_v<T>) {
          writer = [piece](const Operand& operand, std::int64_t row, std::string* out) {
            AppendInteger<T>(piece, Values<T>(operand)[row], out);
          };
        }
        return {};
      });
      return writer;
    }
    case TypeKind::kFloat:
      return text || piece.conversion == 'f' ? FloatingWriter<float>(piece) : AppendArgument();
    case TypeKind::kDouble:
      return text || piece.conversion == 'f' ? FloatingWriter<double>(piece) : AppendArgument();
    case TypeKind::kString:
      if (!text) return {};
      return [piece](const Operand& operand, std::int64_t row, std::string* out) {
        AppendJustified(piece, Values<Text>(operand)[row], out);
      };
    case TypeKind::kBoolean:
      if (!text) return {};
      return [piece](const Operand& operand, std::int64_t row, std::string* out) {
        AppendJustified(piece, Values<bool>(operand)[row] ? "true" : "false", out);
      };
    case TypeKind::kDecimal:
      if (!text) return {};
      return
          [piece, scale = type.scale](const Operand& operand, std::int64_t row, std::string* out) {
            std::string digits;
            AppendJavaDecimal(Values<DecimalBits>(operand)[row], scale, &digits);
            AppendJustified(piece, digits, out);
          };
    case TypeKind::kVoid:
      return [piece](const Operand&, std::int64_t, std::string* out) {
        AppendJustified(piece, "null", out);
      };
    default:
      return {};
  }
}

struct BoundPiece {
  Piece piece;
  AppendArgument append;
};

Result<ArrayPtr> FormatRows(const std::vector<BoundPiece>& pieces,
                            std::span<const Operand> operands, std::int64_t rows) {
  arrow::StringBuilder texts;
  std::string text;
  for (std::int64_t row = 0; row < rows; ++row) {
    text.clear();
    for (const auto& [piece, append] : pieces) {
      if (piece.conversion == 0) {
        text.append(piece.text);
        continue;
      }
      const Operand& operand = operands[piece.argument];
      if (operand.array->IsNull(row & operand.index_mask())) {
        Piece plain = piece;
        std::erase(plain.flags, '0');
        const Text null = piece.conversion == 'X' ? "NULL" : "null";
        AppendJustified(plain, null.substr(0, static_cast<std::size_t>(piece.precision)), &text);
      } else {
        append(operand, row, &text);
      }
    }
    GNOMON_ARROW_RETURN_NOT_OK(texts.Append(text), "formatting texts");
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr array, texts.Finish(), "formatting texts");
  return array;
}

Result<BoundFunction> BindFormatString(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 10'000));
  if (arguments[0].type.kind == TypeKind::kVoid) return AllNull(kText);
  GNOMON_ASSIGN_OR_RETURN(const std::string format, ConstantText(name, arguments[0], "format"));
  GNOMON_ASSIGN_OR_RETURN(const std::vector<Piece> pieces, ParseFormat(format));
  BoundFunction bound;
  bound.result = kText;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    bound.operand_types.push_back(arguments[i].type);
    bound.sources.push_back(i);
  }
  std::vector<BoundPiece> bound_pieces;
  for (const Piece& piece : pieces) {
    BoundPiece& made = bound_pieces.emplace_back(BoundPiece{piece, {}});
    if (piece.conversion == 0) continue;
    if (piece.argument + 1 >= arguments.size()) {
      return InvalidArgument(
          "the format asks for {} values, and {} are given - give the others: '{}'",
          piece.argument + 1, arguments.size() - 1, format);
    }
    made.append = WriterOf(piece, arguments[piece.argument + 1].type);
    if (!made.append) return RefuseTypes(name, arguments);
  }
  bound.kernel = [bound_pieces = std::move(bound_pieces)](std::span<const Operand> operands,
                                                          std::int64_t rows) {
    return FormatRows(bound_pieces, operands, rows);
  };
  return bound;
}

}  // namespace

const ScalarFunction kFormatString{"format_string", "format_string('%s: %d', a, b)",
                                   &BindFormatString};

}  // namespace gnomon::expr::functions
