// SPDX-License-Identifier: Apache-2.0
// map_filter, transform_keys, transform_values, map_zip_with: lambdas over the entries of maps.
#include <unordered_map>

#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/list_elements.h"
#include "expr/value_order.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

// The lambda over all entries.
struct Answers {
  ListElements entries;
  ArrayPtr values;
};

Result<Answers> AskEntries(const BoundLambda& body, const ListRows& maps,
                           std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ListElements entries,
                          GatherElements(maps, rows, {maps.keys(), maps.items()}));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr values,
                          body.evaluate(entries.columns, entries.call_rows, operands.subspan(1)));
  return Answers{std::move(entries), std::move(values)};
}

Result<BoundLambda> BindEntryLambda(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& map = arguments[0].type;
  const LambdaArgument* lambda = arguments[1].lambda;
  if (map.kind != TypeKind::kMap || lambda == nullptr || lambda->parameter_count() != 2)
    return RefuseTypes(name, arguments);
  const DataType types[] = {map.key(), map.value()};
  return lambda->Bind(types);
}

Result<BoundFunction> BindMapFilter(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, BindEntryLambda(name, arguments));
  if (body.type.kind != TypeKind::kBoolean) return RefuseTypes(name, arguments);
  const DataType type = arguments[0].type;
  return BoundFunction{
      {type},
      type,
      [type, body](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(const Answers answers, AskEntries(body, maps, operands, rows));
        const IndexLists kept =
            KeepElements(maps, rows, static_cast<const arrow::BooleanArray&>(*answers.values));
        const std::vector<ArrayPtr>& entries = answers.entries.columns;
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr keys, TakeRows(entries[0], kept.indices()));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr items, TakeRows(entries[1], kept.indices()));
        return kept.WrapMap(type, std::move(keys), std::move(items));
      },
      {}};
}

// NULL and repeated keys stop the evaluation.
Status CheckKeys(const ValueOrder& order, const IndexLists& shape, const arrow::Array& keys) {
  const std::vector<std::int64_t> rows = shape.rows();
  std::unordered_map<std::string, std::int64_t> met;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    if (keys.IsNull(at))
      return InvalidArgument("a new key of transform_keys is NULL - replace it with coalesce");
    if (i == 0 || rows[i] != rows[i - 1]) met.clear();
    std::string key;
    order.AppendKey(keys, at, &key);
    if (!met.emplace(std::move(key), at).second)
      return InvalidArgument(
          "a new key of transform_keys comes twice in one map - make the keys differ");
  }
  return Ok();
}

template <bool kKeys>
Result<BoundFunction> BindTransform(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, BindEntryLambda(name, arguments));
  const DataType& map = arguments[0].type;
  const DataType type =
      kKeys ? DataType::Map(body.type, map.value()) : DataType::Map(map.key(), body.type);
  const auto order = ValueOrder::Of(type.key());
  if (!order || (kKeys && body.type.kind == TypeKind::kVoid)) return RefuseTypes(name, arguments);
  return BoundFunction{
      {map},
      type,
      [type, body, order = *order](std::span<const Operand> operands,
                                   std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows maps, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(Answers answers, AskEntries(body, maps, operands, rows));
        const IndexLists& shape = answers.entries.shape;
        std::vector<ArrayPtr>& entries = answers.entries.columns;
        if (kKeys) {
          GNOMON_RETURN_IF_ERROR(CheckKeys(order, shape, *answers.values));
          return shape.WrapMap(type, std::move(answers.values), std::move(entries[1]));
        }
        return shape.WrapMap(type, std::move(entries[0]), std::move(answers.values));
      },
      {}};
}

// For each key of either map, in the order of the first and then of the second: its values in both.
Result<ArrayPtr> ZipMaps(const DataType& type, const BoundLambda& body, const ValueOrder& order,
                         std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows left, ListRows::Make(operands[0], rows));
  GNOMON_ASSIGN_OR_RETURN(const ListRows right, ListRows::Make(operands[1], rows));
  const ArrayPtr left_keys = left.keys();
  const ArrayPtr right_keys = right.keys();
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr all_keys, ConcatenateArrays({left_keys, right_keys}));
  const std::int64_t shift = left_keys->length();
  IndexLists shape(rows);
  std::vector<std::int64_t> xs;
  std::vector<std::int64_t> ys;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (left.IsNull(row) || right.IsNull(row)) {
      shape.CloseNull();
      continue;
    }
    std::unordered_map<std::string, std::size_t> places;
    for (std::int64_t k = left.begin(row); k < left.end(row); ++k) {
      std::string key;
      order.AppendKey(*left_keys, k, &key);
      places.emplace(std::move(key), xs.size());
      shape.Append(k);
      xs.push_back(k);
      ys.push_back(-1);
    }
    for (std::int64_t k = right.begin(row); k < right.end(row); ++k) {
      std::string key;
      order.AppendKey(*right_keys, k, &key);
      if (const auto found = places.find(key); found != places.end()) {
        ys[found->second] = k;
        continue;
      }
      shape.Append(shift + k);
      xs.push_back(-1);
      ys.push_back(k);
    }
    shape.CloseRow();
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr keys, TakeRows(all_keys, shape.indices()));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr x, TakeRows(left.items(), xs));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr y, TakeRows(right.items(), ys));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr values,
                          body.evaluate({keys, x, y}, shape.rows(), operands.subspan(2)));
  return shape.WrapMap(type, std::move(keys), std::move(values));
}

Result<BoundFunction> BindZipWith(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const DataType& left = arguments[0].type;
  const DataType& right = arguments[1].type;
  const LambdaArgument* lambda = arguments[2].lambda;
  if (left.kind != TypeKind::kMap || right.kind != TypeKind::kMap || lambda == nullptr ||
      lambda->parameter_count() != 3 || !(left.key() == right.key())) {
    return RefuseTypes(name, arguments);
  }
  const auto order = ValueOrder::Of(left.key());
  if (!order) return RefuseTypes(name, arguments);
  const DataType types[] = {left.key(), left.value(), right.value()};
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, lambda->Bind(types));
  const DataType type = DataType::Map(left.key(), body.type);
  return BoundFunction{
      {left, right},
      type,
      [type, body, order = *order](std::span<const Operand> operands, std::int64_t rows) {
        return ZipMaps(type, body, order, operands, rows);
      },
      {}};
}

}  // namespace

const ScalarFunction kMapFilter{"map_filter", "the entries for which a lambda (k, v) is true",
                                &BindMapFilter, true};
const ScalarFunction kTransformKeys{"transform_keys", "new keys by a lambda (k, v)",
                                    &BindTransform<true>, true};
const ScalarFunction kTransformValues{"transform_values", "new values by a lambda (k, v)",
                                      &BindTransform<false>, true};
const ScalarFunction kMapZipWith{"map_zip_with", "map_zip_with(a, b, (k, x, y) -> ...)",
                                 &BindZipWith, true};

}  // namespace gnomon::expr::functions
