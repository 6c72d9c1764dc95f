// SPDX-License-Identifier: Apache-2.0
// Mode group-by-upload (SPEC 7): the features as of the end of one day, as Avro bytes, into the
// table `<output>_upload` and, as one batch that becomes visible in one step, into the online
// store. Today: events, SNAPSHOT accuracy.
#include <arrow/api.h>
#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "avro/schema.h"
#include "base/error_place.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "codec/avro_rows.h"
#include "codec/serving_info.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "config/side_file.h"
#include "config/validate.h"
#include "iceberg/write_transaction.h"
#include "kv/kv_store.h"
#include "run/group_by_computation.h"
#include "run/run_context.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

// One row in this many gets its key and value as JSON beside the bytes, for people to read
// (SPEC 7.2: 1 %).
constexpr std::uint64_t kJsonSample = 100;

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

class GroupByUpload {
 public:
  GroupByUpload(RunContext& context, config::GroupBy conf, config::SideFile side)
      : context_(context),
        conf_(std::move(conf)),
        side_(std::move(side)),
        day_(context.end() - 1) {}

  Status Run();

 private:
  Status MakeEncoders(const GroupByComputation& computation);
  Result<iceberg::Table> OpenTable() const;
  Status AddRows(const arrow::RecordBatch& rows);
  Status AddServingInfo();
  bool InJsonSample(std::string_view key) const {
    return XXH3_64bits(key.data(), key.size()) % kJsonSample == 0;
  }

  RunContext& context_;
  config::GroupBy conf_;
  config::SideFile side_;
  Day day_;
  Schema keys_, inputs_;
  std::optional<codec::RowEncoder> key_encoder_, value_encoder_;
  std::optional<codec::RowDecoder> key_decoder_, value_decoder_;
  std::unique_ptr<iceberg::WriteTransaction> transaction_;
  std::unique_ptr<kv::BulkLoader> loader_;
};

Status GroupByUpload::Run() {
  GNOMON_RETURN_IF_ERROR(config::ValidateForUpload(conf_, side_));
  GNOMON_ASSIGN_OR_RETURN(GroupByComputation computation,
                          GroupByComputation::Make(context_, conf_, side_));
  const DayRange days{day_, day_ + 1};
  context_.report.wanted = days;
  GNOMON_RETURN_IF_ERROR(computation.WaitForSources(days));
  GNOMON_ASSIGN_OR_RETURN(const auto source_days, computation.SourceDays());
  if (source_days && !source_days->contains(day_)) {
    // Windows that run out would replace good features by worse ones.
    return PlacedAt(side_.Where("sources"),
                    NotFound("nothing is uploaded for {}: {}", FormatDay(day_),
                             computation.MissingSourceRemedy({day_})));
  }
  if (context_.request.dry_run) {
    LogInfo("{}: a dry run, nothing was changed; without --dry-run it would upload {}",
            config::DatasetName(conf_.meta_data, "BATCH"), FormatDay(day_));
    return Ok();
  }
  GNOMON_RETURN_IF_ERROR(MakeEncoders(computation));
  GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, OpenTable());
  GNOMON_ASSIGN_OR_RETURN(
      transaction_,
      iceberg::WriteTransaction::Begin(table, {.mode = iceberg::WriteMode::kOverwritePartitions}));
  const std::string dataset = config::DatasetName(conf_.meta_data, "BATCH");
  GNOMON_ASSIGN_OR_RETURN(const auto store,
                          kv::OpenKvStore("lmdb://" + context_.workspace.kv_dir().string()));
  GNOMON_ASSIGN_OR_RETURN(loader_, store->BeginBatch(dataset, FormatDay(day_ + 1)));
  context_.report.output = fmt::format("{} and dataset {}", table.name(), dataset);
  LogInfo("{}: uploading the features at the end of {}", dataset, FormatDay(day_));
  GNOMON_RETURN_IF_ERROR(computation.Compute(
      days, [&](Day, const arrow::RecordBatch& rows) { return AddRows(rows); }));
  GNOMON_RETURN_IF_ERROR(AddServingInfo());
  PausePoint("upload.loaded");
  GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult committed, transaction_->Commit());
  PausePoint("upload.committed");
  GNOMON_RETURN_IF_ERROR(loader_->Publish());
  context_.report.computed.push_back(day_);
  context_.report.rows_written = committed.rows_written - 1;  // The serving info is no feature.
  context_.report.bytes_written = committed.bytes_written;
  return Ok();
}

Status GroupByUpload::MakeEncoders(const GroupByComputation& computation) {
  keys_ = computation.keys();
  inputs_ = computation.inputs();
  Schema values;
  for (const aggregate::OutputColumn& column : computation.outputs()) {
    values.fields.push_back(Field{.name = column.name, .type = column.type});
  }
  auto key_encoder = PlacedAt(side_.Where("keyColumns"), codec::RowEncoder::Make("Key", keys_));
  if (!key_encoder) return std::move(key_encoder).error();
  key_encoder_ = *std::move(key_encoder);
  auto value_encoder =
      PlacedAt(side_.Where("aggregations"), codec::RowEncoder::Make("Value", values));
  if (!value_encoder) return std::move(value_encoder).error();
  value_encoder_ = *std::move(value_encoder);
  GNOMON_ASSIGN_OR_RETURN(key_decoder_,
                          codec::RowDecoder::Make(avro::ToJson(key_encoder_->schema())));
  GNOMON_ASSIGN_OR_RETURN(value_decoder_,
                          codec::RowDecoder::Make(avro::ToJson(value_encoder_->schema())));
  return Ok();
}

Result<iceberg::Table> GroupByUpload::OpenTable() const {
  GNOMON_ASSIGN_OR_RETURN(const std::string output, config::OutputTable(conf_.meta_data));
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name,
                          catalog::ParseTableName(output + "_upload"));
  iceberg::CreateTableOptions options{
      .schema = UploadSchema(), .partition_columns = {}, .location = "", .properties = {}};
  options.properties = {{"chronon_generated", "true"}, {"chronon_table_type", "upload"}};
  auto table = context_.catalog.CreateTable(name, options);
  if (!table && table.error().code == ErrorCode::kAlreadyExists)
    return context_.catalog.LoadTable(name);
  return table;
}

Status GroupByUpload::AddRows(const arrow::RecordBatch& rows) {
  GNOMON_ASSIGN_OR_RETURN(const auto keys, key_encoder_->Encode(rows));
  GNOMON_ASSIGN_OR_RETURN(const auto values, value_encoder_->Encode(rows));
  UploadRows upload;
  const std::string ds = FormatDay(day_);
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const std::string_view key = keys->GetView(row);
    const std::string_view value = values->GetView(row);
    std::optional<std::string> key_json, value_json;
    if (InJsonSample(key)) {
      GNOMON_ASSIGN_OR_RETURN(key_json, key_decoder_->DecodeToChrononJson(key));
      GNOMON_ASSIGN_OR_RETURN(value_json, value_decoder_->DecodeToChrononJson(value));
    }
    GNOMON_RETURN_IF_ERROR(upload.Append(key, value, key_json, value_json, ds));
    GNOMON_RETURN_IF_ERROR(loader_->Put(key, value));
  }
  GNOMON_ASSIGN_OR_RETURN(const auto batch, upload.Finish());
  return transaction_->Write(*batch);
}

Status GroupByUpload::AddServingInfo() {
  const std::string key(codec::kServingInfoKey);
  GNOMON_ASSIGN_OR_RETURN(const codec::ServingInfo serving_info,
                          codec::MakeServingInfo(config::ToCompactJson(conf_), FormatDay(day_ + 1),
                                                 keys_.fields, inputs_.fields));
  const std::string info = codec::ToJson(serving_info);
  UploadRows upload;
  GNOMON_RETURN_IF_ERROR(upload.Append(key, info, key, info, FormatDay(day_)));
  GNOMON_RETURN_IF_ERROR(loader_->Put(key, info));
  GNOMON_ASSIGN_OR_RETURN(const auto batch, upload.Finish());
  return transaction_->Write(*batch);
}

Status RunGroupByUpload(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(config::LoadedConf loaded, config::LoadConf(context.request.conf_path));
  auto conf = config::ParseGroupBy(loaded.text).Annotate(context.request.conf_path);
  if (!conf) return std::move(conf).error();
  return GroupByUpload(context, *std::move(conf), std::move(loaded.side)).Run();
}

}  // namespace

extern const RunMode kGroupByUpload;
const RunMode kGroupByUpload = {
    .name = "group-by-upload",
    .doc =
        "put a GroupBy's features as of the end of a day into the upload table and the online "
        "store",
    .run = &RunGroupByUpload,
};

}  // namespace gnomon::run
