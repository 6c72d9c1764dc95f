// SPDX-License-Identifier: Apache-2.0
// What most commands begin with: the repository, its state, settings and catalog.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "storage/settings.h"
#include "storage/workspace.h"

namespace gnomon::cli {

struct Repository {
  Workspace workspace;
  Settings settings;
  std::unique_ptr<catalog::Catalog> catalog;
  std::int64_t memory_bytes = 0;
  int threads = 1;
};

// Opens the repository at `root`, or finds it (Workspace::FindRoot) when `root` is empty. `flags`
// are settings of the command line.
Result<Repository> OpenRepository(const std::string& root, Settings::Flags flags = {});

// The folder of this gnomon: the one that holds bin/, python/ and examples/. Errors: NotFound.
Result<std::string> InstallationRoot();

}  // namespace gnomon::cli
