// SPDX-License-Identifier: Apache-2.0
// Look-ups in table metadata.
#include "iceberg/table_metadata.h"

#include "base/check.h"
#include "base/parse.h"

namespace gnomon::iceberg {

namespace {

template <typename Items, typename Id>
auto FindById(const Items& items, Id id) -> decltype(items.data()) {
  for (const auto& item : items) {
    if (item.id == id) return &item;
  }
  return nullptr;
}

}  // namespace

const TableSchema* TableMetadata::FindSchema(std::int32_t id) const {
  return FindById(schemas, id);
}

const PartitionSpec* TableMetadata::FindSpec(std::int32_t id) const {
  return FindById(partition_specs, id);
}

const Snapshot* TableMetadata::FindSnapshot(std::int64_t id) const {
  return FindById(snapshots, id);
}

const Schema& TableMetadata::schema() const {
  const TableSchema* found = FindSchema(current_schema_id);
  GNOMON_CHECK(found != nullptr);
  return found->schema;
}

const PartitionSpec& TableMetadata::spec() const {
  const PartitionSpec* found = FindSpec(default_spec_id);
  GNOMON_CHECK(found != nullptr);
  return *found;
}

const Snapshot* TableMetadata::current_snapshot() const {
  return current_snapshot_id ? FindSnapshot(*current_snapshot_id) : nullptr;
}

std::int64_t TableMetadata::PropertyInt(const std::string& key, std::int64_t fallback) const {
  const auto found = properties.find(key);
  return found == properties.end() ? fallback : ParseInt(found->second).value_or(fallback);
}

const Field* FindFieldById(const std::vector<Field>& fields, std::int32_t id) {
  for (const Field& field : fields) {
    if (field.id == id) return &field;
    if (const Field* child = FindFieldById(field.type.children, id)) return child;
  }
  return nullptr;
}

}  // namespace gnomon::iceberg
