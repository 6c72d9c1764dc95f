// SPDX-License-Identifier: Apache-2.0
// A run on files of the user's own machine (SPEC 9.6): each file becomes a table in a warehouse
// apart from the repository's, on which the run works. So a config can be tried, and tested in CI,
// without touching any table of the repository.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "run/job_flags.h"
#include "sql/session.h"
#include "storage/scratch_folder.h"
#include "storage/workspace.h"

namespace gnomon::run {

class LocalData {
 public:
  // Loads the files: `a.csv` is table `default.a`, `ns.a.csv` is `ns.a`, folders below the data
  // path come before the namespace (`eu/ns.a.csv` is `eu_ns.a`, `eu/a.csv` is `eu.a`). CSV has a
  // header and inferred types; `.json` holds objects or arrays of them, `.jsonl` one a line. A
  // column `ts` of texts or times becomes BIGINT milliseconds (UTC), a column `ds` is a STRING and
  // partitions the table. Tables that a given warehouse has already are left alone. Errors:
  // NotFound, InvalidArgument (names, values, with file and line), AlreadyExists for two files of
  // one table.
  static Result<LocalData> Open(const Workspace& workspace, const LocalDataFlags& flags,
                                const sql::SessionOptions& session);

  // Where the run works.
  const Workspace& workspace() const { return *workspace_; }
  catalog::Catalog& catalog() const { return *catalog_; }

 private:
  LocalData() = default;

  std::optional<ScratchFolder> scratch_;  // Else the user named a folder.
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<catalog::Catalog> catalog_;  // Before the folder that it lies in goes.
};

}  // namespace gnomon::run
