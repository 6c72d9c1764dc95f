// SPDX-License-Identifier: Apache-2.0
// Of a group and a column, one state runs through the queries: it takes the mutations up to each
// one and is read there. It begins anew when the window has lost something that it holds (its tail
// moves by whole hops, so at most some hundred times a day), or gained a row that it passed over.
#include "aggregate/mutation_sweep.h"

#include <arrow/api.h>

#include <algorithm>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

// After so many states of a column have been begun, their memory is given back.
constexpr std::uint32_t kBegunMax = 4096;

// The mutations of a shard, sorted by group, time and arrival.
class SortedMutations {
 public:
  Status Load(MutationTable* table, const AggregationPlan& plan) {
    GNOMON_ASSIGN_OR_RETURN(rows_, table->TakeMutations(&batch_));
    rows_.state_values = plan.StateValues(rows_.inputs);
    const std::size_t count = rows_.rows.size();
    mutation_ts_ =
        static_cast<const arrow::Int64Array&>(*rows_.inputs[rows_.inputs.size() - 2]).raw_values();
    is_before_ = static_cast<const arrow::BooleanArray*>(rows_.inputs.back().get());
    std::vector<std::uint32_t> groups(count);
    begins_.assign(table->keys().size() + 1, 0);
    for (std::size_t row = 0; row < count; ++row) {
      const auto group = table->keys().Find(rows_.keys.hash(row), rows_.keys.view(row));
      GNOMON_CHECK(group.has_value());
      groups[row] = *group;
      ++begins_[*group + 1];
    }
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    order_ = Iota(0, count);
    std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (groups[a] != groups[b]) return groups[a] < groups[b];
      return mutation_ts_[a] < mutation_ts_[b];
    });
    return Ok();
  }

  // Rows of the group from `begin_ms` on.
  std::span<const std::uint32_t> of(std::uint32_t group, std::int64_t begin_ms) const {
    const auto all = std::span(order_).subspan(begins_[group], begins_[group + 1] - begins_[group]);
    const auto first = std::find_if(
        all.begin(), all.end(), [&](std::uint32_t row) { return mutation_ts_[row] >= begin_ms; });
    return all.subspan(static_cast<std::size_t>(first - all.begin()));
  }
  std::int64_t mutation_ts(std::uint32_t row) const { return mutation_ts_[row]; }
  std::int64_t ts(std::uint32_t row) const { return rows_.ts[row]; }
  bool is_before(std::uint32_t row) const {
    return is_before_->IsValid(row) && is_before_->Value(row);
  }

  // Adds to the slot, or deletes from it, rows of one kind.
  Status Apply(std::size_t state, std::span<const std::uint32_t> rows, bool deletes,
               std::uint32_t slot, StateColumn* column) const {
    if (rows.empty()) return Ok();
    const std::vector<std::uint32_t> slots(rows.size(), slot);
    const arrow::Array& values = *rows_.state_values[state];
    return deletes ? column->Delete(values, rows_.ts, rows, slots)
                   : column->Update(values, rows_.ts, rows, slots);
  }

 private:
  std::shared_ptr<arrow::RecordBatch> batch_;
  PreparedRows rows_;
  const std::int64_t* mutation_ts_ = nullptr;
  const arrow::BooleanArray* is_before_ = nullptr;
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> order_;
};

// One output column's running state.
class ColumnFold {
 public:
  ColumnFold(const AggregationPlan& plan, std::size_t column, const SortedMutations& mutations)
      : bound_(plan.states[plan.state_of_column[column]].bound),
        state_(plan.state_of_column[column]),
        window_(plan.windows[plan.window_of_column[column]]),
        mutations_(mutations) {}

  // Appends the answers to a group's queries, ascending; `ranges` are the hops that each sees.
  Status Answer(const StateTable& table, std::span<const std::uint32_t> hops,
                std::span<const std::int64_t> queries, std::span<const HopRange> ranges,
                std::span<const std::uint32_t> rows, arrow::ArrayBuilder* results) {
    for (std::size_t i = 0; i < queries.size(); ++i) {
      const std::int64_t begin =
          window_.has_value() ? WindowBegin(queries[i], *window_) : INT64_MIN;
      const bool has_changed = i == 0 || ranges[i].begin != ranges[i - 1].begin ||
                               ranges[i].end != ranges[i - 1].end || oldest_held_ts_ < begin ||
                               oldest_passed_over_ts_ < queries[i];
      if (has_changed) GNOMON_RETURN_IF_ERROR(Begin(table, hops, ranges[i]));
      GNOMON_RETURN_IF_ERROR(Advance(rows, begin, queries[i]));
      GNOMON_ARROW_RETURN_NOT_OK(column_->Finalize(std::span(&slot_, 1), results),
                                 "building output rows");
    }
    return Ok();
  }

 private:
  Status Begin(const StateTable& table, std::span<const std::uint32_t> hops, HopRange range) {
    if (column_ == nullptr || slot_ + 1 >= kBegunMax) {
      column_ = bound_.make_states(bound_);
      slot_ = 0;
    } else {
      ++slot_;
    }
    column_->Resize(slot_ + 1);
    next_ = 0;
    oldest_held_ts_ = oldest_passed_over_ts_ = INT64_MAX;
    const auto seen = hops.subspan(range.begin, range.end - range.begin);
    const std::vector<std::uint32_t> slots(seen.size(), slot_);
    return column_->Merge(slots, table.states(state_), seen);
  }

  // Takes the mutations before the query.
  Status Advance(std::span<const std::uint32_t> rows, std::int64_t begin, std::int64_t query) {
    std::vector<std::uint32_t> alike;  // Rows in order that are all deleted, or all added.
    bool deletes = false;
    for (; next_ < rows.size() && mutations_.mutation_ts(rows[next_]) < query; ++next_) {
      const std::uint32_t row = rows[next_];
      const std::int64_t ts = mutations_.ts(row);
      if (window_.has_value() && (ts < begin || ts >= query)) {
        if (ts >= query) oldest_passed_over_ts_ = std::min(oldest_passed_over_ts_, ts);
        continue;
      }
      if (mutations_.is_before(row) != deletes) {
        GNOMON_RETURN_IF_ERROR(mutations_.Apply(state_, alike, deletes, slot_, column_.get()));
        alike.clear();
        deletes = !deletes;
      }
      alike.push_back(row);
      if (window_.has_value()) oldest_held_ts_ = std::min(oldest_held_ts_, ts);
    }
    return mutations_.Apply(state_, alike, deletes, slot_, column_.get());
  }

  const BoundAggregation& bound_;
  std::size_t state_;
  std::optional<Window> window_;
  const SortedMutations& mutations_;
  std::unique_ptr<StateColumn> column_;
  std::uint32_t slot_ = 0;
  std::size_t next_ = 0;
  std::int64_t oldest_held_ts_ = INT64_MAX;
  std::int64_t oldest_passed_over_ts_ = INT64_MAX;
};

}  // namespace

Status SweepMutations(MutationTable* table, const AggregationPlan& plan,
                      const KeyEncoding& encoding, OutputBatches* batches) {
  SortedMutations mutations;
  GNOMON_RETURN_IF_ERROR(mutations.Load(table, plan));
  const HopsByKey hops = SortHops(*table);
  std::vector<ColumnFold> folds;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) folds.emplace_back(plan, i, mutations);
  std::vector<std::uint32_t> before;
  std::vector<std::vector<HopRange>> ranges(plan.windows.size());
  for (std::uint32_t group = 0; group < table->keys().size(); ++group) {
    const std::string_view key = table->keys().key(group);
    const auto queries = table->queries_of(group);
    const auto rows = mutations.of(group, DayOfGroup(key).begin_ms());
    table->CountHops(group, &before);
    for (std::size_t window = 0; window < ranges.size(); ++window) {
      ranges[window].clear();
      table->AppendRanges(group, queries, before, plan.windows[window], &ranges[window]);
    }
    GNOMON_ASSIGN_OR_RETURN(OutputBatches::Builders * builders, batches->At(0));
    const std::size_t first_output = builders->size() - plan.columns.size();
    for (const std::int64_t query : queries) {
      GNOMON_ARROW_RETURN_NOT_OK(encoding.Append(WithoutDay(key), *builders),
                                 "building output rows");
      auto& times = static_cast<arrow::Int64Builder&>(*(*builders)[first_output - 1]);
      GNOMON_ARROW_RETURN_NOT_OK(times.Append(query), "building output rows");
    }
    for (std::size_t i = 0; i < folds.size(); ++i) {
      GNOMON_RETURN_IF_ERROR(folds[i].Answer(*table, hops.of(group), queries,
                                             ranges[plan.window_of_column[i]], rows,
                                             (*builders)[first_output + i].get()));
    }
    GNOMON_RETURN_IF_ERROR(batches->Added(0, static_cast<std::int64_t>(queries.size())));
  }
  return Ok();
}

}  // namespace gnomon::aggregate
