// SPDX-License-Identifier: Apache-2.0
// array_distinct, array_union, array_intersect, array_except, arrays_overlap, array_remove,
// array_compact: arrays as sets. NULL equals NULL here, and the first of equals stays.
#include <unordered_set>

#include "expr/array_argument.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

// The values of one row that were met.
class Met {
 public:
  explicit Met(const ValueOrder& order) : order_(order.WithDistinctZeros()) {}
  void Clear() { keys_.clear(); }
  bool Add(const arrow::Array& values, std::int64_t at) {
    return keys_.insert(Key(values, at)).second;
  }
  bool Has(const arrow::Array& values, std::int64_t at) { return keys_.contains(Key(values, at)); }

 private:
  std::string Key(const arrow::Array& values, std::int64_t at) const {
    std::string key;
    order_.AppendKey(values, at, &key);
    return key;
  }
  ValueOrder order_;
  std::unordered_set<std::string> keys_;
};

Result<BoundFunction> BindDistinct(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonList(name, arguments));
  const auto order = ValueOrder::Of(type.element());
  if (!order) return RefuseTypes(name, arguments);
  return BoundFunction{{type},
                       type,
                       [type, order = *order](std::span<const Operand> operands,
                                              std::int64_t rows) -> Result<ArrayPtr> {
                         GNOMON_ASSIGN_OR_RETURN(const ListRows lists,
                                                 ListRows::Make(operands[0], rows));
                         const ArrayPtr values = lists.values();
                         IndexLists result(rows);
                         Met met(order);
                         for (std::int64_t row = 0; row < rows; ++row) {
                           met.Clear();
                           for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) {
                             if (met.Add(*values, k)) result.Append(k);
                           }
                           lists.IsNull(row) ? result.CloseNull() : result.CloseRow();
                         }
                         return result.Gather(type, values);
                       },
                       {}};
}

enum class SetOperation : std::uint8_t { kUnion, kIntersect, kExcept };

// The values of the right side stand behind those of the left.
template <SetOperation kOperation>
void Combine(const ListRows& left, const ListRows& right, std::int64_t row,
             const arrow::Array& values, std::int64_t shift, Met* met, Met* others,
             IndexLists* result) {
  for (std::int64_t k = right.begin(row); k < right.end(row); ++k) others->Add(values, shift + k);
  for (std::int64_t k = left.begin(row); k < left.end(row); ++k) {
    if (kOperation == SetOperation::kIntersect && !others->Has(values, k)) continue;
    if (kOperation == SetOperation::kExcept && others->Has(values, k)) continue;
    if (met->Add(values, k)) result->Append(k);
  }
  if (kOperation != SetOperation::kUnion) return;
  for (std::int64_t k = right.begin(row); k < right.end(row); ++k) {
    if (met->Add(values, shift + k)) result->Append(shift + k);
  }
}

template <SetOperation kOperation>
Result<BoundFunction> BindSetOperation(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonList(name, arguments));
  const auto order = ValueOrder::Of(type.element());
  if (!order) return RefuseTypes(name, arguments);
  return BoundFunction{
      {type, type},
      type,
      [type, order = *order](std::span<const Operand> operands,
                             std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows left, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(const ListRows right, ListRows::Make(operands[1], rows));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr values,
                                ConcatenateArrays({left.values(), right.values()}));
        const std::int64_t shift = left.values()->length();
        IndexLists result(rows);
        Met met(order);
        Met others(order);
        for (std::int64_t row = 0; row < rows; ++row) {
          if (left.IsNull(row) || right.IsNull(row)) {
            result.CloseNull();
            continue;
          }
          met.Clear();
          others.Clear();
          Combine<kOperation>(left, right, row, *values, shift, &met, &others, &result);
          result.CloseRow();
        }
        return result.Gather(type, values);
      },
      {}};
}

// NULL where no value is in both but a NULL might be.
Result<BoundFunction> BindOverlap(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonList(name, arguments));
  const auto order = ValueOrder::Of(type.element());
  if (!order || type.element().kind == TypeKind::kVoid) return RefuseTypes(name, arguments);
  return BoundFunction{
      {type, type},
      TypeKind::kBoolean,
      [order = *order](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows left, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(const ListRows right, ListRows::Make(operands[1], rows));
        const ArrayPtr a = left.values();
        const ArrayPtr b = right.values();
        arrow::BooleanBuilder builder;
        GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(rows), "comparing arrays");
        Met met(order);
        for (std::int64_t row = 0; row < rows; ++row) {
          if (left.IsNull(row) || right.IsNull(row)) {
            builder.UnsafeAppendNull();
            continue;
          }
          met.Clear();
          bool null = false;
          bool shared = false;
          for (std::int64_t k = left.begin(row); k < left.end(row); ++k) {
            null = null || a->IsNull(k);
            if (!a->IsNull(k)) met.Add(*a, k);
          }
          for (std::int64_t k = right.begin(row); k < right.end(row) && !shared; ++k) {
            null = null || b->IsNull(k);
            shared = !b->IsNull(k) && met.Has(*b, k);
          }
          const bool empty = left.size(row) == 0 || right.size(row) == 0;
          if (!shared && null && !empty) {
            builder.UnsafeAppendNull();
          } else {
            builder.UnsafeAppend(shared);
          }
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "comparing arrays");
        return array;
      },
      {}};
}

// Keeps what `keep(values, k, row)` says.
template <typename Keep>
Result<ArrayPtr> KeepElements(const DataType& type, const ListRows& lists, std::int64_t rows,
                              Keep keep) {
  const ArrayPtr values = lists.values();
  IndexLists result(rows);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) {
      if (keep(*values, k, row)) result.Append(k);
    }
    lists.IsNull(row) ? result.CloseNull() : result.CloseRow();
  }
  return result.Gather(type, values);
}

Result<BoundFunction> BindRemove(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(ArrayAndValue bound, BindArrayAndValue(name, arguments));
  return BoundFunction{
      {bound.list, bound.list.element()},
      bound.list,
      [type = bound.list, order = bound.order](std::span<const Operand> operands,
                                               std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        const ArrayPtr values = lists.values();
        const Operand& removed = operands[1];
        IndexLists result(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t at = row & removed.index_mask();
          if (lists.IsNull(row) || removed.array->IsNull(at)) {
            result.CloseNull();
            continue;
          }
          for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) {
            if (!order.Equal(*values, k, *removed.array, at)) result.Append(k);
          }
          result.CloseRow();
        }
        return result.Gather(type, values);
      },
      {}};
}

Result<BoundFunction> BindCompact(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonList(name, arguments));
  return BoundFunction{
      {type},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        return KeepElements(type, lists, rows,
                            [](const arrow::Array& values, std::int64_t k, std::int64_t) {
                              return !values.IsNull(k);
                            });
      },
      {}};
}

}  // namespace

const ScalarFunction kArrayDistinct{"array_distinct", "each value once", &BindDistinct};
const ScalarFunction kArrayUnion{"array_union", "the values of either array, each once",
                                 &BindSetOperation<SetOperation::kUnion>};
const ScalarFunction kArrayIntersect{"array_intersect", "the values of both arrays, each once",
                                     &BindSetOperation<SetOperation::kIntersect>};
const ScalarFunction kArrayExcept{"array_except", "the values of the first array only, each once",
                                  &BindSetOperation<SetOperation::kExcept>};
const ScalarFunction kArraysOverlap{"arrays_overlap", "whether two arrays share a value",
                                    &BindOverlap};
const ScalarFunction kArrayRemove{"array_remove", "the array without a value", &BindRemove};
const ScalarFunction kArrayCompact{"array_compact", "the array without NULLs", &BindCompact};

}  // namespace gnomon::expr::functions
