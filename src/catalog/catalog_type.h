// SPDX-License-Identifier: Apache-2.0
// The kinds of catalogs there are: one file under backends and one line in backends/list.inc each.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/catalog.h"

namespace gnomon::catalog {

struct CatalogOptions {
  std::string uri;            // Of sqlite: the database's path.
  std::string warehouse_dir;  // Absolute local folder.
};

struct CatalogType {
  std::string_view name;  // As in `catalog.type = "sqlite"`.
  std::string_view doc;
  Result<std::unique_ptr<Catalog>> (*open)(const CatalogOptions& options);
  // The environment variable that gives the law tests a server's URI; empty for embedded ones.
  std::string_view test_uri_variable;
};

// All of them, in the order of the list.
std::span<const CatalogType* const> CatalogTypes();

// Errors: InvalidArgument names the known ones.
Result<const CatalogType*> FindCatalogType(std::string_view name);

}  // namespace gnomon::catalog
