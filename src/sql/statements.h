// SPDX-License-Identifier: Apache-2.0
// The statements of docs/formats/compiled.md other than queries: views, tables, SHOW and DESCRIBE.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "sql/engine.h"
#include "sql/session.h"
#include "sql/table_sources.h"
#include "storage/workspace.h"

namespace gnomon::sql {

// What statements work on.
struct StatementContext {
  const Workspace& workspace;
  catalog::Catalog& catalog;
  Engine& engine;
  TableSources& sources;
  std::map<std::string, std::string> views;  // Session views: lower-case name -> name as created.
};

// Registers the direct file tables of a query and returns its SQL.
Result<std::string> PrepareQuery(StatementContext& context, const nlohmann::json& query);

// Errors: as Session::Execute. Throws nlohmann's exceptions when keys are missing.
Result<QueryResult> ExecuteStatement(StatementContext& context, const nlohmann::json& statement);

// CREATE TABLE ... AS SELECT.
Result<QueryResult> CreateTableAs(StatementContext& context, const nlohmann::json& statement);

// ALTER TABLE ... DROP PARTITION, as one commit: also of days that a run found empty, so that the
// next run computes what was dropped. A specification of some of the partition columns means all
// partitions that have these values. Errors: NotFound (table, or a partition without IF EXISTS),
// InvalidArgument, Conflict; nothing was dropped then.
Result<QueryResult> DropPartitions(StatementContext& context, const nlohmann::json& statement);

// DESCRIBE [EXTENDED] of a table or session view.
Result<QueryResult> Describe(StatementContext& context, const nlohmann::json& statement);

// EXPLAIN [EXTENDED] of a query.
Result<QueryResult> Explain(StatementContext& context, const nlohmann::json& statement);

}  // namespace gnomon::sql
