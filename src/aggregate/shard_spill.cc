// SPDX-License-Identifier: Apache-2.0
// Three files per shard: queries and rows as RowCodec has them, and `key, hop, one intermediate
// result per state`.
#include "aggregate/shard_spill.h"

#include <arrow/api.h>

#include "aggregate/spill_file.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr std::size_t kStateRows = 16 * 1024;
constexpr int kKey = 0;
constexpr int kHop = 1;
constexpr int kFirstState = 2;

}  // namespace

ShardSpill::ShardSpill(const AggregationPlan& plan, const Schema& inputs)
    : plan_(plan), rows_codec_(inputs), queries_codec_(Schema()) {
  arrow::FieldVector states = {arrow::field("key", arrow::binary()),
                               arrow::field("hop", arrow::uint32())};
  for (const PlannedState& state : plan.states) {
    states.push_back(arrow::field("state", ToArrow(state.bound.intermediate)));
  }
  states_schema_ = arrow::schema(std::move(states));
}

ShardSpill::~ShardSpill() = default;

Result<std::unique_ptr<ShardSpill>> ShardSpill::Make(const AggregationPlan& plan,
                                                     const Schema& inputs,
                                                     const std::string& tmp_dir,
                                                     const StateTable& table) {
  std::unique_ptr<ShardSpill> spill(new ShardSpill(plan, inputs));
  GNOMON_ASSIGN_OR_RETURN(spill->states_, SpillFile::Make(tmp_dir, spill->states_schema_));
  GNOMON_ASSIGN_OR_RETURN(spill->rows_, SpillFile::Make(tmp_dir, spill->rows_codec_.schema()));
  if (table.queries() != nullptr) {
    GNOMON_ASSIGN_OR_RETURN(spill->queries_,
                            SpillFile::Make(tmp_dir, spill->queries_codec_.schema()));
    GNOMON_RETURN_IF_ERROR(spill->WriteQueries(table));
  }
  GNOMON_RETURN_IF_ERROR(spill->WriteStates(table));
  GNOMON_RETURN_IF_ERROR(table.GiveKeptRows(
      [&](const arrow::RecordBatch& rows) { return spill->rows_->Write(rows); }));
  return spill;
}

std::int64_t ShardSpill::bytes_written() const {
  return states_->bytes_written() + rows_->bytes_written() +
         (queries_ != nullptr ? queries_->bytes_written() : 0);
}

Status ShardSpill::WriteQueries(const StateTable& table) {
  const QueryLog& log = *table.queries();
  for (std::size_t begin = 0; begin < log.ts.size(); begin += kStateRows) {
    const std::size_t end = std::min(begin + kStateRows, log.ts.size());
    PreparedRows prepared;
    prepared.ts = log.ts.data() + begin;
    prepared.rows = Iota(0, end - begin);
    for (std::size_t i = begin; i < end; ++i)
      prepared.keys.bytes.push_back(table.keys().key(log.keys[i]));
    GNOMON_RETURN_IF_ERROR(AddQueries(prepared, prepared.rows));
  }
  return Ok();
}

Status ShardSpill::WriteStates(const StateTable& table) {
  GNOMON_ASSIGN_OR_RETURN(const auto builders, MakeBuilders(*states_schema_));
  auto& keys = static_cast<arrow::BinaryBuilder&>(*builders[kKey]);
  auto& hops = static_cast<arrow::UInt32Builder&>(*builders[kHop]);
  for (std::size_t begin = 0; begin < table.slot_count(); begin += kStateRows) {
    const auto slots = Iota(begin, std::min(begin + kStateRows, table.slot_count()));
    for (const std::uint32_t slot : slots) {
      GNOMON_ARROW_RETURN_NOT_OK(keys.Append(table.keys().key(table.slot_key(slot))), "spilling");
      GNOMON_ARROW_RETURN_NOT_OK(hops.Append(table.slot_hop(slot)), "spilling");
    }
    for (std::size_t i = 0; i < plan_.states.size(); ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(table.states(i).Encode(slots, builders[kFirstState + i].get()),
                                 "spilling");
    }
    GNOMON_ASSIGN_OR_RETURN(
        const auto batch,
        FinishBatch(states_schema_, static_cast<std::int64_t>(slots.size()), builders));
    GNOMON_RETURN_IF_ERROR(states_->Write(*batch));
  }
  return Ok();
}

Status ShardSpill::AddRows(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  GNOMON_ASSIGN_OR_RETURN(const auto batch, rows_codec_.Encode(prepared, selection));
  return rows_->Write(*batch);
}

Status ShardSpill::AddQueries(const PreparedRows& prepared,
                              std::span<const std::uint32_t> selection) {
  GNOMON_ASSIGN_OR_RETURN(const auto batch, queries_codec_.Encode(prepared, selection));
  return queries_->Write(*batch);
}

Status ShardSpill::Restore(StateTable* table) {
  if (queries_ != nullptr) {
    GNOMON_RETURN_IF_ERROR(queries_->ReadAll([&](const arrow::RecordBatch& batch) {
      const PreparedRows prepared = queries_codec_.Decode(batch);
      table->AddQueries(prepared, prepared.rows);
      return Ok();
    }));
  }
  table->Seal();
  GNOMON_RETURN_IF_ERROR(states_->ReadAll(
      [&](const arrow::RecordBatch& batch) { return RestoreStates(batch, table); }));
  return rows_->ReadAll([&](const arrow::RecordBatch& batch) {
    PreparedRows prepared = rows_codec_.Decode(batch);
    prepared.state_values = plan_.StateValues(prepared.inputs);
    return table->Update(prepared, prepared.rows);
  });
}

Status ShardSpill::RestoreStates(const arrow::RecordBatch& batch, StateTable* table) const {
  const auto& keys = static_cast<const arrow::BinaryArray&>(*batch.column(kKey));
  const auto& hops = static_cast<const arrow::UInt32Array&>(*batch.column(kHop));
  std::vector<std::uint32_t> slots;
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    const std::string_view key = keys.GetView(row);
    slots.push_back(table->SlotOf(KeyEncoding::Hash(key), key, hops.Value(row)));
  }
  table->ResizeStates();
  for (std::size_t i = 0; i < plan_.states.size(); ++i) {
    const auto column = batch.column(kFirstState + static_cast<int>(i));
    GNOMON_RETURN_IF_ERROR(table->states(i).Decode(*column, slots));
  }
  return Ok();
}

}  // namespace gnomon::aggregate
