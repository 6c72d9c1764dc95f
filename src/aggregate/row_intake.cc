// SPDX-License-Identifier: Apache-2.0
// Counting is by slice, not by row.
#include "aggregate/row_intake.h"

#include <arrow/api.h>

#include "base/cancellation.h"

namespace gnomon::aggregate {

namespace {

constexpr std::int64_t kSliceRows = 16 * 1024;

}  // namespace

Status RowIntake::ForEachSlice(const arrow::RecordBatch& batch, const WorkOnSlice& work) {
  const auto work_on_slices = [&](PreparedRows& rows) -> Status {
    for (std::int64_t begin = 0; begin < batch.num_rows(); begin += kSliceRows) {
      GNOMON_RETURN_IF_ERROR(CheckCancelled());
      GNOMON_RETURN_IF_ERROR(work(*batch.Slice(begin, kSliceRows), &rows));
    }
    rows.ForgetBatch();
    return Ok();
  };
  return pool_.With([] { return std::make_unique<PreparedRows>(); }, work_on_slices);
}

Status RowIntake::Open(const arrow::RecordBatch& slice, TsColumn ts, PreparedRows* rows) {
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t null_ts, FindColumns(slice, keys_, inputs_, ts, rows));
  rows->state_values = plan_.StateValues(rows->inputs);
  rows_read_ += slice.num_rows();
  rows_null_ts_ += null_ts;
  return Ok();
}

void RowIntake::EncodeKeys(PreparedRows* rows) {
  rows_null_key_ += encoding_.DropNullKeys(rows->key_columns, &rows->rows);
  encoding_.Encode(rows->key_columns, rows->rows, &rows->keys);
}

Status RowIntake::OpenQueries(const arrow::RecordBatch& slice, PreparedRows* queries) {
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t null_ts,
                          FindColumns(slice, keys_, Schema(), TsColumn::kRequired, queries));
  if (null_ts > 0) {
    return InvalidArgument(
        "the time of a row of the left side is null: column ts - leave such rows out by a where "
        "clause: {} rows",
        null_ts);
  }
  queries_read_ += slice.num_rows();
  queries_null_key_ += encoding_.DropPartlyNullKeys(queries->key_columns, &queries->rows);
  encoding_.Encode(queries->key_columns, queries->rows, &queries->keys);
  return Ok();
}

}  // namespace gnomon::aggregate
