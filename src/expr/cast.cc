// SPDX-License-Identifier: Apache-2.0
// The lookup over the four parts of the list, and the casts that need no code of their own.
#include "expr/cast.h"

#include <arrow/api.h>

#include "expr/compute_call.h"
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
    return [](std::span<const Operand> operands, std::int64_t rows) {
      return ExpandRows(operands[0], rows);
    };
  }
  if (from.kind == TypeKind::kVoid) {
    return [to](std::span<const Operand>, std::int64_t rows) { return Nulls(to, rows); };
  }
  if (!from.children.empty()) {
    return to.kind == TypeKind::kString ? CastNestedToText(from) : CastNested(from, to);
  }
  if (to.kind == TypeKind::kDecimal) return CastToDecimal(from, to);
  if (from.kind == TypeKind::kDecimal) {
    if (Kernel kernel = CastFromDecimal(from, to)) return kernel;
  }
  if (from.kind == TypeKind::kString) return CastFromText(to);
  if (to.kind == TypeKind::kString) return CastToText(from);
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
