// SPDX-License-Identifier: Apache-2.0
// A cell is one (key, query).
#include "aggregate/query_sweep.h"

#include <arrow/api.h>

#include "aggregate/cell_block.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

// Of one key; a key with more queries is swept in several goes.
constexpr std::size_t kCellsMax = 64 * 1024;

class QuerySweep {
 public:
  QuerySweep(const IntervalTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
             OutputBatches* batches)
      : table_(table), plan_(fused.plan), encoding_(encoding), batches_(batches), block_(fused) {}

  Status Run() {
    hops_ = SortHops(table_);
    const auto key_count = static_cast<std::uint32_t>(table_.keys().size());
    for (std::uint32_t key = 0; key < key_count; ++key) {
      table_.CountHops(key, &before_);
      auto queries = table_.queries_of(key);
      for (; !queries.empty(); queries = queries.subspan(std::min(queries.size(), kCellsMax))) {
        AddCells(key, queries.first(std::min(queries.size(), kCellsMax)));
        if (block_.is_full()) GNOMON_RETURN_IF_ERROR(GiveBlock());
      }
    }
    return GiveBlock();
  }

 private:
  void AddCells(std::uint32_t key, std::span<const std::int64_t> queries) {
    block_.AddKey(key, hops_.of(key), queries.size());
    cell_ts_.insert(cell_ts_.end(), queries.begin(), queries.end());
    for (std::size_t window = 0; window < plan_.windows.size(); ++window) {
      table_.AppendRanges(key, queries, before_, plan_.windows[window], block_.ranges(window));
    }
  }

  Status GiveBlock() {
    if (block_.size() == 0) return Ok();
    GNOMON_RETURN_IF_ERROR(block_.Sweep(table_));
    GNOMON_ASSIGN_OR_RETURN(OutputBatches::Builders * builders, batches_->At(0));
    const std::size_t first_output = builders->size() - plan_.columns.size();
    const auto cells = Iota(0, block_.size());
    GNOMON_RETURN_IF_ERROR(block_.Append(table_, encoding_, cells, first_output, *builders));
    auto& times = static_cast<arrow::Int64Builder&>(*(*builders)[first_output - 1]);
    GNOMON_ARROW_RETURN_NOT_OK(times.AppendValues(cell_ts_), "building output rows");
    block_.Clear();
    cell_ts_.clear();
    return batches_->Added(0, static_cast<std::int64_t>(cells.size()));
  }

  const IntervalTable& table_;
  const AggregationPlan& plan_;
  const KeyEncoding& encoding_;
  OutputBatches* batches_;
  HopsByKey hops_;
  std::vector<std::uint32_t> before_;
  CellBlock block_;
  std::vector<std::int64_t> cell_ts_;
};

}  // namespace

Status SweepQueries(const IntervalTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
                    OutputBatches* batches) {
  return QuerySweep(table, fused, encoding, batches).Run();
}

}  // namespace gnomon::aggregate
