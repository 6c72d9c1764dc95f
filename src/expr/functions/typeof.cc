// SPDX-License-Identifier: Apache-2.0
// typeof(x): the name of the type, whatever the value is.
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindTypeof(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return BoundFunction{{},
                       TypeKind::kString,
                       [type = SparkTypeName(arguments[0].type)](
                           std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
                         GNOMON_ARROW_ASSIGN(
                             ArrayPtr names,
                             arrow::MakeArrayFromScalar(arrow::StringScalar(type), rows),
                             "naming a type");
                         return names;
                       },
                       {}};
}

}  // namespace

const ScalarFunction kTypeof{"typeof", "the name of its type", &BindTypeof};

}  // namespace gnomon::expr::functions
