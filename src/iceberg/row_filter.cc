// SPDX-License-Identifier: Apache-2.0
// Pruning by bounds and exact row filters.
#include "iceberg/row_filter.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <cmath>

#include "base/calendar.h"
#include "base/edit_distance.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::iceberg {

namespace {

using Op = Comparison::Op;

bool IsFloating(TypeKind kind) { return kind == TypeKind::kFloat || kind == TypeKind::kDouble; }

bool IsNested(TypeKind kind) {
  return kind == TypeKind::kList || kind == TypeKind::kMap || kind == TypeKind::kStruct;
}

// The bounds of the source column that a partition's value implies; all unknown for other
// transforms.
ValueBounds BoundsOfPartition(const PartitionField& field, const Field& source,
                              const ScalarPtr& value) {
  ValueBounds bounds;
  const bool day = field.transform == "day";
  if (!field.is_identity() && !day) return bounds;
  bounds.value_count = 1;
  bounds.null_count = IsNullScalar(value) ? 1 : 0;
  if (IsNullScalar(value)) return bounds;
  if (field.is_identity()) {
    bounds.nan_count = IsNanScalar(value) ? 1 : 0;
    bounds.lower = bounds.upper = value;
    return bounds;
  }
  const std::int64_t days = IntegerOf(value).value_or(0);
  const std::int64_t micros_per_day = kMillisPerDay * 1000;
  const bool is_date = source.type.kind == TypeKind::kDate;
  bounds.lower = MakeIntegerScalar(source.type, is_date ? days : days * micros_per_day);
  bounds.upper = MakeIntegerScalar(source.type, is_date ? days : (days + 1) * micros_per_day - 1);
  return bounds;
}

// Decodes a stored bound; one that does not decode is no bound.
ScalarPtr DecodeBound(const std::map<std::int32_t, std::string>& bounds, const Field& field) {
  const auto found = bounds.find(field.id);
  if (found == bounds.end()) return nullptr;
  return FromSingleValue(found->second, field.type).value_or(ScalarPtr());
}

std::optional<std::int64_t> CountOf(const std::map<std::int32_t, std::int64_t>& counts,
                                    std::int32_t id) {
  const auto found = counts.find(id);
  return found == counts.end() ? std::nullopt : std::optional(found->second);
}

const PartitionField* FieldOfSource(const PartitionSpec& spec, std::int32_t source_id,
                                    std::size_t& index, std::size_t from) {
  for (std::size_t i = from; i < spec.fields.size(); ++i) {
    if (spec.fields[i].source_id == source_id) {
      index = i;
      return &spec.fields[i];
    }
  }
  return nullptr;
}

bool Decide(Op op, int sign) {
  switch (op) {
    case Op::kEq:
      return sign == 0;
    case Op::kNe:
      return sign != 0;
    case Op::kLt:
      return sign < 0;
    case Op::kLe:
      return sign <= 0;
    case Op::kGt:
      return sign > 0;
    case Op::kGe:
      return sign >= 0;
    default:
      return false;
  }
}

template <typename T>
int SignOf(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    const bool left = std::isnan(a);
    const bool right = std::isnan(b);
    if (left || right) return static_cast<int>(left) - static_cast<int>(right);
  }
  return a < b ? -1 : (b < a ? 1 : 0);
}

template <typename ArrayType, typename T>
void MaskTyped(const arrow::Array& array, Op op, T value, std::vector<std::uint8_t>& mask) {
  const auto& typed = static_cast<const ArrayType&>(array);
  for (std::int64_t i = 0; i < typed.length(); ++i) {
    if (mask[static_cast<std::size_t>(i)] == 0) continue;
    const bool keep = typed.IsValid(i) && Decide(op, SignOf<T>(typed.GetView(i), value));
    mask[static_cast<std::size_t>(i)] = keep ? 1 : 0;
  }
}

void MaskDecimal(const arrow::Array& array, Op op, const ScalarPtr& value,
                 std::vector<std::uint8_t>& mask) {
  const auto& typed = static_cast<const arrow::Decimal128Array&>(array);
  const arrow::Decimal128 wanted = static_cast<const arrow::Decimal128Scalar&>(*value).value;
  for (std::int64_t i = 0; i < typed.length(); ++i) {
    auto& bit = mask[static_cast<std::size_t>(i)];
    if (bit == 0) continue;
    const bool keep =
        typed.IsValid(i) && Decide(op, SignOf(arrow::Decimal128(typed.GetValue(i)), wanted));
    bit = keep ? 1 : 0;
  }
}

void MaskNulls(const arrow::Array& array, bool keep_null, std::vector<std::uint8_t>& mask) {
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i) != keep_null) mask[static_cast<std::size_t>(i)] = 0;
  }
}

Status Mask(const BoundComparison& comparison, const arrow::Array& array,
            std::vector<std::uint8_t>& mask) {
  const Op op = comparison.op;
  if (op == Op::kIsNull || op == Op::kNotNull) {
    MaskNulls(array, op == Op::kIsNull, mask);
    return Ok();
  }
  const ScalarPtr& value = comparison.value;
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      MaskTyped<arrow::BooleanArray>(array, op,
                                     static_cast<const arrow::BooleanScalar&>(*value).value, mask);
      return Ok();
    case arrow::Type::INT32:
      MaskTyped<arrow::Int32Array, std::int64_t>(array, op, *IntegerOf(value), mask);
      return Ok();
    case arrow::Type::DATE32:
      MaskTyped<arrow::Date32Array, std::int64_t>(array, op, *IntegerOf(value), mask);
      return Ok();
    case arrow::Type::INT64:
      MaskTyped<arrow::Int64Array, std::int64_t>(array, op, *IntegerOf(value), mask);
      return Ok();
    case arrow::Type::TIMESTAMP:
      MaskTyped<arrow::TimestampArray, std::int64_t>(array, op, *IntegerOf(value), mask);
      return Ok();
    case arrow::Type::FLOAT:
      MaskTyped<arrow::FloatArray>(array, op, static_cast<const arrow::FloatScalar&>(*value).value,
                                   mask);
      return Ok();
    case arrow::Type::DOUBLE:
      MaskTyped<arrow::DoubleArray>(array, op,
                                    static_cast<const arrow::DoubleScalar&>(*value).value, mask);
      return Ok();
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      MaskTyped<arrow::BinaryArray, std::string_view>(
          array, op, static_cast<const arrow::BaseBinaryScalar&>(*value).view(), mask);
      return Ok();
    case arrow::Type::DECIMAL128:
      MaskDecimal(array, op, value, mask);
      return Ok();
    default:
      return Internal("a filter on {} was not refused", array.type()->ToString());
  }
}

}  // namespace

Result<BoundFilter> BindFilter(const Schema& schema, const Filter& filter) {
  BoundFilter result;
  for (const Comparison& comparison : filter) {
    const Field* field = schema.Find(comparison.column);
    if (field == nullptr) {
      return InvalidArgument("a filter names the unknown column {}{}", comparison.column,
                             DidYouMean(comparison.column, schema.names()));
    }
    BoundComparison bound{.op = comparison.op, .field = *field, .value = comparison.value};
    if (bound.op != Op::kIsNull && bound.op != Op::kNotNull) {
      if (IsNullScalar(bound.value) || IsNested(field->type.kind)) {
        return InvalidArgument("a filter on column {} ({}) needs a value that is not null",
                               field->name, SparkTypeName(field->type));
      }
      const auto type = ToArrow(field->type);
      if (!bound.value->type->Equals(*type)) {
        auto cast = bound.value->CastTo(type);
        if (!cast.ok()) {
          return InvalidArgument(
              "a filter compares column {} ({}) with a value of type {} - cast it", field->name,
              SparkTypeName(field->type), bound.value->type->ToString());
        }
        bound.value = *cast;
      }
    }
    result.push_back(std::move(bound));
  }
  return result;
}

bool MayMatch(const BoundComparison& comparison, const ValueBounds& bounds) {
  const bool all_null =
      bounds.null_count && bounds.value_count && *bounds.null_count >= *bounds.value_count;
  if (comparison.op == Op::kIsNull) return bounds.null_count != 0;
  if (all_null) return false;
  if (comparison.op == Op::kNotNull || comparison.op == Op::kNe) return true;
  if (IsNanScalar(comparison.value)) return true;
  // Bounds leave NaN out, and NaN is greater than all of them.
  const bool has_nan = IsFloating(comparison.field.type.kind) && bounds.nan_count != 0;
  const auto lower = CompareScalars(bounds.lower, comparison.value);
  const auto upper = CompareScalars(bounds.upper, comparison.value);
  const Op op = comparison.op;
  if (op == Op::kLt && lower && *lower >= 0) return false;
  if ((op == Op::kLe || op == Op::kEq) && lower && *lower > 0) return false;
  if (op == Op::kEq && upper && *upper < 0) return false;
  if (op == Op::kGt && upper && *upper <= 0 && !has_nan) return false;
  if (op == Op::kGe && upper && *upper < 0 && !has_nan) return false;
  return true;
}

bool MayMatchFile(const BoundFilter& filter, const DataFile& file) {
  return std::all_of(filter.begin(), filter.end(), [&](const BoundComparison& comparison) {
    const Field& field = comparison.field;
    return MayMatch(comparison, {.lower = DecodeBound(file.lower_bounds, field),
                                 .upper = DecodeBound(file.upper_bounds, field),
                                 .null_count = CountOf(file.null_value_counts, field.id),
                                 .nan_count = CountOf(file.nan_value_counts, field.id),
                                 .value_count = CountOf(file.value_counts, field.id)});
  });
}

bool MayMatchPartition(const BoundFilter& filter, const std::vector<ScalarPtr>& partition,
                       const PartitionSpec& spec) {
  for (const BoundComparison& comparison : filter) {
    std::size_t index = 0;
    for (std::size_t from = 0;; from = index + 1) {
      const auto* field = FieldOfSource(spec, comparison.field.id, index, from);
      if (field == nullptr) break;
      if (!MayMatch(comparison, BoundsOfPartition(*field, comparison.field, partition[index]))) {
        return false;
      }
    }
  }
  return true;
}

bool HoldsInPartition(const BoundComparison& comparison, const ScalarPtr& partition_value) {
  const Op op = comparison.op;
  const bool is_null = IsNullScalar(partition_value);
  if (op == Op::kIsNull || op == Op::kNotNull) return is_null == (op == Op::kIsNull);
  if (is_null || IsFloating(comparison.field.type.kind)) return false;
  const auto sign = CompareScalars(partition_value, comparison.value);
  return sign && Decide(op, *sign);
}

bool MayMatchManifest(const BoundFilter& filter, const ManifestFile& manifest,
                      const PartitionSpec& spec, const TableMetadata& metadata) {
  if (manifest.partitions.size() != spec.fields.size()) return true;
  for (const BoundComparison& comparison : filter) {
    std::size_t index = 0;
    for (std::size_t from = 0;; from = index + 1) {
      const auto* field = FieldOfSource(spec, comparison.field.id, index, from);
      if (field == nullptr) break;
      const PartitionSummary& summary = manifest.partitions[index];
      const DataType type = PartitionType(*field, metadata);
      ValueBounds bounds;
      const auto decode = [&](const std::optional<std::string>& bytes) {
        return bytes ? FromSingleValue(*bytes, type).value_or(ScalarPtr()) : ScalarPtr();
      };
      if (const ScalarPtr lower = decode(summary.lower)) {
        bounds.lower = BoundsOfPartition(*field, comparison.field, lower).lower;
      }
      if (const ScalarPtr upper = decode(summary.upper)) {
        bounds.upper = BoundsOfPartition(*field, comparison.field, upper).upper;
      }
      if (!summary.contains_null) bounds.null_count = 0;
      if (summary.contains_nan == false) bounds.nan_count = 0;
      if (!field->is_identity() && field->transform != "day") bounds = ValueBounds{};
      if (!MayMatch(comparison, bounds)) return false;
    }
  }
  return true;
}

Result<std::shared_ptr<arrow::RecordBatch>> FilterRows(
    const BoundFilter& filter, const std::vector<std::shared_ptr<arrow::Array>>& columns,
    std::shared_ptr<arrow::RecordBatch> batch) {
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(batch->num_rows()), 1);
  for (std::size_t i = 0; i < filter.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(Mask(filter[i], *columns[i], mask));
  }
  const auto kept = std::count(mask.begin(), mask.end(), std::uint8_t{1});
  if (kept == batch->num_rows()) return batch;
  if (kept == 0) return batch->Slice(0, 0);
  if (batch->num_columns() == 0) {
    return arrow::RecordBatch::Make(batch->schema(), kept,
                                    std::vector<std::shared_ptr<arrow::Array>>());
  }
  arrow::Int64Builder builder;
  GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(kept), "filtering rows");
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] != 0) builder.UnsafeAppend(static_cast<std::int64_t>(i));
  }
  GNOMON_ARROW_ASSIGN(const auto indices, builder.Finish(), "filtering rows");
  GNOMON_ARROW_ASSIGN(const auto taken, arrow::compute::Take(batch, indices), "filtering rows");
  return taken.record_batch();
}

}  // namespace gnomon::iceberg
