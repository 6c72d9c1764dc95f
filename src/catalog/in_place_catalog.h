// SPDX-License-Identifier: Apache-2.0
// A catalog with tables in place beside its own: folders that `[tables]` of gnomon.toml names. They
// are listed and loaded like all others; what would change them is refused by name.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/folder_table.h"
#include "storage/workspace.h"

namespace gnomon::catalog {

// Returns `catalog` itself when there are no folders. Errors: InvalidArgument for a folder whose
// name is no table's name.
Result<std::unique_ptr<Catalog>> WithTablesInPlace(std::unique_ptr<Catalog> catalog,
                                                   std::vector<iceberg::FolderTable> folders);

// The catalog of a repository: the embedded one, and the tables of gnomon.toml. Errors: also those
// of LoadTableSettings.
Result<std::unique_ptr<Catalog>> OpenCatalogOf(const Workspace& workspace);

}  // namespace gnomon::catalog
