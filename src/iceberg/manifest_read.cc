// SPDX-License-Identifier: Apache-2.0
// Reading manifests and manifest lists of any writer and version.
#include "avro/container.h"
#include "base/parse.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

using avro::Value;
using avro::Values;

// The schema under an optional field's union.
const avro::Schema& WithoutNull(const avro::Schema& schema) {
  if (schema.type != avro::Type::kUnion) return schema;
  for (const auto& branch : schema.branches) {
    if (branch->type != avro::Type::kNull) return *branch;
  }
  return schema;
}

// A record whose fields are found by Iceberg's field id.
class RecordView {
 public:
  static Result<RecordView> Make(const avro::Schema& schema, const Value& value) {
    const avro::Schema& record = WithoutNull(schema);
    const auto* values = std::get_if<Values>(&value.data);
    if (record.type != avro::Type::kRecord || values == nullptr ||
        values->size() != record.fields.size()) {
      return Corruption("a manifest holds something else where a record belongs");
    }
    return RecordView(record, *values);
  }

  // nullptr when the field is missing or null.
  const Value* Find(int field_id) const {
    const auto index = IndexOf(field_id);
    return !index || (*values_)[*index].is_null() ? nullptr : &(*values_)[*index];
  }
  // REQUIRES: Find(field_id).
  const avro::Schema& SchemaOf(int field_id) const {
    return WithoutNull(*record_->fields[*IndexOf(field_id)].schema);
  }

  template <typename T>
  std::optional<T> Get(int field_id) const {
    const Value* value = Find(field_id);
    const T* typed = value == nullptr ? nullptr : std::get_if<T>(&value->data);
    return typed == nullptr ? std::nullopt : std::optional<T>(*typed);
  }
  std::optional<std::int64_t> Long(int field_id) const { return Get<std::int64_t>(field_id); }

 private:
  RecordView(const avro::Schema& record, const Values& values)
      : record_(&record), values_(&values) {}

  std::optional<std::size_t> IndexOf(int field_id) const {
    const std::string id = std::to_string(field_id);
    for (std::size_t i = 0; i < record_->fields.size(); ++i) {
      for (const auto& [key, json] : record_->fields[i].attributes) {
        if (key == "field-id" && json == id) return i;
      }
    }
    return std::nullopt;
  }

  const avro::Schema* record_;
  const Values* values_;
};

template <typename T>
std::map<std::int32_t, T> MapOf(const RecordView& record, int field_id) {
  std::map<std::int32_t, T> result;
  const Value* value = record.Find(field_id);
  const auto* entries = value == nullptr ? nullptr : std::get_if<Values>(&value->data);
  if (entries == nullptr) return result;
  for (const Value& entry : *entries) {
    const auto* pair = std::get_if<Values>(&entry.data);
    if (pair == nullptr || pair->size() != 2) continue;
    const auto* key = std::get_if<std::int64_t>(&(*pair)[0].data);
    const T* item = std::get_if<T>(&(*pair)[1].data);
    if (key != nullptr && item != nullptr) result[static_cast<std::int32_t>(*key)] = *item;
  }
  return result;
}

template <typename T>
std::vector<T> ListOf(const RecordView& record, int field_id) {
  std::vector<T> result;
  const Value* value = record.Find(field_id);
  const auto* items = value == nullptr ? nullptr : std::get_if<Values>(&value->data);
  if (items == nullptr) return result;
  for (const Value& item : *items) {
    if (const auto* number = std::get_if<std::int64_t>(&item.data)) {
      result.push_back(static_cast<T>(*number));
    }
  }
  return result;
}

template <typename T>
Result<T> Require(std::optional<T> value, const char* what) {
  if (!value) return Corruption("a manifest lacks {}", what);
  return *std::move(value);
}

Result<std::vector<ScalarPtr>> ReadPartition(const RecordView& file, const PartitionSpec& spec,
                                             const TableMetadata& metadata) {
  std::vector<ScalarPtr> result(spec.fields.size());
  const Value* value = file.Find(102);
  if (value == nullptr) return result;
  GNOMON_ASSIGN_OR_RETURN(const RecordView record, RecordView::Make(file.SchemaOf(102), *value));
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    const Value* item = record.Find(spec.fields[i].field_id);
    if (item == nullptr) continue;
    GNOMON_ASSIGN_OR_RETURN(result[i],
                            PartitionValueFromAvro(*item, PartitionType(spec.fields[i], metadata)));
  }
  return result;
}

Result<DataFile> ReadDataFile(const RecordView& record, const PartitionSpec& spec,
                              const TableMetadata& metadata) {
  DataFile file;
  file.spec_id = spec.id;
  file.content = static_cast<std::int32_t>(record.Long(134).value_or(0));
  GNOMON_ASSIGN_OR_RETURN(file.file_path, Require(record.Get<std::string>(100), "a file path"));
  GNOMON_ASSIGN_OR_RETURN(file.file_format, Require(record.Get<std::string>(101), "a file format"));
  GNOMON_ASSIGN_OR_RETURN(file.partition, ReadPartition(record, spec, metadata));
  GNOMON_ASSIGN_OR_RETURN(file.record_count, Require(record.Long(103), "a record count"));
  GNOMON_ASSIGN_OR_RETURN(file.file_size_bytes, Require(record.Long(104), "a file size"));
  file.column_sizes = MapOf<std::int64_t>(record, 108);
  file.value_counts = MapOf<std::int64_t>(record, 109);
  file.null_value_counts = MapOf<std::int64_t>(record, 110);
  file.nan_value_counts = MapOf<std::int64_t>(record, 137);
  file.lower_bounds = MapOf<std::string>(record, 125);
  file.upper_bounds = MapOf<std::string>(record, 128);
  file.key_metadata = record.Get<std::string>(131);
  file.split_offsets = ListOf<std::int64_t>(record, 132);
  file.equality_ids = ListOf<std::int32_t>(record, 135);
  if (const auto order = record.Long(140)) file.sort_order_id = static_cast<std::int32_t>(*order);
  file.referenced_data_file = record.Get<std::string>(143);
  return file;
}

// Only ADDED entries inherit sequence numbers; others without one come from version 1, where it is
// 0 (checklist 9, 12).
void Inherit(const ManifestFile& manifest, ManifestEntry& entry) {
  if (!entry.snapshot_id) entry.snapshot_id = manifest.added_snapshot_id;
  const std::int64_t inherited = entry.status == EntryStatus::kAdded ? manifest.sequence_number : 0;
  if (!entry.sequence_number) entry.sequence_number = inherited;
  if (!entry.file_sequence_number) entry.file_sequence_number = inherited;
}

Result<ManifestEntry> ReadEntry(const RecordView& record, const PartitionSpec& spec,
                                const TableMetadata& metadata, const ManifestFile& manifest) {
  ManifestEntry entry;
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t status, Require(record.Long(0), "an entry's status"));
  if (status < 0 || status > 2) return Corruption("a manifest entry has status {}", status);
  entry.status = static_cast<EntryStatus>(status);
  entry.snapshot_id = record.Long(1);
  entry.sequence_number = record.Long(3);
  entry.file_sequence_number = record.Long(4);
  const Value* file = record.Find(2);
  if (file == nullptr) return Corruption("a manifest entry names no file");
  GNOMON_ASSIGN_OR_RETURN(const RecordView view, RecordView::Make(record.SchemaOf(2), *file));
  GNOMON_ASSIGN_OR_RETURN(entry.file, ReadDataFile(view, spec, metadata));
  Inherit(manifest, entry);
  return entry;
}

Result<std::vector<PartitionSummary>> ReadSummaries(const RecordView& record) {
  std::vector<PartitionSummary> result;
  const Value* value = record.Find(507);
  const auto* items = value == nullptr ? nullptr : std::get_if<Values>(&value->data);
  if (items == nullptr) return result;
  const avro::Schema& list = record.SchemaOf(507);
  if (list.items == nullptr) return Corruption("the partition summaries are no list");
  for (const Value& item : *items) {
    GNOMON_ASSIGN_OR_RETURN(const RecordView view, RecordView::Make(*list.items, item));
    result.push_back({.contains_null = view.Get<bool>(509).value_or(true),
                      .contains_nan = view.Get<bool>(518),
                      .lower = view.Get<std::string>(510),
                      .upper = view.Get<std::string>(511)});
  }
  return result;
}

Result<ManifestFile> ReadListEntry(const RecordView& record) {
  ManifestFile manifest;
  GNOMON_ASSIGN_OR_RETURN(manifest.path, Require(record.Get<std::string>(500), "a manifest path"));
  GNOMON_ASSIGN_OR_RETURN(manifest.length, Require(record.Long(501), "a manifest length"));
  manifest.spec_id = static_cast<std::int32_t>(record.Long(502).value_or(0));
  manifest.content = static_cast<std::int32_t>(record.Long(517).value_or(0));
  manifest.sequence_number = record.Long(515).value_or(0);
  manifest.min_sequence_number = record.Long(516).value_or(0);
  manifest.added_snapshot_id = record.Long(503).value_or(0);
  manifest.added_files = record.Long(504);
  manifest.existing_files = record.Long(505);
  manifest.deleted_files = record.Long(506);
  manifest.added_rows = record.Long(512);
  manifest.existing_rows = record.Long(513);
  manifest.deleted_rows = record.Long(514);
  GNOMON_ASSIGN_OR_RETURN(manifest.partitions, ReadSummaries(record));
  manifest.key_metadata = record.Get<std::string>(519);
  return manifest;
}

Result<avro::ContainerFile> ReadAvro(const std::string& location) {
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
  auto bytes = ReadFile(path);
  if (!bytes) return std::move(bytes).error();
  return avro::ReadContainer(*bytes).Annotate(fmt::format("reading {}", location));
}

}  // namespace

Result<std::vector<ManifestFile>> ReadManifestList(const Snapshot& snapshot) {
  std::vector<ManifestFile> result;
  for (const std::string& path : snapshot.manifests) {
    ManifestFile manifest;
    manifest.path = path;
    manifest.added_snapshot_id = snapshot.id;
    result.push_back(std::move(manifest));
  }
  if (snapshot.manifest_list.empty()) return result;
  GNOMON_ASSIGN_OR_RETURN(const avro::ContainerFile file, ReadAvro(snapshot.manifest_list));
  for (const Value& value : file.records) {
    GNOMON_ASSIGN_OR_RETURN(const RecordView record, RecordView::Make(*file.schema, value));
    auto manifest = ReadListEntry(record);
    if (!manifest) {
      return std::move(manifest)
          .Annotate(fmt::format("reading {}", snapshot.manifest_list))
          .error();
    }
    result.push_back(*std::move(manifest));
  }
  return result;
}

Result<std::vector<ManifestEntry>> ReadManifest(const ManifestFile& manifest,
                                                const TableMetadata& metadata) {
  GNOMON_ASSIGN_OR_RETURN(const avro::ContainerFile file, ReadAvro(manifest.path));
  std::int32_t spec_id = manifest.spec_id;
  if (const auto found = file.metadata.find("partition-spec-id"); found != file.metadata.end()) {
    spec_id = static_cast<std::int32_t>(ParseInt(found->second).value_or(spec_id));
  }
  const PartitionSpec* spec = metadata.FindSpec(spec_id);
  if (spec == nullptr) {
    return Corruption("{} follows partition spec {}, which the table does not have", manifest.path,
                      spec_id);
  }
  std::vector<ManifestEntry> result;
  result.reserve(file.records.size());
  for (const Value& value : file.records) {
    GNOMON_ASSIGN_OR_RETURN(const RecordView record, RecordView::Make(*file.schema, value));
    auto entry = ReadEntry(record, *spec, metadata, manifest);
    if (!entry) return std::move(entry).Annotate(fmt::format("reading {}", manifest.path)).error();
    result.push_back(*std::move(entry));
  }
  return result;
}

}  // namespace gnomon::iceberg
