// SPDX-License-Identifier: Apache-2.0
// The lookup over the four parts of the list, and the casts that need no code of their own.
#include "expr/cast.h"

#include <arrow/api.h>

#include "expr/compute_call.h"
#include "expr/interval.h"
#include "expr/scalar_kinds.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr {

namespace {

Result<ArrayPtr> Nulls(const DataType& type, std::int64_t rows) {
  GNOMON_ARROW_ASSIGN(ArrayPtr nulls, arrow::MakeArrayOfNull(ToArrow(type), rows), "casting NULL");
  return nulls;
}

// The highest byte first.
Kernel CastIntegerToBytes(const DataType& from) {
  Kernel to_binary = WithNumber(from.kind, [&]<typename T>(Tag<T>) -> Kernel {
    if constexpr (std::is_integral_v<T>) {
      return [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        const Values<T> values(operands[0]);
        arrow::BinaryBuilder builder;
        for (std::int64_t row = 0; row < rows; ++row) {
          std::string bytes;
          for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(values[row]) >> shift));
          const bool null = operands[0].array->IsNull(row & operands[0].index_mask());
          GNOMON_ARROW_RETURN_NOT_OK(null ? builder.AppendNull() : builder.Append(bytes),
                                     "casting to binary");
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "casting to binary");
        return array;
      };
    }
    return {};
  });
  return to_binary;
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
  // Spark reads no number from a date.
  const bool number =
      IsNumeric(to.kind) || to.kind == TypeKind::kBoolean || to.kind == TypeKind::kDecimal;
  if (from.kind == TypeKind::kDate && number) {
    return [to](std::span<const Operand>, std::int64_t rows) { return Nulls(to, rows); };
  }
  if (IsInterval(from) || IsInterval(to)) return CastInterval(from, to);
  if (IsInteger(from.kind) && to.kind == TypeKind::kBinary) return CastIntegerToBytes(from);
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
