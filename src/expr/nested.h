// SPDX-License-Identifier: Apache-2.0
// Lists and maps as kernels read and build them: a result is described by rows of indices into an
// array of values, which is gathered once for the whole batch, whatever its type.
#pragma once

#include <arrow/api.h>

#include <vector>

#include "expr/compute_call.h"
#include "expr/function.h"

namespace gnomon::expr {

// A column of lists or maps, constants repeated. The indices are those of values(), keys(),
// items().
class ListRows {
 public:
  // REQUIRES: the operand's type is a list or a map.
  static Result<ListRows> Make(const Operand& operand, std::int64_t rows);

  bool IsNull(std::int64_t row) const { return array_->IsNull(row); }
  std::int64_t begin(std::int64_t row) const { return list().value_offset(row); }
  std::int64_t end(std::int64_t row) const { return list().value_offset(row + 1); }
  std::int64_t size(std::int64_t row) const { return list().value_length(row); }
  ArrayPtr values() const { return list().values(); }
  // REQUIRES: a map.
  ArrayPtr keys() const { return static_cast<const arrow::MapArray&>(*array_).keys(); }
  ArrayPtr items() const { return static_cast<const arrow::MapArray&>(*array_).items(); }

 private:
  explicit ListRows(ArrayPtr array) : array_(std::move(array)) {}
  const arrow::ListArray& list() const { return static_cast<const arrow::ListArray&>(*array_); }
  ArrayPtr array_;
};

// Rows of indices into values; -1 is a null element.
class IndexLists {
 public:
  explicit IndexLists(std::int64_t rows);

  void Append(std::int64_t index) { indices_.push_back(index); }
  void AppendRange(std::int64_t begin, std::int64_t end);
  void CloseRow();
  void CloseNull();  // What was appended since the last row is dropped.

  const std::vector<std::int64_t>& indices() const { return indices_; }
  // The row that each index belongs to.
  std::vector<std::int64_t> rows() const;

  // A list column of `type` over the values at the indices.
  Result<ArrayPtr> Gather(const DataType& type, const ArrayPtr& values) const;
  // A list column over values that stand in the order of the indices already.
  Result<ArrayPtr> Wrap(const DataType& type, const ArrayPtr& values) const;
  // Maps over keys and items that stand in that order.
  Result<ArrayPtr> WrapMap(const DataType& type, ArrayPtr keys, ArrayPtr items) const;

 private:
  std::vector<std::int64_t> indices_;
  std::vector<std::int32_t> offsets_;
  std::vector<bool> valid_;
};

// One array of the values of several, of one type.
Result<ArrayPtr> ConcatenateArrays(const std::vector<ArrayPtr>& arrays);

// Struct values of `type` from one array per field.
Result<ArrayPtr> MakeStructs(const DataType& type, std::int64_t rows, std::vector<ArrayPtr> fields);

// The array as one of `type`, which differs only in the names or nullability of children.
Result<ArrayPtr> Retype(const DataType& type, const ArrayPtr& array);

// The constant integer of an argument of any integer type; nullopt for others and for NULL.
std::optional<std::int64_t> ConstantInteger(const Argument& argument);

}  // namespace gnomon::expr
