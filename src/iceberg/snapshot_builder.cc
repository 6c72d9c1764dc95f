// SPDX-License-Identifier: Apache-2.0
// Building a snapshot: validation, manifests, summary.
#include "iceberg/snapshot_builder.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/pause_point.h"
#include "iceberg/location.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

void AppendKey(const ScalarPtr& value, std::string& key) {
  // The text of a whole number does not depend on its width, so promoted columns compare equal.
  const std::string text = IsNullScalar(value) ? "" : PartitionText(value);
  key += fmt::format("{}{}:{}", IsNullScalar(value) ? 'n' : 'v', text.size(), text);
}

// `ds=2023-12-03` or `ds=2023-12-03/region=eu`, for messages.
std::string PartitionName(const DataFile& file, const TableMetadata& metadata) {
  const PartitionSpec& spec = *metadata.FindSpec(file.spec_id);
  std::string name;
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    name += fmt::format("{}{}={}", i == 0 ? "" : "/", spec.fields[i].name,
                        PartitionText(file.partition[i]));
  }
  return name.empty() ? "rows" : name;
}

}  // namespace

SnapshotBuilder::SnapshotBuilder(SnapshotChange change) : change_(std::move(change)) {
  DataFile probe;
  probe.spec_id = change_.start->default_spec_id;
  for (const auto& partition : change_.replaced) {
    probe.partition = partition;
    replaced_keys_.insert(KeyOf(probe, *change_.start).value_or(""));
  }
}

std::optional<std::string> SnapshotBuilder::KeyOf(const DataFile& file,
                                                  const TableMetadata& metadata) const {
  const PartitionSpec* spec = metadata.FindSpec(file.spec_id);
  std::string key;
  for (const PartitionField& field : change_.start->spec().fields) {
    if (!field.is_identity()) continue;
    bool found = false;
    for (std::size_t i = 0; !found && i < spec->fields.size(); ++i) {
      found = spec->fields[i].is_identity() && spec->fields[i].source_id == field.source_id;
      if (found) AppendKey(file.partition[i], key);
    }
    if (!found) return std::nullopt;
  }
  return key;
}

Result<bool> SnapshotBuilder::IsReplaced(const DataFile& file,
                                         const TableMetadata& metadata) const {
  const auto key = KeyOf(file, metadata);
  if (!key) {
    return Unimplemented(
        "table {} has files of an older partitioning, in which the replaced partitions "
        "cannot be told apart - rewrite its data files first",
        change_.table_name);
  }
  return replaced_keys_.contains(*key);
}

Status SnapshotBuilder::CheckSnapshot(const Snapshot& snapshot, const TableMetadata& base) const {
  GNOMON_ASSIGN_OR_RETURN(const auto manifests, ReadManifestList(snapshot));
  for (const ManifestFile& manifest : manifests) {
    if (manifest.added_snapshot_id != snapshot.id) continue;
    GNOMON_ASSIGN_OR_RETURN(const auto entries, ReadManifest(manifest, base));
    for (const ManifestEntry& entry : entries) {
      if (entry.status == EntryStatus::kExisting || entry.snapshot_id != snapshot.id) continue;
      GNOMON_ASSIGN_OR_RETURN(const bool touched, IsReplaced(entry.file, base));
      if (touched) {
        return Conflict(
            "another run wrote {} of {} at the same time - its result stands, run the "
            "command again to check",
            PartitionName(entry.file, base), change_.table_name);
      }
    }
  }
  return Ok();
}

Status SnapshotBuilder::CheckNobodyTouched(const TableMetadata& base) const {
  const auto& begin = change_.start->current_snapshot_id;
  std::optional<std::int64_t> id = base.current_snapshot_id;
  while (id != begin) {
    const Snapshot* snapshot = id ? base.FindSnapshot(*id) : nullptr;
    if (snapshot == nullptr) {
      return Conflict("the history of {} was changed while it was written - run the command again",
                      change_.table_name);
    }
    GNOMON_RETURN_IF_ERROR(CheckSnapshot(*snapshot, base));
    id = snapshot->parent_id;
  }
  return Ok();
}

std::string SnapshotBuilder::NewManifestLocation(const TableMetadata& base) {
  written_.push_back(
      fmt::format("{}/metadata/{}-m{}.avro", base.location, MakeUuid(), written_.size()));
  return written_.back();
}

// nullopt when nothing in the manifest is replaced: it is carried over as it is.
Result<std::optional<ManifestFile>> SnapshotBuilder::RewriteManifest(const ManifestFile& manifest,
                                                                     const TableMetadata& base,
                                                                     const Snapshot& snapshot) {
  GNOMON_ASSIGN_OR_RETURN(const auto entries, ReadManifest(manifest, base));
  std::vector<ManifestEntry> rewritten;
  bool changed = false;
  for (const ManifestEntry& entry : entries) {
    // Old deletions belong to older snapshots.
    if (!entry.live()) continue;
    GNOMON_ASSIGN_OR_RETURN(const bool replaced, IsReplaced(entry.file, base));
    ManifestEntry next = entry;
    next.status = replaced ? EntryStatus::kDeleted : EntryStatus::kExisting;
    if (replaced) {
      next.snapshot_id = snapshot.id;
      changed_keys_.insert(KeyOf(entry.file, base).value_or(""));
      removed_.files += 1;
      removed_.rows += entry.file.record_count;
      removed_.bytes += entry.file.file_size_bytes;
      changed = true;
    }
    rewritten.push_back(std::move(next));
  }
  if (!changed) return std::optional<ManifestFile>();
  const PartitionSpec& spec = *base.FindSpec(rewritten.front().file.spec_id);
  GNOMON_ASSIGN_OR_RETURN(ManifestFile written, WriteManifest(NewManifestLocation(base), base, spec,
                                                              snapshot, rewritten));
  return std::optional(std::move(written));
}

Result<std::vector<ManifestFile>> SnapshotBuilder::KeptManifests(const TableMetadata& base,
                                                                 const Snapshot& snapshot) {
  std::vector<ManifestFile> result;
  const Snapshot* current = base.current_snapshot();
  if (current == nullptr) return result;
  GNOMON_ASSIGN_OR_RETURN(auto manifests, ReadManifestList(*current));
  for (ManifestFile& manifest : manifests) {
    const bool data = manifest.content == 0;
    // Manifests with nothing but old deletions have served their time; delete files are always kept
    // (checklist 8).
    if (data && !manifest.may_have_live_files()) continue;
    if (change_.overwrite && data && !replaced_keys_.empty()) {
      GNOMON_ASSIGN_OR_RETURN(auto rewritten, RewriteManifest(manifest, base, snapshot));
      if (rewritten) manifest = *std::move(rewritten);
    }
    result.push_back(std::move(manifest));
  }
  return result;
}

// Computed numbers win over what the caller put there; totals are 64 bits wide (checklist 28).
void SnapshotBuilder::Summarize(const TableMetadata& base, Snapshot& snapshot) const {
  auto& summary = snapshot.summary;
  summary = change_.summary;
  const bool only_removes = removed_.files > 0 && change_.added.empty();
  const bool replaces = removed_.files > 0 && !only_removes;
  summary["operation"] = only_removes ? "delete" : replaces ? "overwrite" : "append";
  if (replaces) summary["replace-partitions"] = "true";
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  for (const DataFile& file : change_.added) {
    rows += file.record_count;
    bytes += file.file_size_bytes;
  }
  const auto files = static_cast<std::int64_t>(change_.added.size());
  const auto put = [&](const char* key, std::int64_t value) {
    summary.erase(key);
    if (value != 0) summary[key] = std::to_string(value);
  };
  put("added-data-files", files);
  put("added-records", rows);
  put("added-files-size", bytes);
  put("deleted-data-files", removed_.files);
  put("deleted-records", removed_.rows);
  put("removed-files-size", removed_.bytes);
  summary["changed-partition-count"] = std::to_string(changed_keys_.size());
  const Snapshot* previous = base.current_snapshot();
  const auto total = [&](const char* key, std::int64_t change) {
    std::optional<std::int64_t> before = 0;
    if (previous != nullptr) {
      const auto found = previous->summary.find(key);
      before = found == previous->summary.end() ? std::nullopt : ParseInt(found->second);
    }
    // A total that the parent does not know is not known here either.
    summary.erase(key);
    if (before) summary[key] = std::to_string(*before + change);
  };
  total("total-records", rows - removed_.rows);
  total("total-files-size", bytes - removed_.bytes);
  total("total-data-files", files - removed_.files);
  total("total-delete-files", 0);
  total("total-position-deletes", 0);
  total("total-equality-deletes", 0);
}

Result<std::optional<TableMetadata>> SnapshotBuilder::Build(const TableMetadata& base) {
  auto built = BuildOn(base);
  if (!built) Discard();
  return built;
}

Result<std::optional<TableMetadata>> SnapshotBuilder::BuildOn(const TableMetadata& base) {
  removed_ = Removed{};
  changed_keys_.clear();
  written_.clear();
  snapshot_id_ = 0;
  const PartitionSpec* spec = base.FindSpec(change_.start->default_spec_id);
  if (spec == nullptr || !(*spec == change_.start->spec())) {
    return Conflict(
        "the partitioning of {} was changed while it was written - run the command again",
        change_.table_name);
  }
  if (change_.overwrite) GNOMON_RETURN_IF_ERROR(CheckNobodyTouched(base));
  TableMetadata next = base;
  for (const auto& [key, value] : change_.properties) next.properties[key] = value;
  Snapshot snapshot;
  do {
    snapshot.id = MakeSnapshotId();
  } while (base.FindSnapshot(snapshot.id) != nullptr);
  snapshot.parent_id = base.current_snapshot_id;
  snapshot.sequence_number = base.last_sequence_number + 1;
  snapshot.timestamp_ms = std::max(Clock::System().NowMs(), base.last_updated_ms);
  snapshot.schema_id = base.current_schema_id;
  PausePoint("commit.manifest");
  GNOMON_ASSIGN_OR_RETURN(auto manifests, KeptManifests(base, snapshot));
  if (change_.added.empty() && removed_.files == 0 && change_.summary.empty()) {
    if (next.properties == base.properties) return std::optional<TableMetadata>();
    return std::optional(std::move(next));
  }
  if (!change_.added.empty()) {
    std::vector<ManifestEntry> entries;
    for (const DataFile& file : change_.added) {
      changed_keys_.insert(KeyOf(file, base).value_or(""));
      entries.push_back({.status = EntryStatus::kAdded, .snapshot_id = snapshot.id, .file = file});
    }
    GNOMON_ASSIGN_OR_RETURN(ManifestFile added, WriteManifest(NewManifestLocation(base), base,
                                                              *spec, snapshot, entries));
    manifests.insert(manifests.begin(), std::move(added));
  }
  Summarize(base, snapshot);
  written_.push_back(
      fmt::format("{}/metadata/snap-{}-1-{}.avro", base.location, snapshot.id, MakeUuid()));
  snapshot.manifest_list = written_.back();
  GNOMON_RETURN_IF_ERROR(WriteManifestList(snapshot, manifests));
  snapshot_id_ = snapshot.id;
  next.last_sequence_number = snapshot.sequence_number;
  next.last_updated_ms = snapshot.timestamp_ms;
  next.current_snapshot_id = snapshot.id;
  next.snapshot_log.push_back({.timestamp_ms = snapshot.timestamp_ms, .snapshot_id = snapshot.id});
  next.snapshots.push_back(std::move(snapshot));
  return std::optional(std::move(next));
}

void SnapshotBuilder::Discard() {
  for (const std::string& location : written_) {
    // Left-over files are harmless, so a failure to remove one is not worth an error.
    if (auto path = LocalPathOfLocation(location)) static_cast<void>(RemoveFile(*path).has_value());
  }
  written_.clear();
}

}  // namespace gnomon::iceberg
