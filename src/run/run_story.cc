// SPDX-License-Identifier: Apache-2.0
// Reports may come from an older gnomon or a hand: every key is asked for with what stands for it.
#include "run/run_story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "run/run_report.h"

namespace gnomon::run {

namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t NumberOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const Json& ChildOf(const Json& json, const char* key) {
  static const Json nothing;
  const auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() ? *found : nothing;
}

std::vector<std::string> TextsOf(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& one : list) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

std::string SecondsOf(const Json& report) {
  return fmt::format("{:.2f} s", static_cast<double>(NumberOf(report, "elapsed_ms")) / 1000);
}

// `group-by-backfill of team.x.v1, 2023-12-01..2023-12-07, 30 days at a time`
std::string RequestOf(const Json& report) {
  const std::string name = TextOf(report, "name");
  std::string text =
      fmt::format("{} of {}", TextOf(report, "mode"), name.empty() ? TextOf(report, "conf") : name);
  const Json& requested = ChildOf(report, "requested");
  const std::string start = TextOf(requested, "start_date");
  const std::string end = TextOf(requested, "end_date");
  if (!start.empty() || !end.empty()) {
    text += ", " + start;
    if (start != end) text += ".." + (end.empty() ? "today" : end);
    text += fmt::format(", {} at a time", CountOf(NumberOf(requested, "step_days"), "day"));
  }
  return text;
}

std::string VerdictOf(const Json& report) {
  const std::string status = TextOf(report, "status");
  if (status == "running") return fmt::format("running in process {}", NumberOf(report, "pid"));
  if (status == "died") return "died: it was killed, or the machine went down, before its end";
  return fmt::format("{} after {} (exit status {})", status, SecondsOf(report),
                     NumberOf(report, "exit_status"));
}

// What is said of each kind of day.
struct DayKind {
  const char* key;
  std::string_view meaning;
};
constexpr std::array<DayKind, 3> kDayKinds = {{
    {"computed", "computed and committed"},
    {"already_filled", "left alone: the table has them already"},
    {"empty", "computed and found empty: no rows for them; the next run asks again"},
}};

void TellDays(const Json& report, std::string& story) {
  const Json& days = ChildOf(report, "days");
  std::vector<std::pair<std::string, std::string>> lines;
  for (const DayKind& kind : kDayKinds) {
    for (const std::string& range : TextsOf(ChildOf(days, kind.key)))
      lines.emplace_back(range, kind.meaning);
  }
  for (const Json& one : ChildOf(days, "not_computed")) {
    for (const std::string& range : TextsOf(ChildOf(one, "days")))
      lines.emplace_back(range, "not computed: " + TextOf(one, "reason"));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (!lines.empty()) story += "days\n";
  for (const auto& [range, meaning] : lines) story += fmt::format("  {:<24}{}\n", range, meaning);
}

void TellSettings(const Json& report, std::string& story) {
  const Json& settings = ChildOf(report, "settings");
  if (!settings.empty()) story += "settings\n";
  for (const Json& setting : settings) {
    story += fmt::format("  {:<24}{}  ({}{})\n", TextOf(setting, "name"), TextOf(setting, "value"),
                         TextOf(setting, "origin"),
                         setting.value("used", true) ? "" : "; not used by gnomon");
  }
}

std::string DayCount(const Json& report) {
  const Json& days = ChildOf(report, "days");
  const auto computed = TextsOf(ChildOf(days, "computed"));
  if (computed.empty()) return "-";
  if (computed.size() == 1) return computed.front();
  return fmt::format("{}, +{}", computed.front(), computed.size() - 1);
}

}  // namespace

std::string TellRun(const Json& report) {
  std::string story = fmt::format("run {}: {}\n", TextOf(report, "id"), VerdictOf(report));
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) story += fmt::format("{:<10}{}\n", name, value);
  };
  line("asked", RequestOf(report));
  const std::string source = TextOf(report, "source_file");
  line("config", source.empty() ? TextOf(report, "conf") : source);
  line("begin", TextOf(report, "begin"));
  line("end", TextOf(report, "end"));
  line("output", TextOf(report, "output"));
  const std::string status = TextOf(report, "status");
  if (status != "running" && status != "died") {
    RunReport amounts;
    amounts.rows_read = NumberOf(report, "rows_read");
    amounts.bytes_read = NumberOf(report, "bytes_read");
    amounts.rows_written = NumberOf(report, "rows_written");
    amounts.bytes_written = NumberOf(report, "bytes_written");
    amounts.memory_peak_bytes = NumberOf(report, "memory_peak_bytes");
    line("amounts", fmt::format("{} of a budget of {} MiB", FormatAmounts(amounts),
                                NumberOf(report, "memory_budget_bytes") >> 20));
  }
  TellDays(report, story);
  for (const std::string& note : TextsOf(ChildOf(report, "notes"))) line("note", note);
  TellSettings(report, story);
  line("error", TextOf(ChildOf(report, "error"), "message"));
  if (status == "died") line("next", "the same command again finishes it; nothing is half-written");
  return story;
}

std::string TellRuns(const std::vector<Json>& reports) {
  constexpr std::string_view kLine = "{:<23}{:<11}{:<24}{:<44}{:<24}{:>10}{:>10}\n";
  std::string table =
      fmt::format(kLine, "ID", "STATUS", "MODE", "CONFIG", "COMPUTED", "ROWS", "TIME");
  for (const Json& report : reports) {
    const bool has_end = !TextOf(report, "end").empty();
    const std::string name = TextOf(report, "name");
    table += fmt::format(kLine, TextOf(report, "id"), TextOf(report, "status") + " ",
                         TextOf(report, "mode") + " ",
                         (name.empty() ? TextOf(report, "conf") : name) + " ", DayCount(report),
                         NumberOf(report, "rows_written"), has_end ? SecondsOf(report) : "-");
  }
  return table;
}

}  // namespace gnomon::run
