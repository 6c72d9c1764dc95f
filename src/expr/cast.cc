// SPDX-License-Identifier: Apache-2.0
// The lookup over the four parts of the list, and the casts that need no code of their own.
#include "expr/cast.h"

#include <arrow/api.h>

#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr {

namespace {

Result<ArrayPtr> Nulls(const DataType& type, std::int64_t rows) {
  GNOMON_ARROW_ASSIGN(ArrayPtr nulls, arrow::MakeArrayOfNull(ToArrow(type), rows), "casting NULL");
  return nulls;
}

Kernel Lookup(const DataType& from, const DataType& to) {
  if (from == to) {
    return [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
      if (!operands[0].constant) return operands[0].array;
      GNOMON_ARROW_ASSIGN(auto value, operands[0].array->GetScalar(0), "reading a constant");
      GNOMON_ARROW_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value, rows),
                          "repeating a constant");
      return array;
    };
  }
  if (from.kind == TypeKind::kVoid) {
    return [to](std::span<const Operand>, std::int64_t rows) { return Nulls(to, rows); };
  }
  if (from.kind == TypeKind::kString) return CastFromText(to);
  if (to.kind == TypeKind::kString) return CastToText(from);
  if (to.kind == TypeKind::kDecimal) return CastToDecimal(from, to);
  if (Kernel kernel = CastToNumberOrBoolean(from, to)) return kernel;
  return CastToDateTime(from, to);
}

}  // namespace

bool HasCast(const DataType& from, const DataType& to) {
  return static_cast<bool>(Lookup(from, to));
}

Result<Kernel> FindCast(const DataType& from, const DataType& to) {
  Kernel kernel = Lookup(from, to);
  if (!kernel) {
    return Unimplemented(
        "the cast of {} to {} is not proven equal to Spark's - cast through another type",
        SparkTypeName(from), SparkTypeName(to));
  }
  return kernel;
}

}  // namespace gnomon::expr
