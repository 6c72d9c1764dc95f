// SPDX-License-Identifier: Apache-2.0
// Up to four files per shard: queries and rows as RowCodec has them, and twice `key, hop, one
// intermediate result per state`: what the shard held, and partial results that came later.
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

// A batch of `key, hop, states` of these slots of columns(state), each with key(i) and hop(i).
template <typename Columns, typename Key, typename Hop>
Result<std::shared_ptr<arrow::RecordBatch>> EncodeStates(
    const std::shared_ptr<arrow::Schema>& schema, std::span<const std::uint32_t> slots,
    Columns&& columns, Key&& key, Hop&& hop) {
  GNOMON_ASSIGN_OR_RETURN(const auto builders, MakeBuilders(*schema));
  auto& keys = static_cast<arrow::BinaryBuilder&>(*builders[kKey]);
  auto& hops = static_cast<arrow::UInt32Builder&>(*builders[kHop]);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    GNOMON_ARROW_RETURN_NOT_OK(keys.Append(key(i)), "spilling");
    GNOMON_ARROW_RETURN_NOT_OK(hops.Append(hop(i)), "spilling");
  }
  for (std::size_t i = kFirstState; i < builders.size(); ++i) {
    GNOMON_ARROW_RETURN_NOT_OK(columns(i - kFirstState).Encode(slots, builders[i].get()),
                               "spilling");
  }
  return FinishBatch(schema, static_cast<std::int64_t>(slots.size()), builders);
}

}  // namespace

ShardSpill::ShardSpill(const AggregationPlan& plan, const Schema& inputs, std::string tmp_dir)
    : plan_(plan), tmp_dir_(std::move(tmp_dir)), rows_codec_(inputs), queries_codec_(Schema()) {
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
  std::unique_ptr<ShardSpill> spill(new ShardSpill(plan, inputs, tmp_dir));
  GNOMON_ASSIGN_OR_RETURN(spill->states_, SpillFile::Make(tmp_dir, spill->states_schema_));
  GNOMON_ASSIGN_OR_RETURN(spill->rows_, SpillFile::Make(tmp_dir, spill->rows_codec_.schema()));
  if (table.queries() != nullptr) {
    GNOMON_ASSIGN_OR_RETURN(spill->queries_,
                            SpillFile::Make(tmp_dir, spill->queries_codec_.schema()));
    GNOMON_RETURN_IF_ERROR(spill->WriteQueries(table));
  }
  GNOMON_RETURN_IF_ERROR(spill->WriteStates(table));
  GNOMON_RETURN_IF_ERROR(
      table.GiveKeptRows([&](const arrow::RecordBatch& rows) { return spill->WriteRows(rows); }));
  return spill;
}

std::int64_t ShardSpill::bytes_written() const {
  std::int64_t bytes = 0;
  for (const auto* file : {&states_, &rows_, &queries_, &partials_})
    bytes += *file != nullptr ? (*file)->bytes_written() : 0;
  return bytes;
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
  for (std::size_t begin = 0; begin < table.slot_count(); begin += kStateRows) {
    const auto slots = Iota(begin, std::min(begin + kStateRows, table.slot_count()));
    GNOMON_ASSIGN_OR_RETURN(
        const auto batch,
        EncodeStates(
            states_schema_, slots, [&](std::size_t i) -> auto& { return table.states(i); },
            [&](std::size_t i) { return table.keys().key(table.slot_key(slots[i])); },
            [&](std::size_t i) { return table.slot_hop(slots[i]); }));
    GNOMON_RETURN_IF_ERROR(states_->Write(*batch));
  }
  return Ok();
}

Status ShardSpill::Add(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  if (!prepared.partials.empty()) return WritePartials(prepared, selection);
  GNOMON_ASSIGN_OR_RETURN(const auto batch, rows_codec_.Encode(prepared, selection));
  return WriteRows(*batch);
}

Status ShardSpill::WriteRows(const arrow::RecordBatch& rows) {
  is_partials_.push_back(false);
  return rows_->Write(rows);
}

Status ShardSpill::WritePartials(const PreparedRows& prepared,
                                 std::span<const std::uint32_t> selection) {
  if (partials_ == nullptr) {
    GNOMON_ASSIGN_OR_RETURN(partials_, SpillFile::Make(tmp_dir_, states_schema_));
  }
  std::vector<std::uint32_t> slots;
  for (const std::uint32_t at : selection) slots.push_back(prepared.rows[at]);
  GNOMON_ASSIGN_OR_RETURN(
      const auto batch,
      EncodeStates(
          states_schema_, slots, [&](std::size_t i) -> auto& { return *prepared.partials[i]; },
          [&](std::size_t i) { return prepared.keys.view(selection[i]); },
          [&](std::size_t i) { return prepared.hops[slots[i]]; }));
  is_partials_.push_back(true);
  return partials_->Write(*batch);
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
  for (const bool is_partials : is_partials_) {
    GNOMON_ASSIGN_OR_RETURN(const auto batch, (is_partials ? partials_ : rows_)->Next());
    GNOMON_RETURN_IF_ERROR(is_partials ? RestorePartials(*batch, table)
                                       : RestoreRows(*batch, table));
  }
  return Ok();
}

Status ShardSpill::RestoreRows(const arrow::RecordBatch& batch, StateTable* table) const {
  PreparedRows prepared = rows_codec_.Decode(batch);
  prepared.state_values = plan_.StateValues(prepared.inputs);
  return table->Update(prepared, prepared.rows);
}

Status ShardSpill::RestorePartials(const arrow::RecordBatch& batch, StateTable* table) const {
  PreparedRows prepared = DecodeKeys(batch);
  std::vector<std::unique_ptr<StateColumn>> partials;
  for (std::size_t i = 0; i < plan_.states.size(); ++i) {
    const BoundAggregation& bound = plan_.states[i].bound;
    StateColumn& column = *partials.emplace_back(bound.make_states(bound));
    column.Resize(prepared.rows.size());
    GNOMON_RETURN_IF_ERROR(
        column.Decode(*batch.column(kFirstState + static_cast<int>(i)), prepared.rows));
  }
  prepared.partials = partials;
  return table->Update(prepared, prepared.rows);
}

Status ShardSpill::RestoreStates(const arrow::RecordBatch& batch, StateTable* table) const {
  const PreparedRows prepared = DecodeKeys(batch);
  std::vector<std::uint32_t> slots;
  for (const std::uint32_t row : prepared.rows) {
    slots.push_back(
        table->SlotOf(prepared.keys.hash(row), prepared.keys.view(row), prepared.hops[row]));
  }
  table->ResizeStates();
  for (std::size_t i = 0; i < plan_.states.size(); ++i) {
    const auto column = batch.column(kFirstState + static_cast<int>(i));
    GNOMON_RETURN_IF_ERROR(table->states(i).Decode(*column, slots));
  }
  return Ok();
}

}  // namespace gnomon::aggregate
