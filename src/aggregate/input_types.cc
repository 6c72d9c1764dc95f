// SPDX-License-Identifier: Apache-2.0
// Keeping one nested value apart from the batch that it came in.
#include "aggregate/input_types.h"

#include "base/check.h"

namespace gnomon::aggregate {

namespace {

std::int64_t BufferBytes(const arrow::ArrayData& data) {
  std::int64_t bytes = static_cast<std::int64_t>(sizeof(arrow::ArrayData));
  for (const auto& buffer : data.buffers) {
    if (buffer != nullptr) bytes += buffer->capacity();
  }
  for (const auto& child : data.child_data) bytes += BufferBytes(*child);
  return bytes;
}

}  // namespace

NestedInput::Stored NestedInput::Store(View value) {
  // Copying one row of a column that exists can only fail for want of memory, which ends the
  // process like any other allocation would.
  auto copy = [&]() -> arrow::Result<std::shared_ptr<arrow::Array>> {
    ARROW_ASSIGN_OR_RAISE(auto builder, arrow::MakeBuilder(value.array->type()));
    ARROW_RETURN_NOT_OK(builder->AppendArraySlice(*value.array->data(), value.row, 1));
    return builder->Finish();
  }();
  GNOMON_CHECK(copy.ok());
  return std::move(copy).ValueUnsafe();
}

std::int64_t NestedInput::HeapBytesOf(const Stored& value) {
  return value == nullptr ? 0 : BufferBytes(*value->data());
}

}  // namespace gnomon::aggregate
