// SPDX-License-Identifier: Apache-2.0
// What explode, posexplode, inline and stack make of one row: an array of structs, one a row, whose
// fields are the columns. The query un-nests it.
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/list_elements.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

// kPosition: the place from 0 comes first.
template <bool kMap, bool kPosition>
Result<BoundFunction> BindExplode(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& given = arguments[0].type;
  if (given.kind != (kMap ? TypeKind::kMap : TypeKind::kList)) {
    return InvalidArgument("explode of {} columns gets another value - name {} for {}",
                           kMap ? "two" : "one", kMap ? "one column" : "key and value",
                           kMap ? "an array" : "a map");
  }
  std::vector<Field> fields;
  if (kPosition) fields.push_back(Field{.name = "pos", .type = TypeKind::kInt});
  if (kMap) {
    fields.push_back(Field{.name = "key", .type = given.children[0].type});
    fields.push_back(Field{.name = "value", .type = given.children[1].type});
  } else {
    fields.push_back(Field{.name = "col", .type = given.children[0].type});
  }
  const DataType type = DataType::List(DataType::Struct(std::move(fields)));
  return BoundFunction{
      {given},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        std::vector<ArrayPtr> children = {lists.values()};
        if (kMap) children = {lists.keys(), lists.items()};
        GNOMON_ASSIGN_OR_RETURN(ListElements elements, GatherElements(lists, rows, children));
        std::vector<ArrayPtr> columns = std::move(elements.columns);
        if (kPosition) {
          GNOMON_ASSIGN_OR_RETURN(ArrayPtr positions, NumberElements(elements));
          columns.insert(columns.begin(), std::move(positions));
        }
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs,
                                MakeStructs(type.element(), elements.count(), std::move(columns)));
        return elements.shape.Wrap(type, structs);
      },
      {}};
}

// inline(array<struct>), and the number of columns if the query names them.
Result<BoundFunction> BindInline(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const DataType& type = arguments[0].type;
  if (type.kind != TypeKind::kList || type.element().kind != TypeKind::kStruct)
    return RefuseTypes("inline", arguments.first(1));
  const auto fields = static_cast<std::int64_t>(type.element().children.size());
  const auto named = arguments.size() == 2 ? ConstantInteger(arguments[1]) : fields;
  if (!named) return RefuseTypes("inline", arguments.first(1));
  if (*named != fields) {
    return InvalidArgument("inline gives {} columns, and {} are named - name each one",
                           type.element().children.size(), *named);
  }
  return BoundFunction{{type},
                       type,
                       [](std::span<const Operand> operands, std::int64_t rows) {
                         return ExpandRows(operands[0], rows);
                       },
                       {}};
}

// stack(n, a, b, ...): n rows, filled row by row.
Result<BoundFunction> BindStack(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 10'000));
  const auto count = ConstantInteger(arguments[0]);
  if (!count || *count < 1) return RefuseTypes("stack", arguments);
  const auto height = static_cast<std::size_t>(*count);
  const std::size_t values = arguments.size() - 1;
  const std::size_t width = (values + height - 1) / height;
  if (width * height != values)
    return Unimplemented(
        "stack with a row that is not full is not proven equal to Spark's - write NULL for what is "
        "missing");
  BoundFunction bound;
  std::vector<Field> fields;
  for (std::size_t column = 0; column < width; ++column) {
    std::vector<Argument> cells;
    for (std::size_t row = 0; row < height; ++row)
      cells.push_back(arguments[1 + row * width + column]);
    const auto type = WiderType(cells, false);
    if (!type) return RefuseTypes("stack", cells);
    fields.push_back(Field{.name = fmt::format("col{}", column), .type = *type});
    for (std::size_t row = 0; row < height; ++row) {
      bound.operand_types.push_back(*type);
      bound.sources.push_back(1 + row * width + column);
    }
  }
  bound.result = DataType::List(DataType::Struct(std::move(fields)));
  bound.kernel = [type = bound.result, height](std::span<const Operand> operands,
                                               std::int64_t rows) -> Result<ArrayPtr> {
    IndexLists shape(rows);
    std::vector<std::int64_t> order;
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::size_t k = 0; k < height; ++k) {
        order.push_back(static_cast<std::int64_t>(k) * rows + row);
        shape.Append(0);
      }
      shape.CloseRow();
    }
    std::vector<ArrayPtr> columns;
    for (std::size_t begin = 0; begin < operands.size(); begin += height) {
      std::vector<ArrayPtr> cells;
      for (std::size_t k = 0; k < height; ++k) {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr cell, ExpandRows(operands[begin + k], rows));
        cells.push_back(std::move(cell));
      }
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays(cells));
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr column, TakeRows(all, order));
      columns.push_back(std::move(column));
    }
    const auto count_of_rows = static_cast<std::int64_t>(order.size());
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs,
                            MakeStructs(type.element(), count_of_rows, std::move(columns)));
    return shape.Wrap(type, structs);
  };
  return bound;
}

}  // namespace

const ScalarFunction kExplodeArray{"explode_array", "the rows of explode(array)",
                                   &BindExplode<false, false>};
const ScalarFunction kExplodeMap{"explode_map", "the rows of explode(map)",
                                 &BindExplode<true, false>};
const ScalarFunction kPosexplodeArray{"posexplode_array", "the rows of posexplode(array)",
                                      &BindExplode<false, true>};
const ScalarFunction kPosexplodeMap{"posexplode_map", "the rows of posexplode(map)",
                                    &BindExplode<true, true>};
const ScalarFunction kInlineRows{"inline_rows", "the rows of inline(array)", &BindInline};
const ScalarFunction kStackRows{"stack_rows", "the rows of stack(n, ...)", &BindStack};

}  // namespace gnomon::expr::functions
