// SPDX-License-Identifier: Apache-2.0
// to_binary(text, 'hex' | 'utf-8' | 'base64') and try_to_binary: unlike unhex and unbase64 they
// take no text that is not of the format.
#include <algorithm>

#include "base/ascii_case.h"
#include "expr/cast.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

const DataType kText(TypeKind::kString);
const DataType kBytes(TypeKind::kBinary);

bool IsLetterOfBase64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// Blanks do not count; padding ends the text and fills a group of four.
bool IsBase64(Text text) {
  std::size_t letters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (c == '=') {
      if (++padding > 2) return false;
    } else if (padding > 0 || !IsLetterOfBase64(c)) {
      return false;
    } else {
      ++letters;
    }
  }
  return padding > 0 ? (letters + padding) % 4 == 0 : letters % 4 != 1;
}

bool IsHexadecimal(Text text) {
  return text.find_first_not_of("0123456789ABCDEFabcdef") == Text::npos;
}

bool IsAnything(Text) { return true; }

// The texts of which `is_of_format` holds; others are NULL, or an error.
Result<ArrayPtr> CheckedTexts(std::string_view name, bool (*is_of_format)(Text), bool strict,
                              const Operand& operand, std::int64_t rows) {
  const Kernel check =
      ElementwiseText<Text>([&](std::string* out, std::optional<Error>* failure, Text text) {
        if (is_of_format(text)) {
          out->append(text);
          return true;
        }
        if (strict) {
          *failure = InvalidArgument(
              "{}: a text is not of the format, and Spark fails too - use try_to_binary for NULL: "
              "'{}'",
              name, text);
        }
        return false;
      });
  return check(std::span(&operand, 1), rows);
}

struct Format {
  Text name;
  bool (*is_of_format)(Text);
  Text decoder;  // The function that decodes it; none: the bytes are those of the text.
};
constexpr Format kFormats[] = {{"hex", &IsHexadecimal, "unhex"},
                               {"base64", &IsBase64, "unbase64"},
                               {"utf-8", &IsAnything, ""},
                               {"utf8", &IsAnything, ""}};

template <bool kStrict>
Result<BoundFunction> BindToBinary(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  std::string wanted = "hex";
  if (arguments.size() == 2) {
    if (arguments[1].type.kind == TypeKind::kVoid) return AllNull(kBytes);
    GNOMON_ASSIGN_OR_RETURN(wanted, ConstantText(name, arguments[1], "format"));
    wanted = AsciiLower(wanted);
  }
  const auto* format = std::find_if(std::begin(kFormats), std::end(kFormats),
                                    [&](const Format& known) { return known.name == wanted; });
  if (format == std::end(kFormats))
    return InvalidArgument("{}: no such format - write hex, utf-8 or base64: '{}'", name, wanted);
  Kernel decode;
  if (format->decoder.empty()) {
    GNOMON_ASSIGN_OR_RETURN(decode, FindCast(kText, kBytes));
  } else {
    const Argument text{.type = kText};
    GNOMON_ASSIGN_OR_RETURN(
        BoundFunction bound,
        FindFunction(format->decoder)->bind(format->decoder, std::span(&text, 1)));
    decode = std::move(bound.kernel);
  }
  return BindFixed(name, arguments.first(1), {kText}, kBytes,
                   [name, is_of_format = format->is_of_format, decode = std::move(decode)](
                       std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
                     GNOMON_ASSIGN_OR_RETURN(
                         ArrayPtr texts,
                         CheckedTexts(name, is_of_format, kStrict, operands[0], rows));
                     const Operand checked{std::move(texts), false};
                     return decode(std::span(&checked, 1), rows);
                   });
}

}  // namespace

const ScalarFunction kToBinary{"to_binary", "bytes of a text: to_binary(text, 'hex' | 'base64')",
                               &BindToBinary<true>};
const ScalarFunction kTryToBinary{"try_to_binary", "to_binary, NULL where it fails",
                                  &BindToBinary<false>};

}  // namespace gnomon::expr::functions
