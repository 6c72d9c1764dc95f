// SPDX-License-Identifier: Apache-2.0
// The table of catalog types, read from the list twice: declared, then listed.
#include "catalog/catalog_type.h"

#include "base/edit_distance.h"

namespace gnomon::catalog {

#define CATALOG(name) extern const CatalogType k##name;
#include "catalog/backends/list.inc"
#undef CATALOG

std::span<const CatalogType* const> CatalogTypes() {
#define CATALOG(name) &k##name,
  static const CatalogType* const types[] = {
#include "catalog/backends/list.inc"
  };
#undef CATALOG
  return types;
}

Result<const CatalogType*> FindCatalogType(std::string_view name) {
  std::vector<std::string> names;
  for (const CatalogType* type : CatalogTypes()) {
    if (type->name == name) return type;
    names.emplace_back(type->name);
  }
  return InvalidArgument("there is no catalog type '{}'{}", name, DidYouMean(name, names));
}

}  // namespace gnomon::catalog
