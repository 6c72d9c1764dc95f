// SPDX-License-Identifier: Apache-2.0
#include "run/join/sql_text.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "sql/result_stream.h"

namespace gnomon::run {

std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

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

Status ForEachBatch(sql::QueryResult& result,
                    const std::function<Status(const arrow::RecordBatch&)>& consume) {
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = result.batches->ReadNext(&batch); !status.ok())
      return sql::StreamError(status, "joining");
    if (batch == nullptr) return Ok();
    GNOMON_RETURN_IF_ERROR(consume(*batch));
  }
}

}  // namespace gnomon::run
