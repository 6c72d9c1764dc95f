// SPDX-License-Identifier: Apache-2.0
// transform, filter, exists, forall, zip_with: a lambda over the elements of arrays, evaluated once
// for all elements of the batch.
#include <algorithm>

#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/list_elements.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

// The lambda over all elements, and their places.
struct Answers {
  ListElements elements;
  ArrayPtr values;
};

Result<Answers> AskElements(const BoundLambda& body, const ListRows& lists,
                            std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ListElements elements, GatherElements(lists, rows, {lists.values()}));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr positions, NumberElements(elements));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr values,
                          body.evaluate({elements.columns[0], std::move(positions)},
                                        elements.call_rows, operands.subspan(1)));
  return Answers{std::move(elements), std::move(values)};
}

// The lambda over (element, position from 0).
Result<BoundLambda> BindElementLambda(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const LambdaArgument* lambda = arguments[1].lambda;
  if (arguments[0].type.kind != TypeKind::kList || lambda == nullptr)
    return RefuseTypes(name, arguments);
  if (lambda->parameter_count() > 2)
    return InvalidArgument("the lambda of {} has {} parameters - give it one, or two", name,
                           lambda->parameter_count());
  const DataType types[] = {arguments[0].type.element(), TypeKind::kInt};
  return lambda->Bind(types);
}

Result<BoundFunction> BindTransform(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, BindElementLambda(name, arguments));
  const DataType type = DataType::List(body.type);
  return BoundFunction{
      {arguments[0].type},
      type,
      [type, body](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(Answers answers, AskElements(body, lists, operands, rows));
        return answers.elements.shape.Wrap(type, answers.values);
      },
      {}};
}

Result<BoundFunction> BindFilter(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, BindElementLambda(name, arguments));
  if (body.type.kind != TypeKind::kBoolean) return RefuseTypes(name, arguments);
  const DataType type = arguments[0].type;
  return BoundFunction{
      {type},
      type,
      [type, body](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(Answers answers, AskElements(body, lists, operands, rows));
        const IndexLists kept =
            KeepElements(lists, rows, static_cast<const arrow::BooleanArray&>(*answers.values));
        return kept.Gather(type, answers.elements.columns[0]);
      },
      {}};
}

// exists: true if any is true, else NULL if any is NULL. forall: false if any is false, else NULL.
template <bool kForAll>
Result<BoundFunction> BindQuantifier(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, BindElementLambda(name, arguments));
  if (body.type.kind != TypeKind::kBoolean) return RefuseTypes(name, arguments);
  return BoundFunction{
      {arguments[0].type},
      TypeKind::kBoolean,
      [body](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(const ListRows lists, ListRows::Make(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(const Answers answers, AskElements(body, lists, operands, rows));
        const auto& conditions = static_cast<const arrow::BooleanArray&>(*answers.values);
        arrow::BooleanBuilder builder;
        GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(rows), "testing elements");
        std::int64_t at = 0;
        for (std::int64_t row = 0; row < rows; ++row) {
          if (lists.IsNull(row)) {
            builder.UnsafeAppendNull();
            continue;
          }
          bool decided = false;
          bool null = false;
          for (std::int64_t k = 0; k < lists.size(row); ++k, ++at) {
            null = null || conditions.IsNull(at);
            decided = decided || (conditions.IsValid(at) && conditions.Value(at) != kForAll);
          }
          if (!decided && null) {
            builder.UnsafeAppendNull();
          } else {
            builder.UnsafeAppend(decided != kForAll);
          }
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "testing elements");
        return array;
      },
      {}};
}

// The lambda over the i-th elements of two arrays; NULLs behind the end of the shorter one.
Result<ArrayPtr> ZipRows(const DataType& type, const BoundLambda& body,
                         std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(const ListRows left, ListRows::Make(operands[0], rows));
  GNOMON_ASSIGN_OR_RETURN(const ListRows right, ListRows::Make(operands[1], rows));
  IndexLists shape(rows);
  std::vector<std::int64_t> xs;
  std::vector<std::int64_t> ys;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (left.IsNull(row) || right.IsNull(row)) {
      shape.CloseNull();
      continue;
    }
    const std::int64_t longest = std::max(left.size(row), right.size(row));
    for (std::int64_t k = 0; k < longest; ++k) {
      shape.Append(k);
      xs.push_back(k < left.size(row) ? left.begin(row) + k : -1);
      ys.push_back(k < right.size(row) ? right.begin(row) + k : -1);
    }
    shape.CloseRow();
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr x, TakeRows(left.values(), xs));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr y, TakeRows(right.values(), ys));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr values,
                          body.evaluate({x, y}, shape.rows(), operands.subspan(2)));
  return shape.Wrap(type, values);
}

Result<BoundFunction> BindZipWith(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const LambdaArgument* lambda = arguments[2].lambda;
  const DataType& left = arguments[0].type;
  const DataType& right = arguments[1].type;
  if (left.kind != TypeKind::kList || right.kind != TypeKind::kList || lambda == nullptr ||
      lambda->parameter_count() != 2) {
    return RefuseTypes(name, arguments);
  }
  const DataType types[] = {left.element(), right.element()};
  GNOMON_ASSIGN_OR_RETURN(BoundLambda body, lambda->Bind(types));
  const DataType type = DataType::List(body.type);
  return BoundFunction{{left, right},
                       type,
                       [type, body](std::span<const Operand> operands, std::int64_t rows) {
                         return ZipRows(type, body, operands, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kTransform{"transform", "transform(array, x -> ...) or (x, i) -> ...",
                                &BindTransform, true};
const ScalarFunction kFilter{"filter", "the elements for which a lambda is true", &BindFilter,
                             true};
const ScalarFunction kExists{"exists", "whether a lambda is true for any element",
                             &BindQuantifier<false>, true};
const ScalarFunction kForall{"forall", "whether a lambda is true for all elements",
                             &BindQuantifier<true>, true};
const ScalarFunction kZipWith{"zip_with", "zip_with(a, b, (x, y) -> ...)", &BindZipWith, true};

}  // namespace gnomon::expr::functions
