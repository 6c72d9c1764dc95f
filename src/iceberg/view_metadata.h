// SPDX-License-Identifier: Apache-2.0
// Views as Iceberg stores them (view spec, format version 1): a metadata file with versions, each
// of them a query in one or more dialects. Replacing a view adds a version to the file's history.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::iceberg {

struct ViewRepresentation {
  std::string dialect;  // `spark`; ours is `gnomon`.
  std::string sql;
};

// The current version of a view.
struct ViewDefinition {
  Schema schema;
  std::vector<ViewRepresentation> representations;
  // What names without a namespace in the query are relative to.
  std::string default_namespace = "default";
  std::map<std::string, std::string> properties;

  // The query in that dialect; nullptr when there is none.
  const std::string* FindSql(std::string_view dialect) const;
};

// Errors: NotFound, Corruption; Unimplemented for another format version.
Result<ViewDefinition> ReadView(const std::string& location);

// Writes the next metadata file of a view and returns its location. `previous_location` is empty
// for a new view, whose folder (a location) is `folder`.
Result<std::string> WriteView(const ViewDefinition& definition, const std::string& folder,
                              const std::string& previous_location);

}  // namespace gnomon::iceberg
