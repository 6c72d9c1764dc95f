// SPDX-License-Identifier: Apache-2.0
#include "sql/csv_header.h"

#include <set>

namespace gnomon::sql {

std::string DelimiterOf(std::string_view line) {
  std::string best = ",";
  std::size_t most = 0;
  for (const char candidate : {',', '\t', ';', '|'}) {
    std::size_t count = 0;
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == candidate && !quoted) ++count;
    }
    if (count > most) {
      most = count;
      best = std::string(1, candidate);
    }
  }
  return best;
}

std::vector<std::string> FieldsOf(std::string_view line, std::string_view delimiter) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back().push_back(line[i++]);
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && line.substr(i).starts_with(delimiter)) {
      fields.emplace_back();
      i += delimiter.size() - 1;
    } else {
      fields.back().push_back(line[i]);
    }
  }
  return fields;
}

Status CheckHeader(const std::vector<std::string>& names, std::string_view file) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      return InvalidArgument(
          "the first line of {} names no column {} - give the names with --no-header --schema, or "
          "correct the line",
          file, i + 1);
    }
    if (seen.insert(names[i]).second) continue;
    return InvalidArgument("the first line of {} names the column {} twice - rename one", file,
                           names[i]);
  }
  return Ok();
}

}  // namespace gnomon::sql
