// SPDX-License-Identifier: Apache-2.0
// get_json_object(text, '$.a.b[0]').
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/json_path.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindGetJsonObject(std::string_view name,
                                        std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, arguments[1], "path"));
  GNOMON_ASSIGN_OR_RETURN(const auto path, ParseJsonPath(text));
  const DataType type(TypeKind::kString);
  return BindFixed(
      name, arguments.first(1), {type}, type,
      ElementwiseText<std::string_view>(
          [path](std::string* out, std::optional<Error>* failure, std::string_view json) {
            if (!path) return false;
            auto found = AppendJsonValue(json, *path, out);
            if (found) return *found;
            *failure = std::move(found).error();
            return false;
          }));
}

}  // namespace

const ScalarFunction kGetJsonObject{"get_json_object", "get_json_object(text, '$.a.b[0]')",
                                    &BindGetJsonObject};

}  // namespace gnomon::expr::functions
