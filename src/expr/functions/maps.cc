// SPDX-License-Identifier: Apache-2.0
// map, map_keys, map_values, map_entries, map_from_arrays, map_from_entries, map_concat,
// str_to_map: maps keep the order of their entries; a NULL key or one that comes twice stops the
// evaluation, as Spark does.
#include <unordered_set>

#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/list_elements.h"
#include "expr/nested.h"
#include "expr/value_order.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

// Checks the keys of each row. `offsets` come from the lists that will become maps.
class KeyCheck {
 public:
  KeyCheck(std::string_view name, ValueOrder order) : name_(name), order_(std::move(order)) {}
  void BeginRow() { keys_.clear(); }
  Status Add(const arrow::Array& keys, std::int64_t at) {
    if (keys.IsNull(at))
      return InvalidArgument("a key of {} is NULL - filter it out before", name_);
    std::string key;
    order_.AppendKey(keys, at, &key);
    if (keys_.insert(std::move(key)).second) return Ok();
    return InvalidArgument("a key of {} comes twice in one map - keep one of its entries", name_);
  }

 private:
  std::string name_;
  ValueOrder order_;
  std::unordered_set<std::string> keys_;
};

Result<BoundFunction> BindMap(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.size() % 2 != 0)
    return InvalidArgument("map has a key without a value - give it pairs");
  std::vector<Argument> keys;
  std::vector<Argument> values;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    (i % 2 == 0 ? keys : values).push_back(arguments[i]);
  const auto key = WiderType(keys, true);
  const auto value = WiderType(values, true);
  if (!key || !value || arguments.empty()) return RefuseTypes(name, arguments);
  const auto order = ValueOrder::Of(*key);
  if (!order) return RefuseTypes(name, arguments);
  const DataType type = DataType::Map(*key, *value);
  std::vector<DataType> types;
  for (std::size_t i = 0; i < arguments.size(); ++i) types.push_back(i % 2 == 0 ? *key : *value);
  return BoundFunction{
      std::move(types),
      type,
      [type, order = *order](std::span<const Operand> operands,
                             std::int64_t rows) -> Result<ArrayPtr> {
        std::vector<ArrayPtr> columns[2];
        for (std::size_t i = 0; i < operands.size(); ++i) {
          GNOMON_ASSIGN_OR_RETURN(ArrayPtr column, ExpandRows(operands[i], rows));
          columns[i % 2].push_back(std::move(column));
        }
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr all_keys, ConcatenateArrays(columns[0]));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr all_values, ConcatenateArrays(columns[1]));
        IndexLists lists(rows);
        KeyCheck check("map", order);
        for (std::int64_t row = 0; row < rows; ++row) {
          check.BeginRow();
          for (std::size_t j = 0; j < columns[0].size(); ++j) {
            const std::int64_t at = static_cast<std::int64_t>(j) * rows + row;
            GNOMON_RETURN_IF_ERROR(check.Add(*all_keys, at));
            lists.Append(at);
          }
          lists.CloseRow();
        }
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_keys, TakeRows(all_keys, lists.indices()));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_values, TakeRows(all_values, lists.indices()));
        return lists.WrapMap(type, std::move(taken_keys), std::move(taken_values));
      },
      {}};
}

template <bool kKeys>
Result<BoundFunction> BindSide(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& map = arguments[0].type;
  if (map.kind != TypeKind::kMap) return RefuseTypes(name, arguments);
  const DataType type = DataType::List(kKeys ? map.key() : map.value());
  return BoundFunction{
      {map},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
        const IndexLists lists = AllElements(maps, rows);
        return lists.Gather(type, kKeys ? maps.keys() : maps.items());
      },
      {}};
}

Result<BoundFunction> BindEntries(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& map = arguments[0].type;
  if (map.kind != TypeKind::kMap) return RefuseTypes(name, arguments);
  const DataType type =
      DataType::List(DataType::Struct({Field{.name = "key", .type = map.key(), .nullable = false},
                                       Field{.name = "value", .type = map.value()}}));
  return BoundFunction{
      {map},
      type,
      [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
        const IndexLists lists = AllElements(maps, rows);
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr keys, TakeRows(maps.keys(), lists.indices()));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr items, TakeRows(maps.items(), lists.indices()));
        const std::int64_t entries = keys->length();
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs, MakeStructs(type.element(), entries,
                                                              {std::move(keys), std::move(items)}));
        return lists.Wrap(type, structs);
      },
      {}};
}

Result<ArrayPtr> FromArrays(const DataType& type, const ValueOrder& order,
                            std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows keys, ListRows::Make(operands[0], rows));
  GNOMON_ASSIGN_OR_RETURN(const ListRows values, ListRows::Make(operands[1], rows));
  const ArrayPtr key_values = keys.values();
  IndexLists lists(rows);
  std::vector<std::int64_t> items;
  KeyCheck check("map_from_arrays", order);
  for (std::int64_t row = 0; row < rows; ++row) {
    if (keys.IsNull(row) || values.IsNull(row)) {
      lists.CloseNull();
      continue;
    }
    if (keys.size(row) != values.size(row)) {
      return InvalidArgument("map_from_arrays has {} keys and {} values - give it as many of each",
                             keys.size(row), values.size(row));
    }
    check.BeginRow();
    for (std::int64_t k = 0; k < keys.size(row); ++k) {
      GNOMON_RETURN_IF_ERROR(check.Add(*key_values, keys.begin(row) + k));
      lists.Append(keys.begin(row) + k);
      items.push_back(values.begin(row) + k);
    }
    lists.CloseRow();
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_keys, TakeRows(key_values, lists.indices()));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_items, TakeRows(values.values(), items));
  return lists.WrapMap(type, std::move(taken_keys), std::move(taken_items));
}

Result<BoundFunction> BindFromArrays(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& keys = arguments[0].type;
  const DataType& values = arguments[1].type;
  if (keys.kind != TypeKind::kList || values.kind != TypeKind::kList)
    return RefuseTypes(name, arguments);
  const auto order = ValueOrder::Of(keys.element());
  if (!order) return RefuseTypes(name, arguments);
  const DataType type = DataType::Map(keys.element(), values.element());
  return BoundFunction{
      {keys, values},
      type,
      [type, order = *order](std::span<const Operand> operands, std::int64_t rows) {
        return FromArrays(type, order, operands, rows);
      },
      {}};
}

// NULL where an entry is.
Result<ArrayPtr> FromEntries(const DataType& type, const ValueOrder& order,
                             std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
  const ArrayPtr entries = lists.values();
  const auto& structs = static_cast<const arrow::StructArray&>(*entries);
  const ArrayPtr keys = structs.field(0);
  IndexLists result(rows);
  KeyCheck check("map_from_entries", order);
  for (std::int64_t row = 0; row < rows; ++row) {
    bool null = lists.IsNull(row);
    for (std::int64_t k = lists.begin(row); k < lists.end(row) && !null; ++k)
      null = structs.IsNull(k);
    if (null) {
      result.CloseNull();
      continue;
    }
    check.BeginRow();
    for (std::int64_t k = lists.begin(row); k < lists.end(row); ++k) {
      GNOMON_RETURN_IF_ERROR(check.Add(*keys, k));
      result.Append(k);
    }
    result.CloseRow();
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_keys, TakeRows(keys, result.indices()));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_items, TakeRows(structs.field(1), result.indices()));
  return result.WrapMap(type, std::move(taken_keys), std::move(taken_items));
}

Result<BoundFunction> BindFromEntries(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& list = arguments[0].type;
  if (list.kind != TypeKind::kList || list.element().kind != TypeKind::kStruct ||
      list.element().children.size() != 2) {
    return RefuseTypes(name, arguments);
  }
  const auto& pair = list.element().children;
  const auto order = ValueOrder::Of(pair[0].type);
  if (!order) return RefuseTypes(name, arguments);
  const DataType type = DataType::Map(pair[0].type, pair[1].type);
  return BoundFunction{
      {list},
      type,
      [type, order = *order](std::span<const Operand> operands, std::int64_t rows) {
        return FromEntries(type, order, operands, rows);
      },
      {}};
}

Result<ArrayPtr> ConcatMaps(const DataType& type, const ValueOrder& order,
                            std::span<const Operand> operands, std::int64_t rows) {
  std::vector<ListRows> maps;
  std::vector<ArrayPtr> keys;
  std::vector<ArrayPtr> items;
  std::vector<std::int64_t> shifts;
  std::int64_t length = 0;
  for (const Operand& operand : operands) {
    GNOMON_ASSIGN_OR_RETURN(ListRows map, ListRows::Make(operand, rows));
    shifts.push_back(length);
    length += map.keys()->length();
    keys.push_back(map.keys());
    items.push_back(map.items());
    maps.push_back(std::move(map));
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all_keys, ConcatenateArrays(keys));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all_items, ConcatenateArrays(items));
  IndexLists lists(rows);
  KeyCheck check("map_concat", order);
  for (std::int64_t row = 0; row < rows; ++row) {
    const bool null = std::any_of(maps.begin(), maps.end(),
                                  [row](const ListRows& map) { return map.IsNull(row); });
    check.BeginRow();
    for (std::size_t i = 0; i < maps.size() && !null; ++i) {
      for (std::int64_t k = maps[i].begin(row); k < maps[i].end(row); ++k) {
        GNOMON_RETURN_IF_ERROR(check.Add(*all_keys, shifts[i] + k));
        lists.Append(shifts[i] + k);
      }
    }
    null ? lists.CloseNull() : lists.CloseRow();
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_keys, TakeRows(all_keys, lists.indices()));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken_items, TakeRows(all_items, lists.indices()));
  return lists.WrapMap(type, std::move(taken_keys), std::move(taken_items));
}

Result<BoundFunction> BindConcat(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 10'000));
  for (const Argument& argument : arguments) {
    if (argument.type.kind != TypeKind::kMap) return RefuseTypes(name, arguments);
  }
  const auto type = WiderType(arguments, false);
  if (!type || !(arguments[0].type.key() == type->key())) return RefuseTypes(name, arguments);
  const auto order = ValueOrder::Of(type->key());
  if (!order) return RefuseTypes(name, arguments);
  return BoundFunction{
      std::vector<DataType>(arguments.size(), *type),
      *type,
      [type = *type, order = *order](std::span<const Operand> operands, std::int64_t rows) {
        return ConcatMaps(type, order, operands, rows);
      },
      {}};
}

// A delimiter is a regular expression in Spark; only texts without any special character are taken.
Result<std::string> PlainDelimiter(std::string_view name, std::span<const Argument> arguments,
                                   std::size_t index, std::string_view otherwise) {
  if (arguments.size() <= index) return std::string(otherwise);
  GNOMON_ASSIGN_OR_RETURN(std::string text, ConstantText(name, arguments[index], "delimiter"));
  if (text.empty() || text.find_first_of("\\[](){}.*+?^$|") != std::string::npos) {
    return Unimplemented(
        "the delimiter of {} is a regular expression - use a text without special characters: {}",
        name, text);
  }
  return text;
}

Result<ArrayPtr> ParseMaps(const std::string& pairs, const std::string& middle,
                           std::span<const Operand> operands, std::int64_t rows) {
  const Values<Text> texts(operands[0]);
  arrow::StringBuilder keys;
  arrow::StringBuilder items;
  IndexLists lists(rows);
  std::unordered_set<std::string> met;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (operands[0].array->IsNull(row & operands[0].index_mask())) {
      lists.CloseNull();
      continue;
    }
    met.clear();
    Text rest = texts[row];
    while (true) {
      const std::size_t end = rest.find(pairs);
      const Text pair = rest.substr(0, end);
      const std::size_t at = pair.find(middle);
      const Text key = pair.substr(0, at);
      if (!met.insert(std::string(key)).second)
        return InvalidArgument(
            "a key of str_to_map comes twice in one text - keep one of its entries: {}", key);
      lists.Append(0);
      GNOMON_ARROW_RETURN_NOT_OK(keys.Append(key), "reading maps");
      GNOMON_ARROW_RETURN_NOT_OK(
          at == Text::npos ? items.AppendNull() : items.Append(pair.substr(at + middle.size())),
          "reading maps");
      if (end == Text::npos) break;
      rest.remove_prefix(end + pairs.size());
    }
    lists.CloseRow();
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr key_array, keys.Finish(), "reading maps");
  GNOMON_ARROW_ASSIGN(ArrayPtr item_array, items.Finish(), "reading maps");
  return lists.WrapMap(DataType::Map(TypeKind::kString, TypeKind::kString), std::move(key_array),
                       std::move(item_array));
}

Result<BoundFunction> BindStrToMap(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 3));
  const DataType text(TypeKind::kString);
  if (arguments[0].type.kind != TypeKind::kString) return RefuseTypes(name, arguments);
  GNOMON_ASSIGN_OR_RETURN(std::string pairs, PlainDelimiter(name, arguments, 1, ","));
  GNOMON_ASSIGN_OR_RETURN(std::string middle, PlainDelimiter(name, arguments, 2, ":"));
  return BoundFunction{{text},
                       DataType::Map(text, text),
                       [pairs, middle](std::span<const Operand> operands, std::int64_t rows) {
                         return ParseMaps(pairs, middle, operands, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kMap{"map", "map(key, value, ...)", &BindMap};
const ScalarFunction kMapKeys{"map_keys", "the keys of a map", &BindSide<true>};
const ScalarFunction kMapValues{"map_values", "the values of a map", &BindSide<false>};
const ScalarFunction kMapEntries{"map_entries", "an array of structs of key and value",
                                 &BindEntries};
const ScalarFunction kMapFromArrays{"map_from_arrays", "map_from_arrays(keys, values)",
                                    &BindFromArrays};
const ScalarFunction kMapFromEntries{"map_from_entries", "a map of an array of pairs",
                                     &BindFromEntries};
const ScalarFunction kMapConcat{"map_concat", "the entries of several maps", &BindConcat};
const ScalarFunction kStrToMap{"str_to_map", "str_to_map('a:1,b:2', ',', ':')", &BindStrToMap};

}  // namespace gnomon::expr::functions
