// SPDX-License-Identifier: Apache-2.0
// A catalog over any CatalogStore: names are checked, misses name what is near, tables are created
// and loaded.
#pragma once

#include <memory>
#include <string>

#include "catalog/catalog_store.h"

namespace gnomon::catalog {

// `warehouse_dir` is the absolute local folder for tables without a location of their own.
std::unique_ptr<Catalog> MakeStoredCatalog(std::shared_ptr<CatalogStore> store,
                                           std::string warehouse_dir);

}  // namespace gnomon::catalog
