// SPDX-License-Identifier: Apache-2.0
// Mutations without a query on their key and day are dropped at once.
#include "aggregate/mutation_table.h"

#include <arrow/api.h>
#include <arrow/util/byte_size.h>

#include <cstring>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

Schema MutationInputs(const Schema& inputs) {
  Schema all = inputs;
  all.fields.push_back({"mutation_ts", TypeKind::kLong});
  all.fields.push_back({"is_before", TypeKind::kBoolean});
  return all;
}

void AppendDays(std::span<const Day> days, EncodedKeys* keys) {
  std::string written;
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < days.size(); ++i) {
    written.append(keys->view(i));
    written.append(reinterpret_cast<const char*>(&days[i].days_since_epoch), sizeof(std::int32_t));
    ends.push_back(written.size());
  }
  keys->written = std::move(written);
  keys->dictionary = {};
  keys->bytes.resize(days.size());
  keys->hashes.resize(days.size());
  for (std::size_t i = 0, begin = 0; i < ends.size(); begin = ends[i++]) {
    keys->bytes[i] = std::string_view(keys->written).substr(begin, ends[i] - begin);
    keys->hashes[i] = KeyEncoding::Hash(keys->bytes[i]);
  }
}

std::string_view WithoutDay(std::string_view key_and_day) {
  return key_and_day.substr(0, key_and_day.size() - sizeof(std::int32_t));
}

Day DayOfGroup(std::string_view key_and_day) {
  Day day;
  std::memcpy(&day.days_since_epoch, key_and_day.data() + key_and_day.size() - sizeof(std::int32_t),
              sizeof(std::int32_t));
  return day;
}

MutationTable::MutationTable(const AggregationPlan& plan, const Schema& inputs)
    : IntervalTable(plan, [](std::int64_t query) { return DayOf(query).begin_ms(); }),
      codec_(inputs) {}

Status MutationTable::Update(const PreparedRows& prepared,
                             std::span<const std::uint32_t> selection) {
  const arrow::Array& mutation_ts = *prepared.inputs[prepared.inputs.size() - 2];
  std::vector<std::uint32_t> snapshot;
  std::vector<std::uint32_t> mutations;
  for (const std::uint32_t at : selection) {
    if (mutation_ts.IsNull(prepared.rows[at])) {
      snapshot.push_back(at);
    } else if (keys_.Find(prepared.keys.hash(at), prepared.keys.view(at)).has_value()) {
      mutations.push_back(at);
    }
  }
  GNOMON_RETURN_IF_ERROR(IntervalTable::Update(prepared, snapshot));
  if (mutations.empty()) return Ok();
  GNOMON_ASSIGN_OR_RETURN(kept_.emplace_back(), codec_.Encode(prepared, mutations));
  kept_bytes_ += arrow::util::TotalBufferSize(*kept_.back());
  return Ok();
}

Status MutationTable::GiveKeptRows(const GiveRows& give) const {
  for (const auto& rows : kept_) GNOMON_RETURN_IF_ERROR(give(*rows));
  return Ok();
}

Result<PreparedRows> MutationTable::TakeMutations(std::shared_ptr<arrow::RecordBatch>* batch) {
  GNOMON_ARROW_ASSIGN(const auto table, arrow::Table::FromRecordBatches(codec_.schema(), kept_),
                      "collecting mutations");
  GNOMON_ARROW_ASSIGN(*batch, table->CombineChunksToBatch(), "collecting mutations");
  kept_.clear();
  kept_bytes_ = 0;
  return codec_.Decode(**batch);
}

}  // namespace gnomon::aggregate
