// SPDX-License-Identifier: Apache-2.0
#include "storage/partition_path.h"

#include <algorithm>

#include "base/calendar.h"
#include "base/parse.h"

namespace gnomon {

namespace {

constexpr std::string_view kNullName = "__HIVE_DEFAULT_PARTITION__";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A `%` that begins no code stands for itself, as in Hive.
std::string Decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool has_code = text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
                          HexDigit(text[i + 2]) >= 0;
    if (has_code) {
      result.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])));
      i += 2;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

bool IsPlainInteger(const std::string& text) {
  // What another spelling of the same number would lose: 05, -0.
  const auto number = ParseInt(text);
  return number.has_value() && std::to_string(*number) == text;
}

std::string KeysText(const PathPartition& partition) {
  std::string text;
  for (const auto& [key, value] : partition) text += (text.empty() ? "" : "/") + key;
  return text.empty() ? "no partition folders" : text;
}

}  // namespace

PathPartition PartitionOfPath(std::string_view file) {
  PathPartition partition;
  std::size_t slash = file.rfind('/');
  while (slash != std::string_view::npos) {
    const std::string_view folders = file.substr(0, slash);
    const std::size_t before = folders.rfind('/');
    const std::string_view name =
        before == std::string_view::npos ? folders : folders.substr(before + 1);
    const std::size_t equals = name.find('=');
    if (equals == std::string_view::npos || equals == 0) break;
    const std::string_view value = name.substr(equals + 1);
    partition.emplace_back(Decoded(name.substr(0, equals)),
                           value == kNullName ? std::nullopt : std::optional(Decoded(value)));
    slash = before;
  }
  std::reverse(partition.begin(), partition.end());
  return partition;
}

Status CheckSamePartitionKeys(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const std::string here = KeysText(PartitionOfPath(file));
    const std::string first = KeysText(PartitionOfPath(files.front()));
    if (here == first) continue;
    return InvalidArgument(
        "the files do not lie in the same partition folders: {} ({}) differs from {} ({}) - give "
        "the folders of one layout only",
        file, here, files.front(), first);
  }
  return Ok();
}

DataType TypeOfPartitionValues(const std::vector<std::optional<std::string>>& values) {
  bool dates = true;
  bool integers = true;
  bool any = false;
  for (const auto& value : values) {
    if (!value) continue;
    any = true;
    dates = dates && value->size() == 10 && ParseDay(*value).has_value();
    integers = integers && IsPlainInteger(*value);
  }
  if (any && dates) return TypeKind::kDate;
  return any && integers ? TypeKind::kLong : TypeKind::kString;
}

}  // namespace gnomon
