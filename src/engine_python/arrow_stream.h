// SPDX-License-Identifier: Apache-2.0
// Rows as a PyCapsule of the Arrow C stream interface. Written here rather than taken from Arrow,
// whose export puts its own words around the error's sentence and cannot be interrupted.
#pragma once

#include <nanobind/nanobind.h>

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>

namespace gnomon {

// A capsule named `arrow_array_stream`. `stop` ends what blocks the reader. REQUIRES: the GIL is
// held.
nanobind::object ExportStream(std::shared_ptr<arrow::RecordBatchReader> reader,
                              std::function<void()> stop);

}  // namespace gnomon
