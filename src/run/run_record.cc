// SPDX-License-Identifier: Apache-2.0
#include "run/run_record.h"

#include <unistd.h>

#include <fmt/chrono.h>

#include <nlohmann/json.hpp>

namespace gnomon::run {

namespace {

using Json = nlohmann::ordered_json;

Json RangesOf(const std::vector<Day>& days) {
  Json ranges = Json::array();
  for (const DayRange& range : GroupContiguous(days)) ranges.push_back(FormatDayRange(range));
  return ranges;
}

Json DaysOf(const RunReport& report) {
  Json not_computed = Json::array();
  for (const auto& [days, reason] : report.not_computed)
    not_computed.push_back({{"days", RangesOf(days)}, {"reason", reason}});
  return {{"computed", RangesOf(report.computed)},
          {"empty", RangesOf(report.empty)},
          {"already_filled", RangesOf(report.already_filled)},
          {"not_computed", std::move(not_computed)}};
}

// What was asked for in flags, else what that came to.
Json RequestedOf(const RunRecord& record) {
  Json requested = {{"start_date", nullptr}, {"end_date", nullptr}};
  const std::optional<DayRange>& wanted = record.report.wanted;
  if (record.request.begin) {
    requested["start_date"] = FormatDay(*record.request.begin);
  } else if (wanted && !wanted->empty()) {
    requested["start_date"] = FormatDay(wanted->begin);
  }
  if (record.request.last) {
    requested["end_date"] = FormatDay(*record.request.last);
  } else if (wanted && !wanted->empty()) {
    requested["end_date"] = FormatDay(wanted->last());
  }
  requested["step_days"] = record.request.step_days;
  return requested;
}

Json SettingsOf(const std::vector<Settings::Shown>& settings) {
  Json list = Json::array();
  for (const Settings::Shown& setting : settings) {
    list.push_back({{"name", setting.name},
                    {"value", setting.value},
                    {"origin", setting.origin},
                    {"used", setting.used}});
  }
  return list;
}

}  // namespace

std::string NewRunId(std::int64_t now_ms) {
  // Milliseconds, and what tells two processes apart that begin in the same one.
  const std::int64_t last = (now_ms % 1000) << 4 | (::getpid() & 0xf);
  return fmt::format("{:%Y%m%dT%H%M%S}Z-{:04x}",
                     fmt::gmtime(static_cast<std::time_t>(now_ms / 1000)), last);
}

std::string FormatInstant(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
}

Json ToJson(const RunRecord& record) {
  const RunReport& report = record.report;
  Json error = nullptr;
  int exit_status = 0;
  if (record.error) {
    const ErrorCodeInfo& info = InfoOf(record.error->code);
    exit_status = info.exit_code;
    error = {{"code", info.name}, {"message", record.error->message}};
  }
  Json json = {
      {"format", 1},
      {"id", record.id},
      {"status", record.status},
      {"exit_status", record.end_ms ? Json(exit_status) : Json(nullptr)},
      {"pid", record.pid},
      {"mode", record.mode},
      {"name", record.name},
      {"conf", record.conf},
      {"source_file", record.source_file},
      {"output", report.output},
      {"begin", FormatInstant(record.begin_ms)},
      {"end", record.end_ms ? Json(FormatInstant(*record.end_ms)) : Json(nullptr)},
      {"elapsed_ms", record.end_ms ? Json(*record.end_ms - record.begin_ms) : Json(nullptr)},
      {"requested", RequestedOf(record)},
      {"days", DaysOf(report)},
      {"rows_read", report.rows_read},
      {"bytes_read", report.bytes_read},
      {"rows_written", report.rows_written},
      {"bytes_written", report.bytes_written},
      {"memory_peak_bytes", report.memory_peak_bytes},
      {"memory_budget_bytes", record.memory_bytes},
      {"settings", SettingsOf(record.settings)},
      {"notes", report.notes},
      {"error", std::move(error)},
      {"gnomon", record.version},
  };
  if (!report.result_json.empty()) json["result"] = Json::parse(report.result_json);
  return json;
}

}  // namespace gnomon::run
