// SPDX-License-Identifier: Apache-2.0
// Views that last: Iceberg views in the catalog with the user's Spark SQL and, beside it, our
// translation (docs/formats/compiled.md, "Queries"). A query that names one reads its translation
// in its place.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "sql/statements.h"

namespace gnomon::sql {

// CREATE VIEW. Errors: AlreadyExists; InvalidArgument for a view that would read itself.
Result<QueryResult> CreateStoredView(StatementContext& context, const nlohmann::json& statement);
// DROP VIEW, of a session view too.
Result<QueryResult> DropView(StatementContext& context, const nlohmann::json& statement);
// SHOW VIEWS.
Result<QueryResult> ShowViews(StatementContext& context, const nlohmann::json& statement);

// The view of that name; nullopt when there is none.
Result<std::optional<iceberg::ViewDefinition>> FindStoredView(StatementContext& context,
                                                              const std::string& name);

// The SELECT that a name in a query stands for; nullopt when it is no view. Registers the direct
// file tables that the view reads. Errors: NotFound when a table of the view is gone, Unimplemented
// for a view that only has another engine's SQL, InvalidArgument for views that read each other.
Result<std::optional<std::string>> SelectOfStoredView(StatementContext& context,
                                                      const std::string& name);

}  // namespace gnomon::sql
