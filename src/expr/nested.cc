// SPDX-License-Identifier: Apache-2.0
#include "expr/nested.h"

#include <limits>

#include "expr/elementwise.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {

Result<ListRows> ListRows::Make(const Operand& operand, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, ExpandRows(operand, rows));
  return ListRows(std::move(array));
}

IndexLists::IndexLists(std::int64_t rows) {
  offsets_.reserve(static_cast<std::size_t>(rows) + 1);
  valid_.reserve(static_cast<std::size_t>(rows));
  offsets_.push_back(0);
}

void IndexLists::AppendRange(std::int64_t begin, std::int64_t end) {
  for (std::int64_t index = begin; index < end; ++index) indices_.push_back(index);
}

void IndexLists::CloseRow() {
  // Wrap refuses more than 2^31 elements, so that a wrapped offset is never read.
  offsets_.push_back(static_cast<std::int32_t>(indices_.size()));
  valid_.push_back(true);
}

void IndexLists::CloseNull() {
  indices_.resize(static_cast<std::size_t>(offsets_.back()));
  offsets_.push_back(offsets_.back());
  valid_.push_back(false);
}

std::vector<std::int64_t> IndexLists::rows() const {
  std::vector<std::int64_t> rows;
  rows.reserve(indices_.size());
  for (std::size_t row = 0; row < valid_.size(); ++row) {
    rows.insert(rows.end(), static_cast<std::size_t>(offsets_[row + 1] - offsets_[row]),
                static_cast<std::int64_t>(row));
  }
  return rows;
}

Result<ArrayPtr> IndexLists::Gather(const DataType& type, const ArrayPtr& values) const {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr gathered, TakeRows(values, indices_));
  return Wrap(type, gathered);
}

Result<ArrayPtr> IndexLists::Wrap(const DataType& type, const ArrayPtr& values) const {
  if (indices_.size() > std::numeric_limits<std::int32_t>::max()) {
    return Unimplemented(
        "the lists of one batch have more than 2^31 elements - use smaller batches");
  }
  const auto rows = static_cast<std::int64_t>(valid_.size());
  GNOMON_ASSIGN_OR_RETURN(auto validity, AllocateBuffer((rows + 7) / 8, true));
  FillBits(validity->mutable_data(), rows,
           [&](std::int64_t row) { return valid_[static_cast<std::size_t>(row)]; });
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr child, Retype(type.children[0].type, values));
  return arrow::MakeArray(arrow::ArrayData::Make(
      ToArrow(type), rows, {std::move(validity), arrow::Buffer::FromVector(offsets_)},
      {child->data()}));
}

Result<ArrayPtr> IndexLists::WrapMap(const DataType& type, ArrayPtr keys, ArrayPtr items) const {
  const std::int64_t entries = keys->length();
  DataType entry = DataType::Struct({Field{.name = "key", .type = type.key(), .nullable = false},
                                     Field{.name = "value", .type = type.value()}});
  entry.children[1].nullable = type.children[1].nullable;
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr pairs,
                          MakeStructs(entry, entries, {std::move(keys), std::move(items)}));
  const auto rows = static_cast<std::int64_t>(valid_.size());
  GNOMON_ASSIGN_OR_RETURN(auto validity, AllocateBuffer((rows + 7) / 8, true));
  FillBits(validity->mutable_data(), rows,
           [&](std::int64_t row) { return valid_[static_cast<std::size_t>(row)]; });
  return arrow::MakeArray(arrow::ArrayData::Make(
      ToArrow(type), rows, {std::move(validity), arrow::Buffer::FromVector(offsets_)},
      {pairs->data()}));
}

Result<ArrayPtr> ConcatenateArrays(const std::vector<ArrayPtr>& arrays) {
  GNOMON_ARROW_ASSIGN(ArrayPtr all, arrow::Concatenate(arrays), "joining arrays");
  return all;
}

Result<ArrayPtr> MakeStructs(const DataType& type, std::int64_t rows,
                             std::vector<ArrayPtr> fields) {
  std::vector<std::shared_ptr<arrow::ArrayData>> children;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr child, Retype(type.children[i].type, fields[i]));
    children.push_back(child->data());
  }
  return arrow::MakeArray(
      arrow::ArrayData::Make(ToArrow(type), rows, {nullptr}, std::move(children), 0));
}

Result<ArrayPtr> Retype(const DataType& type, const ArrayPtr& array) {
  const auto wanted = ToArrow(type);
  if (array->type()->Equals(*wanted)) return array;
  auto data = array->data()->Copy();
  data->type = wanted;
  if (type.kind == TypeKind::kMap) {
    auto entries = data->child_data[0]->Copy();
    entries->type = wanted->field(0)->type();
    for (std::size_t i = 0; i < 2; ++i) {
      GNOMON_ASSIGN_OR_RETURN(
          ArrayPtr child, Retype(type.children[i].type, arrow::MakeArray(entries->child_data[i])));
      entries->child_data[i] = child->data();
    }
    data->child_data[0] = std::move(entries);
  } else {
    GNOMON_CHECK(type.children.size() == data->child_data.size());
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr child,
                              Retype(type.children[i].type, arrow::MakeArray(data->child_data[i])));
      data->child_data[i] = child->data();
    }
  }
  return arrow::MakeArray(data);
}

std::optional<std::int64_t> ConstantInteger(const Argument& argument) {
  if (argument.literal == nullptr || argument.literal->IsNull(0)) return std::nullopt;
  const Operand constant{argument.literal, true};
  switch (argument.type.kind) {
    case TypeKind::kByte:
      return Values<std::int8_t>(constant)[0];
    case TypeKind::kShort:
      return Values<std::int16_t>(constant)[0];
    case TypeKind::kInt:
      return Values<std::int32_t>(constant)[0];
    case TypeKind::kLong:
      return Values<std::int64_t>(constant)[0];
    default:
      return std::nullopt;
  }
}

}  // namespace gnomon::expr
