// SPDX-License-Identifier: Apache-2.0
// A run as it is kept under `.gnomon/logs` (docs/formats/run_report.md): what was asked, under
// which settings, what happened.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "run/run_context.h"
#include "storage/settings.h"

namespace gnomon::run {

struct RunRecord {
  std::string id;
  std::string status = "running";  // Then succeeded, failed or cancelled.
  std::int64_t pid = 0;
  std::string mode;
  std::string name;         // Of the config.
  std::string conf;         // Relative to the repository.
  std::string source_file;  // Likewise; empty when only the compiled conf is there.
  std::int64_t begin_ms = 0;
  std::optional<std::int64_t> end_ms;
  RunRequest request;
  RunReport report;
  std::int64_t memory_bytes = 0;  // The budget.
  std::vector<Settings::Shown> settings;
  std::optional<Error> error;
  std::string version;
};

// `<yyyyMMddTHHmmssZ>-<4 hex>`: sorts by time, to the millisecond.
std::string NewRunId(std::int64_t now_ms);

// `2026-11-27T12:35:18.123Z`
std::string FormatInstant(std::int64_t ms);

// Secrets in the settings are masked already.
nlohmann::ordered_json ToJson(const RunRecord& record);

}  // namespace gnomon::run
