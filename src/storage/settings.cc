// SPDX-License-Identifier: Apache-2.0
// The adapter of toml++, and the order in which the places of a setting are asked.
#include "storage/settings.h"

#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "base/edit_distance.h"
#include "base/parse.h"
#include "storage/file_io.h"
#include "storage/secret_mask.h"
#include "storage/setting_origins.h"
#include "storage/setting_table.h"

namespace gnomon {

namespace {

constexpr std::int64_t kMemoryDefaultBytes = std::int64_t{2} << 30;
constexpr std::int64_t kMemoryLeastBytes = std::int64_t{64} << 20;
constexpr std::int64_t kCoresMax = 4096;
constexpr std::int64_t kParallelismMax = 1'000'000;
constexpr std::int64_t kRunsKeptMax = 1'000'000;
constexpr int kRunsKeptDefault = 1000;

Status Flatten(const toml::table& table, const std::string& prefix, const std::string& file,
               std::map<std::string, Settings::Setting, std::less<>>& values) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (key == "tables") continue;  // Read by table_settings.cc.
    if (const toml::table* inner = node.as_table()) {
      GNOMON_RETURN_IF_ERROR(Flatten(*inner, key + ".", file, values));
      continue;
    }
    const std::vector<std::string> known = KnownKeys();
    if (std::find(known.begin(), known.end(), key) == known.end())
      return InvalidArgument("unknown setting in {}: {}{}", file, key, DidYouMean(key, known));
    std::ostringstream text;
    if (const auto* string = node.as_string()) {
      text << string->get();
    } else if (node.is_integer() || node.is_floating_point() || node.is_boolean()) {
      node.visit([&](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) text << value;
      });
    } else {
      return InvalidArgument("the setting {} is neither text nor a number: {} - write {} = \"8G\"",
                             key, file, key);
    }
    values[key] = {text.str(), file};
  }
  return Ok();
}

// The origin of what stands in the environment.
std::string OriginOf(const std::string& variable) {
  const auto origins = SettingOrigins();
  const auto found = origins.find(variable);
  return found == origins.end() ? "environment" : found->second;
}

std::optional<Settings::Setting> FromEnvironment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return Settings::Setting{value, OriginOf(variable)};
}

std::int64_t DefaultMemoryBytes() {
  const std::int64_t machine =
      std::int64_t{::sysconf(_SC_PHYS_PAGES)} * std::int64_t{::sysconf(_SC_PAGE_SIZE)};
  return machine > 0 ? std::min(kMemoryDefaultBytes, machine / 2) : kMemoryDefaultBytes;
}

// What is in force without a setting, in numbers where the machine decides.
std::string BuiltIn(const KnownSetting& setting) {
  if (setting.key == "memory") return fmt::format("{}M", DefaultMemoryBytes() >> 20);
  if (setting.key == "cores")
    return std::to_string(std::max(1u, std::thread::hardware_concurrency()));
  return std::string(setting.built_in);
}

}  // namespace

Result<Settings> Settings::Load(const std::filesystem::path& root, Flags flags) {
  const std::string file = (root / "gnomon.toml").string();
  Settings settings;
  settings.flags_ = std::move(flags);
  auto text = ReadFile(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return settings;
  if (!text) return std::move(text).error();
  try {
    const toml::table table = toml::parse(*text, file);
    GNOMON_RETURN_IF_ERROR(Flatten(table, "", file, settings.values_));
  } catch (const toml::parse_error& error) {
    return InvalidArgument("{} line {} is not TOML: {} - mend that line", file,
                           error.source().begin.line, error.description());
  }
  // A malformed value is told at the start, not in the middle of a run.
  if (const auto memory = settings.MemoryBytes(); !memory) return memory.error();
  if (const auto threads = settings.Threads(); !threads) return threads.error();
  if (const auto kept = settings.RunsKept(); !kept) return kept.error();
  if (const auto level = settings.Level(); !level) return level.error();
  if (const Status store = settings.CheckOnlineStore(); !store) return store.error();
  return settings;
}

std::optional<Settings::Setting> Settings::Find(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::optional<Settings::Setting> Settings::InForce(std::string_view key) const {
  for (const KnownSetting& known : KnownSettings()) {
    if (known.key != key) continue;
    for (const std::string_view variable : known.variables) {
      if (variable.empty()) continue;
      if (const auto flag = flags_.find(variable); flag != flags_.end()) return flag->second;
      if (auto setting = FromEnvironment(std::string(variable))) return setting;
    }
  }
  return Find(key);
}

Result<std::int64_t> Settings::MemoryBytes() const {
  const auto setting = InForce("memory");
  if (!setting) return DefaultMemoryBytes();
  const auto bytes = ParseMemorySize(setting->value);
  if (!bytes || *bytes < kMemoryLeastBytes) {
    return InvalidArgument(
        "the memory is not an amount: {} ({}) - give at least 64M in EXECUTOR_MEMORY or memory, "
        "such as 8G",
        setting->value, setting->origin);
  }
  return *bytes;
}

Result<std::int64_t> Settings::Number(std::string_view key, std::string_view what, std::int64_t max,
                                      std::int64_t fallback) const {
  const auto setting = InForce(key);
  if (!setting) return fallback;
  const auto number = ParseInt(setting->value);
  if (number && *number >= 1 && *number <= max) return *number;
  return InvalidArgument("{} is not a number: {} ({}) - give one from 1 to {}", what,
                         setting->value, setting->origin, max);
}

Result<int> Settings::Cores() const {
  const std::int64_t machine = std::max(1u, std::thread::hardware_concurrency());
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t cores,
                          Number("cores", "EXECUTOR_CORES (cores)", kCoresMax, machine));
  return static_cast<int>(cores);
}

Result<int> Settings::Threads() const {
  GNOMON_ASSIGN_OR_RETURN(const int cores, Cores());
  GNOMON_ASSIGN_OR_RETURN(
      const std::int64_t parallelism,
      Number("parallelism", "SPARK_PARALLELISM (parallelism)", kParallelismMax, cores));
  return static_cast<int>(std::min<std::int64_t>(cores, parallelism));
}

Result<std::optional<LogLevel>> Settings::Level() const {
  const auto setting = InForce("log.level");
  if (!setting) return std::optional<LogLevel>();
  if (setting->value == "quiet") return std::optional(LogLevel::kQuiet);
  if (setting->value == "normal") return std::optional(LogLevel::kNormal);
  if (setting->value == "verbose") return std::optional(LogLevel::kVerbose);
  return InvalidArgument("log.level is no level: {} ({}) - give quiet, normal or verbose",
                         setting->value, setting->origin);
}

Status Settings::CheckOnlineStore() const {
  const auto setting = InForce("online.store");
  if (!setting || setting->value == "lmdb" || setting->value == "embedded") return Ok();
  return Unimplemented(
      "online.store is not supported: {} ({}) - write store = \"lmdb\", which lies in .gnomon/kv",
      MaskSecrets("online.store", setting->value), setting->origin);
}

Result<int> Settings::RunsKept() const {
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t kept,
                          Number("runs.keep", "runs.keep", kRunsKeptMax, kRunsKeptDefault));
  return static_cast<int>(kept);
}

std::vector<Settings::Shown> Settings::All() const {
  std::vector<Shown> all;
  const auto origins = SettingOrigins();
  std::set<std::string, std::less<>> foreign(ForeignVariables().begin(), ForeignVariables().end());
  for (const auto& [variable, origin] : origins) foreign.insert(variable);
  for (const KnownSetting& known : KnownSettings()) {
    const std::string_view name = known.variables[0].empty() ? known.key : known.variables[0];
    const auto setting = InForce(known.key);
    all.push_back({.name = std::string(name),
                   .key = std::string(known.key),
                   .value = setting ? MaskSecrets(name, setting->value) : BuiltIn(known),
                   .origin = setting ? setting->origin : "built-in"});
    for (const std::string_view variable : known.variables) foreign.erase(std::string(variable));
  }
  for (const std::string& variable : foreign) {
    const auto setting = FromEnvironment(variable);
    if (!setting) continue;
    all.push_back({.name = variable,
                   .key = "",
                   .value = MaskSecrets(variable, setting->value),
                   .origin = setting->origin,
                   .used = false});
  }
  return all;
}

}  // namespace gnomon
