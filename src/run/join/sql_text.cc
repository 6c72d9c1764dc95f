// SPDX-License-Identifier: Apache-2.0
#include "run/join/sql_text.h"

#include <nlohmann/json.hpp>

#include "sql/engine.h"

namespace gnomon::run {

std::string Quoted(std::string_view name) { return sql::SqlIdentifier(name); }

std::string Quoted(std::string_view alias, std::string_view name) {
  return fmt::format("{}.{}", Quoted(alias), Quoted(name));
}

std::string DayCondition(const DayRange& days) {
  return fmt::format("ds >= '{}' AND ds <= '{}'", FormatDay(days.begin), FormatDay(days.end - 1));
}

std::string DaysOf(const catalog::TableName& table, const DayRange& days) {
  return fmt::format("(SELECT * FROM {} WHERE {})", Quoted(table.ToString()), DayCondition(days));
}

Result<sql::QueryResult> RunSelect(sql::Session& session, const std::string& select) {
  return session.Query({{"sql", select},
                        {"source", select},
                        {"tables", nlohmann::json::array()},
                        {"paths", nlohmann::json::array()}});
}

}  // namespace gnomon::run
