// SPDX-License-Identifier: Apache-2.0
#include "sql/counted_files.h"

#include <duckdb.hpp>
#include <duckdb/common/local_file_system.hpp>

#include "base/work_counter.h"

namespace gnomon::sql {

namespace {

class CountedFiles final : public duckdb::LocalFileSystem {
 public:
  explicit CountedFiles(std::string tmp_dir) : tmp_dir_(std::move(tmp_dir)) {}

  bool CanHandleFile(const std::string& path) override { return !path.starts_with(tmp_dir_); }

  void Read(duckdb::FileHandle& handle, void* buffer, std::int64_t bytes,
            duckdb::idx_t location) override {
    LocalFileSystem::Read(handle, buffer, bytes, location);
    WorkRead().Add({.bytes = bytes});
  }

  std::int64_t Read(duckdb::FileHandle& handle, void* buffer, std::int64_t bytes) override {
    const std::int64_t read = LocalFileSystem::Read(handle, buffer, bytes);
    WorkRead().Add({.bytes = read});
    return read;
  }

  std::string GetName() const override { return "gnomon_counted_files"; }

 private:
  std::string tmp_dir_;
};

}  // namespace

void CountFileReads(duckdb::DatabaseInstance& database, const std::string& tmp_dir) {
  database.GetFileSystem().RegisterSubSystem(duckdb::make_uniq<CountedFiles>(tmp_dir));
}

}  // namespace gnomon::sql
