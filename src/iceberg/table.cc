// SPDX-License-Identifier: Apache-2.0
// Tables: loading, creating, and changes of metadata alone.
#include "iceberg/table.h"

#include <arrow/api.h>

#include "base/clock.h"
#include "base/edit_distance.h"
#include "iceberg/commit.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "iceberg/metadata_json.h"
#include "iceberg/schema_json.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

// Refuses what the properties of a new table ask for and cannot have, with the remedy.
Status CheckProperties(const std::map<std::string, std::string>& properties) {
  struct Rule {
    const char* key;
    const char* only;
    const char* remedy;
  };
  constexpr Rule kRules[] = {
      {"write.format.default", "parquet", "set it to parquet"},
      {"format-version", "2", "set it to 2"},
      {"provider", "iceberg", "all tables are Iceberg tables, set it to iceberg"}};
  for (const Rule& rule : kRules) {
    const auto found = properties.find(rule.key);
    if (found != properties.end() && found->second != rule.only) {
      return Unimplemented("the table property {} = {} is not supported - {}", rule.key,
                           found->second, rule.remedy);
    }
  }
  return Ok();
}

Status CheckColumnNames(const Schema& schema) {
  std::set<std::string> seen;
  for (const Field& field : schema.fields) {
    if (field.name.empty()) return InvalidArgument("a column has no name - give it one with AS");
    if (!seen.insert(field.name).second) {
      return InvalidArgument("column {} occurs twice - rename one", field.name);
    }
  }
  return Ok();
}

Result<PartitionSpec> MakeSpec(const Schema& schema, const std::vector<std::string>& columns) {
  PartitionSpec spec;
  for (const std::string& column : columns) {
    const Field* field = schema.Find(column);
    if (field == nullptr) {
      return InvalidArgument("the partition column {} is not a column of the table{}", column,
                             DidYouMean(column, schema.names()));
    }
    if (!field->type.children.empty()) {
      return InvalidArgument("the partition column {} is nested - partition by a plain column",
                             column);
    }
    const auto id = static_cast<std::int32_t>(1000 + spec.fields.size());
    spec.fields.push_back(PartitionField{
        .source_id = field->id, .field_id = id, .name = column, .transform = "identity"});
  }
  return spec;
}

std::optional<Day> DayOfValue(const ScalarPtr& value) {
  if (IsNullScalar(value)) return std::nullopt;
  if (value->type->id() == arrow::Type::DATE32) {
    return Day{static_cast<std::int32_t>(*IntegerOf(value))};
  }
  if (value->type->id() != arrow::Type::STRING) return std::nullopt;
  const auto day = ParseDay(static_cast<const arrow::StringScalar&>(*value).view());
  return day ? std::optional(*day) : std::nullopt;
}

}  // namespace

Result<Table> Table::Load(std::shared_ptr<MetadataPointer> pointer) {
  GNOMON_ASSIGN_OR_RETURN(TableState state, LoadState(*pointer));
  return Table(std::move(pointer), std::move(state.metadata), std::move(state.location));
}

Result<Table> Table::OpenInPlace(std::shared_ptr<const TableInPlace> in_place) {
  Table table(nullptr, nullptr, "");
  table.in_place_ = std::move(in_place);
  GNOMON_RETURN_IF_ERROR(table.Refresh());
  return table;
}

std::shared_ptr<const TableMetadata> MetadataInPlace(
    Schema schema, const std::vector<std::string>& partition_columns, std::string location) {
  auto metadata = std::make_shared<TableMetadata>();
  for (Field& field : schema.fields) field.id = -1;
  AssignFieldIds(schema.fields, metadata->last_column_id);
  auto spec = MakeSpec(schema, partition_columns);
  GNOMON_CHECK(spec.has_value());
  metadata->location = std::move(location);
  metadata->schemas.push_back({.id = 0, .schema = std::move(schema), .json = ""});
  metadata->partition_specs.push_back(*std::move(spec));
  return metadata;
}

Result<std::string> Table::WriteInitialMetadata(const CreateTableOptions& options) {
  GNOMON_RETURN_IF_ERROR(CheckProperties(options.properties));
  GNOMON_RETURN_IF_ERROR(CheckColumnNames(options.schema));
  TableMetadata metadata;
  metadata.table_uuid = MakeUuid();
  metadata.location = options.location;
  while (metadata.location.ends_with('/')) metadata.location.pop_back();
  metadata.last_updated_ms = Clock::System().NowMs();
  TableSchema schema{.id = 0, .schema = options.schema};
  GNOMON_RETURN_IF_ERROR(MakeIcebergTypes(schema.schema.fields));
  AssignFieldIds(schema.schema.fields, metadata.last_column_id);
  GNOMON_ASSIGN_OR_RETURN(PartitionSpec spec, MakeSpec(schema.schema, options.partition_columns));
  metadata.last_partition_id = static_cast<std::int32_t>(999 + spec.fields.size());
  metadata.schemas.push_back(std::move(schema));
  metadata.partition_specs.push_back(std::move(spec));
  metadata.sort_orders.push_back(SortOrder{});
  metadata.properties = options.properties;
  // These describe the table, they are no properties of it.
  metadata.properties.erase("format-version");
  metadata.properties.erase("provider");
  const std::string location =
      fmt::format("{}/metadata/00000-{}.metadata.json", metadata.location, MakeUuid());
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
  GNOMON_RETURN_IF_ERROR(WriteNewFile(path, TableMetadataToJson(metadata)));
  return location;
}

const Schema& Table::schema() const { return metadata().schema(); }

std::vector<std::string> Table::partition_columns() const {
  std::vector<std::string> result;
  for (const PartitionField& field : metadata().spec().fields) {
    const Field* source = FindFieldById(schema().fields, field.source_id);
    if (field.is_identity() && source != nullptr) result.push_back(source->name);
  }
  return result;
}

const Snapshot* Table::current_snapshot() const { return metadata().current_snapshot(); }

Status Table::Refresh() {
  if (in_place_ != nullptr) {
    GNOMON_ASSIGN_OR_RETURN(TableInPlace::State state, in_place_->Look());
    metadata_ = std::move(state.metadata);
    files_ = std::move(state.files);
    schema_file_ = std::move(state.schema_file);
    return Ok();
  }
  GNOMON_ASSIGN_OR_RETURN(TableState state, LoadState(*pointer_));
  metadata_ = std::move(state.metadata);
  metadata_location_ = std::move(state.location);
  return Ok();
}

Result<std::set<Day>> Table::PartitionDays(const std::string& column) const {
  const auto columns = partition_columns();
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
    return InvalidArgument(
        "table {} is not partitioned by {}{}", name(), column,
        columns.empty() ? " - it has no partitions" : DidYouMean(column, columns));
  }
  const std::int32_t source_id = schema().Find(column)->id;
  std::set<Day> days;
  ScanOptions options;
  options.columns.emplace();
  GNOMON_ASSIGN_OR_RETURN(const ScanPlan plan, PlanScan(options));
  for (const ScanTask& task : plan.tasks) {
    for (const auto& [id, value] : task.partition) {
      if (id != source_id || task.record_count == 0) continue;
      const auto day = DayOfValue(value);
      if (day) days.insert(*day);
    }
  }
  return days;
}

Status Table::SetProperties(const std::map<std::string, std::string>& set,
                            const std::set<std::string>& remove) {
  GNOMON_RETURN_IF_ERROR(CheckProperties(set));
  CommitSteps steps;
  steps.build = [&](const TableMetadata& base) -> Result<std::optional<TableMetadata>> {
    TableMetadata next = base;
    for (const auto& [key, value] : set) next.properties[key] = value;
    for (const std::string& key : remove) next.properties.erase(key);
    // The way to make a version 1 table writable.
    if (next.properties.erase("format-version") > 0) next.format_version = 2;
    const bool same =
        next.properties == base.properties && next.format_version == base.format_version;
    if (same) return std::optional<TableMetadata>();
    GNOMON_RETURN_IF_ERROR(CheckWritable(next));
    return std::optional(std::move(next));
  };
  return Commit(steps);
}

Status Table::AddColumns(const std::vector<Field>& fields) {
  CommitSteps steps;
  steps.build = [&](const TableMetadata& base) -> Result<std::optional<TableMetadata>> {
    GNOMON_RETURN_IF_ERROR(CheckWritable(base));
    TableMetadata next = base;
    std::vector<Field> added = fields;
    for (Field& field : added) {
      if (base.schema().Find(field.name) != nullptr) {
        return AlreadyExists("table {} already has a column {}", name(), field.name);
      }
      // Rows written before have no value for it.
      field.nullable = true;
    }
    GNOMON_RETURN_IF_ERROR(CheckColumnNames(Schema{added}));
    GNOMON_RETURN_IF_ERROR(MakeIcebergTypes(added));
    AssignFieldIds(added, next.last_column_id);
    std::int32_t schema_id = 0;
    for (const TableSchema& known : base.schemas) schema_id = std::max(schema_id, known.id + 1);
    TableSchema schema = WithMoreFields(*base.FindSchema(base.current_schema_id), added, schema_id);
    next.current_schema_id = schema.id;
    next.schemas.push_back(std::move(schema));
    return std::optional(std::move(next));
  };
  return fields.empty() ? Ok() : Commit(steps);
}

Status Table::CheckWritable(const TableMetadata& metadata) const {
  if (in_place_ != nullptr) {
    return InvalidArgument(
        "table {} is read in place and cannot be written: {} - write to another name, or take it "
        "out of [tables] in gnomon.toml and import its files",
        name(), metadata.location);
  }
  if (metadata.format_version == 2) return Ok();
  return Unimplemented(
      "table {} has format version 1, which can only be read - set its property "
      "format-version to 2 first",
      name());
}

Status Table::Commit(const CommitSteps& steps) {
  if (in_place_ != nullptr) return CheckWritable(*metadata_);
  CommitSteps complete = steps;
  if (!complete.discard) complete.discard = [] {};
  if (!complete.outcome_unknown) complete.outcome_unknown = [] {};
  GNOMON_ASSIGN_OR_RETURN(
      TableState state,
      CommitChange(*pointer_, {.metadata = metadata_, .location = metadata_location_}, complete));
  metadata_ = std::move(state.metadata);
  metadata_location_ = std::move(state.location);
  return Ok();
}

}  // namespace gnomon::iceberg
