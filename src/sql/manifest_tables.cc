// SPDX-License-Identifier: Apache-2.0
// Iceberg's columns, without `readable_metrics`. The partition struct is the union over all
// partition specs, by field id; a table that never had partitions lacks it.
#include "sql/manifest_tables.h"

#include <arrow/api.h>

#include <algorithm>
#include <map>
#include <optional>

#include "iceberg/manifest.h"
#include "sql/row_builder.h"
#include "types/arrow_mapping.h"

namespace gnomon::sql {

namespace {

using iceberg::DataFile;
using Rows = Result<std::shared_ptr<arrow::RecordBatch>>;
using ScalarPointer = std::shared_ptr<arrow::Scalar>;

struct LiveFile {
  DataFile file;
  std::int32_t spec_id = 0;
  std::optional<std::int64_t> snapshot_id;  // That added it.
};

Result<std::vector<LiveFile>> LiveFiles(const iceberg::Table& table) {
  std::vector<LiveFile> files;
  if (table.current_snapshot() == nullptr) return files;
  GNOMON_ASSIGN_OR_RETURN(const auto manifests,
                          iceberg::ReadManifestList(*table.current_snapshot()));
  for (const iceberg::ManifestFile& manifest : manifests) {
    GNOMON_ASSIGN_OR_RETURN(auto entries, iceberg::ReadManifest(manifest, table.metadata()));
    for (iceberg::ManifestEntry& entry : entries) {
      if (!entry.live()) continue;
      files.push_back({std::move(entry.file), manifest.spec_id, entry.snapshot_id});
    }
  }
  return files;
}

// The result type of a partition transform.
DataType TransformType(const std::string& transform, const DataType& source) {
  if (transform.starts_with("bucket") || transform == "year" || transform == "month" ||
      transform == "hour") {
    return TypeKind::kInt;
  }
  if (transform == "day") return TypeKind::kDate;
  return source;
}

// Child ids are the ids of partition fields.
DataType PartitionType(const iceberg::TableMetadata& metadata) {
  std::map<std::int32_t, Field> fields;
  for (const iceberg::PartitionSpec& spec : metadata.partition_specs) {
    for (const iceberg::PartitionField& field : spec.fields) {
      const Field* source = iceberg::FindFieldById(metadata.schema().fields, field.source_id);
      if (source == nullptr || field.transform == "void") continue;
      Field child = MakeField(field.name, TransformType(field.transform, source->type));
      child.id = field.field_id;
      fields.insert_or_assign(field.field_id, std::move(child));
    }
  }
  std::vector<Field> children;
  children.reserve(fields.size());
  for (auto& [id, field] : fields) children.push_back(std::move(field));
  return DataType::Struct(std::move(children));
}

Result<ScalarPointer> PartitionOf(const LiveFile& file, const iceberg::TableMetadata& metadata,
                                  const DataType& type) {
  const iceberg::PartitionSpec* spec = metadata.FindSpec(file.spec_id);
  arrow::ScalarVector values;
  for (const Field& child : type.children) {
    const auto child_type = ToArrow(child.type);
    ScalarPointer value = arrow::MakeNullScalar(child_type);
    for (std::size_t i = 0; spec != nullptr && i < spec->fields.size(); ++i) {
      if (spec->fields[i].field_id != child.id || i >= file.file.partition.size()) continue;
      const ScalarPointer& known = file.file.partition[i];
      if (known == nullptr || !known->is_valid) continue;
      GNOMON_ARROW_ASSIGN(value, known->CastTo(child_type), "reading a partition value");
    }
    values.push_back(std::move(value));
  }
  return ScalarPointer(std::make_shared<arrow::StructScalar>(std::move(values), ToArrow(type)));
}

// A map by field id as Iceberg keeps several of them.
template <typename ValueBuilder, typename Value>
Result<Cell> MapCell(const std::map<std::int32_t, Value>& map, TypeKind value_kind) {
  if (map.empty()) return Cell();
  arrow::Int32Builder keys;
  ValueBuilder values;
  for (const auto& [key, value] : map) {
    GNOMON_ARROW_RETURN_NOT_OK(keys.Append(key), "reading file metrics");
    GNOMON_ARROW_RETURN_NOT_OK(values.Append(value), "reading file metrics");
  }
  GNOMON_ARROW_ASSIGN(auto key_array, keys.Finish(), "reading file metrics");
  GNOMON_ARROW_ASSIGN(auto value_array, values.Finish(), "reading file metrics");
  const auto type = ToArrow(DataType::Map(TypeKind::kInt, value_kind));
  const std::int64_t length = key_array->length();
  auto entries = std::make_shared<arrow::StructArray>(
      static_cast<const arrow::MapType&>(*type).value_type(), length,
      arrow::ArrayVector{std::move(key_array), std::move(value_array)});
  return Cell(ScalarPointer(std::make_shared<arrow::MapScalar>(std::move(entries), type)));
}

template <typename Builder, typename Value>
Result<Cell> ListCell(const std::vector<Value>& list, TypeKind element) {
  if (list.empty()) return Cell();
  Builder builder;
  GNOMON_ARROW_RETURN_NOT_OK(builder.AppendValues(list), "reading file metrics");
  GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "reading file metrics");
  return Cell(ScalarPointer(
      std::make_shared<arrow::ListScalar>(std::move(array), ToArrow(DataType::List(element)))));
}

Cell BinaryCell(const std::optional<std::string>& bytes) {
  if (!bytes) return Cell();
  return Cell(ScalarPointer(std::make_shared<arrow::BinaryScalar>(*bytes)));
}

Schema FilesSchema(const DataType& partition) {
  Schema schema{{MakeField("content", TypeKind::kInt), MakeField("file_path", TypeKind::kString),
                 MakeField("file_format", TypeKind::kString),
                 MakeField("spec_id", TypeKind::kInt)}};
  if (!partition.children.empty()) schema.fields.push_back(MakeField("partition", partition));
  const DataType counts = DataType::Map(TypeKind::kInt, TypeKind::kLong);
  const DataType bounds = DataType::Map(TypeKind::kInt, TypeKind::kBinary);
  for (Field field :
       {MakeField("record_count", TypeKind::kLong),
        MakeField("file_size_in_bytes", TypeKind::kLong), MakeField("column_sizes", counts),
        MakeField("value_counts", counts), MakeField("null_value_counts", counts),
        MakeField("nan_value_counts", counts), MakeField("lower_bounds", bounds),
        MakeField("upper_bounds", bounds), MakeField("key_metadata", TypeKind::kBinary),
        MakeField("split_offsets", DataType::List(TypeKind::kLong)),
        MakeField("equality_ids", DataType::List(TypeKind::kInt)),
        MakeField("sort_order_id", TypeKind::kInt), MakeField("first_row_id", TypeKind::kLong),
        MakeField("referenced_data_file", TypeKind::kString),
        MakeField("content_offset", TypeKind::kLong),
        MakeField("content_size_in_bytes", TypeKind::kLong)}) {
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

Status AddMetrics(const DataFile& file, std::vector<Cell>& row) {
  for (const auto* counts :
       {&file.column_sizes, &file.value_counts, &file.null_value_counts, &file.nan_value_counts}) {
    GNOMON_ASSIGN_OR_RETURN(Cell cell, MapCell<arrow::Int64Builder>(*counts, TypeKind::kLong));
    row.push_back(std::move(cell));
  }
  for (const auto* bounds : {&file.lower_bounds, &file.upper_bounds}) {
    GNOMON_ASSIGN_OR_RETURN(Cell cell, MapCell<arrow::BinaryBuilder>(*bounds, TypeKind::kBinary));
    row.push_back(std::move(cell));
  }
  row.push_back(BinaryCell(file.key_metadata));
  GNOMON_ASSIGN_OR_RETURN(Cell offsets,
                          ListCell<arrow::Int64Builder>(file.split_offsets, TypeKind::kLong));
  row.push_back(std::move(offsets));
  GNOMON_ASSIGN_OR_RETURN(Cell ids,
                          ListCell<arrow::Int32Builder>(file.equality_ids, TypeKind::kInt));
  row.push_back(std::move(ids));
  row.push_back(file.sort_order_id ? Cell(*file.sort_order_id) : Cell());
  // What the other three describe, row ids and deletion vectors, comes with format version 3 only.
  row.emplace_back();
  row.push_back(file.referenced_data_file ? Cell(*file.referenced_data_file) : Cell());
  row.emplace_back();
  row.emplace_back();
  return Ok();
}

// What one row of the partitions table adds up.
struct PartitionTotals {
  ScalarPointer partition;
  std::int32_t spec_id = 0;
  std::int64_t record_count = 0;
  std::int32_t file_count = 0;
  std::int64_t size_bytes = 0;
  std::int64_t position_delete_records = 0;
  std::int32_t position_delete_files = 0;
  std::int64_t equality_delete_records = 0;
  std::int32_t equality_delete_files = 0;
  const iceberg::Snapshot* last_update = nullptr;

  void Add(const LiveFile& live, const iceberg::Snapshot* snapshot) {
    spec_id = std::max(spec_id, live.spec_id);
    switch (live.file.content) {
      case 0:
        record_count += live.file.record_count;
        file_count += 1;
        size_bytes += live.file.file_size_bytes;
        break;
      case 1:
        position_delete_records += live.file.record_count;
        position_delete_files += 1;
        break;
      default:
        equality_delete_records += live.file.record_count;
        equality_delete_files += 1;
    }
    if (snapshot == nullptr) return;
    if (last_update == nullptr || snapshot->timestamp_ms > last_update->timestamp_ms) {
      last_update = snapshot;
    }
  }
};

Schema PartitionsSchema(const DataType& partition) {
  Schema schema;
  if (!partition.children.empty()) {
    schema.fields = {MakeField("partition", partition), MakeField("spec_id", TypeKind::kInt)};
  }
  for (Field field :
       {MakeField("record_count", TypeKind::kLong), MakeField("file_count", TypeKind::kInt),
        MakeField("total_data_file_size_in_bytes", TypeKind::kLong),
        MakeField("position_delete_record_count", TypeKind::kLong),
        MakeField("position_delete_file_count", TypeKind::kInt),
        MakeField("equality_delete_record_count", TypeKind::kLong),
        MakeField("equality_delete_file_count", TypeKind::kInt),
        MakeField("last_updated_at", TypeKind::kTimestamp),
        MakeField("last_updated_snapshot_id", TypeKind::kLong)}) {
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

}  // namespace

Rows MakeFilesTable(const iceberg::Table& table) {
  GNOMON_ASSIGN_OR_RETURN(const auto files, LiveFiles(table));
  const DataType partition = PartitionType(table.metadata());
  RowBuilder rows(FilesSchema(partition));
  for (const LiveFile& live : files) {
    const DataFile& file = live.file;
    std::vector<Cell> row = {file.content, file.file_path, file.file_format, live.spec_id};
    if (!partition.children.empty()) {
      GNOMON_ASSIGN_OR_RETURN(auto value, PartitionOf(live, table.metadata(), partition));
      row.emplace_back(std::move(value));
    }
    row.emplace_back(file.record_count);
    row.emplace_back(file.file_size_bytes);
    GNOMON_RETURN_IF_ERROR(AddMetrics(file, row));
    rows.Add(std::move(row));
  }
  return rows.Finish();
}

Rows MakePartitionsTable(const iceberg::Table& table) {
  GNOMON_ASSIGN_OR_RETURN(const auto files, LiveFiles(table));
  const DataType partition = PartitionType(table.metadata());
  // By text, so that the rows come in a fixed order.
  std::map<std::string, PartitionTotals> partitions;
  for (const LiveFile& live : files) {
    GNOMON_ASSIGN_OR_RETURN(auto value, PartitionOf(live, table.metadata(), partition));
    PartitionTotals& totals = partitions[value->ToString()];
    totals.partition = std::move(value);
    totals.Add(live, live.snapshot_id ? table.metadata().FindSnapshot(*live.snapshot_id) : nullptr);
  }
  RowBuilder rows(PartitionsSchema(partition));
  for (const auto& [text, totals] : partitions) {
    std::vector<Cell> row;
    if (!partition.children.empty()) row = {totals.partition, totals.spec_id};
    const iceberg::Snapshot* update = totals.last_update;
    for (Cell cell :
         std::initializer_list<Cell>{totals.record_count, totals.file_count, totals.size_bytes,
                                     totals.position_delete_records, totals.position_delete_files,
                                     totals.equality_delete_records, totals.equality_delete_files,
                                     update == nullptr ? Cell() : Cell(update->timestamp_ms * 1000),
                                     update == nullptr ? Cell() : Cell(update->id)}) {
      row.push_back(std::move(cell));
    }
    rows.Add(std::move(row));
  }
  return rows.Finish();
}

}  // namespace gnomon::sql
