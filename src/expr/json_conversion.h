// SPDX-License-Identifier: Apache-2.0
// Values of a type from JSON, as Spark's from_json reads them in its mode PERMISSIVE: what does not
// fit is null, and what stands beside it is kept.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/operand.h"
#include "types/data_type.h"

namespace gnomon::expr {

// `a INT, b STRING`, or a type: `struct<a:int>`, `array<int>`, `map<string,int>`. Unimplemented: a
// part of it, by name.
Result<DataType> ParseJsonSchema(std::string_view text);

// Columns of a type from JSON texts.
class JsonColumnBuilder {
 public:
  // REQUIRES: a type of ParseJsonSchema.
  explicit JsonColumnBuilder(const DataType& type);

  Status Append(std::string_view json);
  Status AppendNull();
  Result<ArrayPtr> Finish();

 private:
  DataType type_;
  std::unique_ptr<arrow::ArrayBuilder> builder_;
};

}  // namespace gnomon::expr
