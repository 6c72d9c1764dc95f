// SPDX-License-Identifier: Apache-2.0
// Brings the arrays that a file gives to the types that gnomon computes with.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>

namespace gnomon {

// Decodes dictionaries, narrows large and view forms, and takes times to microseconds (finer digits
// are cut off). A type that differs only in the zone of a time is relabelled: the instant stays.
arrow::Result<std::shared_ptr<arrow::Array>> CastArray(
    const std::shared_ptr<arrow::Array>& array, const std::shared_ptr<arrow::DataType>& type);

}  // namespace gnomon
