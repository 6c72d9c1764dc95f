// SPDX-License-Identifier: Apache-2.0
// The embedded store: one immutable LMDB environment per batch, under `<root>/<DATASET>/<batch>/`.
// Since nobody writes to a published environment, readers need no lock table (MDB_NOLOCK) and any
// number of processes may read one from read-only media; readers that have a dropped batch open
// keep it, as Linux keeps deleted files that are mapped.
#include <lmdb.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <cerrno>
#include <chrono>
#include <mutex>

#include "base/cancellation.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "kv/batch_folder.h"
#include "kv/kv_store_type.h"
#include "kv/sorted_runs.h"

namespace gnomon::kv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{64} << 20;
constexpr std::size_t kCommitBytes = std::size_t{32} << 20;
constexpr std::size_t kPageBytes = 4096;
constexpr std::int64_t kPairsPerLook = 4096;  // Between two looks at what the user wishes.
constexpr auto kCheckInterval = std::chrono::milliseconds(500);

// LMDB's keys end at 511 bytes. A stored key is 'k' and the key, or, for a longer one, 'h', its
// 128-bit hash and an ordinal among keys of equal hash, with the whole key in front of the value.
constexpr std::size_t kPlainKeyMax = 510;
constexpr std::size_t kHashBytes = 16;

std::string HashOf(std::string_view key) {
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(key.data(), key.size()));
  return std::string(reinterpret_cast<const char*>(hash.digest), kHashBytes);
}

void AppendBigEndian(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((number >> shift) & 0xFF);
}

std::string HashedKey(std::string_view hash, std::uint32_t ordinal) {
  std::string stored = "h";
  stored.append(hash);
  AppendBigEndian(stored, ordinal);
  return stored;
}

std::string ValueWithKey(std::string_view key, std::string_view value) {
  std::string stored;
  AppendBigEndian(stored, static_cast<std::uint32_t>(key.size()));
  return stored.append(key).append(value);
}

// The value, if `stored` belongs to `key`; another key of the same hash gives nullopt.
std::optional<std::string_view> StripKey(std::string_view stored, std::string_view key) {
  std::string prefix;
  AppendBigEndian(prefix, static_cast<std::uint32_t>(key.size()));
  prefix.append(key);
  if (!stored.starts_with(prefix)) return std::nullopt;
  return stored.substr(prefix.size());
}

// Whether there is no room for the pages of a write.
bool IsDiskFull(const fs::path& path) {
  constexpr std::uintmax_t kRoomMinBytes = 64 << 10;
  std::error_code ignored;
  return fs::space(path, ignored).available < kRoomMinBytes;
}

Error FromLmdb(int code, std::string_view what, const fs::path& path) {
  // LMDB calls it EIO when a write reached the disk in part, as the one that fills it does.
  if (code == EIO && IsDiskFull(path)) code = ENOSPC;
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return Unavailable("{}: {} - the disk is full, free some space and run it again", what,
                         path.string());
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
      return Corruption("{}: {} - run the upload again: {}", what, path.string(),
                        mdb_strerror(code));
    default:
      return Unavailable("{}: {} - look at the folder: {}", what, path.string(),
                         mdb_strerror(code));
  }
}

MDB_val ToVal(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }

struct EnvironmentClose {
  void operator()(MDB_env* environment) const { mdb_env_close(environment); }
};
using Environment = std::unique_ptr<MDB_env, EnvironmentClose>;
struct TransactionAbort {
  void operator()(MDB_txn* transaction) const { mdb_txn_abort(transaction); }
};
using Transaction = std::unique_ptr<MDB_txn, TransactionAbort>;

Result<Environment> OpenEnvironment(const fs::path& folder, unsigned flags, std::size_t map_bytes) {
  MDB_env* raw = nullptr;
  if (const int code = mdb_env_create(&raw); code != 0) {
    return FromLmdb(code, "cannot open a batch", folder);
  }
  Environment environment(raw);
  if (map_bytes > 0) mdb_env_set_mapsize(raw, map_bytes);
  const int code = mdb_env_open(raw, folder.c_str(), flags, 0600);
  if (code == ENOENT)
    return NotFound("a batch is gone: {} - run the upload again", folder.string());
  if (code != 0) return FromLmdb(code, "cannot open a batch", folder);
  return environment;
}

Error CutShort(const fs::path& folder) {
  return Corruption("a batch was cut short: {} - run the upload again", folder.string());
}

Result<Transaction> Begin(MDB_env* environment, unsigned flags, const fs::path& folder) {
  MDB_txn* raw = nullptr;
  if (const int code = mdb_txn_begin(environment, nullptr, flags, &raw); code != 0) {
    return FromLmdb(code, "cannot begin a transaction", folder);
  }
  return Transaction(raw);
}

// Fills a new environment with pairs in ascending order.
class Writer {
 public:
  static Result<Writer> Open(const fs::path& folder, std::size_t map_bytes) {
    GNOMON_ASSIGN_OR_RETURN(Environment environment,
                            OpenEnvironment(folder, MDB_NOLOCK | MDB_NOSYNC, map_bytes));
    Writer writer(folder, std::move(environment));
    GNOMON_RETURN_IF_ERROR(writer.BeginNext());
    if (const int code = mdb_dbi_open(writer.transaction_.get(), nullptr, 0, &writer.table_);
        code != 0) {
      return FromLmdb(code, "cannot write a batch", folder);
    }
    return writer;
  }

  Status Append(std::string_view key, std::string_view value) {
    if (++pair_count_ % kPairsPerLook == 0) {
      GNOMON_RETURN_IF_ERROR(CheckCancelled());
      WorkWritten().Add({.rows = kPairsPerLook});
    }
    MDB_val key_val = ToVal(key);
    MDB_val value_val = ToVal(value);
    const int code = mdb_put(transaction_.get(), table_, &key_val, &value_val, MDB_APPEND);
    if (code != 0) return FromLmdb(code, "cannot write a batch", folder_);
    uncommitted_bytes_ += key.size() + value.size();
    if (uncommitted_bytes_ < kCommitBytes) return Ok();
    GNOMON_RETURN_IF_ERROR(Commit());
    return BeginNext();
  }

  // Commits, syncs and closes.
  Status Finish() {
    GNOMON_RETURN_IF_ERROR(Commit());
    const int code = mdb_env_sync(environment_.get(), 1);
    environment_.reset();
    if (code != 0) return FromLmdb(code, "cannot sync a batch", folder_);
    return Ok();
  }

 private:
  Writer(fs::path folder, Environment environment)
      : folder_(std::move(folder)), environment_(std::move(environment)) {}

  Status BeginNext() {
    GNOMON_ASSIGN_OR_RETURN(transaction_, Begin(environment_.get(), 0, folder_));
    uncommitted_bytes_ = 0;
    return Ok();
  }

  Status Commit() {
    const int code = mdb_txn_commit(transaction_.release());
    if (code != 0) return FromLmdb(code, "cannot write a batch", folder_);
    return Ok();
  }

  fs::path folder_;
  Environment environment_;
  Transaction transaction_;
  MDB_dbi table_ = 0;
  std::size_t uncommitted_bytes_ = 0;
  std::int64_t pair_count_ = 0;
};

// A batch being loaded. Pairs are sorted first, since appending in order is many times faster than
// inserting.
class LmdbLoader final : public BulkLoader {
 public:
  LmdbLoader(std::string dataset, NewBatch batch)
      : dataset_(std::move(dataset)),
        batch_(std::move(batch)),
        runs_(std::make_unique<SortedRuns>(batch_.folder().string(), kBufferBytes)) {}

  Status Put(std::string_view key, std::string_view value) override {
    GNOMON_CHECK(runs_ != nullptr);
    if (key.empty()) return InvalidArgument("a key is empty: dataset {} - give a key", dataset_);
    // A sort key has the order of the stored keys; of a hashed one it also holds the whole key.
    sort_key_ = key.size() <= kPlainKeyMax ? "k" : "h" + HashOf(key);
    sort_key_.append(key);
    // Beyond 2000 bytes a value takes pages of its own; below, pages may stay half empty.
    const std::size_t pair_bytes = sort_key_.size() + value.size() + 64;
    data_bytes_ += pair_bytes > 2000 ? pair_bytes + 2 * kPageBytes : 2 * pair_bytes;
    return runs_->Add(sort_key_, value);
  }

  Status Publish() override {
    GNOMON_CHECK(runs_ != nullptr);
    const ProgressStep progress("loading " + dataset_, WorkWritten(),
                                {.rows = static_cast<std::int64_t>(runs_->entry_count())});
    GNOMON_RETURN_IF_ERROR(WriteEnvironment());
    runs_.reset();
    PausePoint("upload.load");
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    return batch_.Publish();
  }

 private:
  Status WriteEnvironment() {
    // A bound, not a size: the file grows as pages are written.
    const std::size_t map_bytes = (2 * data_bytes_ / kPageBytes + 4096) * kPageBytes;
    GNOMON_ASSIGN_OR_RETURN(Writer writer, Writer::Open(batch_.folder(), map_bytes));
    std::string last_hash;
    std::uint32_t ordinal = 0;
    GNOMON_RETURN_IF_ERROR(runs_->ForEach([&](std::string_view sort_key, std::string_view value) {
      if (sort_key.front() == 'k') return writer.Append(sort_key, value);
      const std::string_view hash = sort_key.substr(1, kHashBytes);
      ordinal = hash == last_hash ? ordinal + 1 : 0;
      last_hash = hash;
      return writer.Append(HashedKey(hash, ordinal),
                           ValueWithKey(sort_key.substr(1 + kHashBytes), value));
    }));
    return writer.Finish();
  }

  std::string dataset_;
  NewBatch batch_;
  std::unique_ptr<SortedRuns> runs_;  // Null once published.
  std::string sort_key_;
  std::size_t data_bytes_ = 0;
};

// A published batch, open for reading by any thread.
class ReadBatch {
 public:
  static Result<std::shared_ptr<const ReadBatch>> Open(const fs::path& folder) {
    // LMDB takes an empty file for a new environment, which it then cannot write.
    std::error_code ignored;
    if (fs::file_size(folder / "data.mdb", ignored) == 0) return CutShort(folder);
    GNOMON_ASSIGN_OR_RETURN(Environment environment,
                            OpenEnvironment(folder, MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0));
    GNOMON_RETURN_IF_ERROR(CheckLength(environment.get(), folder));
    GNOMON_ASSIGN_OR_RETURN(const Transaction transaction,
                            Begin(environment.get(), MDB_RDONLY, folder));
    MDB_dbi table = 0;
    if (const int code = mdb_dbi_open(transaction.get(), nullptr, 0, &table); code != 0) {
      return FromLmdb(code, "cannot read a batch", folder);
    }
    return std::shared_ptr<const ReadBatch>(new ReadBatch(folder, std::move(environment), table));
  }

  Result<std::vector<Result<std::optional<std::string>>>> MultiGet(
      const std::vector<std::string>& keys) const {
    GNOMON_ASSIGN_OR_RETURN(const Transaction transaction,
                            Begin(environment_.get(), MDB_RDONLY, folder_));
    std::vector<Result<std::optional<std::string>>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) values.push_back(Get(transaction.get(), key));
    return values;
  }

 private:
  ReadBatch(fs::path folder, Environment environment, MDB_dbi table)
      : folder_(std::move(folder)), environment_(std::move(environment)), table_(table) {}

  Result<std::optional<std::string_view>> Find(MDB_txn* transaction, std::string_view key) const {
    MDB_val key_val = ToVal(key);
    MDB_val value{};
    const int code = mdb_get(transaction, table_, &key_val, &value);
    if (code == MDB_NOTFOUND) return std::optional<std::string_view>();
    if (code != 0) return FromLmdb(code, "cannot read a key", folder_);
    return std::optional(std::string_view(static_cast<const char*>(value.mv_data), value.mv_size));
  }

  Result<std::optional<std::string>> Get(MDB_txn* transaction, const std::string& key) const {
    if (key.size() <= kPlainKeyMax) {
      GNOMON_ASSIGN_OR_RETURN(const auto stored, Find(transaction, "k" + key));
      return stored ? std::optional<std::string>(*stored) : std::nullopt;
    }
    const std::string hash = HashOf(key);
    for (std::uint32_t ordinal = 0;; ++ordinal) {
      GNOMON_ASSIGN_OR_RETURN(const auto stored, Find(transaction, HashedKey(hash, ordinal)));
      if (!stored) return std::optional<std::string>();
      if (const auto value = StripKey(*stored, key)) return std::optional<std::string>(*value);
    }
  }

  // A file that was cut short would end the process at the first missing page.
  static Status CheckLength(MDB_env* environment, const fs::path& folder) {
    MDB_envinfo info{};
    MDB_stat statistics{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &statistics);
    mdb_filehandle_t descriptor = -1;
    struct stat status {};
    // By descriptor: the name may be gone already, when a newer batch was published meanwhile.
    if (mdb_env_get_fd(environment, &descriptor) != 0 || ::fstat(descriptor, &status) != 0 ||
        static_cast<std::size_t>(status.st_size) < (info.me_last_pgno + 1) * statistics.ms_psize) {
      return CutShort(folder);
    }
    return Ok();
  }

  fs::path folder_;
  Environment environment_;
  MDB_dbi table_;
};

// What a store knows of one dataset.
struct OpenDataset {
  std::shared_ptr<const ReadBatch> batch;
  PointerStamp stamp;
  std::chrono::steady_clock::time_point checked_at;
};

class LmdbStore final : public KvStore {
 public:
  explicit LmdbStore(fs::path root) : root_(std::move(root)) {}

  Result<std::vector<Result<std::optional<std::string>>>> MultiGet(
      const std::string& dataset, const std::vector<std::string>& keys) override {
    GNOMON_RETURN_IF_ERROR(CheckStoreName("dataset", dataset));
    GNOMON_ASSIGN_OR_RETURN(const std::shared_ptr<const ReadBatch> batch, Current(dataset));
    return batch->MultiGet(keys);
  }

  Result<std::unique_ptr<BulkLoader>> BeginBatch(const std::string& dataset,
                                                 const std::string& batch_id) override {
    GNOMON_RETURN_IF_ERROR(CheckStoreName("dataset", dataset));
    GNOMON_RETURN_IF_ERROR(CheckStoreName("batch", batch_id));
    GNOMON_ASSIGN_OR_RETURN(NewBatch batch, NewBatch::Make(root_ / dataset, batch_id));
    return std::unique_ptr<BulkLoader>(std::make_unique<LmdbLoader>(dataset, std::move(batch)));
  }

  Result<std::vector<std::string>> ListDatasets() override {
    std::vector<std::string> names;
    std::error_code failure;
    if (!fs::exists(root_, failure)) return names;
    for (const auto& entry : fs::directory_iterator(root_, failure)) {
      if (StampOf(entry.path())) names.push_back(entry.path().filename().string());
    }
    if (failure) {
      return Unavailable("cannot list the online store: {} - look at its permissions: {}",
                         root_.string(), failure.message());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  Result<std::shared_ptr<const ReadBatch>> Current(const std::string& dataset) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    OpenDataset& open = open_[dataset];
    if (open.batch != nullptr && now - open.checked_at < kCheckInterval) return open.batch;
    open.checked_at = now;
    const auto stamp = StampOf(root_ / dataset);
    if (!stamp) {
      open_.erase(dataset);
      GNOMON_ASSIGN_OR_RETURN(const auto known, ListDatasets());
      return UnknownDataset(dataset, known);
    }
    if (open.batch == nullptr || open.stamp != *stamp) {
      auto batch = OpenCurrent(dataset);
      if (!batch.has_value()) return std::move(batch).error();
      open.batch = *std::move(batch);
      open.stamp = *stamp;
    }
    return open.batch;
  }

  // Between reading the pointer and opening its folder another publish may have removed that
  // folder: then the pointer has moved.
  Result<std::shared_ptr<const ReadBatch>> OpenCurrent(const std::string& dataset) {
    constexpr int kTriesMax = 20;
    for (int tries = 1;; ++tries) {
      GNOMON_ASSIGN_OR_RETURN(const auto folder, CurrentBatch(root_ / dataset));
      if (!folder) return UnknownDataset(dataset, {});
      auto batch = ReadBatch::Open(*folder);
      if (batch.has_value() || batch.error().code != ErrorCode::kNotFound) return batch;
      if (tries == kTriesMax) {
        return Corruption("the batch of a dataset is not there: {} - run the upload again",
                          folder->string());
      }
    }
  }

  fs::path root_;
  std::mutex mutex_;
  std::map<std::string, OpenDataset> open_;
};

Result<std::unique_ptr<KvStore>> Open(std::string_view rest) {
  if (!rest.starts_with("///")) {
    return InvalidArgument(
        "the online store's URL has no absolute folder: online.store - write lmdb:///path: lmdb:{}",
        rest);
  }
  return std::unique_ptr<KvStore>(std::make_unique<LmdbStore>(fs::path(rest.substr(2))));
}

}  // namespace

extern const KvStoreType kLmdb;
constinit const KvStoreType kLmdb{.scheme = "lmdb",
                                  .doc = "lmdb:///folder: files on this machine",
                                  .lives_in_a_folder = true,
                                  .open = &Open};

}  // namespace gnomon::kv
