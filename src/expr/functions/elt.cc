// SPDX-License-Identifier: Apache-2.0
// elt(n, a, b, ...): the n-th of the texts, NULL outside.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "expr/nested.h"

namespace gnomon::expr::functions {

namespace {

Result<ArrayPtr> ChooseTexts(std::span<const Operand> operands, std::int64_t rows) {
  std::vector<ArrayPtr> texts;
  for (const Operand& operand : operands.subspan(1)) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr column, ExpandRows(operand, rows));
    texts.push_back(std::move(column));
  }
  const auto count = static_cast<std::int64_t>(texts.size());
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays(texts));
  const Values<std::int32_t> places(operands[0]);
  std::vector<std::int64_t> chosen;
  for (std::int64_t row = 0; row < rows; ++row) {
    const bool null = operands[0].array->IsNull(row & operands[0].index_mask());
    const std::int64_t place = null ? 0 : places[row];
    chosen.push_back(place < 1 || place > count ? -1 : (place - 1) * rows + row);
  }
  return TakeRows(all, chosen);
}

Result<BoundFunction> BindElt(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 10'000));
  if (AnyBinary(arguments)) return RefuseTypes(name, arguments);
  const DataType text(TypeKind::kString);
  std::vector<DataType> types(arguments.size(), text);
  types[0] = DataType(TypeKind::kInt);
  return BindFixed(name, arguments, std::move(types), text, &ChooseTexts);
}

}  // namespace

const ScalarFunction kElt{"elt", "elt(n, a, b, ...): the n-th of the texts", &BindElt};

}  // namespace gnomon::expr::functions
