// SPDX-License-Identifier: Apache-2.0
// A compiled config of whatever type, for jobs that take several.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"

namespace gnomon::config {

using AnyConf = std::variant<GroupBy, Join, StagingQuery>;

// Told apart by their fields. Errors: InvalidArgument, naming the path inside the JSON.
Result<AnyConf> ParseConf(std::string_view json);

// `GroupBy`, `Join`, `StagingQuery`.
std::string_view TypeName(const AnyConf& conf);
const MetaData& MetaDataOf(const AnyConf& conf);

// LoadConf and ParseConf.
template <typename Conf>
struct LoadedConfOf {
  Conf conf;
  std::string text;
  SideFile side;
};
using LoadedAnyConf = LoadedConfOf<AnyConf>;
Result<LoadedAnyConf> LoadAnyConf(const std::string& conf_path);

// The same for a mode that takes configs of one type only. Errors: InvalidArgument also when it is
// of another type.
template <typename Conf>
Result<LoadedConfOf<Conf>> LoadConfOf(const std::string& conf_path);

// The names that the keys of a Join's parts have on its left, in the order of the parts, each once.
std::vector<std::string> LeftKeys(const Join& join);

// The columns that tell the rows of the config's output table apart: of a GroupBy its keys and
// `ds`; of a Join its row ids, else its left keys and (for events) `ts`, and `ds`. Errors:
// InvalidArgument for a StagingQuery.
Result<std::vector<std::string>> RowKeys(const AnyConf& conf);

}  // namespace gnomon::config
