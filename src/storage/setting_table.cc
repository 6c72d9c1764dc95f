// SPDX-License-Identifier: Apache-2.0
#include "storage/setting_table.h"

namespace gnomon {

namespace {

constexpr std::array<KnownSetting, 6> kSettings = {{
    {"memory", {"EXECUTOR_MEMORY"}, "2G, or half of the machine's"},
    {"cores", {"EXECUTOR_CORES"}, "all of the machine's"},
    {"parallelism", {"SPARK_PARALLELISM", "PARALLELISM"}, "as many as cores"},
    {"runs.keep", {}, "1000"},
    {"online.store", {}, "lmdb"},
    {"log.level", {}, "normal"},
}};

constexpr std::array<std::string_view, 12> kForeign = {
    "DRIVER_MEMORY", "EXECUTOR_MEMORY_OVERHEAD", "MAX_EXECUTORS",         "APP_NAME",
    "JOB_MODE",      "CHRONON_ONLINE_ARGS",      "S3_ENDPOINT",           "AWS_ENDPOINT_URL",
    "AWS_REGION",    "AWS_ACCESS_KEY_ID",        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
};

}  // namespace

std::span<const KnownSetting> KnownSettings() { return kSettings; }

std::span<const std::string_view> ForeignVariables() { return kForeign; }

std::vector<std::string> KnownKeys() {
  std::vector<std::string> keys;
  keys.reserve(kSettings.size());
  for (const KnownSetting& setting : kSettings) keys.emplace_back(setting.key);
  return keys;
}

}  // namespace gnomon
