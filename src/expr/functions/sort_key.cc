// SPDX-License-Identifier: Apache-2.0
// sort_key(x): what DuckDB orders as Spark orders x: of arrays and structs, in which DuckDB's NULLs
// come last and Spark's first, bytes that compare as Spark does; any other value is its own key.
#include <arrow/api.h>

#include "expr/cast.h"
#include "expr/functions/all.h"
#include "expr/value_order.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

Result<ArrayPtr> KeysOf(const ValueOrder& order, const arrow::Array& values, std::int64_t rows) {
  arrow::BinaryBuilder builder;
  std::string key;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (values.IsNull(row)) {
      GNOMON_ARROW_RETURN_NOT_OK(builder.AppendNull(), "sort_key");
      continue;
    }
    key.clear();
    order.AppendKey(values, row, &key);
    GNOMON_ARROW_RETURN_NOT_OK(builder.Append(key), "sort_key");
  }
  GNOMON_ARROW_ASSIGN(auto keys, builder.Finish(), "sort_key");
  return keys;
}

Result<BoundFunction> BindSortKey(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  auto order = ValueOrder::Of(type);
  if (!order) {
    return Unimplemented(
        "Spark has no order of maps, and {} is or holds one - order by map_keys(x), or an element",
        SparkTypeName(type));
  }
  if (type.children.empty()) {
    GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(type, type));
    return BoundFunction{{type}, type, std::move(kernel), {}};
  }
  return BoundFunction{{type},
                       TypeKind::kBinary,
                       [order = *std::move(order)](std::span<const Operand> operands,
                                                   std::int64_t rows) -> Result<ArrayPtr> {
                         return KeysOf(order, *operands[0].array, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kSortKey{"sort_key", "a value, or bytes, that DuckDB orders as Spark orders x",
                              &BindSortKey};

}  // namespace gnomon::expr::functions
