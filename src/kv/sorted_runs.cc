// SPDX-License-Identifier: Apache-2.0
// A run is a file of [key size u32][value size u32][key][value], read back by this process only.
#include "kv/sorted_runs.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <queue>

namespace gnomon::kv {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Error FileError(std::string_view what, const std::string& path, int error) {
  return Unavailable("{}: {} - free disk space or look at the folder's permissions: {}", what, path,
                     std::strerror(error));
}

struct Header {
  std::uint32_t key_size;
  std::uint32_t value_size;
};

// One run while it is merged.
class RunReader {
 public:
  static Result<std::unique_ptr<RunReader>> Open(const std::string& path, std::size_t age) {
    File file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (file == nullptr) return FileError("cannot read a sorted run", path, errno);
    return std::unique_ptr<RunReader>(new RunReader(std::move(file), path, age));
  }

  // Reads the next pair; false at the end.
  Result<bool> Next() {
    Header header{};
    const std::size_t read = std::fread(&header, 1, sizeof header, file_.get());
    if (read == 0 && std::feof(file_.get()) != 0) return false;
    if (read != sizeof header) return FileError("cannot read a sorted run", path_, errno);
    GNOMON_RETURN_IF_ERROR(ReadInto(key_, header.key_size));
    GNOMON_RETURN_IF_ERROR(ReadInto(value_, header.value_size));
    return true;
  }

  const std::string& key() const { return key_; }
  const std::string& value() const { return value_; }
  std::size_t age() const { return age_; }

 private:
  RunReader(File file, std::string path, std::size_t age)
      : file_(std::move(file)), path_(std::move(path)), age_(age) {}

  Status ReadInto(std::string& out, std::size_t size) {
    out.resize(size);
    if (std::fread(out.data(), 1, size, file_.get()) != size) {
      return FileError("cannot read a sorted run", path_, errno);
    }
    return Ok();
  }

  File file_;
  std::string path_;
  std::size_t age_;
  std::string key_;
  std::string value_;
};

// Least key first; of equal keys the one of the youngest run.
struct IsLater {
  bool operator()(const RunReader* a, const RunReader* b) const {
    const int order = a->key().compare(b->key());
    return order != 0 ? order > 0 : a->age() < b->age();
  }
};

Status MergeRuns(const std::vector<std::unique_ptr<RunReader>>& runs,
                 const SortedRuns::Take& take) {
  std::priority_queue<RunReader*, std::vector<RunReader*>, IsLater> queue;
  for (const auto& run : runs) {
    GNOMON_ASSIGN_OR_RETURN(const bool has_pair, run->Next());
    if (has_pair) queue.push(run.get());
  }
  std::string last_key;
  bool first = true;
  while (!queue.empty()) {
    RunReader* run = queue.top();
    queue.pop();
    if (first || run->key() != last_key) {
      GNOMON_RETURN_IF_ERROR(take(run->key(), run->value()));
      last_key = run->key();
      first = false;
    }
    GNOMON_ASSIGN_OR_RETURN(const bool has_pair, run->Next());
    if (has_pair) queue.push(run);
  }
  return Ok();
}

}  // namespace

SortedRuns::SortedRuns(std::string folder, std::size_t buffer_bytes)
    : folder_(std::move(folder)), buffer_bytes_(buffer_bytes) {}

SortedRuns::~SortedRuns() {
  for (const std::string& path : run_paths_) std::remove(path.c_str());
}

std::string_view SortedRuns::KeyOf(const Entry& entry) const {
  return std::string_view(bytes_).substr(entry.offset, entry.key_size);
}

std::string_view SortedRuns::ValueOf(const Entry& entry) const {
  return std::string_view(bytes_).substr(entry.offset + entry.key_size, entry.value_size);
}

Status SortedRuns::Add(std::string_view key, std::string_view value) {
  constexpr std::size_t kSizeMax = std::numeric_limits<std::uint32_t>::max();
  if (key.size() > kSizeMax || value.size() > kSizeMax) {
    return InvalidArgument(
        "a key or value is 4 GiB or larger: online store - aggregate to smaller values");
  }
  const std::size_t used = bytes_.size() + entries_.size() * sizeof(Entry);
  if (!entries_.empty() && used + key.size() + value.size() > buffer_bytes_) {
    GNOMON_RETURN_IF_ERROR(WriteRun());
  }
  entries_.push_back({bytes_.size(), static_cast<std::uint32_t>(key.size()),
                      static_cast<std::uint32_t>(value.size())});
  bytes_.append(key).append(value);
  ++entry_count_;
  return Ok();
}

void SortedRuns::SortBuffer() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [this](const Entry& a, const Entry& b) { return KeyOf(a) < KeyOf(b); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool is_last = i + 1 == entries_.size() || KeyOf(entries_[i]) != KeyOf(entries_[i + 1]);
    if (is_last) entries_[kept++] = entries_[i];
  }
  entries_.resize(kept);
}

Status SortedRuns::WriteRun() {
  SortBuffer();
  const std::string path = fmt::format("{}/run-{}", folder_, run_paths_.size());
  File file(std::fopen(path.c_str(), "wb"), &std::fclose);
  if (file == nullptr) return FileError("cannot write a sorted run", path, errno);
  run_paths_.push_back(path);
  for (const Entry& entry : entries_) {
    const Header header{entry.key_size, entry.value_size};
    const std::size_t size = std::size_t{entry.key_size} + entry.value_size;
    if (std::fwrite(&header, sizeof header, 1, file.get()) != 1 ||
        std::fwrite(bytes_.data() + entry.offset, 1, size, file.get()) != size) {
      return FileError("cannot write a sorted run", path, errno);
    }
  }
  if (std::fflush(file.get()) != 0) return FileError("cannot write a sorted run", path, errno);
  bytes_.clear();
  entries_.clear();
  return Ok();
}

Status SortedRuns::ForEach(const Take& take) {
  if (run_paths_.empty()) {
    SortBuffer();
    for (const Entry& entry : entries_) GNOMON_RETURN_IF_ERROR(take(KeyOf(entry), ValueOf(entry)));
    return Ok();
  }
  GNOMON_RETURN_IF_ERROR(WriteRun());
  std::vector<std::unique_ptr<RunReader>> runs;
  for (const std::string& path : run_paths_) {
    GNOMON_ASSIGN_OR_RETURN(auto run, RunReader::Open(path, runs.size()));
    runs.push_back(std::move(run));
  }
  return MergeRuns(runs, take);
}

}  // namespace gnomon::kv
