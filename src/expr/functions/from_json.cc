// SPDX-License-Identifier: Apache-2.0
// from_json(text, 'a INT, b STRING'), in Spark's mode PERMISSIVE.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "expr/json_conversion.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindFromJson(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.size() == 3) {
    return Unimplemented(
        "options of from_json are not proven equal to Spark's - leave them out, or read the field "
        "as STRING");
  }
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const std::string schema, ConstantText(name, arguments[1], "schema"));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, ParseJsonSchema(schema));
  if (arguments[0].type.kind != TypeKind::kString && arguments[0].type.kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments.first(1), {TypeKind::kString}, type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        JsonColumnBuilder column(type);
        for (std::int64_t row = 0; row < rows; ++row) {
          GNOMON_RETURN_IF_ERROR(
              texts->IsNull(row)
                  ? column.AppendNull()
                  : column.Append(static_cast<const arrow::StringArray&>(*texts).GetView(row)));
        }
        return column.Finish();
      });
}

}  // namespace

const ScalarFunction kFromJson{"from_json", "from_json(text, 'a INT, b STRING')", &BindFromJson};

}  // namespace gnomon::expr::functions
