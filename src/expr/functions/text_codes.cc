// SPDX-License-Identifier: Apache-2.0
// luhn_check and mask: what stands for the characters of a text.
#include <array>
#include <optional>

#include "base/ascii_case.h"
#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

bool HasCheckDigit(Text digits) {
  int sum = 0;
  bool doubled = false;
  for (std::size_t i = digits.size(); i > 0; --i, doubled = !doubled) {
    const char c = digits[i - 1];
    if (c < '0' || c > '9') return false;
    const int digit = (c - '0') * (doubled ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return !digits.empty() && sum % 10 == 0;
}

bool IsLuhn(Text digits, bool* out, Failure* failure) {
  if (!IsAscii(digits)) {
    *failure = Unimplemented(
        "luhn_check of digits beyond ASCII is not proven equal to Spark's - replace them first");
    return false;
  }
  *out = HasCheckDigit(digits);
  return true;
}

Result<BoundFunction> BindLuhn(std::string_view name, std::span<const Argument> arguments) {
  const DataType boolean(TypeKind::kBoolean);
  return BindFixed(
      name, arguments, {kText}, boolean,
      ElementwiseNullable<bool, Text>(boolean, [](bool* out, Failure* failure, Text digits) {
        return IsLuhn(digits, out, failure);
      }));
}

// What stands for capitals, small letters, digits and all else; nothing: they stay.
using Masks = std::array<std::optional<std::string>, 4>;

bool AppendMasked(const Masks& masks, Text text, std::string* out, Failure* failure) {
  if (!IsAscii(text)) {
    *failure = Unimplemented(
        "mask of letters beyond ASCII is not proven equal to Spark's - replace them first");
    return false;
  }
  for (const char c : text) {
    const std::size_t kind = IsCapital(c)               ? 0
                             : IsCapital(AsciiUpper(c)) ? 1
                             : c >= '0' && c <= '9'     ? 2
                                                        : 3;
    out->append(masks[kind] ? *masks[kind] : std::string(1, c));
  }
  return true;
}

Result<BoundFunction> BindMask(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 5));
  Masks masks = {"X", "x", "n", std::nullopt};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i].literal != nullptr && arguments[i].literal->IsNull(0)) {
      masks[i - 1] = std::nullopt;
      continue;
    }
    GNOMON_ASSIGN_OR_RETURN(masks[i - 1], ConstantText(name, arguments[i], "replacement"));
    if (CountCodePoints(*masks[i - 1]) != 1)
      return InvalidArgument("the replacements of mask are single characters - write one: '{}'",
                             *masks[i - 1]);
  }
  return BindFixed(name, arguments.first(1), {kText}, kText,
                   ElementwiseText<Text>([masks](std::string* out, Failure* failure, Text text) {
                     return AppendMasked(masks, text, out, failure);
                   }));
}

}  // namespace

const ScalarFunction kLuhnCheck{"luhn_check", "whether digits end in their Luhn check digit",
                                &BindLuhn};
const ScalarFunction kMask{"mask", "letters and digits as X, x and n", &BindMask};

}  // namespace gnomon::expr::functions
