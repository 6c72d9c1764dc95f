// SPDX-License-Identifier: Apache-2.0
// Builds a small table row by row: answers of SHOW and DESCRIBE, metadata tables. Not for data.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::sql {

// One value; monostate is NULL. Timestamps and longs are int64, ints and dates int32; nested values
// other than string maps come as scalars.
using Cell = std::variant<std::monostate, bool, std::int32_t, std::int64_t, std::string,
                          std::map<std::string, std::string>, std::shared_ptr<arrow::Scalar>>;

class RowBuilder {
 public:
  explicit RowBuilder(Schema schema) : schema_(std::move(schema)) {}

  // REQUIRES: as many cells as columns, of their types.
  void Add(std::vector<Cell> row);
  Result<std::shared_ptr<arrow::RecordBatch>> Finish() const;

 private:
  Schema schema_;
  std::vector<std::vector<Cell>> rows_;
};

// A field of a result.
Field MakeField(std::string name, DataType type);

}  // namespace gnomon::sql
