// SPDX-License-Identifier: Apache-2.0
// Turns a function of single values into a kernel: one loop over raw buffers, the function inlined,
// validity combined bitmap-wise. All are null if any input is null, as most of Spark's functions
// are.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "expr/function.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {

// The conjunction of the operands' validity; nullptr when nothing is null.
Result<std::shared_ptr<arrow::Buffer>> CombineValidity(std::span<const Operand> operands,
                                                       std::int64_t rows);

// A buffer of `bytes` bytes, zeroed if asked.
Result<std::shared_ptr<arrow::Buffer>> AllocateBuffer(std::int64_t bytes, bool zeroed);

// Wraps fixed-width values; REQUIRES: `values` has the width of `type`.
ArrayPtr MakeFixedArray(const DataType& type, std::int64_t rows,
                        std::shared_ptr<arrow::Buffer> validity,
                        std::shared_ptr<arrow::Buffer> values);

// Packs predicate(row) into bits, eight rows at a time.
template <typename Predicate>
void FillBits(std::uint8_t* bits, std::int64_t rows, Predicate predicate) {
  std::int64_t row = 0;
  for (; row + 8 <= rows; row += 8) {
    unsigned byte = 0;
    for (int bit = 0; bit < 8; ++bit)
      byte |= static_cast<unsigned>(predicate(row + bit) ? 1 : 0) << bit;
    bits[row >> 3] = static_cast<std::uint8_t>(byte);
  }
  unsigned rest = 0;
  for (std::int64_t i = row; i < rows; ++i)
    rest |= static_cast<unsigned>(predicate(i) ? 1 : 0) << (i - row);
  if (row < rows) bits[row >> 3] = static_cast<std::uint8_t>(rest);
}

template <typename Out>
Result<std::shared_ptr<arrow::Buffer>> AllocateValues(std::int64_t rows) {
  if constexpr (std::is_same_v<Out, bool>) {
    return AllocateBuffer((rows + 7) / 8, false);
  } else {
    return AllocateBuffer(rows * static_cast<std::int64_t>(sizeof(Out)), false);
  }
}

// Calls body(values...) with one Values<In> per operand.
template <typename... In, typename Body>
auto WithValues(std::span<const Operand> operands, Body body) {
  GNOMON_CHECK(operands.size() == sizeof...(In));
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return body(Values<In>(operands[I])...);
  }
  (std::index_sequence_for<In...>{});
}

// f(In...) -> Out, null in null out.
template <typename Out, typename... In, typename F>
Kernel Elementwise(DataType result, F f) {
  return [result = std::move(result), f](std::span<const Operand> operands,
                                         std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(auto validity, CombineValidity(operands, rows));
    GNOMON_ASSIGN_OR_RETURN(auto buffer, AllocateValues<Out>(rows));
    std::uint8_t* bytes = buffer->mutable_data();
    WithValues<In...>(operands, [&](const auto&... in) {
      if constexpr (std::is_same_v<Out, bool>) {
        FillBits(bytes, rows, [&](std::int64_t row) { return f(in[row]...); });
      } else {
        Out* out = reinterpret_cast<Out*>(bytes);
        for (std::int64_t row = 0; row < rows; ++row) out[row] = f(in[row]...);
      }
    });
    return MakeFixedArray(result, rows, std::move(validity), std::move(buffer));
  };
}

// Whether `row` is valid under a bitmap without offset; nullptr means all are.
inline bool IsValidRow(const arrow::Buffer* validity, std::int64_t row) {
  return validity == nullptr || ((validity->data()[row >> 3] >> (row & 7)) & 1) != 0;
}

// f(In...) -> Result<optional<Out>>-like: f fills `*out` and returns whether there is a value.
// `failure` takes the first error that f reports; rows after it are not computed. f sees no null.
template <typename Out, typename... In, typename F>
Kernel ElementwiseNullable(DataType result, F f) {
  return [result = std::move(result), f](std::span<const Operand> operands,
                                         std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(auto inputs_valid, CombineValidity(operands, rows));
    GNOMON_ASSIGN_OR_RETURN(auto valid, AllocateBuffer((rows + 7) / 8, true));
    GNOMON_ASSIGN_OR_RETURN(
        auto buffer,
        AllocateBuffer(std::is_same_v<Out, bool> ? (rows + 7) / 8
                                                 : rows * static_cast<std::int64_t>(sizeof(Out)),
                       true));
    std::optional<Error> failure;
    WithValues<In...>(operands, [&](const auto&... in) {
      std::uint8_t* bits = valid->mutable_data();
      std::uint8_t* bytes = buffer->mutable_data();
      for (std::int64_t row = 0; row < rows && !failure; ++row) {
        if (!IsValidRow(inputs_valid.get(), row)) continue;
        Out value{};
        if (!f(&value, &failure, in[row]...)) continue;
        bits[row >> 3] = static_cast<std::uint8_t>(bits[row >> 3] | (1U << (row & 7)));
        if constexpr (std::is_same_v<Out, bool>) {
          if (value)
            bytes[row >> 3] = static_cast<std::uint8_t>(bytes[row >> 3] | (1U << (row & 7)));
        } else {
          reinterpret_cast<Out*>(bytes)[row] = value;
        }
      }
    });
    if (failure) return *std::move(failure);
    return MakeFixedArray(result, rows, std::move(valid), std::move(buffer));
  };
}

// Finishes a string column. Unimplemented when the bytes exceed 2 GiB.
Result<ArrayPtr> MakeTextArray(std::int64_t rows, std::shared_ptr<arrow::Buffer> validity,
                               std::shared_ptr<arrow::Buffer> offsets, std::string bytes);

// f appends the row's text to `*out` and returns whether there is a value. f sees no null.
template <typename... In, typename F>
Kernel ElementwiseText(F f) {
  return [f](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(auto inputs_valid, CombineValidity(operands, rows));
    GNOMON_ASSIGN_OR_RETURN(auto valid, AllocateBuffer((rows + 7) / 8, true));
    GNOMON_ASSIGN_OR_RETURN(auto offsets, AllocateBuffer((rows + 1) * 4, true));
    std::string bytes;
    std::optional<Error> failure;
    WithValues<In...>(operands, [&](const auto&... in) {
      std::uint8_t* bits = valid->mutable_data();
      auto* ends = reinterpret_cast<std::int32_t*>(offsets->mutable_data()) + 1;
      for (std::int64_t row = 0; row < rows && !failure; ++row) {
        if (IsValidRow(inputs_valid.get(), row)) {
          if (f(&bytes, &failure, in[row]...)) {
            bits[row >> 3] = static_cast<std::uint8_t>(bits[row >> 3] | (1U << (row & 7)));
          }
        }
        if (bytes.size() > std::numeric_limits<std::int32_t>::max()) break;
        ends[row] = static_cast<std::int32_t>(bytes.size());
      }
    });
    if (failure) return *std::move(failure);
    return MakeTextArray(rows, std::move(valid), std::move(offsets), std::move(bytes));
  };
}

}  // namespace gnomon::expr
