// SPDX-License-Identifier: Apache-2.0
// Two files per shard: `key, day, one intermediate result per state` and `key, day, ts, inputs`.
// Keys are their encoded bytes.
#include "aggregate/shard_spill.h"

#include <arrow/api.h>

#include <numeric>

#include "aggregate/spill_file.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr std::size_t kStateRows = 16 * 1024;
constexpr int kKey = 0;
constexpr int kDay = 1;
constexpr int kTs = 2;
constexpr int kFirstState = 2;
constexpr int kFirstInput = 3;

std::vector<std::uint32_t> Iota(std::size_t begin, std::size_t end) {
  std::vector<std::uint32_t> numbers(end - begin);
  std::iota(numbers.begin(), numbers.end(), static_cast<std::uint32_t>(begin));
  return numbers;
}

Result<std::shared_ptr<arrow::RecordBatch>> FinishBatch(
    const std::shared_ptr<arrow::Schema>& schema, std::size_t rows,
    std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) {
  arrow::ArrayVector columns;
  for (const auto& builder : builders) {
    GNOMON_ARROW_ASSIGN(auto column, builder->Finish(), "spilling");
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(rows), std::move(columns));
}

Result<std::vector<std::unique_ptr<arrow::ArrayBuilder>>> MakeBuilders(
    const arrow::Schema& schema) {
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : schema.fields()) {
    GNOMON_ARROW_ASSIGN(auto builder, arrow::MakeBuilder(field->type()), "spilling");
    builders.push_back(std::move(builder));
  }
  return builders;
}

arrow::Status AppendKeyAndDay(std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders,
                              std::string_view key, DayIndex day) {
  ARROW_RETURN_NOT_OK(static_cast<arrow::BinaryBuilder&>(*builders[kKey]).Append(key));
  return static_cast<arrow::UInt32Builder&>(*builders[kDay]).Append(day);
}

}  // namespace

ShardSpill::ShardSpill(const AggregationPlan& plan, const Schema& inputs)
    : plan_(plan), input_count_(inputs.fields.size()) {
  arrow::FieldVector states = {arrow::field("key", arrow::binary()),
                               arrow::field("day", arrow::uint32())};
  arrow::FieldVector rows = states;
  for (const PlannedState& state : plan.states) {
    states.push_back(arrow::field("state", ToArrow(state.bound.intermediate)));
  }
  rows.push_back(arrow::field("ts", arrow::int64()));
  for (const Field& input : inputs.fields)
    rows.push_back(arrow::field(input.name, ToArrow(input.type)));
  states_schema_ = arrow::schema(std::move(states));
  rows_schema_ = arrow::schema(std::move(rows));
}

ShardSpill::~ShardSpill() = default;

Result<std::unique_ptr<ShardSpill>> ShardSpill::Make(const AggregationPlan& plan,
                                                     const Schema& inputs,
                                                     const std::string& tmp_dir,
                                                     const HopTable& table) {
  std::unique_ptr<ShardSpill> spill(new ShardSpill(plan, inputs));
  GNOMON_ASSIGN_OR_RETURN(spill->states_, SpillFile::Make(tmp_dir, spill->states_schema_));
  GNOMON_ASSIGN_OR_RETURN(spill->rows_, SpillFile::Make(tmp_dir, spill->rows_schema_));
  GNOMON_RETURN_IF_ERROR(spill->WriteStates(table));
  return spill;
}

std::int64_t ShardSpill::bytes_written() const {
  return states_->bytes_written() + rows_->bytes_written();
}

Status ShardSpill::WriteStates(const HopTable& table) {
  GNOMON_ASSIGN_OR_RETURN(const auto builders, MakeBuilders(*states_schema_));
  for (std::size_t begin = 0; begin < table.slot_count(); begin += kStateRows) {
    const auto slots = Iota(begin, std::min(begin + kStateRows, table.slot_count()));
    for (const std::uint32_t slot : slots) {
      const std::string_view key = table.keys().key(table.slot_key(slot));
      GNOMON_ARROW_RETURN_NOT_OK(AppendKeyAndDay(builders, key, table.slot_day(slot)), "spilling");
    }
    for (std::size_t i = 0; i < plan_.states.size(); ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(table.states(i).Encode(slots, builders[kFirstState + i].get()),
                                 "spilling");
    }
    GNOMON_ASSIGN_OR_RETURN(const auto batch, FinishBatch(states_schema_, slots.size(), builders));
    GNOMON_RETURN_IF_ERROR(states_->Write(*batch));
  }
  return Ok();
}

Status ShardSpill::AddRows(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  GNOMON_ASSIGN_OR_RETURN(const auto builders, MakeBuilders(*rows_schema_));
  for (const std::uint32_t at : selection) {
    const std::uint32_t row = prepared.rows[at];
    GNOMON_ARROW_RETURN_NOT_OK(
        AppendKeyAndDay(builders, prepared.keys.bytes[at], prepared.days[row]), "spilling");
    GNOMON_ARROW_RETURN_NOT_OK(
        static_cast<arrow::Int64Builder&>(*builders[kTs]).Append(prepared.ts[row]), "spilling");
  }
  for (std::size_t i = 0; i < input_count_; ++i) {
    const arrow::ArraySpan values(*prepared.inputs[i]->data());
    for (const std::uint32_t at : selection) {
      GNOMON_ARROW_RETURN_NOT_OK(
          builders[kFirstInput + i]->AppendArraySlice(values, prepared.rows[at], 1), "spilling");
    }
  }
  GNOMON_ASSIGN_OR_RETURN(const auto batch, FinishBatch(rows_schema_, selection.size(), builders));
  return rows_->Write(*batch);
}

Status ShardSpill::Restore(HopTable* table) {
  GNOMON_RETURN_IF_ERROR(states_->ReadAll(
      [&](const arrow::RecordBatch& batch) { return RestoreStates(batch, table); }));
  return rows_->ReadAll([&](const arrow::RecordBatch& batch) { return RestoreRows(batch, table); });
}

Status ShardSpill::RestoreStates(const arrow::RecordBatch& batch, HopTable* table) const {
  const auto& keys = static_cast<const arrow::BinaryArray&>(*batch.column(kKey));
  const auto& days = static_cast<const arrow::UInt32Array&>(*batch.column(kDay));
  std::vector<std::uint32_t> slots;
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    const std::string_view key = keys.GetView(row);
    slots.push_back(table->FindOrInsert(KeyEncoding::Hash(key), key, days.Value(row)));
  }
  table->ResizeStates();
  for (std::size_t i = 0; i < plan_.states.size(); ++i) {
    const auto column = batch.column(kFirstState + static_cast<int>(i));
    GNOMON_RETURN_IF_ERROR(table->states(i).Decode(*column, slots));
  }
  return Ok();
}

Status ShardSpill::RestoreRows(const arrow::RecordBatch& batch, HopTable* table) const {
  const auto& keys = static_cast<const arrow::BinaryArray&>(*batch.column(kKey));
  const auto& days = static_cast<const arrow::UInt32Array&>(*batch.column(kDay));
  PreparedRows prepared;
  prepared.ts = static_cast<const arrow::Int64Array&>(*batch.column(kTs)).raw_values();
  prepared.rows = Iota(0, static_cast<std::size_t>(batch.num_rows()));
  prepared.days.assign(days.raw_values(), days.raw_values() + days.length());
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    prepared.keys.bytes.push_back(keys.GetView(row));
    prepared.keys.hashes.push_back(KeyEncoding::Hash(keys.GetView(row)));
  }
  for (std::size_t i = 0; i < input_count_; ++i) {
    prepared.inputs.push_back(batch.column(kFirstInput + static_cast<int>(i)));
  }
  prepared.state_values = plan_.StateValues(prepared.inputs);
  return table->Update(prepared, prepared.rows);
}

}  // namespace gnomon::aggregate
