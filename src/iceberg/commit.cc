// SPDX-License-Identifier: Apache-2.0
// The commit loop.
#include "iceberg/commit.h"

#include <chrono>
#include <random>

#include "base/cancellation.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/pause_point.h"
#include "iceberg/location.h"
#include "iceberg/metadata_json.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

// `.../metadata/00007-<uuid>.metadata.json` -> 7; -1 for other names.
std::int64_t VersionOf(std::string_view location) {
  std::string_view name = location.substr(location.rfind('/') + 1);
  return ParseInt(name.substr(0, name.find('-'))).value_or(-1);
}

// Times never go back, whatever the clock does; the old file joins the trimmed log (checklist 27).
void StampAndLog(const TableState& base, TableMetadata& next) {
  const std::int64_t now = Clock::System().NowMs();
  next.last_updated_ms = std::max({now, base.metadata->last_updated_ms, next.last_updated_ms});
  next.metadata_log = base.metadata->metadata_log;
  next.metadata_log.push_back(
      {.timestamp_ms = base.metadata->last_updated_ms, .metadata_file = base.location});
  const auto kept = static_cast<std::size_t>(
      std::max<std::int64_t>(1, next.PropertyInt("write.metadata.previous-versions-max", 100)));
  if (next.metadata_log.size() > kept) {
    const auto excess = static_cast<std::ptrdiff_t>(next.metadata_log.size() - kept);
    next.metadata_log.erase(next.metadata_log.begin(), next.metadata_log.begin() + excess);
  }
}

bool IsCommitted(const TableState& state, const std::string& location) {
  const auto& log = state.metadata->metadata_log;
  return state.location == location || std::any_of(log.begin(), log.end(), [&](const auto& entry) {
           return entry.metadata_file == location;
         });
}

// Waits longer each time, at random, so that two writers that collided do not collide again.
class BackOff {
 public:
  explicit BackOff(const TableMetadata& metadata)
      : retries_left_(metadata.PropertyInt("commit.retry.num-retries", 4)),
        wait_ms_(std::max<std::int64_t>(1, metadata.PropertyInt("commit.retry.min-wait-ms", 100))),
        wait_max_ms_(metadata.PropertyInt("commit.retry.max-wait-ms", 60'000)),
        deadline_(std::chrono::steady_clock::now() +
                  std::chrono::milliseconds(
                      metadata.PropertyInt("commit.retry.total-timeout-ms", 1'800'000))) {}

  // False when the attempts are used up, or a stop is asked for.
  bool Wait() {
    if (retries_left_-- <= 0 || std::chrono::steady_clock::now() >= deadline_) return false;
    std::random_device device;
    const std::int64_t jitter = static_cast<std::int64_t>(device()) % (wait_ms_ / 2 + 1);
    const std::chrono::milliseconds wait(wait_ms_ / 2 + jitter);
    wait_ms_ = std::min(wait_ms_ * 2, std::max<std::int64_t>(wait_max_ms_, 1));
    return SleepUnlessCancelled(wait);
  }

 private:
  std::int64_t retries_left_;
  std::int64_t wait_ms_;
  std::int64_t wait_max_ms_;
  std::chrono::steady_clock::time_point deadline_;
};

Status WriteMetadataFile(const TableMetadata& next, const std::string& location) {
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
  return WriteNewFile(path, TableMetadataToJson(next));
}

void RemoveLocation(const std::string& location) {
  // Left-over files are harmless, so a failure to remove one is not worth an error.
  if (auto path = LocalPathOfLocation(location)) static_cast<void>(RemoveFile(*path).has_value());
}

// A table that was dropped and made again under the same name is not ours (checklist 26).
Result<TableState> RefreshSameTable(MetadataPointer& pointer, const TableState& start) {
  GNOMON_ASSIGN_OR_RETURN(TableState state, LoadState(pointer));
  if (state.metadata->table_uuid != start.metadata->table_uuid) {
    return Conflict(
        "table {} was replaced by another one while it was written - run the command again",
        pointer.name());
  }
  return state;
}

// One attempt; nullopt when the race was lost.
Result<std::optional<TableState>> TryOnce(MetadataPointer& pointer, const TableState& base,
                                          const CommitSteps& steps) {
  auto built = steps.build(*base.metadata);
  if (!built) return std::move(built).error();
  if (!built->has_value()) return std::optional(base);
  auto next = std::make_shared<TableMetadata>(*std::move(*built));
  StampAndLog(base, *next);
  const std::string location = fmt::format("{}/metadata/{:05}-{}.metadata.json", next->location,
                                           VersionOf(base.location) + 1, MakeUuid());
  PausePoint("commit.metadata");
  if (auto written = WriteMetadataFile(*next, location); !written) {
    steps.discard();
    return std::move(written).error();
  }
  PausePoint("commit.swap");
  // The last moment to stop: what follows is seen by others.
  Status swapped = CheckCancelled();
  if (swapped) swapped = pointer.Swap(base.location, location);
  if (swapped) return std::optional(TableState{.metadata = std::move(next), .location = location});
  if (swapped.error().code == ErrorCode::kUnavailable) {
    // Unknown outcome: what the catalog holds settles it, nothing is sent again.
    auto now = LoadState(pointer);
    if (now && IsCommitted(*now, location)) return std::optional(*std::move(now));
    if (!now) {
      steps.outcome_unknown();
      return Unavailable(
          "the outcome of a commit to table {} is unknown, and its files stay in {}: {}",
          pointer.name(), base.metadata->location, swapped.error().message);
    }
  }
  RemoveLocation(location);
  steps.discard();
  if (swapped.error().code == ErrorCode::kConflict) return std::optional<TableState>();
  return swapped.error();
}

}  // namespace

Result<TableState> LoadState(MetadataPointer& pointer) {
  GNOMON_ASSIGN_OR_RETURN(std::string location, pointer.Location());
  auto metadata = ReadTableMetadata(location);
  if (!metadata && metadata.error().code == ErrorCode::kNotFound) {
    return Corruption(
        "the metadata of table {} is gone: {} - restore the file, or drop the table and run its "
        "mode "
        "again: spark-sql -e \"DROP TABLE {}\"",
        pointer.name(), location, pointer.name());
  }
  if (!metadata && metadata.error().code == ErrorCode::kCorruption) {
    return Corruption(
        "the metadata of table {} is damaged: {} - restore the file, or drop the table and run its "
        "mode again: spark-sql -e \"DROP TABLE {}\"",
        pointer.name(), metadata.error().message, pointer.name());
  }
  if (!metadata)
    return std::move(metadata).Annotate(fmt::format("table {}", pointer.name())).error();
  return TableState{.metadata = std::make_shared<const TableMetadata>(*std::move(metadata)),
                    .location = std::move(location)};
}

Result<TableState> CommitChange(MetadataPointer& pointer, const TableState& start,
                                const CommitSteps& steps) {
  TableState base = start;
  BackOff back_off(*start.metadata);
  while (true) {
    GNOMON_ASSIGN_OR_RETURN(std::optional<TableState> done, TryOnce(pointer, base, steps));
    if (done) {
      PausePoint("commit.done");
      return *std::move(done);
    }
    if (!back_off.Wait()) {
      GNOMON_RETURN_IF_ERROR(CheckCancelled());
      return Conflict("table {} kept changing while it was written - run the command again",
                      pointer.name());
    }
    GNOMON_ASSIGN_OR_RETURN(base, RefreshSameTable(pointer, start));
  }
}

}  // namespace gnomon::iceberg
