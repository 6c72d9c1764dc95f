// SPDX-License-Identifier: Apache-2.0
// Spark's order and equality of single values of any type, by recursion over nested ones: NaN
// equals NaN and is the greatest, -0.0 equals 0.0, strings and binary values compare by bytes,
// inside of arrays and structs a null comes first and equals another. Maps have neither.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expr/function.h"

namespace gnomon::expr {

class ValueOrder {
 public:
  // nullopt: the type has no order (maps, and what holds one).
  static std::optional<ValueOrder> Of(const DataType& type);

  // For keys of single floating point values in which -0.0 and 0.0 differ, as they do in
  // array_distinct and its kin.
  ValueOrder WithDistinctZeros() const {
    ValueOrder order = *this;
    order.zeros_differ_ = true;
    return order;
  }

  // Negative, 0 or positive. Nulls come first.
  int Compare(const arrow::Array& a, std::int64_t i, const arrow::Array& b, std::int64_t j) const;
  bool Equal(const arrow::Array& a, std::int64_t i, const arrow::Array& b, std::int64_t j) const {
    return Compare(a, i, b, j) == 0;
  }
  // Appends bytes that compare, as unsigned ones, as the values do. No key begins another one.
  void AppendKey(const arrow::Array& array, std::int64_t row, std::string* out) const;

 private:
  using CompareValues = int (*)(const ValueOrder& order, const arrow::Array& a, std::int64_t i,
                                const arrow::Array& b, std::int64_t j);
  using AppendValue = void (*)(const ValueOrder& order, const arrow::Array& array, std::int64_t row,
                               std::string* out);

  template <typename Array>
  static ValueOrder Leaf();
  static int CompareLists(const ValueOrder& order, const arrow::Array& a, std::int64_t i,
                          const arrow::Array& b, std::int64_t j);
  static void AppendList(const ValueOrder& order, const arrow::Array& array, std::int64_t row,
                         std::string* out);
  static int CompareStructs(const ValueOrder& order, const arrow::Array& a, std::int64_t i,
                            const arrow::Array& b, std::int64_t j);
  static void AppendStruct(const ValueOrder& order, const arrow::Array& array, std::int64_t row,
                           std::string* out);

  CompareValues compare_ = nullptr;
  AppendValue append_ = nullptr;
  bool zeros_differ_ = false;
  std::vector<ValueOrder> children_;
};

}  // namespace gnomon::expr
