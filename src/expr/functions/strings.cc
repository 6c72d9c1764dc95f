// SPDX-License-Identifier: Apache-2.0
// length, substring, concat, trim, replace and the tests for parts. Positions and lengths count
// code points; other types are cast to string first, as Spark does.
#include <algorithm>
#include <limits>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/functions/array_shape.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);
const DataType kInt32(TypeKind::kInt);

// Position 0 means 1; a negative one counts from the end, and what lies before the start counts
// against the length.
Text Substring(Text text, std::int32_t position, std::int32_t length) {
  std::int64_t begin = position > 0 ? position - 1 : position;
  if (position < 0) begin += CountCodePoints(text);
  return CodePoints(text, begin, begin + length);
}

// Of a binary value: places are bytes.
std::string_view Bytes(Text bytes, std::int32_t position, std::int32_t length) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  std::int64_t begin = position > 0 ? position - 1 : position;
  if (position < 0) begin += size;
  const std::int64_t end = std::clamp(begin + length, std::int64_t{0}, size);
  begin = std::clamp(begin, std::int64_t{0}, size);
  if (end <= begin) return {};
  return bytes.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

// The kernel of a text function for binary values: both lie in memory alike.
Kernel AsBinary(Kernel kernel) {
  return [kernel = std::move(kernel)](std::span<const Operand> operands,
                                      std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, kernel(operands, rows));
    auto data = texts->data()->Copy();
    data->type = arrow::binary();
    return arrow::MakeArray(data);
  };
}

Result<BoundFunction> BindBytesPart(std::string_view name, std::span<const Argument> arguments) {
  const DataType bytes(TypeKind::kBinary);
  if (arguments.size() == 2) {
    return BindFixed(
        name, arguments, {bytes, kInt32}, bytes,
        AsBinary(ElementwiseText<Text, std::int32_t>(
            [](std::string* out, Failure*, Text value, std::int32_t position) {
              out->append(Bytes(value, position, std::numeric_limits<std::int32_t>::max()));
              return true;
            })));
  }
  return BindFixed(
      name, arguments, {bytes, kInt32, kInt32}, bytes,
      AsBinary(ElementwiseText<Text, std::int32_t, std::int32_t>(
          [](std::string* out, Failure*, Text value, std::int32_t position, std::int32_t length) {
            out->append(Bytes(value, position, length));
            return true;
          })));
}

Result<BoundFunction> BindSubstring(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  if (arguments[0].type.kind == TypeKind::kBinary) return BindBytesPart(name, arguments);
  if (arguments.size() == 2) {
    return BindFixed(
        name, arguments, {kText, kInt32}, kText,
        ElementwiseText<Text, std::int32_t>(
            [](std::string* out, Failure*, Text text, std::int32_t position) {
              out->append(Substring(text, position, std::numeric_limits<std::int32_t>::max()));
              return true;
            }));
  }
  return BindFixed(
      name, arguments, {kText, kInt32, kInt32}, kText,
      ElementwiseText<Text, std::int32_t, std::int32_t>(
          [](std::string* out, Failure*, Text text, std::int32_t position, std::int32_t length) {
            out->append(Substring(text, position, length));
            return true;
          }));
}

// Of a binary value its bytes.
Result<BoundFunction> BindLength(std::string_view name, std::span<const Argument> arguments) {
  if (AnyBinary(arguments)) {
    return BindFixed(name, arguments, {TypeKind::kBinary}, kInt32,
                     Elementwise<std::int32_t, Text>(kInt32, [](Text bytes) {
                       return static_cast<std::int32_t>(bytes.size());
                     }));
  }
  return BindFixed(name, arguments, {kText}, kInt32,
                   Elementwise<std::int32_t, Text>(kInt32, &CountCodePoints));
}

Result<ArrayPtr> ConcatRows(std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(auto valid, CombineValidity(operands, rows));
  GNOMON_ASSIGN_OR_RETURN(auto offsets, AllocateBuffer((rows + 1) * 4, true));
  auto* ends = reinterpret_cast<std::int32_t*>(offsets->mutable_data()) + 1;
  std::vector<Values<Text>> texts;
  for (const Operand& operand : operands) texts.emplace_back(operand);
  std::string bytes;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (IsValidRow(valid.get(), row)) {
      for (const auto& text : texts) bytes.append(text[row]);
    }
    if (bytes.size() > std::numeric_limits<std::int32_t>::max()) break;
    ends[row] = static_cast<std::int32_t>(bytes.size());
  }
  return MakeTextArray(rows, std::move(valid), std::move(offsets), std::move(bytes));
}

Result<BoundFunction> BindConcat(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 10'000));
  for (const Argument& argument : arguments) {
    if (argument.type.kind == TypeKind::kList) return BindConcatLists(name, arguments);
  }
  // Binary values alone stay binary; beside a text or a bare NULL they are read as texts.
  const bool binary = std::all_of(arguments.begin(), arguments.end(), [](const Argument& argument) {
    return argument.type.kind == TypeKind::kBinary;
  });
  if (binary) {
    const DataType bytes(TypeKind::kBinary);
    return BindFixed(name, arguments, std::vector<DataType>(arguments.size(), bytes), bytes,
                     AsBinary(&ConcatRows));
  }
  return BindFixed(name, arguments, std::vector<DataType>(arguments.size(), kText), kText,
                   &ConcatRows);
}

// Only blanks are trimmed, not other white space.
template <bool kLeft, bool kRight>
Result<BoundFunction> BindTrim(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText}, kText,
                   ElementwiseText<Text>([](std::string* out, Failure*, Text text) {
                     while (kLeft && text.starts_with(' ')) text.remove_prefix(1);
                     while (kRight && text.ends_with(' ')) text.remove_suffix(1);
                     out->append(text);
                     return true;
                   }));
}

void AppendReplaced(Text text, Text search, Text replacement, std::string* out) {
  while (!search.empty()) {
    const std::size_t at = text.find(search);
    if (at == Text::npos) break;
    out->append(text.substr(0, at)).append(replacement);
    text.remove_prefix(at + search.size());
  }
  out->append(text);
}

Result<BoundFunction> BindReplace(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  if (arguments.size() == 2) {
    return BindFixed(
        name, arguments, {kText, kText}, kText,
        ElementwiseText<Text, Text>([](std::string* out, Failure*, Text text, Text search) {
          AppendReplaced(text, search, {}, out);
          return true;
        }));
  }
  return BindFixed(name, arguments, {kText, kText, kText}, kText,
                   ElementwiseText<Text, Text, Text>(
                       [](std::string* out, Failure*, Text text, Text search, Text replacement) {
                         AppendReplaced(text, search, replacement, out);
                         return true;
                       }));
}

template <typename Predicate>
Result<BoundFunction> BindPartTest(std::string_view name, std::span<const Argument> arguments) {
  const DataType boolean(TypeKind::kBoolean);
  return BindFixed(name, arguments, {kText, kText}, boolean,
                   Elementwise<bool, Text, Text>(boolean, Predicate{}));
}

struct StartsWith {
  bool operator()(Text text, Text part) const { return text.starts_with(part); }
};
struct EndsWith {
  bool operator()(Text text, Text part) const { return text.ends_with(part); }
};
struct Contains {
  bool operator()(Text text, Text part) const { return text.find(part) != Text::npos; }
};

}  // namespace

const ScalarFunction kLength{"length", "the number of characters", &BindLength};
const ScalarFunction kSubstring{"substring", "substring(text, position from 1, length)",
                                &BindSubstring};
const ScalarFunction kSubstr{"substr", "substring", &BindSubstring};
const ScalarFunction kConcat{"concat", "the texts joined; NULL if any is", &BindConcat};
const ScalarFunction kTrim{"trim", "without blanks at both ends", &BindTrim<true, true>};
const ScalarFunction kLtrim{"ltrim", "without blanks at the start", &BindTrim<true, false>};
const ScalarFunction kRtrim{"rtrim", "without blanks at the end", &BindTrim<false, true>};
const ScalarFunction kReplace{"replace", "replace(text, search, replacement)", &BindReplace};
const ScalarFunction kStartswith{"startswith", "whether text starts with part",
                                 &BindPartTest<StartsWith>};
const ScalarFunction kEndswith{"endswith", "whether text ends with part", &BindPartTest<EndsWith>};
const ScalarFunction kContains{"contains", "whether part is in text", &BindPartTest<Contains>};

}  // namespace gnomon::expr::functions
