// SPDX-License-Identifier: Apache-2.0
// The groups of the mutation kernel: keys of one day each (the day stands behind the key's bytes),
// their queries, snapshot rows in states by interval, and mutations as they came, since each query
// folds them anew.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <vector>

#include "aggregate/interval_table.h"
#include "aggregate/row_codec.h"
#include "base/calendar.h"

namespace gnomon::aggregate {

// The inputs, then what makes a row a mutation: `mutation_ts`, null in rows of a snapshot, and
// `is_before`.
Schema MutationInputs(const Schema& inputs);

// Puts the days behind the keys of the rows, days[i] behind keys->bytes[i].
void AppendDays(std::span<const Day> days, EncodedKeys* keys);
std::string_view WithoutDay(std::string_view key_and_day);
Day DayOfGroup(std::string_view key_and_day);

class MutationTable final : public IntervalTable {
 public:
  // `inputs` are MutationInputs.
  MutationTable(const AggregationPlan& plan, const Schema& inputs);

  Status Update(const PreparedRows& prepared, std::span<const std::uint32_t> selection) override;
  Status GiveKeptRows(const GiveRows& give) const override;
  std::int64_t memory_bytes() const override { return IntervalTable::memory_bytes() + kept_bytes_; }

  // All mutations in one batch, of which the result's pointers are views. The table keeps none.
  Result<PreparedRows> TakeMutations(std::shared_ptr<arrow::RecordBatch>* batch);

 private:
  RowCodec codec_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> kept_;
  std::int64_t kept_bytes_ = 0;
};

}  // namespace gnomon::aggregate
