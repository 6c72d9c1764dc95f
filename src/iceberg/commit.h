// SPDX-License-Identifier: Apache-2.0
// One change of a table's metadata: build the next metadata from the current, write it, swap the
// pointer, and on a lost race refresh and try again as the table's commit.retry.* properties say
// (checklist 24, 25).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "iceberg/table.h"

namespace gnomon::iceberg {

struct TableState {
  std::shared_ptr<const TableMetadata> metadata;
  std::string location;
};

// Reads what the pointer names now.
Result<TableState> LoadState(MetadataPointer& pointer);

struct CommitSteps {
  // Builds the next metadata, or nullopt when nothing is to change. Runs once per attempt.
  std::function<Result<std::optional<TableMetadata>>(const TableMetadata& base)> build;
  // Removes what `build` wrote for an attempt that was certainly lost.
  std::function<void()> discard;
  // Told when an attempt's outcome stays unknown, because the pointer cannot be read either:
  // nothing that it may have committed is to be removed.
  std::function<void()> outcome_unknown;
};

// Runs the loop from `start`; returns the state after the commit. Errors: Conflict, NotFound;
// Unavailable: with nothing removed when the outcome is unknown, else with nothing committed.
Result<TableState> CommitChange(MetadataPointer& pointer, const TableState& start,
                                const CommitSteps& steps);

}  // namespace gnomon::iceberg
