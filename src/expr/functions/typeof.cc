// SPDX-License-Identifier: Apache-2.0
// typeof(x): the name of the type, whatever the value is.
#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindTypeof(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return Constant(TypeKind::kString,
                  std::make_shared<arrow::StringScalar>(SparkTypeName(arguments[0].type)));
}

}  // namespace

const ScalarFunction kTypeof{"typeof", "the name of its type", &BindTypeof};

}  // namespace gnomon::expr::functions
