// SPDX-License-Identifier: Apache-2.0
// The Avro schemas of manifests and manifest lists.
#include "iceberg/manifest_schema.h"

#include <nlohmann/json.hpp>

#include "iceberg/values.h"

namespace gnomon::iceberg {

namespace {

using avro::RecordField;
using avro::SchemaPtr;
using avro::Type;

RecordField Required(std::string name, int id, SchemaPtr schema) {
  RecordField field;
  field.name = std::move(name);
  field.schema = std::move(schema);
  field.attributes = {{"field-id", std::to_string(id)}};
  return field;
}

RecordField Optional(std::string name, int id, SchemaPtr schema) {
  RecordField field = Required(std::move(name), id, avro::Nullable(std::move(schema)));
  field.default_json = "null";
  return field;
}

SchemaPtr Record(std::string name, std::vector<RecordField> fields) {
  avro::Schema schema;
  schema.type = Type::kRecord;
  schema.name = std::move(name);
  schema.fields = std::move(fields);
  return std::make_shared<const avro::Schema>(std::move(schema));
}

SchemaPtr Int() { return avro::Primitive(Type::kInt); }
SchemaPtr Long() { return avro::Primitive(Type::kLong); }

SchemaPtr WithLogicalType(Type type, std::vector<std::pair<std::string, std::string>> attributes) {
  avro::Schema schema;
  schema.type = type;
  schema.attributes = std::move(attributes);
  return std::make_shared<const avro::Schema>(std::move(schema));
}

SchemaPtr ListOf(int element_id, SchemaPtr element) {
  avro::Schema schema = *avro::ArrayOf(std::move(element));
  schema.attributes = {{"element-id", std::to_string(element_id)}};
  return std::make_shared<const avro::Schema>(std::move(schema));
}

// A map with int keys is an array of key/value records.
SchemaPtr IntMap(int key_id, int value_id, SchemaPtr value) {
  avro::Schema schema = *avro::ArrayOf(
      Record(fmt::format("k{}_v{}", key_id, value_id),
             {Required("key", key_id, Int()), Required("value", value_id, std::move(value))}));
  schema.attributes = {{"logicalType", "\"map\""}};
  return std::make_shared<const avro::Schema>(std::move(schema));
}

// Names that Avro forbids become `_` and `_x2E`, as in the Java library.
std::string SanitizedName(const std::string& name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (letter || (digit && i > 0)) {
      result.push_back(c);
    } else if (digit) {
      result += fmt::format("_{}", c);
    } else {
      result += fmt::format("_x{:X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

SchemaPtr PartitionValueSchema(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return avro::Primitive(Type::kBoolean);
    case TypeKind::kInt:
      return Int();
    case TypeKind::kLong:
      return Long();
    case TypeKind::kFloat:
      return avro::Primitive(Type::kFloat);
    case TypeKind::kDouble:
      return avro::Primitive(Type::kDouble);
    case TypeKind::kBinary:
      return avro::Primitive(Type::kBytes);
    case TypeKind::kDate:
      return WithLogicalType(Type::kInt, {{"logicalType", "\"date\""}});
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return WithLogicalType(
          Type::kLong, {{"logicalType", "\"timestamp-micros\""},
                        {"adjust-to-utc", type.kind == TypeKind::kTimestamp ? "true" : "false"}});
    case TypeKind::kDecimal: {
      avro::Schema schema;
      schema.type = Type::kFixed;
      schema.name = fmt::format("decimal_{}_{}", type.precision, type.scale);
      schema.fixed_size = DecimalSizeBytes(type.precision);
      schema.attributes = {{"logicalType", "\"decimal\""},
                           {"precision", std::to_string(type.precision)},
                           {"scale", std::to_string(type.scale)}};
      return std::make_shared<const avro::Schema>(std::move(schema));
    }
    default:
      return avro::Primitive(Type::kString);
  }
}

SchemaPtr PartitionSchema(const TableMetadata& metadata, const PartitionSpec& spec) {
  std::vector<RecordField> fields;
  for (const PartitionField& field : spec.fields) {
    const std::string name = SanitizedName(field.name);
    RecordField avro_field =
        Optional(name, field.field_id, PartitionValueSchema(PartitionType(field, metadata)));
    if (name != field.name) {
      avro_field.attributes.emplace_back("iceberg-field-name", nlohmann::json(field.name).dump());
    }
    fields.push_back(std::move(avro_field));
  }
  return Record("r102", std::move(fields));
}

}  // namespace

SchemaPtr ManifestEntrySchema(const TableMetadata& metadata, const PartitionSpec& spec) {
  const SchemaPtr bytes = avro::Primitive(Type::kBytes);
  const SchemaPtr string = avro::Primitive(Type::kString);
  SchemaPtr data_file = Record(
      "r2",
      {Required("content", 134, Int()), Required("file_path", 100, string),
       Required("file_format", 101, string),
       Required("partition", 102, PartitionSchema(metadata, spec)),
       Required("record_count", 103, Long()), Required("file_size_in_bytes", 104, Long()),
       Optional("column_sizes", 108, IntMap(117, 118, Long())),
       Optional("value_counts", 109, IntMap(119, 120, Long())),
       Optional("null_value_counts", 110, IntMap(121, 122, Long())),
       Optional("nan_value_counts", 137, IntMap(138, 139, Long())),
       Optional("lower_bounds", 125, IntMap(126, 127, bytes)),
       Optional("upper_bounds", 128, IntMap(129, 130, bytes)), Optional("key_metadata", 131, bytes),
       Optional("split_offsets", 132, ListOf(133, Long())),
       Optional("equality_ids", 135, ListOf(136, Int())), Optional("sort_order_id", 140, Int())});
  return Record("manifest_entry", {Required("status", 0, Int()), Optional("snapshot_id", 1, Long()),
                                   Optional("sequence_number", 3, Long()),
                                   Optional("file_sequence_number", 4, Long()),
                                   Required("data_file", 2, std::move(data_file))});
}

SchemaPtr ManifestFileSchema() {
  const SchemaPtr bytes = avro::Primitive(Type::kBytes);
  const SchemaPtr boolean = avro::Primitive(Type::kBoolean);
  SchemaPtr summary = Record(
      "r508", {Required("contains_null", 509, boolean), Optional("contains_nan", 518, boolean),
               Optional("lower_bound", 510, bytes), Optional("upper_bound", 511, bytes)});
  return Record(
      "manifest_file",
      {Required("manifest_path", 500, avro::Primitive(Type::kString)),
       Required("manifest_length", 501, Long()), Required("partition_spec_id", 502, Int()),
       Required("content", 517, Int()), Required("sequence_number", 515, Long()),
       Required("min_sequence_number", 516, Long()), Required("added_snapshot_id", 503, Long()),
       Required("added_files_count", 504, Int()), Required("existing_files_count", 505, Int()),
       Required("deleted_files_count", 506, Int()), Required("added_rows_count", 512, Long()),
       Required("existing_rows_count", 513, Long()), Required("deleted_rows_count", 514, Long()),
       Optional("partitions", 507, ListOf(508, std::move(summary))),
       Optional("key_metadata", 519, bytes)});
}

}  // namespace gnomon::iceberg
