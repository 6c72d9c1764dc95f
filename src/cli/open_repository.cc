// SPDX-License-Identifier: Apache-2.0
#include "cli/open_repository.h"

#include <filesystem>

#include "base/log.h"
#include "base/progress_line.h"
#include "catalog/in_place_catalog.h"
#include "cli/log_level.h"
#include "config/table_writer.h"
#include "storage/worker_threads.h"

namespace gnomon::cli {

Result<Repository> OpenRepository(const std::string& root, Settings::Flags flags) {
  GNOMON_ASSIGN_OR_RETURN(const std::filesystem::path path, Workspace::FindRoot(root));
  GNOMON_ASSIGN_OR_RETURN(Workspace workspace, Workspace::Open(path));
  GNOMON_ASSIGN_OR_RETURN(Settings settings, Settings::Load(path, std::move(flags)));
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t memory_bytes, settings.MemoryBytes());
  GNOMON_ASSIGN_OR_RETURN(const int threads, settings.Threads());
  LimitDecodingThreads(threads);
  GNOMON_ASSIGN_OR_RETURN(const auto level, settings.Level());
  if (level) SetLogLevelBySetting(*level);
  GNOMON_ASSIGN_OR_RETURN(auto catalog, catalog::OpenCatalogOf(workspace));
  catalog->set_remedy([path](const catalog::TableName& name) {
    return config::CommandThatFills(path, name.ToString());
  });
  LogVerbose("repository {}: {} of memory, {} threads", path.string(), ShortBytes(memory_bytes),
             threads);
  return Repository{std::move(workspace), std::move(settings), std::move(catalog), memory_bytes,
                    threads};
}

Result<std::string> InstallationRoot() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", error);
  while (!folder.empty() && folder != folder.root_path()) {
    folder = folder.parent_path();
    if (std::filesystem::exists(folder / "python" / "gnomon", error)) return folder.string();
  }
  return NotFound(
      "the folder of this gnomon was not found: its program lies outside of a clone - run it from "
      "bin/");
}

}  // namespace gnomon::cli
