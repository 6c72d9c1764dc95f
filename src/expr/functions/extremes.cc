// SPDX-License-Identifier: Apache-2.0
// greatest and least: NULLs are skipped, NaN is the greatest.
#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

// The operand that wins in each row, or -1: strict order, so that the first of equals stays.
template <typename T, bool kGreatestWins>
std::vector<std::int32_t> Winners(std::span<const Operand> operands, std::int64_t rows) {
  std::vector<std::int32_t> winners(static_cast<std::size_t>(rows), -1);
  std::vector<Values<T>> values;
  for (const Operand& operand : operands) values.emplace_back(operand);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const arrow::Array& array = *operands[i].array;
    const std::int64_t mask = operands[i].index_mask();
    for (std::int64_t row = 0; row < rows; ++row) {
      if (array.IsNull(row & mask)) continue;
      std::int32_t& winner = winners[static_cast<std::size_t>(row)];
      if (winner >= 0) {
        const T best = values[static_cast<std::size_t>(winner)][row];
        const T value = values[i][row];
        if (kGreatestWins ? !SparkLess(best, value) : !SparkLess(value, best)) continue;
      }
      winner = static_cast<std::int32_t>(i);
    }
  }
  return winners;
}

template <typename T, bool kGreatestWins>
Kernel ExtremeOf(const DataType& type) {
  return [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    const auto winners = Winners<T, kGreatestWins>(operands, rows);
    GNOMON_ARROW_ASSIGN(auto builder, arrow::MakeBuilder(ToArrow(type)), "building the extremes");
    GNOMON_ARROW_RETURN_NOT_OK(builder->Reserve(rows), "building the extremes");
    std::vector<arrow::ArraySpan> spans;
    for (const Operand& operand : operands) spans.emplace_back(*operand.array->data());
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int32_t winner = winners[static_cast<std::size_t>(row)];
      if (winner < 0) {
        GNOMON_ARROW_RETURN_NOT_OK(builder->AppendNull(), "building the extremes");
        continue;
      }
      const Operand& operand = operands[static_cast<std::size_t>(winner)];
      const arrow::ArraySpan& span = spans[static_cast<std::size_t>(winner)];
      GNOMON_ARROW_RETURN_NOT_OK(builder->AppendArraySlice(span, row & operand.index_mask(), 1),
                                 "building the extremes");
    }
    GNOMON_ARROW_ASSIGN(ArrayPtr array, builder->Finish(), "building the extremes");
    return array;
  };
}

template <bool kGreatestWins>
Result<BoundFunction> BindExtreme(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 10'000));
  const auto type = WiderType(arguments, false);
  if (!type) return RefuseTypes(name, arguments);
  Kernel kernel = WithOrdered(
      type->kind, [&]<typename T>(Tag<T>) { return ExtremeOf<T, kGreatestWins>(*type); });
  if (!kernel) return RefuseTypes(name, arguments);
  return BoundFunction{
      std::vector<DataType>(arguments.size(), *type), *type, std::move(kernel), {}};
}

}  // namespace

const ScalarFunction kGreatest{"greatest", "the greatest argument, NULLs skipped",
                               &BindExtreme<true>};
const ScalarFunction kLeast{"least", "the least argument, NULLs skipped", &BindExtreme<false>};

}  // namespace gnomon::expr::functions
