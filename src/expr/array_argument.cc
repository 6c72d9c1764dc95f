// SPDX-License-Identifier: Apache-2.0
#include "expr/array_argument.h"

#include "expr/coercion.h"

namespace gnomon::expr {

Result<ArrayAndValue> BindArrayAndValue(std::string_view name,
                                        std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& list = arguments[0].type;
  const DataType& value = arguments[1].type;
  if (list.kind != TypeKind::kList || value.kind == TypeKind::kVoid ||
      arguments[1].lambda != nullptr)
    return RefuseTypes(name, arguments);
  const Argument pair[] = {{.type = list.element()}, {.type = value}};
  const auto element = WiderType(pair, false);
  if (!element) return RefuseTypes(name, arguments);
  auto order = ValueOrder::Of(*element);
  if (!order) return RefuseTypes(name, arguments);
  return ArrayAndValue{list.element() == *element ? list : DataType::List(*element),
                       *std::move(order)};
}

Result<DataType> CommonList(std::string_view name, std::span<const Argument> arguments) {
  for (const Argument& argument : arguments) {
    if (argument.type.kind != TypeKind::kList) return RefuseTypes(name, arguments);
  }
  const auto type = WiderType(arguments, false);
  if (!type) return RefuseTypes(name, arguments);
  return *type;
}

}  // namespace gnomon::expr
