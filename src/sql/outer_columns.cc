// SPDX-License-Identifier: Apache-2.0
// Which relation has a column, DuckDB is asked; seldom, as few columns have such names.
#include "sql/outer_columns.h"

#include <algorithm>
#include <array>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/expression/star_expression.hpp>
#include <duckdb/parser/expression/subquery_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/query_node/set_operation_node.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/basetableref.hpp>
#include <duckdb/parser/tableref/joinref.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>
#include <string_view>
#include <vector>

#include "base/ascii_case.h"
#include "sql/duckdb_errors.h"

namespace gnomon::sql {

namespace {

using duckdb::ParsedExpression;
using duckdb::QueryNode;
using duckdb::SelectNode;
using duckdb::TableRef;

bool IsNameOfValue(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames = {
      "user",         "current_user",      "session_user",  "current_role",
      "current_time", "current_timestamp", "current_date",  "current_catalog",
      "localtime",    "localtimestamp",    "current_schema"};
  return std::find(kNames.begin(), kNames.end(), AsciiLower(name)) != kNames.end();
}

class Qualifier {
 public:
  explicit Qualifier(duckdb::Connection& connection) : connection_(connection) {}

  void Visit(QueryNode& node) {
    nodes_.push_back(&node);
    for (const auto& entry : node.cte_map.map) Visit(*entry.second->query->node);
    if (node.type == duckdb::QueryNodeType::SELECT_NODE) {
      VisitSelect(node.Cast<SelectNode>());
    } else if (node.type == duckdb::QueryNodeType::SET_OPERATION_NODE) {
      for (const auto& child : node.Cast<duckdb::SetOperationNode>().children) Visit(*child);
    }
    nodes_.pop_back();
  }

  const Status& status() const { return status_; }

 private:
  void VisitSelect(SelectNode& select) {
    GNOMON_CHECK(select.from_table != nullptr);
    VisitFrom(*select.from_table);
    scopes_.push_back(select.from_table.get());
    const auto visit = [this](duckdb::unique_ptr<ParsedExpression>& expression) {
      if (expression != nullptr) VisitExpression(*expression);
    };
    for (auto& expression : select.select_list) visit(expression);
    for (auto& expression : select.groups.group_expressions) visit(expression);
    visit(select.where_clause);
    visit(select.having);
    visit(select.qualify);
    scopes_.pop_back();
  }

  // What stands right of a join may name columns of what stands left.
  void VisitFrom(TableRef& from) {
    if (from.type == duckdb::TableReferenceType::SUBQUERY) {
      Visit(*from.Cast<duckdb::SubqueryRef>().subquery->node);
    } else if (from.type == duckdb::TableReferenceType::JOIN) {
      auto& join = from.Cast<duckdb::JoinRef>();
      VisitFrom(*join.left);
      scopes_.push_back(join.left.get());
      VisitFrom(*join.right);
      scopes_.pop_back();
    }
  }

  void VisitExpression(ParsedExpression& expression) {
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF)
      return Resolve(expression.Cast<duckdb::ColumnRefExpression>());
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY)
      Visit(*expression.Cast<duckdb::SubqueryExpression>().subquery->node);
    duckdb::ParsedExpressionIterator::EnumerateChildren(
        expression, [this](ParsedExpression& child) { VisitExpression(child); });
  }

  void Resolve(duckdb::ColumnRefExpression& column) {
    const std::string& name = column.GetColumnName();
    if (column.IsQualified() || scopes_.size() < 2 || !IsNameOfValue(name)) return;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      TableRef* owner = FindOwner(**scope, name);
      if (owner == nullptr) continue;
      if (scope == scopes_.rbegin()) return;  // Its own: DuckDB looks there first.
      column.column_names = {AliasOf(*owner), name};
      return;
    }
    if (status_) status_ = UnknownColumn(name, "");
  }

  // The relation of a FROM that has the column.
  TableRef* FindOwner(TableRef& from, const std::string& name) {
    if (from.type == duckdb::TableReferenceType::JOIN) {
      auto& join = from.Cast<duckdb::JoinRef>();
      TableRef* owner = FindOwner(*join.left, name);
      return owner != nullptr ? owner : FindOwner(*join.right, name);
    }
    const auto names = ColumnsOf(from);
    const bool has_it = std::any_of(names.begin(), names.end(), [&](const std::string& known) {
      return AsciiLower(known) == AsciiLower(name);
    });
    return has_it ? &from : nullptr;
  }

  // None of a relation that cannot be bound by itself.
  std::vector<std::string> ColumnsOf(const TableRef& relation) {
    auto select = duckdb::make_uniq<SelectNode>();
    select->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
    select->from_table = const_cast<TableRef&>(relation).Copy();
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
      for (const auto& entry : (*node)->cte_map.map) {
        if (!select->cte_map.map.contains(entry.first))
          select->cte_map.map.insert(entry.first, entry.second->Copy());
      }
    }
    auto statement = duckdb::make_uniq<duckdb::SelectStatement>();
    statement->node = std::move(select);
    const auto prepared = connection_.Prepare(std::move(statement));
    if (prepared->HasError()) return {};
    return {prepared->GetNames().begin(), prepared->GetNames().end()};
  }

  std::string AliasOf(TableRef& relation) {
    if (!relation.alias.empty()) return relation.alias;
    if (relation.type == duckdb::TableReferenceType::BASE_TABLE)
      return relation.Cast<duckdb::BaseTableRef>().table_name;
    return relation.alias = fmt::format("gnomon_outer_{}", ++aliases_);
  }

  duckdb::Connection& connection_;
  // From the outermost: queries, whose common table expressions hold, and relations whose columns
  // an expression may name.
  std::vector<QueryNode*> nodes_;
  std::vector<TableRef*> scopes_;
  int aliases_ = 0;
  Status status_;
};

}  // namespace

Status QualifyOuterColumns(duckdb::Connection& connection, duckdb::SQLStatement& query) {
  if (query.type == duckdb::StatementType::EXPLAIN_STATEMENT)
    return QualifyOuterColumns(connection, *query.Cast<duckdb::ExplainStatement>().stmt);
  if (query.type != duckdb::StatementType::SELECT_STATEMENT) return Ok();
  Qualifier qualifier(connection);
  qualifier.Visit(*query.Cast<duckdb::SelectStatement>().node);
  return qualifier.status();
}

}  // namespace gnomon::sql
