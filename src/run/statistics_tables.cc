// SPDX-License-Identifier: Apache-2.0
#include "run/statistics_tables.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "avro/schema.h"
#include "codec/avro_rows.h"
#include "iceberg/write_transaction.h"
#include "run/partition_days.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

Field NewField(const char* name, DataType type) {
  return Field{.name = name, .type = std::move(type)};
}

Schema KeySchema() { return {{NewField("JoinPath", TypeKind::kString)}}; }

Schema UploadSchema() {
  return {{NewField("key_bytes", TypeKind::kBinary), NewField("value_bytes", TypeKind::kBinary),
           NewField("key_json", TypeKind::kString), NewField("value_json", TypeKind::kString),
           NewField("ts", TypeKind::kLong), NewField("ds", TypeKind::kString)}};
}

Result<std::shared_ptr<arrow::Array>> Repeated(const std::string& text, std::int64_t rows) {
  GNOMON_ARROW_ASSIGN(auto array, arrow::MakeArrayFromScalar(arrow::StringScalar(text), rows),
                      "building statistics");
  return array;
}

Result<std::shared_ptr<arrow::Array>> LongArray(const std::vector<std::int64_t>& values) {
  arrow::Int64Builder builder;
  GNOMON_ARROW_RETURN_NOT_OK(builder.AppendValues(values), "building statistics");
  GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "building statistics");
  return array;
}

void Append(const Schema& schema, const arrow::RecordBatch& batch, Schema& to_schema,
            arrow::ArrayVector& to) {
  to_schema.fields.insert(to_schema.fields.end(), schema.fields.begin(), schema.fields.end());
  to.insert(to.end(), batch.columns().begin(), batch.columns().end());
}

}  // namespace

Result<StatisticsTables> StatisticsTables::Open(RunContext& context,
                                                const catalog::TableName& table, std::string key,
                                                const DayRange& wanted) {
  StatisticsTables tables(context);
  tables.key_ = std::move(key);
  tables.upload_ = {table.name_space, table.name + "_daily_stats_upload"};
  OutputTableSpec spec;
  spec.name = {table.name_space, table.name + "_daily_stats"};
  spec.properties = {{"chronon_generated", "true"}, {"chronon_table_type", "daily_stats"}};
  // What a statistic means depends on nothing but this code.
  spec.conf_hash = "statistics";
  spec.compared_conf = "{}";
  spec.wanted = wanted;
  GNOMON_ASSIGN_OR_RETURN(OutputTable output, OutputTable::Open(context, spec));
  tables.output_.emplace(std::move(output));
  return tables;
}

Status StatisticsTables::Write(Day day, const ColumnStatistics& statistics) {
  GNOMON_ASSIGN_OR_RETURN(const auto intermediate, statistics.Intermediate());
  GNOMON_ASSIGN_OR_RETURN(const auto derived, statistics.Derived());
  const std::int64_t rows = intermediate->num_rows();
  if (rows > 0) GNOMON_RETURN_IF_ERROR(WriteUpload(day, statistics, *intermediate));
  Schema schema = KeySchema();
  GNOMON_ASSIGN_OR_RETURN(auto keys, Repeated(key_, rows));
  arrow::ArrayVector columns = {std::move(keys)};
  Append(statistics.intermediate_schema(), *intermediate, schema, columns);
  Append(statistics.derived_schema(), *derived, schema, columns);
  GNOMON_ASSIGN_OR_RETURN(auto times, LongArray(statistics.buckets_ms()));
  GNOMON_ASSIGN_OR_RETURN(auto days, Repeated(FormatDay(day), rows));
  schema.fields.push_back(NewField("ts", TypeKind::kLong));
  schema.fields.push_back(NewField("ds", TypeKind::kString));
  columns.push_back(std::move(times));
  columns.push_back(std::move(days));
  GNOMON_RETURN_IF_ERROR(output_->EnsureSchema(schema));
  const DayRange step{day, day + 1};
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output_->BeginWrite(step));
  if (rows > 0) {
    GNOMON_RETURN_IF_ERROR(
        transaction->Write(*arrow::RecordBatch::Make(ToArrow(schema), rows, columns)));
  }
  return output_->Commit(std::move(transaction), step,
                         rows > 0 ? std::set<Day>{day} : std::set<Day>{});
}

Status StatisticsTables::WriteUpload(Day day, const ColumnStatistics& statistics,
                                     const arrow::RecordBatch& intermediate) {
  const std::int64_t rows = intermediate.num_rows();
  GNOMON_ASSIGN_OR_RETURN(auto key_names, Repeated(key_, rows));
  const auto key_rows = arrow::RecordBatch::Make(ToArrow(KeySchema()), rows, {key_names});
  arrow::ArrayVector columns(2);
  arrow::StringBuilder jsons[2];
  const std::pair<const char*, const arrow::RecordBatch*> sides[] = {{"Key", key_rows.get()},
                                                                     {"Value", &intermediate}};
  for (std::size_t i = 0; i < 2; ++i) {
    const Schema schema = i == 0 ? KeySchema() : statistics.intermediate_schema();
    GNOMON_ASSIGN_OR_RETURN(const auto encoder, codec::RowEncoder::Make(sides[i].first, schema));
    GNOMON_ASSIGN_OR_RETURN(const auto decoder,
                            codec::RowDecoder::Make(avro::ToJson(encoder.schema())));
    GNOMON_ASSIGN_OR_RETURN(const auto bytes, encoder.Encode(*sides[i].second));
    for (std::int64_t row = 0; row < rows; ++row) {
      GNOMON_ASSIGN_OR_RETURN(const std::string json,
                              decoder.DecodeToChrononJson(bytes->GetView(row)));
      GNOMON_ARROW_RETURN_NOT_OK(jsons[i].Append(json), "building statistics");
    }
    columns[i] = bytes;
  }
  for (arrow::StringBuilder& builder : jsons) {
    GNOMON_ARROW_ASSIGN(auto json, builder.Finish(), "building statistics");
    columns.push_back(std::move(json));
  }
  GNOMON_ASSIGN_OR_RETURN(auto times, LongArray(statistics.buckets_ms()));
  GNOMON_ASSIGN_OR_RETURN(auto days, Repeated(FormatDay(day), rows));
  columns.push_back(std::move(times));
  columns.push_back(std::move(days));

  iceberg::CreateTableOptions options{
      .schema = UploadSchema(), .partition_columns = {"ds"}, .location = "", .properties = {}};
  options.properties = {{"chronon_generated", "true"},
                        {"chronon_table_type", "daily_stats_upload"}};
  auto table = context_->catalog.CreateTable(upload_, options);
  if (!table && table.error().code == ErrorCode::kAlreadyExists)
    table = context_->catalog.LoadTable(upload_);
  if (!table) return std::move(table).error();
  GNOMON_ASSIGN_OR_RETURN(
      auto transaction,
      iceberg::WriteTransaction::Begin(*table, {.mode = iceberg::WriteMode::kOverwritePartitions}));
  GNOMON_RETURN_IF_ERROR(
      transaction->Write(*arrow::RecordBatch::Make(ToArrow(UploadSchema()), rows, columns)));
  GNOMON_RETURN_IF_ERROR(transaction->Commit());
  return Ok();
}

}  // namespace gnomon::run
