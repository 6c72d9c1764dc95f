// SPDX-License-Identifier: Apache-2.0
// The parts of elementwise.h that do not depend on the function: buffers, validity, finished
// arrays.
#include "expr/elementwise.h"

#include <arrow/util/bitmap_ops.h>

#include <cstring>

namespace gnomon::expr {

Result<std::shared_ptr<arrow::Buffer>> AllocateBuffer(std::int64_t bytes, bool zeroed) {
  GNOMON_ARROW_ASSIGN(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(bytes),
                      "allocating a column");
  if (zeroed && bytes > 0) std::memset(buffer->mutable_data(), 0, static_cast<std::size_t>(bytes));
  return buffer;
}

Result<std::shared_ptr<arrow::Buffer>> CombineValidity(std::span<const Operand> operands,
                                                       std::int64_t rows) {
  std::shared_ptr<arrow::Buffer> combined;
  for (const Operand& operand : operands) {
    const arrow::Array& array = *operand.array;
    if (array.null_count() == 0) continue;
    if (operand.constant) return AllocateBuffer((rows + 7) / 8, true);
    if (combined == nullptr) {
      GNOMON_ASSIGN_OR_RETURN(combined, AllocateBuffer((rows + 7) / 8, true));
      arrow::internal::CopyBitmap(array.null_bitmap_data(), array.offset(), rows,
                                  combined->mutable_data(), 0);
    } else {
      arrow::internal::BitmapAnd(combined->data(), 0, array.null_bitmap_data(), array.offset(),
                                 rows, 0, combined->mutable_data());
    }
  }
  return combined;
}

ArrayPtr MakeFixedArray(const DataType& type, std::int64_t rows,
                        std::shared_ptr<arrow::Buffer> validity,
                        std::shared_ptr<arrow::Buffer> values) {
  const std::int64_t null_count = validity == nullptr ? 0 : arrow::kUnknownNullCount;
  return arrow::MakeArray(arrow::ArrayData::Make(
      ToArrow(type), rows, {std::move(validity), std::move(values)}, null_count));
}

Result<ArrayPtr> MakeTextArray(std::int64_t rows, std::shared_ptr<arrow::Buffer> validity,
                               std::shared_ptr<arrow::Buffer> offsets, std::string bytes) {
  if (bytes.size() > std::numeric_limits<std::int32_t>::max()) {
    return Unimplemented("the texts of one batch exceed 2 GiB - use smaller batches: {} rows",
                         rows);
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      arrow::utf8(), rows,
      {std::move(validity), std::move(offsets), arrow::Buffer::FromString(std::move(bytes))}));
}

}  // namespace gnomon::expr
