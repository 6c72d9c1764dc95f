// SPDX-License-Identifier: Apache-2.0
#include "expr/scattered_rows.h"

#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {

ScatteredRows::ScatteredRows(DataType type, std::int64_t rows)
    : type_(std::move(type)), places_(static_cast<std::size_t>(rows), -1) {}

void ScatteredRows::Add(ArrayPtr values, const std::vector<std::int64_t>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    places_[static_cast<std::size_t>(rows[i])] = count_ + static_cast<std::int64_t>(i);
  count_ += values->length();
  parts_.push_back(std::move(values));
}

Result<ArrayPtr> ScatteredRows::InOrder() const {
  if (count_ == 0) {
    GNOMON_ARROW_ASSIGN(
        ArrayPtr nulls,
        arrow::MakeArrayOfNull(ToArrow(type_), static_cast<std::int64_t>(places_.size())),
        "making NULLs");
    return nulls;
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays(parts_));
  return TakeRows(all, places_);
}

}  // namespace gnomon::expr
