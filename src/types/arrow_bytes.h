// SPDX-License-Identifier: Apache-2.0
// How much memory rows take, for budgets and limits.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>

namespace gnomon {

// The bytes of the rows themselves, also where they are a slice of more.
std::int64_t BytesOf(const arrow::RecordBatch& rows);

}  // namespace gnomon
