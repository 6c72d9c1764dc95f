// SPDX-License-Identifier: Apache-2.0
// aggregate(array, start, (state, x) -> ..., state -> ...): the k-th elements of all rows that have
// one are merged into their states in one evaluation, for k = 0, 1, ...
#include <algorithm>

#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

struct Lambdas {
  BoundLambda merge;
  std::optional<BoundLambda> finish;
};

// The states after all elements, for the rows whose array is not NULL.
Result<ArrayPtr> MergeElements(const Lambdas& lambdas, const ListRows& lists, ArrayPtr states,
                               std::int64_t rows, std::span<const Operand> captures) {
  std::int64_t longest = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (!lists.IsNull(row)) longest = std::max(longest, lists.size(row));
  }
  std::vector<std::int64_t> active;
  std::vector<std::int64_t> elements;
  for (std::int64_t k = 0; k < longest; ++k) {
    active.clear();
    elements.clear();
    for (std::int64_t row = 0; row < rows; ++row) {
      if (lists.IsNull(row) || lists.size(row) <= k) continue;
      active.push_back(row);
      elements.push_back(lists.begin(row) + k);
    }
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr state, TakeRows(states, active));
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr element, TakeRows(lists.values(), elements));
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr merged,
                            lambdas.merge.evaluate({state, element}, active, captures));
    // Rows that are done keep their state; the others take the merged one, which stands behind.
    std::vector<std::int64_t> source(static_cast<std::size_t>(rows));
    for (std::int64_t row = 0; row < rows; ++row) source[static_cast<std::size_t>(row)] = row;
    for (std::size_t i = 0; i < active.size(); ++i)
      source[static_cast<std::size_t>(active[i])] = rows + static_cast<std::int64_t>(i);
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr both, ConcatenateArrays({states, merged}));
    GNOMON_ASSIGN_OR_RETURN(states, TakeRows(both, source));
  }
  return states;
}

Result<ArrayPtr> AggregateRows(const Lambdas& lambdas, const DataType& state_type,
                               std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr states, ExpandRows(operands[1], rows));
  GNOMON_ASSIGN_OR_RETURN(states, Retype(state_type, states));
  const auto captures = operands.subspan(2);
  GNOMON_ASSIGN_OR_RETURN(states, MergeElements(lambdas, lists, std::move(states), rows, captures));
  std::vector<std::int64_t> kept;
  std::vector<std::int64_t> result(static_cast<std::size_t>(rows), -1);
  for (std::int64_t row = 0; row < rows; ++row) {
    if (lists.IsNull(row)) continue;
    result[static_cast<std::size_t>(row)] = static_cast<std::int64_t>(kept.size());
    kept.push_back(row);
  }
  GNOMON_ASSIGN_OR_RETURN(states, TakeRows(states, kept));
  if (lambdas.finish) {
    GNOMON_ASSIGN_OR_RETURN(states, lambdas.finish->evaluate({states}, kept, captures));
  }
  return TakeRows(states, result);
}

Result<BoundFunction> BindAggregate(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 4));
  const DataType& list = arguments[0].type;
  const DataType& state = arguments[1].type;
  const LambdaArgument* merge = arguments[2].lambda;
  const LambdaArgument* finish = arguments.size() == 4 ? arguments[3].lambda : nullptr;
  if (list.kind != TypeKind::kList || arguments[1].lambda != nullptr || merge == nullptr ||
      merge->parameter_count() != 2 || (arguments.size() == 4 && finish == nullptr) ||
      (finish != nullptr && finish->parameter_count() != 1)) {
    return RefuseTypes(name, arguments);
  }
  const DataType types[] = {state, list.element()};
  Lambdas lambdas;
  GNOMON_ASSIGN_OR_RETURN(lambdas.merge, merge->Bind(types));
  // Spark wants the very type of the start: it inserts no cast here.
  if (!(lambdas.merge.type == state)) {
    return InvalidArgument(
        "the lambda of aggregate gives another type than its start has - cast the start");
  }
  DataType result = state;
  if (finish != nullptr) {
    GNOMON_ASSIGN_OR_RETURN(lambdas.finish, finish->Bind(std::span(types).first(1)));
    result = lambdas.finish->type;
  }
  return BoundFunction{{list, state},
                       result,
                       [lambdas, state](std::span<const Operand> operands, std::int64_t rows) {
                         return AggregateRows(lambdas, state, operands, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kAggregate{"aggregate", "aggregate(array, start, (state, x) -> ..., finish)",
                                &BindAggregate, true};

}  // namespace gnomon::expr::functions
