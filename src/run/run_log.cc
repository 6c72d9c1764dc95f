// SPDX-License-Identifier: Apache-2.0
#include "run/run_log.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_integer.h"
#include "run/process_usage.h"
#include "storage/file_io.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kIdLength = std::string_view("20261127T123518Z-4f2a").size();
// A process's begin is known to the second, and a run begins after its process.
constexpr std::int64_t kBeginSlackMs = 2000;

bool IsId(std::string_view text) {
  return text.size() == kIdLength && text[8] == 'T' && text[15] == 'Z' && text[16] == '-';
}

// The process of a report that says `running` has that number and is not younger than the run.
bool IsAlive(const Json& report) {
  const auto process_begin_ms = ProcessBeginMs(JsonInteger<std::int64_t>(report.at("pid")));
  if (!process_begin_ms) return false;
  return FormatInstant(*process_begin_ms - kBeginSlackMs) <= report.at("begin").get<std::string>();
}

}  // namespace

Status RunLog::Write(const RunRecord& record) const {
  const std::string text =
      ToJson(record).dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
  return ReplaceFile(FileOf(record.id).string(), text + "\n");
}

std::vector<std::string> RunLog::Ids() const {
  std::vector<std::string> ids;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder_, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".json" && IsId(path.stem().string()))
      ids.push_back(path.stem().string());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

void RunLog::Prune(int kept) const {
  const std::vector<std::string> ids = Ids();
  const std::size_t excess = ids.size() - std::min(ids.size(), static_cast<std::size_t>(kept));
  // A report that cannot be removed is tried again by the next run.
  for (std::size_t i = 0; i < excess; ++i) static_cast<void>(RemoveFile(FileOf(ids[i]).string()));
}

Result<Json> RunLog::Read(const std::string& id) const {
  const std::string file = FileOf(id).string();
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  try {
    Json report = Json::parse(text);
    if (JsonInteger<int>(report.at("format")) > 1) {
      return Unimplemented("the run report was written by a newer gnomon: {} - use that version",
                           file);
    }
    for (const char* key : {"id", "begin", "mode", "name"})
      static_cast<void>(report.at(key).get<std::string>());
    if (report.at("status").get<std::string>() == "running" && !IsAlive(report))
      report["status"] = "died";
    return report;
  } catch (const Json::exception&) {
    return Corruption("the run report is damaged: {} - remove it", file);
  }
}

std::vector<Json> RunLog::List(std::vector<std::string>* damaged) const {
  std::vector<Json> reports;
  for (const std::string& id : Ids()) {
    auto report = Read(id);
    if (report) {
      reports.push_back(*std::move(report));
    } else if (report.error().code != ErrorCode::kNotFound) {  // Pruned meanwhile.
      damaged->push_back(report.error().message);
    }
  }
  std::reverse(reports.begin(), reports.end());
  return reports;
}

Result<Json> RunLog::Find(const std::string& id) const {
  const std::vector<std::string> ids = Ids();
  if (ids.empty())
    return NotFound("no run is recorded yet: {} - run.py makes one", folder_.string());
  if (id == "last") {
    std::vector<std::string> damaged;
    auto reports = List(&damaged);
    if (reports.empty()) return Corruption("{}", damaged.front());
    return std::move(reports.front());
  }
  std::vector<std::string> found;
  for (const std::string& one : ids) {
    if (one.starts_with(id)) found.push_back(one);
  }
  if (found.size() == 1) return Read(found.front());
  if (found.empty()) return NotFound("there is no run '{}' - see: gnomon runs", id);
  if (found.size() > 3) found.resize(3);
  return InvalidArgument("several runs begin with '{}': {} - give more of it", id,
                         fmt::join(found, ", "));
}

}  // namespace gnomon::run
