// SPDX-License-Identifier: Apache-2.0
// The results of a block of cells, kept in a builder of the output's type: for windows whose values
// are lists or maps, which no cell could hold by value.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gnomon::aggregate {

class ResultCells {
 public:
  explicit ResultCells(const std::shared_ptr<arrow::DataType>& type);
  ~ResultCells();

  // Forgets all, then holds `cells` nulls.
  void Reset(std::size_t cells);
  // The caller appends one value that is not null, then says whose it is. REQUIRES: no Append since
  // Reset.
  arrow::ArrayBuilder* builder() { return builder_.get(); }
  void Set(std::size_t cell);

  std::span<const std::uint8_t> valid() const { return valid_; }
  // Appends these cells.
  arrow::Status Append(std::span<const std::uint32_t> cells, arrow::ArrayBuilder* results) const;

 private:
  std::unique_ptr<arrow::ArrayBuilder> builder_;
  std::uint32_t next_row_ = 0;
  std::vector<std::uint32_t> rows_;  // By cell, where it is valid.
  std::vector<std::uint8_t> valid_;
  mutable std::shared_ptr<arrow::Array> finished_;  // What the builder gave to the first Append.
};

}  // namespace gnomon::aggregate
