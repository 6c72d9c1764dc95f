// SPDX-License-Identifier: Apache-2.0
// Result rows on their way: per drawer (a day, say) one set of builders, so that a batch never
// mixes drawers. OutputBatches is one thread's; OutputPool lends them out.
#pragma once

#include <arrow/array/builder_base.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/idle_pool.h"
#include "base/result.h"

namespace gnomon::aggregate {

using EmitDrawer = std::function<Status(std::size_t drawer, const arrow::RecordBatch& rows)>;

class OutputBatches {
 public:
  OutputBatches(std::shared_ptr<arrow::Schema> schema, std::size_t drawers, const EmitDrawer& emit)
      : schema_(std::move(schema)), emit_(emit), drawers_(drawers) {}

  using Builders = std::vector<std::unique_ptr<arrow::ArrayBuilder>>;
  // One builder per column of the schema.
  Result<Builders*> At(std::size_t drawer);
  // Says that rows were appended there; hands on when there are enough.
  Status Added(std::size_t drawer, std::int64_t rows);
  Status Flush();

 private:
  struct Drawer {
    Builders builders;
    std::int64_t rows = 0;
    std::int64_t last_rows = 0;  // Of the batch before: as many will come again.
  };
  Status FlushDrawer(std::size_t drawer);

  std::shared_ptr<arrow::Schema> schema_;
  const EmitDrawer& emit_;
  std::vector<Drawer> drawers_;
  std::int64_t rows_held_ = 0;
};

// Gives each piece of work an OutputBatches of its own and takes it back with what it holds, so
// that rows of several pieces share batches. `emit` is called from one thread at a time.
class OutputPool {
 public:
  OutputPool(std::shared_ptr<arrow::Schema> schema, std::size_t drawers, EmitDrawer emit);

  Status With(const std::function<Status(OutputBatches*)>& work);
  // Hands on all that is left. Called after all work.
  Status Flush();

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::size_t drawers_;
  std::mutex emit_mutex_;
  EmitDrawer emit_one_at_a_time_;
  IdlePool<OutputBatches> pool_;
};

}  // namespace gnomon::aggregate
