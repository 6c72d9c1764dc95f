// SPDX-License-Identifier: Apache-2.0
// The columns are those of the last file, as newer data tells best what a table is, and what only
// the first file has. Files in between are checked when they are read.
#include "iceberg/folder_table.h"

#include <arrow/api.h>

#include <algorithm>
#include <filesystem>

#include "base/calendar.h"
#include "base/edit_distance.h"
#include "base/parse.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "iceberg/schema_json.h"
#include "storage/parquet_reader.h"
#include "storage/partition_path.h"
#include "types/type_names.h"

namespace gnomon::iceberg {

namespace {

namespace fs = std::filesystem;

struct FoundFile {
  std::string path;
  std::string below;  // Relative to the folder.
  std::int64_t size_bytes = 0;
};

// Hidden names (`_SUCCESS`, `.part.crc`, `_temporary`) are no data, in Hive and Spark.
Result<std::vector<FoundFile>> FindFiles(const FolderTable& table) {
  std::vector<FoundFile> files;
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(
      table.folder, fs::directory_options::follow_directory_symlink, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.') || name.starts_with('_')) {
      // A partition column may begin so: `_hour=3`.
      if (name.find('=') == std::string::npos) {
        entry.disable_recursion_pending();
        continue;
      }
    }
    if (!entry->is_regular_file(ignored)) continue;
    files.push_back({entry->path().string(),
                     entry->path().lexically_relative(table.folder).string(),
                     static_cast<std::int64_t>(entry->file_size(ignored))});
  }
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    return InvalidArgument(
        "table {} is read in place, and its folder does not exist: {} (looked in {}) - "
        "correct [tables] in gnomon.toml",
        table.name, table.shown_path, table.folder);
  }
  if (error) {
    return Unavailable("table {} is read in place, and its folder cannot be listed: {}: {}",
                       table.name, table.folder, error.message());
  }
  std::sort(files.begin(), files.end(),
            [](const auto& left, const auto& right) { return left.path < right.path; });
  return files;
}

Error BadValue(const FolderTable& table, const std::string& file, const std::string& key,
               const std::string& value, const DataType& type) {
  return InvalidArgument(
      "the folder {}={} of table {} is no {}: {} - give the column the type string in [tables] of "
      "gnomon.toml, or rename the folder",
      key, value, table.name, SparkTypeName(type), file);
}

Result<ScalarPtr> PartitionScalar(const FolderTable& table, const std::string& file,
                                  const std::string& key, const std::optional<std::string>& value,
                                  const DataType& type) {
  if (!value) return ScalarPtr();
  if (type.kind == TypeKind::kString) {
    return ScalarPtr(std::make_shared<arrow::StringScalar>(*value));
  }
  if (type.kind == TypeKind::kDate) {
    if (const auto day = ParseDay(*value)) return MakeIntegerScalar(type, day->days_since_epoch);
  } else if (type.kind == TypeKind::kInt || type.kind == TypeKind::kLong) {
    const auto number = ParseInt(*value);
    const bool fits =
        number && (type.kind == TypeKind::kLong || *number == static_cast<std::int32_t>(*number));
    if (fits) return MakeIntegerScalar(type, *number);
  }
  return BadValue(table, file, key, *value, type);
}

// Both types' values as one type; nullopt when there is none without loss.
std::optional<DataType> WiderOf(const DataType& left, const DataType& right) {
  if (left == right) return left;
  if (IsInteger(left.kind) && IsInteger(right.kind)) return std::max(left.kind, right.kind);
  const auto is_real = [](TypeKind kind) {
    return kind == TypeKind::kFloat || kind == TypeKind::kDouble;
  };
  if (is_real(left.kind) && is_real(right.kind)) return DataType(TypeKind::kDouble);
  return std::nullopt;
}

Result<Schema> SchemaOfFile(const std::string& path) {
  GNOMON_ASSIGN_OR_RETURN(const auto reader, ParquetReader::Open(path));
  return reader->schema();
}

Result<Schema> MergedSchema(const FolderTable& table, const std::string& first_path,
                            const std::string& last_path) {
  GNOMON_ASSIGN_OR_RETURN(Schema schema, SchemaOfFile(last_path));
  if (first_path == last_path) return schema;
  GNOMON_ASSIGN_OR_RETURN(const Schema first, SchemaOfFile(first_path));
  for (const Field& field : first.fields) {
    const auto index = schema.IndexOf(field.name);
    if (!index) {
      schema.fields.push_back(field);
      continue;
    }
    Field& here = schema.fields[*index];
    const auto wider = WiderOf(here.type, field.type);
    if (!wider) {
      return InvalidArgument(
          "two files of table {} do not fit together: column {} is {} in {} and {} in {} - write "
          "one of them again",
          table.name, field.name, SparkTypeName(field.type), first_path, SparkTypeName(here.type),
          last_path);
    }
    here.type = *wider;
  }
  return schema;
}

class FolderInPlace final : public TableInPlace {
 public:
  explicit FolderInPlace(FolderTable folder) : table_(std::move(folder)) {}

  std::string name() const override { return table_.name; }

  Result<State> Look() const override {
    GNOMON_ASSIGN_OR_RETURN(const std::vector<FoundFile> files, FindFiles(table_));
    if (files.empty()) {
      return InvalidArgument(
          "table {} is read in place, and its folder holds no files: {} - fill it, or "
          "correct [tables] in gnomon.toml",
          table_.name, table_.shown_path);
    }
    std::vector<std::string> below;
    below.reserve(files.size());
    for (const FoundFile& file : files) below.push_back(file.below);
    GNOMON_RETURN_IF_ERROR(CheckSamePartitionKeys(below).Annotate("table " + table_.name));
    State state;
    state.schema_file = files.back().path;
    GNOMON_ASSIGN_OR_RETURN(state.metadata, MakeMetadata(files));
    GNOMON_ASSIGN_OR_RETURN(state.files, DataFilesOf(files, *state.metadata));
    return state;
  }

 private:
  DataType TypeOf(const std::string& key) const {
    const auto given = table_.partition_types.find(key);
    return given == table_.partition_types.end() ? DataType(TypeKind::kString) : given->second;
  }

  Result<std::shared_ptr<const TableMetadata>> MakeMetadata(
      const std::vector<FoundFile>& files) const {
    GNOMON_ASSIGN_OR_RETURN(Schema schema,
                            MergedSchema(table_, files.front().path, files.back().path));
    const PathPartition keys = PartitionOfPath(files.front().below);
    std::vector<std::string> key_names;
    for (const auto& [key, value] : keys) {
      key_names.push_back(key);
      std::erase_if(schema.fields, [&key = key](const Field& field) { return field.name == key; });
      Field field;
      field.name = key;
      field.type = TypeOf(key);
      schema.fields.push_back(std::move(field));
    }
    for (const auto& [key, type] : table_.partition_types) {
      if (std::find(key_names.begin(), key_names.end(), key) != key_names.end()) continue;
      return InvalidArgument(
          "[tables] in gnomon.toml gives {} a type for {}, which is no folder's "
          "key below {}{}",
          table_.name, key, table_.shown_path, DidYouMean(key, key_names));
    }
    return MetadataInPlace(std::move(schema), key_names, LocationOfPath(table_.folder));
  }

  Result<std::shared_ptr<const std::vector<DataFile>>> DataFilesOf(
      const std::vector<FoundFile>& files, const TableMetadata& metadata) const {
    auto data_files = std::make_shared<std::vector<DataFile>>();
    for (const FoundFile& file : files) {
      DataFile data_file;
      data_file.file_path = LocationOfPath(file.path);
      data_file.record_count = -1;
      data_file.file_size_bytes = file.size_bytes;
      for (const auto& [key, value] : PartitionOfPath(file.below)) {
        const DataType& type = metadata.schema().Find(key)->type;
        GNOMON_ASSIGN_OR_RETURN(ScalarPtr scalar,
                                PartitionScalar(table_, file.path, key, value, type));
        data_file.partition.push_back(std::move(scalar));
      }
      data_files->push_back(std::move(data_file));
    }
    return std::shared_ptr<const std::vector<DataFile>>(std::move(data_files));
  }

  FolderTable table_;
};

}  // namespace

Result<Table> OpenFolderTable(FolderTable folder) {
  return Table::OpenInPlace(std::make_shared<FolderInPlace>(std::move(folder)));
}

}  // namespace gnomon::iceberg
