// SPDX-License-Identifier: Apache-2.0
// Copying row by row: what goes to disk is bound by the disk.
#include "aggregate/row_codec.h"

#include <arrow/api.h>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr int kKey = 0;
constexpr int kHop = 1;
constexpr int kTs = 2;
constexpr int kFirstInput = 3;

}  // namespace

Result<std::vector<std::unique_ptr<arrow::ArrayBuilder>>> MakeBuilders(
    const arrow::Schema& schema) {
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : schema.fields()) {
    GNOMON_ARROW_ASSIGN(auto builder, arrow::MakeBuilder(field->type()), "putting rows aside");
    builders.push_back(std::move(builder));
  }
  return builders;
}

Result<std::shared_ptr<arrow::RecordBatch>> FinishBatch(
    const std::shared_ptr<arrow::Schema>& schema, std::int64_t rows,
    std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) {
  arrow::ArrayVector columns;
  for (const auto& builder : builders) {
    GNOMON_ARROW_ASSIGN(auto column, builder->Finish(), "putting rows aside");
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema, rows, std::move(columns));
}

RowCodec::RowCodec(const Schema& inputs) : input_count_(inputs.fields.size()) {
  arrow::FieldVector fields = {arrow::field("key", arrow::binary()),
                               arrow::field("hop", arrow::uint32()),
                               arrow::field("ts", arrow::int64())};
  for (const Field& input : inputs.fields)
    fields.push_back(arrow::field(input.name, ToArrow(input.type)));
  schema_ = arrow::schema(std::move(fields));
}

Result<std::shared_ptr<arrow::RecordBatch>> RowCodec::Encode(
    const PreparedRows& prepared, std::span<const std::uint32_t> selection) const {
  GNOMON_ASSIGN_OR_RETURN(const auto builders, MakeBuilders(*schema_));
  auto& keys = static_cast<arrow::BinaryBuilder&>(*builders[kKey]);
  auto& hops = static_cast<arrow::UInt32Builder&>(*builders[kHop]);
  auto& times = static_cast<arrow::Int64Builder&>(*builders[kTs]);
  for (const std::uint32_t at : selection) {
    const std::uint32_t row = prepared.rows[at];
    GNOMON_ARROW_RETURN_NOT_OK(keys.Append(prepared.keys.view(at)), "putting rows aside");
    GNOMON_ARROW_RETURN_NOT_OK(hops.Append(prepared.hops.empty() ? 0 : prepared.hops[row]),
                               "putting rows aside");
    GNOMON_ARROW_RETURN_NOT_OK(times.Append(prepared.ts[row]), "putting rows aside");
  }
  for (std::size_t i = 0; i < input_count_; ++i) {
    const arrow::ArraySpan values(*prepared.inputs[i]->data());
    for (const std::uint32_t at : selection) {
      GNOMON_ARROW_RETURN_NOT_OK(
          builders[kFirstInput + i]->AppendArraySlice(values, prepared.rows[at], 1),
          "putting rows aside");
    }
  }
  return FinishBatch(schema_, static_cast<std::int64_t>(selection.size()), builders);
}

PreparedRows DecodeKeys(const arrow::RecordBatch& batch) {
  const auto& keys = static_cast<const arrow::BinaryArray&>(*batch.column(kKey));
  const auto& hops = static_cast<const arrow::UInt32Array&>(*batch.column(kHop));
  PreparedRows prepared;
  prepared.rows = Iota(0, static_cast<std::size_t>(batch.num_rows()));
  prepared.hops.assign(hops.raw_values(), hops.raw_values() + hops.length());
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    prepared.keys.bytes.push_back(keys.GetView(row));
    prepared.keys.hashes.push_back(KeyEncoding::Hash(keys.GetView(row)));
  }
  return prepared;
}

PreparedRows RowCodec::Decode(const arrow::RecordBatch& batch) const {
  PreparedRows prepared = DecodeKeys(batch);
  prepared.ts = static_cast<const arrow::Int64Array&>(*batch.column(kTs)).raw_values();
  for (std::size_t i = 0; i < input_count_; ++i) {
    prepared.inputs.push_back(batch.column(kFirstInput + static_cast<int>(i)));
  }
  return prepared;
}

}  // namespace gnomon::aggregate
