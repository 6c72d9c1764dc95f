// SPDX-License-Identifier: Apache-2.0
// Configs from and to Chronon's compiled JSON (SPEC 1.3). Reading accepts true/false beside 1/0 and
// any order of fields; an unknown field is refused by its path. Writing gives Chronon's bytes back.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/conf.h"

namespace gnomon::config {

// Errors of all: InvalidArgument, naming the path inside the JSON; the caller adds the file.
Result<GroupBy> ParseGroupBy(std::string_view json);
Result<StagingQuery> ParseStagingQuery(std::string_view json);
Result<Join> ParseJoin(std::string_view json);

// As the compiler writes a file: two spaces, ASCII only, no trailing newline.
std::string ToJson(const GroupBy& group_by);
std::string ToJson(const StagingQuery& staging_query);
std::string ToJson(const Join& join);

// As it stands inside a GroupByServingInfo: no white space, text in UTF-8.
std::string ToCompactJson(const GroupBy& group_by);
std::string ToCompactJson(const Join& join);
std::string ToCompactJson(const Source& source);

}  // namespace gnomon::config
