// SPDX-License-Identifier: Apache-2.0
#include "run/derivations.h"

#include <arrow/api.h>

#include <set>

#include "base/error_place.h"

namespace gnomon::run {

namespace {

bool IsWildcard(const config::Derivation& derivation) { return derivation.name == "*"; }

Result<expr::Expression> TreeOf(const config::SideFile& side, const std::string& at) {
  const auto entry = side.expressions.find(at);
  if (entry != side.expressions.end()) return expr::ParseExpression(entry->second);
  return Internal(
      "the side file of {} has no expression for {} - delete production/.gnomon and run again",
      side.source_file, at);
}

}  // namespace

Result<Derivations> Derivations::Make(const std::vector<config::Derivation>& derivations,
                                      const config::SideFile& side, const Schema& base,
                                      const Schema& others) {
  Derivations made;
  made.side_ = std::make_shared<const config::SideFile>(side);
  Schema row = base;
  for (const Field& field : others.fields) {
    if (row.Find(field.name) == nullptr) row.fields.push_back(field);
  }
  std::set<std::string> verbatim;
  for (const config::Derivation& derivation : derivations) {
    if (!IsWildcard(derivation)) verbatim.insert(derivation.expression.value_or(""));
  }
  for (std::size_t i = 0; i < derivations.size(); ++i) {
    const std::string path = fmt::format("derivations[{}]", i);
    if (!IsWildcard(derivations[i])) {
      const std::string at = path + ".expression";
      GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, TreeOf(side, at));
      made.expressions_.push_back(derivations[i].expression.value_or(""));
      GNOMON_RETURN_IF_ERROR(made.Add(derivations[i].name.value_or(""), at, tree, row));
      continue;
    }
    for (const Field& field : base.fields) {
      if (verbatim.contains(field.name)) continue;
      made.expressions_.push_back(field.name);
      GNOMON_RETURN_IF_ERROR(made.Add(field.name, path, expr::Expression::Column(field.name), row));
    }
  }
  return made;
}

Status Derivations::Add(const std::string& name, const std::string& at,
                        const expr::Expression& tree, const Schema& row) {
  if (columns_.Find(name) != nullptr) {
    return InvalidArgument("two derived columns have one name: {} - rename one of them: {}",
                           side_->Where(at), name);
  }
  const std::set<std::string> used = expr::ReferencedColumns(tree);
  Schema inputs;
  for (const Field& field : row.fields) {
    if (used.contains(field.name)) inputs.fields.push_back(field);
  }
  // Bound to the whole row first, so that an unknown column meets all names.
  if (auto whole = PlacedAt(side_->Where(at), expr::BoundExpression::Bind(tree, row)); !whole)
    return std::move(whole).error();
  auto bound = PlacedAt(side_->Where(at), expr::BoundExpression::Bind(tree, inputs));
  if (!bound) return std::move(bound).error();
  columns_.fields.push_back(Field{.name = name, .type = bound->type()});
  bound_.push_back({.at = at, .bound = *std::move(bound), .inputs = std::move(inputs)});
  return Ok();
}

Result<arrow::ArrayVector> Derivations::Evaluate(const arrow::RecordBatch& batch) const {
  arrow::ArrayVector columns;
  for (const Column& column : bound_) {
    arrow::ArrayVector inputs;
    arrow::FieldVector fields;
    for (const Field& input : column.inputs.fields) {
      auto array = batch.GetColumnByName(input.name);
      if (array == nullptr)
        return Internal("rows lack {}: {}", input.name, side_->Where(column.at));
      fields.push_back(arrow::field(input.name, array->type()));
      inputs.push_back(std::move(array));
    }
    const auto rows =
        arrow::RecordBatch::Make(arrow::schema(fields), batch.num_rows(), std::move(inputs));
    auto values = PlacedAt(side_->Where(column.at), column.bound.Evaluate(*rows));
    if (!values) return std::move(values).error();
    columns.push_back(*std::move(values));
  }
  return columns;
}

}  // namespace gnomon::run
