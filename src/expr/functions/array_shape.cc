// SPDX-License-Identifier: Apache-2.0
// slice, flatten, array_repeat, sequence, arrays_zip, array_join, array_append, array_prepend,
// array_insert, sort_array, array_sort without a lambda: arrays made of others. reverse and concat
// of arrays too.
#include <limits>

#include "expr/array_argument.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/functions/array_shape.h"
#include "expr/interval.h"
#include "expr/nested.h"
#include "expr/scalar_kinds.h"
#include "expr/time_sequence.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

// One more than Spark makes in one array.
constexpr std::int64_t kElementsMax = std::numeric_limits<std::int32_t>::max() - 15;

bool IsNullAt(const Operand& operand, std::int64_t row) {
  return operand.array->IsNull(row & operand.index_mask());
}

Result<BoundFunction> BindSlice(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const DataType& type = arguments[0].type;
  const DataType whole(TypeKind::kInt);
  if (type.kind != TypeKind::kList || !IsInteger(arguments[1].type.kind) ||
      !IsInteger(arguments[2].type.kind)) {
    return RefuseTypes(name, arguments);
  }
  return BoundFunction{
      {type, whole, whole},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        const Values<std::int32_t> starts(operands[1]);
        const Values<std::int32_t> lengths(operands[2]);
        IndexLists result(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          if (lists.IsNull(row) || IsNullAt(operands[1], row) || IsNullAt(operands[2], row)) {
            result.CloseNull();
            continue;
          }
          if (starts[row] == 0)
            return InvalidArgument("slice counts from 1 - begin at 1 or, from the end, at -1: 0");
          if (lengths[row] < 0)
            return InvalidArgument("slice has a negative length - make it 0 or more: {}",
                                   lengths[row]);
          const std::int64_t begin =
              starts[row] > 0 ? starts[row] - 1 : starts[row] + lists.size(row);
          if (begin >= 0 && begin < lists.size(row)) {
            const std::int64_t end = std::min(begin + lengths[row], lists.size(row));
            result.AppendRange(lists.begin(row) + begin, lists.begin(row) + end);
          }
          result.CloseRow();
        }
        return result.Gather(type, lists.values());
      },
      {}};
}

// NULL if any of the inner arrays is.
Result<BoundFunction> BindFlatten(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& outer = arguments[0].type;
  if (outer.kind != TypeKind::kList || outer.element().kind != TypeKind::kList)
    return RefuseTypes(name, arguments);
  const DataType type = outer.element();
  return BoundFunction{
      {outer},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        const ArrayPtr inner_array = lists.values();
        const auto& inner = static_cast<const arrow::ListArray&>(*inner_array);
        IndexLists result(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          bool null = lists.IsNull(row);
          for (std::int64_t k = lists.begin(row); k < lists.end(row) && !null; ++k) {
            null = inner.IsNull(k);
            if (!null) result.AppendRange(inner.value_offset(k), inner.value_offset(k + 1));
          }
          null ? result.CloseNull() : result.CloseRow();
        }
        return result.Gather(type, inner.values());
      },
      {}};
}

Result<BoundFunction> BindRepeat(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& element = arguments[0].type;
  if (!IsInteger(arguments[1].type.kind) || arguments[1].type.kind == TypeKind::kLong)
    return RefuseTypes(name, arguments);
  const DataType type = DataType::List(element);
  return BoundFunction{
      {element, TypeKind::kInt},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        const Values<std::int32_t> counts(operands[1]);
        IndexLists result(rows);
        std::int64_t total = 0;
        for (std::int64_t row = 0; row < rows; ++row) {
          if (IsNullAt(operands[1], row)) {
            result.CloseNull();
            continue;
          }
          total += std::max(counts[row], 0);
          if (total > kElementsMax)
            return InvalidArgument("array_repeat makes too many elements - repeat less often: {}",
                                   total);
          for (std::int32_t k = 0; k < counts[row]; ++k)
            result.Append(row & operands[0].index_mask());
          result.CloseRow();
        }
        return result.Gather(type, operands[0].array);
      },
      {}};
}

// From start to stop, both ends in; the step is 1 or -1 where it is left out.
template <typename T>
Kernel SequenceKernel(const DataType& type, bool has_step) {
  return
      [type, has_step](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        const Values<T> starts(operands[0]);
        const Values<T> stops(operands[1]);
        using Builder = typename arrow::CTypeTraits<T>::BuilderType;
        Builder values;
        IndexLists lists(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          if (IsNullAt(operands[0], row) || IsNullAt(operands[1], row) ||
              (has_step && IsNullAt(operands[2], row))) {
            lists.CloseNull();
            continue;
          }
          const T start = starts[row];
          const T stop = stops[row];
          const T step =
              has_step ? Values<T>(operands[2])[row] : static_cast<T>(start <= stop ? 1 : -1);
          if ((start < stop && step <= 0) || (start > stop && step >= 0)) {
            return InvalidArgument(
                "sequence never reaches its end - give it another step: {} to {} by {}", start,
                stop, step);
          }
          // Unsigned, so that the ends of the range may be apart by more than half of it.
          const auto apart = [](T a, T b) {
            return static_cast<std::uint64_t>(std::max(a, b)) -
                   static_cast<std::uint64_t>(std::min(a, b));
          };
          const std::uint64_t steps = step == 0 ? 0 : apart(start, stop) / apart(step, 0);
          if (steps > static_cast<std::uint64_t>(kElementsMax - values.length()))
            return InvalidArgument("sequence is too long - give it a wider step: {} to {}", start,
                                   stop);
          for (std::int64_t k = 0; k <= static_cast<std::int64_t>(steps); ++k) {
            lists.Append(values.length());
            const std::uint64_t added =
                static_cast<std::uint64_t>(k) * static_cast<std::uint64_t>(step);
            const auto value = static_cast<T>(static_cast<std::uint64_t>(start) + added);
            GNOMON_ARROW_RETURN_NOT_OK(values.Append(value), "making a sequence");
          }
          lists.CloseRow();
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, values.Finish(), "making a sequence");
        return lists.Wrap(type, array);
      };
}

// Dates by days.
Kernel DaySequence(const DataType& type) {
  return [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(
        ArrayPtr days,
        SequenceKernel<std::int32_t>(DataType::List(TypeKind::kInt), false)(operands, rows));
    auto data = days->data()->Copy();
    auto child = data->child_data[0]->Copy();
    child->type = arrow::date32();
    data->child_data[0] = std::move(child);
    data->type = ToArrow(type);
    return arrow::MakeArray(data);
  };
}

Result<BoundFunction> BindSequence(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  if (arguments.size() == 3 && IsInterval(arguments[2].type))
    return BindTimeSequence(name, arguments);
  const DataType date(TypeKind::kDate);
  if (arguments.size() == 2 && arguments[0].type == date && arguments[1].type == date) {
    const DataType days = DataType::List(date);
    return BoundFunction{{date, date}, days, DaySequence(days), {}};
  }
  for (const Argument& argument : arguments) {
    if (!IsInteger(argument.type.kind)) return RefuseTypes(name, arguments);
  }
  const auto element = WiderType(arguments, false);
  if (!element) return RefuseTypes(name, arguments);
  const DataType type = DataType::List(*element);
  Kernel kernel = WithNumber(element->kind, [&]<typename T>(Tag<T>) -> Kernel {
    if constexpr (std::is_integral_v<T>) return SequenceKernel<T>(type, arguments.size() == 3);
    return {};
  });
  return BoundFunction{
      std::vector<DataType>(arguments.size(), *element), type, std::move(kernel), {}};
}

// The elements as texts, NULLs left out or replaced.
Result<ArrayPtr> JoinRows(std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
  const ArrayPtr values = lists.values();
  const auto& texts = static_cast<const arrow::StringArray&>(*values);
  const Values<Text> separators(operands[1]);
  arrow::StringBuilder builder;
  std::string joined;
  for (std::int64_t row = 0; row < rows; ++row) {
    const bool null = lists.IsNull(row) || IsNullAt(operands[1], row) ||
                      (operands.size() == 3 && IsNullAt(operands[2], row));
    joined.clear();
    bool first = true;
    for (std::int64_t k = lists.begin(row); k < lists.end(row) && !null; ++k) {
      if (texts.IsNull(k) && operands.size() < 3) continue;
      if (!first) joined.append(separators[row]);
      first = false;
      joined.append(texts.IsNull(k) ? Values<Text>(operands[2])[row] : texts.GetView(k));
    }
    GNOMON_ARROW_RETURN_NOT_OK(null ? builder.AppendNull() : builder.Append(joined),
                               "joining texts");
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "joining texts");
  return array;
}

Result<BoundFunction> BindJoin(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType text(TypeKind::kString);
  const DataType list = DataType::List(text);
  const DataType& given = arguments[0].type;
  if (given.kind != TypeKind::kList || !IsImplicitCast(given.element(), text))
    return RefuseTypes(name, arguments);
  for (const Argument& argument : arguments.subspan(1)) {
    if (argument.type.kind != TypeKind::kString) return RefuseTypes(name, arguments);
  }
  std::vector<DataType> types(arguments.size(), text);
  types[0] = list;
  return BoundFunction{std::move(types), text, &JoinRows, {}};
}

// Structs of the i-th elements; the shorter arrays end in NULLs.
Result<ArrayPtr> ZipRows(const DataType& type, std::span<const Operand> operands,
                         std::int64_t rows) {
  std::vector<ListRows> lists;
  for (const Operand& operand : operands) {
    GNOMON_ASSIGN_OR_RETURN(ListRows list, ListRows::Make(operand, rows));
    lists.push_back(std::move(list));
  }
  IndexLists shape(rows);
  std::vector<std::vector<std::int64_t>> chosen(lists.size());
  for (std::int64_t row = 0; row < rows; ++row) {
    std::int64_t longest = 0;
    bool null = false;
    for (const ListRows& list : lists) {
      null = null || list.IsNull(row);
      longest = std::max(longest, list.size(row));
    }
    for (std::int64_t k = 0; k < longest && !null; ++k) {
      shape.Append(0);
      for (std::size_t i = 0; i < lists.size(); ++i)
        chosen[i].push_back(k < lists[i].size(row) ? lists[i].begin(row) + k : -1);
    }
    null ? shape.CloseNull() : shape.CloseRow();
  }
  std::vector<ArrayPtr> fields;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr field, TakeRows(lists[i].values(), chosen[i]));
    fields.push_back(std::move(field));
  }
  const auto entries = static_cast<std::int64_t>(shape.indices().size());
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs,
                          MakeStructs(type.element(), entries, std::move(fields)));
  return shape.Wrap(type, structs);
}

// `arrays_zip('a', x, 'b', y)`: the translator names the fields.
Result<BoundFunction> BindZip(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.empty() || arguments.size() % 2 != 0) return RefuseTypes(name, arguments);
  BoundFunction bound;
  std::vector<Field> fields;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    GNOMON_ASSIGN_OR_RETURN(std::string field, ConstantText(name, arguments[i], "field's name"));
    const DataType& list = arguments[i + 1].type;
    if (list.kind != TypeKind::kList) return RefuseTypes(name, arguments);
    fields.push_back(Field{.name = std::move(field), .type = list.element()});
    bound.operand_types.push_back(list);
    bound.sources.push_back(i + 1);
  }
  bound.result = DataType::List(DataType::Struct(std::move(fields)));
  bound.kernel = [type = bound.result](std::span<const Operand> operands, std::int64_t rows) {
    return ZipRows(type, operands, rows);
  };
  return bound;
}

}  // namespace

Result<BoundFunction> BindReverseList(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  return BoundFunction{
      {type},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        IndexLists result(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          for (std::int64_t k = lists.end(row); k > lists.begin(row); --k) result.Append(k - 1);
          lists.IsNull(row) ? result.CloseNull() : result.CloseRow();
        }
        return result.Gather(type, lists.values());
      },
      {}};
}

Result<BoundFunction> BindConcatLists(std::string_view name, std::span<const Argument> arguments) {
  for (const Argument& argument : arguments) {
    if (argument.type.kind != TypeKind::kList) return RefuseTypes(name, arguments);
  }
  const auto type = WiderType(arguments, false);
  if (!type) return RefuseTypes(name, arguments);
  return BoundFunction{
      std::vector<DataType>(arguments.size(), *type),
      *type,
      [type = *type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        std::vector<ListRows> lists;
        std::vector<ArrayPtr> values;
        std::vector<std::int64_t> shifts;
        std::int64_t length = 0;
        for (const Operand& operand : operands) {
          GNOMON_ASSIGN_OR_RETURN(ListRows list, ListRows::Make(operand, rows));
          values.push_back(list.values());
          shifts.push_back(length);
          length += list.values()->length();
          lists.push_back(std::move(list));
        }
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr all, ConcatenateArrays(values));
        IndexLists result(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
          bool null = false;
          for (std::size_t i = 0; i < lists.size(); ++i) {
            null = null || lists[i].IsNull(row);
            result.AppendRange(shifts[i] + lists[i].begin(row), shifts[i] + lists[i].end(row));
          }
          null ? result.CloseNull() : result.CloseRow();
        }
        return result.Gather(type, all);
      },
      {}};
}

const ScalarFunction kSlice{"slice", "slice(array, start from 1, length)", &BindSlice};
const ScalarFunction kFlatten{"flatten", "an array of arrays as one array", &BindFlatten};
const ScalarFunction kArrayRepeat{"array_repeat", "array_repeat(value, times)", &BindRepeat};
const ScalarFunction kSequence{"sequence", "sequence(start, stop, step), both ends in",
                               &BindSequence};
const ScalarFunction kArrayJoin{"array_join", "array_join(array, separator, for NULL)", &BindJoin};
const ScalarFunction kArraysZip{"arrays_zip", "an array of structs of the i-th elements", &BindZip};

}  // namespace gnomon::expr::functions
