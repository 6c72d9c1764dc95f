// SPDX-License-Identifier: Apache-2.0
// The adapter of toml++ and the table of known keys.
#include "storage/settings.h"

#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <thread>
#include <vector>

#include "base/edit_distance.h"
#include "base/parse.h"
#include "storage/file_io.h"

namespace gnomon {

namespace {

// The file's whole vocabulary; a table's keys are joined by a dot.
const std::vector<std::string>& KnownKeys() {
  static const std::vector<std::string> keys = {"memory", "cores", "online.store", "log.level"};
  return keys;
}

constexpr std::int64_t kMemoryDefaultBytes = std::int64_t{2} << 30;
constexpr std::int64_t kMemoryLeastBytes = std::int64_t{64} << 20;
constexpr std::int64_t kCoresMax = 4096;

Status Flatten(const toml::table& table, const std::string& prefix, const std::string& file,
               std::map<std::string, Settings::Setting, std::less<>>& values) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table()) {
      GNOMON_RETURN_IF_ERROR(Flatten(*inner, key + ".", file, values));
      continue;
    }
    if (std::find(KnownKeys().begin(), KnownKeys().end(), key) == KnownKeys().end()) {
      return InvalidArgument("unknown setting in {}: {}{}", file, key,
                             DidYouMean(key, KnownKeys()));
    }
    std::ostringstream text;
    if (const auto* string = node.as_string()) {
      text << string->get();
    } else if (node.is_integer() || node.is_floating_point() || node.is_boolean()) {
      node.visit([&](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) text << value;
      });
    } else {
      return InvalidArgument("a setting in {} is neither text nor a number: {}", file, key);
    }
    values[key] = {text.str(), file};
  }
  return Ok();
}

std::optional<Settings::Setting> FromEnvironment(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return Settings::Setting{value, variable};
}

std::int64_t DefaultMemoryBytes() {
  const std::int64_t machine =
      std::int64_t{::sysconf(_SC_PHYS_PAGES)} * std::int64_t{::sysconf(_SC_PAGE_SIZE)};
  return machine > 0 ? std::min(kMemoryDefaultBytes, machine / 2) : kMemoryDefaultBytes;
}

}  // namespace

Result<Settings> Settings::Load(const std::filesystem::path& root) {
  const std::string file = (root / "gnomon.toml").string();
  Settings settings;
  auto text = ReadFile(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return settings;
  if (!text) return std::move(text).error();
  try {
    const toml::table table = toml::parse(*text, file);
    GNOMON_RETURN_IF_ERROR(Flatten(table, "", file, settings.values_));
  } catch (const toml::parse_error& error) {
    return InvalidArgument("{} line {} is not TOML: {}", file, error.source().begin.line,
                           error.description());
  }
  // A malformed value is told at the start, not in the middle of a run.
  if (const auto memory = settings.MemoryBytes(); !memory) return memory.error();
  if (const auto cores = settings.Cores(); !cores) return cores.error();
  return settings;
}

std::optional<Settings::Setting> Settings::Find(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

Result<std::int64_t> Settings::MemoryBytes() const {
  auto setting = FromEnvironment("EXECUTOR_MEMORY");
  if (!setting) setting = Find("memory");
  if (!setting) return DefaultMemoryBytes();
  const auto bytes = ParseMemorySize(setting->value);
  if (!bytes || *bytes < kMemoryLeastBytes) {
    return InvalidArgument("the memory from {} is not an amount of at least 64M, such as 8G: {}",
                           setting->origin, setting->value);
  }
  return *bytes;
}

Result<int> Settings::Cores() const {
  auto setting = FromEnvironment("EXECUTOR_CORES");
  if (!setting) setting = Find("cores");
  if (!setting) return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const auto cores = ParseInt(setting->value);
  if (!cores || *cores < 1 || *cores > kCoresMax) {
    return InvalidArgument("the number of cores from {} is not a number from 1 to {}: {}",
                           setting->origin, kCoresMax, setting->value);
  }
  return static_cast<int>(*cores);
}

}  // namespace gnomon
