// SPDX-License-Identifier: Apache-2.0
// x IN (a, b, ...): true if found; else NULL if x or any candidate is NULL; else false.
#include <array>
#include <cmath>
#include <unordered_set>

#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

// The disjunction of x = a, x = b, ...: three-valued logic gives exactly IN's NULLs.
Kernel AnyEqual(Kernel eq) {
  return [eq = std::move(eq)](std::span<const Operand> operands,
                              std::int64_t rows) -> Result<ArrayPtr> {
    ArrayPtr found;
    for (std::size_t i = 1; i < operands.size(); ++i) {
      const std::array<Operand, 2> pair = {operands[0], operands[i]};
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr equal, eq(pair, rows));
      if (found == nullptr) {
        found = std::move(equal);
        continue;
      }
      const std::array<Operand, 2> both = {Operand{found, false}, Operand{equal, false}};
      GNOMON_ASSIGN_OR_RETURN(found, CallCompute("or_kleene", both, rows));
    }
    return found;
  };
}

template <typename T>
struct Candidates {
  explicit Candidates(std::span<const Operand> operands) {
    for (const Operand& operand : operands) {
      if (operand.array->IsNull(0)) {
        has_null = true;
        continue;
      }
      const T value = Values<T>(operand)[0];
      if constexpr (std::is_floating_point_v<T>) has_nan = has_nan || std::isnan(value);
      values.insert(value);
    }
  }
  bool Contains(T value) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value)) return has_nan;
    }
    return values.contains(value);
  }

  std::unordered_set<T> values;  // Hashes 0.0 and -0.0 alike, as they are equal.
  bool has_null = false;
  bool has_nan = false;
};

// For a long list of constants: one look-up a row.
template <typename T>
Result<ArrayPtr> InConstants(std::span<const Operand> operands, std::int64_t rows) {
  const Candidates<T> candidates(operands.subspan(1));
  const Kernel look_up = ElementwiseNullable<bool, T>(
      DataType(TypeKind::kBoolean), [&candidates](bool* out, std::optional<Error>*, T value) {
        *out = candidates.Contains(value);
        return *out || !candidates.has_null;
      });
  return look_up(operands.first(1), rows);
}

constexpr std::size_t kLongList = 6;

Result<BoundFunction> BindIn(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 1'000'000));
  const auto type = WiderType(arguments, true);
  if (!type) return RefuseTypes(name, arguments);
  Kernel kernel = ComparisonKernel("eq", *type);
  if (!kernel) return RefuseTypes(name, arguments);
  bool constants = arguments.size() > kLongList && type->kind != TypeKind::kDecimal;
  for (const Argument& argument : arguments.subspan(1))
    constants = constants && argument.literal != nullptr;
  if (constants) {
    kernel = WithOrdered(type->kind, []<typename T>(Tag<T>) { return Kernel(&InConstants<T>); });
  } else {
    kernel = AnyEqual(std::move(kernel));
  }
  return BoundFunction{std::vector<DataType>(arguments.size(), *type),
                       DataType(TypeKind::kBoolean),
                       std::move(kernel),
                       {}};
}

}  // namespace

const ScalarFunction kIn{"in", "x IN (a, b, ...)", &BindIn};

}  // namespace gnomon::expr::functions
