// SPDX-License-Identifier: Apache-2.0
// A column that is computed a few rows at a time, in whatever order.
#pragma once

#include <vector>

#include "expr/compute_call.h"

namespace gnomon::expr {

class ScatteredRows {
 public:
  // Rows that are never added are NULL.
  ScatteredRows(DataType type, std::int64_t rows);

  // `values[i]` is that of row `rows[i]`; of a row that is added again the last one counts.
  void Add(ArrayPtr values, const std::vector<std::int64_t>& rows);
  Result<ArrayPtr> InOrder() const;

 private:
  DataType type_;
  std::vector<ArrayPtr> parts_;
  std::int64_t count_ = 0;  // Of values in the parts.
  std::vector<std::int64_t> places_;
};

}  // namespace gnomon::expr
