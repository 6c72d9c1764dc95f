// SPDX-License-Identifier: Apache-2.0
// Which config of a repository writes a table or a dataset, for messages about what is not there
// yet.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace gnomon::config {

// The command that fills `table`: of the compiled config that writes it, else of a Python file that
// was not compiled yet, has the table's name, as the documented naming rule gives it, and names its
// namespace (or teams.json does). Never fails: it is a hint.
std::optional<std::string> CommandThatFills(const std::filesystem::path& root,
                                            std::string_view table);

// The command that fills the table of a config, by the folder that the config lies in.
std::string CommandThatRuns(const std::string& conf);

// The command that uploads the GroupBy of a name as Fetcher understands it.
std::optional<std::string> CommandThatUploads(const std::filesystem::path& root,
                                              std::string_view name);

}  // namespace gnomon::config
