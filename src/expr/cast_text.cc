// SPDX-License-Identifier: Apache-2.0
// Casts from and to strings.
#include <array>
#include <charconv>

#include "expr/cast.h"
#include "expr/code_points.h"
#include "expr/compute_call.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/scalar_kinds.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

template <typename T>
bool Store(const std::optional<T>& parsed, T* out) {
  if (parsed) *out = *parsed;
  return parsed.has_value();
}

bool EqualsIgnoringCase(Text a, Text b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y; });
}

std::optional<bool> ParseSparkBoolean(Text text) {
  constexpr std::array<Text, 5> kTrue = {"t", "true", "y", "yes", "1"};
  constexpr std::array<Text, 5> kFalse = {"f", "false", "n", "no", "0"};
  text = TrimControl(text);
  for (const Text word : kTrue) {
    if (EqualsIgnoringCase(text, word)) return true;
  }
  for (const Text word : kFalse) {
    if (EqualsIgnoringCase(text, word)) return false;
  }
  return std::nullopt;
}

Kernel TimestampFromText(const DataType& to) {
  const bool zoneless = to.kind == TypeKind::kTimestampNtz;
  return ElementwiseNullable<std::int64_t, Text>(
      to, [zoneless](std::int64_t* out, Failure* failure, Text text) {
        auto parsed = ParseSparkTimestamp(text, zoneless);
        if (parsed) return Store(*parsed, out);
        *failure = std::move(parsed).error();
        return false;
      });
}

// The same bytes under another type.
Kernel BinaryFromText() {
  return [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, ExpandRows(operands[0], rows));
    auto data = array->data()->Copy();
    data->type = arrow::binary();
    return arrow::MakeArray(data);
  };
}

// Spark keeps bytes that are no UTF-8 in its strings; ours are always UTF-8.
Kernel TextFromBinary() {
  return ElementwiseText<Text>([](std::string* out, Failure* failure, Text bytes) {
    if (IsUtf8(bytes)) {
      out->append(bytes);
      return true;
    }
    *failure = Unimplemented(
        "a binary value cast to string is not UTF-8 - use hex(...) or base64(...) of it");
    return false;
  });
}

}  // namespace

Kernel CastFromText(const DataType& to) {
  switch (to.kind) {
    case TypeKind::kBoolean:
      return ElementwiseNullable<bool, Text>(
          to, [](bool* out, Failure*, Text text) { return Store(ParseSparkBoolean(text), out); });
    case TypeKind::kDate:
      return ElementwiseNullable<std::int32_t, Text>(
          to,
          [](std::int32_t* out, Failure*, Text text) { return Store(ParseSparkDate(text), out); });
    case TypeKind::kBinary:
      return BinaryFromText();
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return TimestampFromText(to);
    default:
      return WithNumber(to.kind, [&]<typename To>(Tag<To>) {
        return ElementwiseNullable<To, Text>(to, [](To* out, Failure*, Text text) {
          if constexpr (std::is_floating_point_v<To>) {
            return Store(ParseJavaFloating<To>(text), out);
          } else {
            return Store(ParseSparkInteger<To>(text), out);
          }
        });
      });
  }
}

Kernel CastToText(const DataType& from) {
  switch (from.kind) {
    case TypeKind::kBoolean:
      return ElementwiseText<bool>([](std::string* out, Failure*, bool value) {
        out->append(value ? "true" : "false");
        return true;
      });
    case TypeKind::kBinary:
      return TextFromBinary();
    case TypeKind::kDate:
      return ElementwiseText<std::int32_t>([](std::string* out, Failure*, std::int32_t days) {
        AppendDate(days, out);
        return true;
      });
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return ElementwiseText<std::int64_t>([](std::string* out, Failure*, std::int64_t micros) {
        AppendTimestamp(micros, out);
        return true;
      });
    default:
      return WithNumber(from.kind, []<typename From>(Tag<From>) {
        return ElementwiseText<From>([](std::string* out, Failure*, From value) {
          if constexpr (std::is_floating_point_v<From>) {
            AppendJavaNumber(value, out);
          } else {
            char digits[24];
            out->append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
          }
          return true;
        });
      });
  }
}

}  // namespace gnomon::expr
