// SPDX-License-Identifier: Apache-2.0
// size, array_size, array_contains, array_position, array_min, array_max: what one array tells.
#include "expr/array_argument.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "expr/value_order.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Failure = std::optional<Error>;

// size(NULL) is -1 (spark.sql.legacy.sizeOfNull), array_size(NULL) is NULL.
template <bool kNullIsMinusOne>
Result<BoundFunction> BindSize(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  const bool map = type.kind == TypeKind::kMap && kNullIsMinusOne;
  if (type.kind != TypeKind::kList && !map) return RefuseTypes(name, arguments);
  return BoundFunction{
      {type},
      TypeKind::kInt,
      [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        arrow::Int32Builder sizes;
        GNOMON_ARROW_RETURN_NOT_OK(sizes.Reserve(rows), "counting elements");
        for (std::int64_t row = 0; row < rows; ++row) {
          if (!lists.IsNull(row)) {
            sizes.UnsafeAppend(static_cast<std::int32_t>(lists.size(row)));
          } else if (kNullIsMinusOne) {
            sizes.UnsafeAppend(-1);
          } else {
            sizes.UnsafeAppendNull();
          }
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, sizes.Finish(), "counting elements");
        return array;
      },
      {}};
}

struct Found {
  std::int64_t position = 0;  // From 1; 0: not there.
  bool saw_null = false;
};

Found Find(const ListRows& lists, std::int64_t row, const ValueOrder& order,
           const arrow::Array& values, const arrow::Array& wanted, std::int64_t wanted_row) {
  Found found;
  for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) {
    if (values.IsNull(k)) {
      found.saw_null = true;
    } else if (order.Equal(values, k, wanted, wanted_row)) {
      found.position = k - lists.begin(row) + 1;
      return found;
    }
  }
  return found;
}

// `append(found, &builder)` for each row in which neither side is NULL.
template <typename Builder, typename AppendFound>
Kernel SearchKernel(const ValueOrder& order, AppendFound append) {
  return [order, append](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
    const ArrayPtr values = lists.values();
    Builder builder;
    GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(rows), "searching arrays");
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t wanted = row & operands[1].index_mask();
      if (lists.IsNull(row) || operands[1].array->IsNull(wanted)) {
        builder.UnsafeAppendNull();
      } else {
        append(Find(lists, row, order, *values, *operands[1].array, wanted), &builder);
      }
    }
    GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "searching arrays");
    return array;
  };
}

// NULL where it is not found but a NULL is.
Result<BoundFunction> BindContains(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(ArrayAndValue bound, BindArrayAndValue(name, arguments));
  return BoundFunction{
      {bound.list, bound.list.element()},
      TypeKind::kBoolean,
      SearchKernel<arrow::BooleanBuilder>(bound.order,
                                          [](const Found& found, arrow::BooleanBuilder* builder) {
                                            if (found.position == 0 && found.saw_null) {
                                              builder->UnsafeAppendNull();
                                            } else {
                                              builder->UnsafeAppend(found.position > 0);
                                            }
                                          }),
      {}};
}

Result<BoundFunction> BindPosition(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(ArrayAndValue bound, BindArrayAndValue(name, arguments));
  return BoundFunction{
      {bound.list, bound.list.element()},
      TypeKind::kLong,
      SearchKernel<arrow::Int64Builder>(bound.order,
                                        [](const Found& found, arrow::Int64Builder* builder) {
                                          builder->UnsafeAppend(found.position);
                                        }),
      {}};
}

template <bool kGreatest>
Result<BoundFunction> BindExtreme(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  if (type.kind != TypeKind::kList || type.element().kind == TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  const auto order = ValueOrder::Of(type.element());
  if (!order) return RefuseTypes(name, arguments);
  return BoundFunction{
      {type},
      type.element(),
      [order = *order, result = type.element()](std::span<const Operand> operands,
                                                std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        const ArrayPtr values = lists.values();
        std::vector<std::int64_t> chosen(static_cast<std::size_t>(rows), -1);
        for (std::int64_t row = 0; row < rows; ++row) {
          std::int64_t& best = chosen[static_cast<std::size_t>(row)];
          if (lists.IsNull(row)) continue;
          for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) {
            if (values->IsNull(k)) continue;
            const int compared = best < 0 ? 0 : order.Compare(*values, k, *values, best);
            if (best < 0 || (kGreatest ? compared > 0 : compared < 0)) best = k;
          }
        }
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken, TakeRows(values, chosen));
        return Retype(result, taken);
      },
      {}};
}

// map_contains_key(map, key).
Result<BoundFunction> BindContainsKey(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& type = arguments[0].type;
  if (type.kind != TypeKind::kMap || !(arguments[1].type == type.key()))
    return RefuseTypes(name, arguments);
  const auto order = ValueOrder::Of(type.key());
  if (!order) return RefuseTypes(name, arguments);
  return BoundFunction{
      {type, type.key()},
      TypeKind::kBoolean,
      [order = *order](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
        const ArrayPtr keys = maps.keys();
        arrow::BooleanBuilder builder;
        GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(rows), "searching maps");
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t wanted = row & operands[1].index_mask();
          if (maps.IsNull(row) || operands[1].array->IsNull(wanted)) {
            builder.UnsafeAppendNull();
          } else {
            builder.UnsafeAppend(
                Find(maps, row, order, *keys, *operands[1].array, wanted).position > 0);
          }
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "searching maps");
        return array;
      },
      {}};
}

}  // namespace

const ScalarFunction kSize{"size", "the number of elements; of NULL -1", &BindSize<true>};
const ScalarFunction kArraySize{"array_size", "the number of elements; of NULL NULL",
                                &BindSize<false>};
const ScalarFunction kArrayContains{"array_contains", "whether a value is in an array",
                                    &BindContains};
const ScalarFunction kArrayPosition{"array_position", "the first place of a value from 1, or 0",
                                    &BindPosition};
const ScalarFunction kArrayMin{"array_min", "the least element, NULLs skipped",
                               &BindExtreme<false>};
const ScalarFunction kArrayMax{"array_max", "the greatest element, NULLs skipped",
                               &BindExtreme<true>};
const ScalarFunction kMapContainsKey{"map_contains_key", "whether a map has a key",
                                     &BindContainsKey};

}  // namespace gnomon::expr::functions
