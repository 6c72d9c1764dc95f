// SPDX-License-Identifier: Apache-2.0
// A key's queries of one day are a group; so are the snapshot of the day before and the day's
// mutations that serve them.
#include "aggregate/mutation_kernel.h"

#include <arrow/api.h>

#include <algorithm>

#include "aggregate/cell_block.h"
#include "aggregate/mutation_sweep.h"
#include "aggregate/query_sweep.h"
#include "aggregate/row_intake.h"
#include "aggregate/state_shards.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

class GroupKernel final : public MutationKernel {
 public:
  GroupKernel(MutationKernelOptions options, AggregationPlan plan, KeyEncoding encoding)
      : options_(std::move(options)),
        plan_(std::move(plan)),
        encoding_(std::move(encoding)),
        row_inputs_(MutationInputs(options_.inputs)),
        intake_(options_.keys, options_.inputs, plan_, encoding_),
        shards_(plan_, {row_inputs_, options_.threads, options_.memory_bytes, options_.tmp_dir},
                [this] { return std::make_unique<MutationTable>(plan_, row_inputs_); }) {}

  const std::vector<OutputColumn>& output_columns() const override { return plan_.columns; }

  Status AddQueries(const arrow::RecordBatch& batch) override {
    const auto add = [&](const arrow::RecordBatch& slice, PreparedRows* queries) -> Status {
      GNOMON_RETURN_IF_ERROR(intake_.OpenQueries(slice, queries));
      std::vector<Day> days;
      for (const std::uint32_t row : queries->rows) days.push_back(DayOf(queries->ts[row]));
      AppendDays(days, &queries->keys);
      return shards_.AddQueries(*queries);
    };
    return intake_.ForEachSlice(batch, add);
  }

  Status Seal() override { return shards_.Seal(); }

  Status ConsumeSnapshot(const arrow::RecordBatch& rows, Day partition) override {
    return Consume(rows, partition + 1, /*is_mutation=*/false);
  }
  Status ConsumeMutations(const arrow::RecordBatch& rows, Day partition) override {
    return Consume(rows, partition, /*is_mutation=*/true);
  }

  Status Finish(const EmitRows& emit) override {
    OutputPool pool(ResultSchema(options_.keys, /*has_ts=*/true, plan_), 1,
                    [&](std::size_t, const arrow::RecordBatch& rows) { return emit(rows); });
    GNOMON_RETURN_IF_ERROR(shards_.Finish([&](StateTable* table) {
      return pool.With([&](OutputBatches* batches) {
        return SweepMutations(static_cast<MutationTable*>(table), plan_, encoding_, batches);
      });
    }));
    return pool.Flush();
  }

  KernelCounters counters() const override { return intake_.counters(shards_.bytes_spilled()); }

 private:
  // Rows that serve the queries of `day`.
  Status Consume(const arrow::RecordBatch& batch, Day day, bool is_mutation) {
    return intake_.ForEachSlice(
        batch, [&](const arrow::RecordBatch& slice, PreparedRows* rows) -> Status {
          GNOMON_RETURN_IF_ERROR(intake_.Open(slice, TsColumnFor(plan_), rows));
          GNOMON_RETURN_IF_ERROR(AddMutationColumns(slice, is_mutation, rows));
          intake_.EncodeKeys(rows);
          AppendDays(std::vector<Day>(rows->rows.size(), day), &rows->keys);
          return shards_.Update(*rows);
        });
  }

  // Rows of a snapshot have none, so theirs are null.
  Status AddMutationColumns(const arrow::RecordBatch& slice, bool is_mutation,
                            PreparedRows* rows) const {
    const std::size_t first = options_.inputs.fields.size();
    for (std::size_t i = first; i < row_inputs_.fields.size(); ++i) {
      const Field& field = row_inputs_.fields[i];
      if (is_mutation) {
        GNOMON_ASSIGN_OR_RETURN(rows->inputs.emplace_back(), FindColumn(slice, field));
      } else {
        GNOMON_ARROW_ASSIGN(rows->inputs.emplace_back(),
                            arrow::MakeArrayOfNull(ToArrow(field.type), slice.num_rows()),
                            "reading a snapshot");
      }
    }
    const arrow::Array& mutation_ts = *rows->inputs[first];
    if (is_mutation)
      std::erase_if(rows->rows, [&](std::uint32_t row) { return mutation_ts.IsNull(row); });
    return Ok();
  }

  const MutationKernelOptions options_;
  const AggregationPlan plan_;
  const KeyEncoding encoding_;
  const Schema row_inputs_;
  RowIntake intake_;
  StateShards shards_;
};

}  // namespace

Result<std::unique_ptr<MutationKernel>> MutationKernel::Make(MutationKernelOptions options) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan,
                          PlanAggregations(options.aggregations, options.inputs));
  GNOMON_ASSIGN_OR_RETURN(KeyEncoding encoding, KeyEncoding::Make(options.keys));
  return std::make_unique<GroupKernel>(std::move(options), std::move(plan), std::move(encoding));
}

}  // namespace gnomon::aggregate
