// SPDX-License-Identifier: Apache-2.0
// What kernels read: an argument is a whole column, or one constant that every row sees. A constant
// is an array of one value, read through an index mask, so that no loop asks which of the two it
// has.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace gnomon::expr {

using ArrayPtr = std::shared_ptr<arrow::Array>;

struct Operand {
  ArrayPtr array;
  bool constant = false;  // Then the array has one value.

  std::int64_t index_mask() const { return constant ? 0 : ~std::int64_t{0}; }
};

// The values of an operand of C type T; those under a null are arbitrary. REQUIRES: the operand
// outlives it.
template <typename T>
class Values {
 public:
  explicit Values(const Operand& operand)
      : data_(operand.array->data()->GetValues<T>(1)), mask_(operand.index_mask()) {}
  T operator[](std::int64_t row) const { return data_[row & mask_]; }

 private:
  const T* data_;
  std::int64_t mask_;
};

template <>
class Values<bool> {
 public:
  explicit Values(const Operand& operand)
      : bits_(operand.array->length() == 0 ? nullptr : operand.array->data()->buffers[1]->data()),
        offset_(operand.array->offset()),
        mask_(operand.index_mask()) {}
  bool operator[](std::int64_t row) const {
    const std::int64_t bit = offset_ + (row & mask_);
    return ((bits_[bit >> 3] >> (bit & 7)) & 1) != 0;
  }

 private:
  const std::uint8_t* bits_;
  std::int64_t offset_;
  std::int64_t mask_;
};

template <>
class Values<std::string_view> {
 public:
  explicit Values(const Operand& operand)
      : offsets_(operand.array->data()->GetValues<std::int32_t>(1)), mask_(operand.index_mask()) {
    const auto& bytes = operand.array->data()->buffers[2];
    if (bytes != nullptr) bytes_ = reinterpret_cast<const char*>(bytes->data());
  }
  std::string_view operator[](std::int64_t row) const {
    const std::int64_t index = row & mask_;
    const std::int32_t begin = offsets_[index];
    return {bytes_ + begin, static_cast<std::size_t>(offsets_[index + 1] - begin)};
  }

 private:
  const std::int32_t* offsets_;
  const char* bytes_ = "";
  std::int64_t mask_;
};

}  // namespace gnomon::expr
