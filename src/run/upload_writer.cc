// SPDX-License-Identifier: Apache-2.0
#include "run/upload_writer.h"

#include <arrow/api.h>
#include <xxhash.h>

#include "avro/schema.h"
#include "base/pause_point.h"
#include "catalog/catalog.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

// One row in this many gets its key and value as JSON beside the bytes, for people to read
// (SPEC 7.2: 1 %).
constexpr std::uint64_t kJsonSample = 100;

bool InJsonSample(std::string_view key) {
  return XXH3_64bits(key.data(), key.size()) % kJsonSample == 0;
}

Schema UploadSchema() {
  return {{Field{.name = "key_bytes", .type = TypeKind::kBinary},
           Field{.name = "value_bytes", .type = TypeKind::kBinary},
           Field{.name = "key_json", .type = TypeKind::kString},
           Field{.name = "value_json", .type = TypeKind::kString},
           Field{.name = "ds", .type = TypeKind::kString}}};
}

// Collects rows of the upload table.
class UploadRows {
 public:
  Status Append(std::string_view key, std::string_view value,
                const std::optional<std::string>& key_json,
                const std::optional<std::string>& value_json, const std::string& ds);
  Result<std::shared_ptr<arrow::RecordBatch>> Finish();

 private:
  arrow::BinaryBuilder keys_, values_;
  arrow::StringBuilder key_jsons_, value_jsons_, days_;
};

Status UploadRows::Append(std::string_view key, std::string_view value,
                          const std::optional<std::string>& key_json,
                          const std::optional<std::string>& value_json, const std::string& ds) {
  const auto append_text = [](arrow::StringBuilder& builder,
                              const std::optional<std::string>& text) {
    return text ? builder.Append(*text) : builder.AppendNull();
  };
  GNOMON_ARROW_RETURN_NOT_OK(keys_.Append(key), "building upload rows");
  GNOMON_ARROW_RETURN_NOT_OK(values_.Append(value), "building upload rows");
  GNOMON_ARROW_RETURN_NOT_OK(append_text(key_jsons_, key_json), "building upload rows");
  GNOMON_ARROW_RETURN_NOT_OK(append_text(value_jsons_, value_json), "building upload rows");
  GNOMON_ARROW_RETURN_NOT_OK(days_.Append(ds), "building upload rows");
  return Ok();
}

Result<std::shared_ptr<arrow::RecordBatch>> UploadRows::Finish() {
  arrow::ArrayVector columns;
  for (arrow::ArrayBuilder* builder : std::initializer_list<arrow::ArrayBuilder*>{
           &keys_, &values_, &key_jsons_, &value_jsons_, &days_}) {
    GNOMON_ARROW_ASSIGN(auto column, builder->Finish(), "building upload rows");
    columns.push_back(std::move(column));
  }
  const std::int64_t row_count = columns[0]->length();
  return arrow::RecordBatch::Make(ToArrow(UploadSchema()), row_count, std::move(columns));
}

Result<iceberg::Table> OpenTable(RunContext& context, const std::string& table_name) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table_name));
  iceberg::CreateTableOptions options{
      .schema = UploadSchema(), .partition_columns = {}, .location = "", .properties = {}};
  options.properties = {{"chronon_generated", "true"}, {"chronon_table_type", "upload"}};
  auto table = context.catalog.CreateTable(name, options);
  if (!table && table.error().code == ErrorCode::kAlreadyExists)
    return context.catalog.LoadTable(name);
  return table;
}

}  // namespace

Status UploadWriter::CheckTypes(const Schema& keys, const Schema& values) {
  GNOMON_RETURN_IF_ERROR(codec::RowEncoder::Make("Key", keys));
  GNOMON_RETURN_IF_ERROR(codec::RowEncoder::Make("Value", values));
  return Ok();
}

Result<std::unique_ptr<UploadWriter>> UploadWriter::Open(RunContext& context, Day day,
                                                         const std::string& table_name,
                                                         const std::string& dataset,
                                                         const Schema& keys, const Schema& values) {
  GNOMON_ASSIGN_OR_RETURN(auto key_encoder, codec::RowEncoder::Make("Key", keys));
  GNOMON_ASSIGN_OR_RETURN(auto value_encoder, codec::RowEncoder::Make("Value", values));
  GNOMON_ASSIGN_OR_RETURN(auto key_decoder,
                          codec::RowDecoder::Make(avro::ToJson(key_encoder.schema())));
  GNOMON_ASSIGN_OR_RETURN(auto value_decoder,
                          codec::RowDecoder::Make(avro::ToJson(value_encoder.schema())));
  std::unique_ptr<UploadWriter> writer(
      new UploadWriter(std::move(key_encoder), std::move(value_encoder), std::move(key_decoder),
                       std::move(value_decoder)));
  writer->day_ = day;
  GNOMON_ASSIGN_OR_RETURN(writer->table_, OpenTable(context, table_name));
  writer->table_name_ = writer->table_->name();
  GNOMON_ASSIGN_OR_RETURN(writer->transaction_,
                          iceberg::WriteTransaction::Begin(
                              *writer->table_, {.mode = iceberg::WriteMode::kOverwritePartitions}));
  GNOMON_ASSIGN_OR_RETURN(const auto store,
                          kv::OpenKvStore("lmdb://" + context.workspace.kv_dir().string()));
  GNOMON_ASSIGN_OR_RETURN(writer->loader_, store->BeginBatch(dataset, FormatDay(day + 1)));
  return writer;
}

Status UploadWriter::AddRows(const arrow::RecordBatch& rows) {
  GNOMON_ASSIGN_OR_RETURN(const auto keys, key_encoder_.Encode(rows));
  GNOMON_ASSIGN_OR_RETURN(const auto values, value_encoder_.Encode(rows));
  UploadRows upload;
  const std::string ds = FormatDay(day_);
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const std::string_view key = keys->GetView(row);
    const std::string_view value = values->GetView(row);
    std::optional<std::string> key_json, value_json;
    if (InJsonSample(key)) {
      GNOMON_ASSIGN_OR_RETURN(key_json, key_decoder_.DecodeToChrononJson(key));
      GNOMON_ASSIGN_OR_RETURN(value_json, value_decoder_.DecodeToChrononJson(value));
    }
    GNOMON_RETURN_IF_ERROR(upload.Append(key, value, key_json, value_json, ds));
    GNOMON_RETURN_IF_ERROR(loader_->Put(key, value));
  }
  GNOMON_ASSIGN_OR_RETURN(const auto batch, upload.Finish());
  return transaction_->Write(*batch);
}

Result<iceberg::CommitResult> UploadWriter::Finish(const codec::ServingInfo& serving_info) {
  const std::string key(codec::kServingInfoKey);
  const std::string info = codec::ToJson(serving_info);
  UploadRows upload;
  GNOMON_RETURN_IF_ERROR(upload.Append(key, info, key, info, FormatDay(day_)));
  GNOMON_RETURN_IF_ERROR(loader_->Put(key, info));
  GNOMON_ASSIGN_OR_RETURN(const auto batch, upload.Finish());
  GNOMON_RETURN_IF_ERROR(transaction_->Write(*batch));
  PausePoint("upload.loaded");
  GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult committed, transaction_->Commit());
  PausePoint("upload.committed");
  GNOMON_RETURN_IF_ERROR(loader_->Publish());
  return committed;
}

}  // namespace gnomon::run
