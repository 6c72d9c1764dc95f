// SPDX-License-Identifier: Apache-2.0
// Arrow's own function builds arrays of ranges for each column, which is felt where batches are
// small; it is asked for nested columns only.
#include "types/arrow_bytes.h"

#include <arrow/api.h>
#include <arrow/util/byte_size.h>

namespace gnomon {

namespace {

std::int64_t BytesOf(const arrow::Array& array) {
  const arrow::DataType& type = *array.type();
  const std::int64_t rows = array.length();
  if (rows == 0) return 0;
  const std::int64_t validity = array.null_bitmap() == nullptr ? 0 : (rows + 7) / 8;
  if (arrow::is_fixed_width(type) && type.id() != arrow::Type::DICTIONARY) {
    const int bits = static_cast<const arrow::FixedWidthType&>(type).bit_width();
    return validity + (rows * bits + 7) / 8;
  }
  if (type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY) {
    constexpr auto kOffsetBytes = static_cast<std::int64_t>(sizeof(std::int32_t));
    return validity + rows * kOffsetBytes +
           static_cast<const arrow::BinaryArray&>(array).total_values_length();
  }
  return arrow::util::ReferencedBufferSize(array).ValueOr(0);
}

}  // namespace

std::int64_t BytesOf(const arrow::RecordBatch& rows) {
  std::int64_t bytes = 0;
  for (const auto& column : rows.columns()) bytes += BytesOf(*column);
  return bytes;
}

}  // namespace gnomon
