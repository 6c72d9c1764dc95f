// SPDX-License-Identifier: Apache-2.0
// The side file that the compiler writes next to a conf (docs/formats/compiled.md section 2):
// translated SQL, expression trees and the places in the user's source. It is bound to its conf by
// a hash; a stale one is refused, never used.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::config {

struct Dependency {
  std::string table;
  std::string conf;  // The config that writes the table; empty when none is known.

  bool operator==(const Dependency&) const = default;
};

// Where a conf that the file embeds is defined, when that is another file: a GroupBy of a Join.
struct EmbeddedSource {
  std::string source_file;
  std::map<std::string, int> lines;  // By the path inside the embedded conf.
};

struct SideFile {
  std::string conf_path;    // As given to LoadConf.
  std::string conf_hash;    // What the answer depends on, 10 characters.
  std::string source_file;  // Relative to the repository; empty when only the JSON is there.
  std::map<std::string, int> lines;
  std::map<std::string, EmbeddedSource> embedded;  // By path in the conf.
  std::vector<Dependency> dependencies;
  std::map<std::string, nlohmann::json> expressions;  // By path in the conf.
  std::vector<nlohmann::json> setups;
  nlohmann::json query;  // Null for a GroupBy.
  std::string prefix;    // Of a view by At(): where the embedded conf stands in the file's.

  // The view of an embedded conf, such as `At("joinParts[0].groupBy")`: its expressions by their
  // path in that conf. Where() still gives the user's place.
  SideFile At(std::string_view path) const;

  // Where a path of the conf stands in the user's file: `group_bys/bootcamp/x.py:41
  // aggregations[1]`. A path without a line of its own takes that of its nearest ancestor; without
  // any source it is `<conf file> aggregations[1]`. What another file defines stands there, by its
  // path in what that file defines.
  std::string Where(std::string_view path) const;
};

// A conf's text and its side file.
struct LoadedConf {
  std::string text;
  SideFile side;
};

// Reads `<root>/production/<type>/<team>/<name>` and its side file
// `<root>/production/.gnomon/<type>/<team>/<name>.json`. Errors: NotFound (conf or side file
// missing, with the command that makes it), InvalidArgument (stale), Corruption.
Result<LoadedConf> LoadConf(const std::string& conf_path);

// The side file's path of a conf. Error: InvalidArgument when the path has fewer than three
// segments.
Result<std::string> SideFilePath(const std::string& conf_path);

}  // namespace gnomon::config
