// SPDX-License-Identifier: Apache-2.0
#include "run/staging_view.h"

#include <arrow/api.h>
#include <fmt/chrono.h>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

constexpr const char* kSignalColumns[] = {"created_at", "ds", "table_name"};

Schema SignalSchema() {
  Schema schema;
  for (const char* name : kSignalColumns) {
    Field field;
    field.name = name;
    field.type = TypeKind::kString;
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

Result<std::shared_ptr<arrow::RecordBatch>> SignalRow(const std::vector<std::string>& values) {
  arrow::ArrayVector columns;
  for (const std::string& value : values) {
    GNOMON_ARROW_ASSIGN(auto column, arrow::MakeArrayFromScalar(arrow::StringScalar(value), 1),
                        "building the signal");
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(ToArrow(SignalSchema()), 1, std::move(columns));
}

// ISO-8601, as Java's Instant prints it.
std::string InstantText(std::int64_t now_ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(now_ms / 1000)), now_ms % 1000);
}

Status WriteSignal(RunContext& context, const catalog::TableName& view) {
  const catalog::TableName name{.name_space = view.name_space, .name = kSignalTable};
  auto table = context.catalog.LoadTable(name);
  if (!table && table.error().code == ErrorCode::kNotFound) {
    table = context.catalog.StageTable(name, {.schema = SignalSchema(),
                                              .partition_columns = {"ds", "table_name"},
                                              .location = "",
                                              .properties = {}});
  }
  if (!table) return std::move(table).error();
  GNOMON_ASSIGN_OR_RETURN(
      auto transaction,
      iceberg::WriteTransaction::Begin(*table, {.mode = iceberg::WriteMode::kOverwritePartitions}));
  const std::string day = FormatDay(context.end() - 1);
  GNOMON_ASSIGN_OR_RETURN(const auto row,
                          SignalRow({InstantText(context.clock.NowMs()), day, view.ToString()}));
  GNOMON_RETURN_IF_ERROR(transaction->Write(*row));
  GNOMON_RETURN_IF_ERROR(transaction->Commit());
  return Ok();
}

}  // namespace

Status PublishView(RunContext& context, sql::Session& session, const OutputTableSpec& spec,
                   const nlohmann::json& query) {
  for (const nlohmann::json& table : query.at("tables")) {
    const auto name = table.get<std::string>();
    if (name.find('.') != std::string::npos) continue;
    return InvalidArgument(
        "a view lasts, and the query reads {}, which has no namespace or is a view of the setups - "
        "name tables as namespace.table, or drop createView",
        name);
  }
  const nlohmann::json statement = {{"kind", "create_stored_view"},
                                    {"name", spec.name.ToString()},
                                    {"replace", true},
                                    {"if_not_exists", false},
                                    {"columns", nlohmann::json::array()},
                                    {"properties", spec.properties},
                                    {"query", query},
                                    {"source", query.value("source", "")}};
  GNOMON_RETURN_IF_ERROR(session.Execute(statement));
  GNOMON_RETURN_IF_ERROR(WriteSignal(context, spec.name));
  context.report.computed.push_back(context.end() - 1);
  context.report.notes.push_back(fmt::format("{} is a view; {}.{} says so for {}",
                                             spec.name.ToString(), spec.name.name_space,
                                             kSignalTable, FormatDay(context.end() - 1)));
  return Ok();
}

}  // namespace gnomon::run
