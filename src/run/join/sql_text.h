// SPDX-License-Identifier: Apache-2.0
// Pieces of the SQL that joins are made of. Names and values are always quoted here.
#pragma once

#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "sql/session.h"

namespace gnomon::run {

// `"name"` and `alias."name"`.
std::string Quoted(std::string_view name);
std::string Quoted(std::string_view alias, std::string_view name);

// The days of a table: `(SELECT * FROM "db.t" WHERE ds >= '..' AND ds <= '..')`.
std::string DaysOf(const catalog::TableName& table, const DayRange& days);
std::string DayCondition(const DayRange& days);

// Runs a SELECT over tables of the catalog and rows of the session.
Result<sql::QueryResult> RunSelect(sql::Session& session, const std::string& select);

}  // namespace gnomon::run
