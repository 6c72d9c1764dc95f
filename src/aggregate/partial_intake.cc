// SPDX-License-Identifier: Apache-2.0
#include "aggregate/partial_intake.h"

#include <arrow/api.h>

namespace gnomon::aggregate {

Status PartialIntake::Consume(const arrow::RecordBatch& batch, const Select& select) {
  const auto consume = [&](BatchPartials& partials) -> Status {
    partials.Start(batch.num_rows());
    const auto add = [&](const arrow::RecordBatch& slice, PreparedRows* rows) -> Status {
      GNOMON_RETURN_IF_ERROR(intake_.Open(slice, TsColumn::kRequired, rows));
      select(rows);
      intake_.EncodeKeys(rows);
      return partials.Add(*rows);
    };
    GNOMON_RETURN_IF_ERROR(intake_.ForEachSlice(batch, add));
    return partials.Flush();
  };
  return pool_.With([this] { return std::make_unique<BatchPartials>(plan_, give_); }, consume);
}

}  // namespace gnomon::aggregate
