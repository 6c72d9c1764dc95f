// SPDX-License-Identifier: Apache-2.0
#include "run/recorded_run.h"

#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "base/cancellation.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/work_counter.h"
#include "config/side_file.h"
#include "run/after_run.h"
#include "run/commit_listener.h"
#include "run/process_usage.h"
#include "run/run_log.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;

// The name and source of a config for the report; a config that cannot be read has none, and the
// mode will say why.
void DescribeConf(const Workspace& workspace, const std::string& path, RunRecord& record) {
  const std::string relative = fs::path(path).lexically_relative(workspace.root()).string();
  record.conf = relative.empty() || relative.starts_with("..") ? path : relative;
  const auto loaded = config::LoadConf(path);
  if (!loaded) return;
  record.source_file = loaded->side.source_file;
  const auto conf = nlohmann::json::parse(loaded->text, nullptr, /*allow_exceptions=*/false);
  if (!conf.is_object() || !conf.contains("metaData")) return;
  const auto& meta = conf["metaData"];
  if (meta.is_object() && meta.contains("name") && meta["name"].is_string())
    record.name = meta["name"].get<std::string>();
}

// Days that were asked for and of which nothing was said: the run ended before them.
void AddUnreachedDays(const Error& error, RunReport& report) {
  if (!report.wanted) return;
  std::set<Day> told(report.computed.begin(), report.computed.end());
  told.insert(report.empty.begin(), report.empty.end());
  told.insert(report.already_filled.begin(), report.already_filled.end());
  for (const auto& [days, reason] : report.not_computed) told.insert(days.begin(), days.end());
  std::vector<Day> unreached;
  for (Day day = report.wanted->begin; day < report.wanted->end; day = day + 1) {
    if (!told.contains(day)) unreached.push_back(day);
  }
  if (unreached.empty()) return;
  report.not_computed.emplace_back(std::move(unreached),
                                   error.code == ErrorCode::kCancelled
                                       ? "the run was stopped - the same command again goes on"
                                       : "the run failed - see its error");
}

// Writes the reports of one run. A commit, and a stop that the user asks for, are recorded at once:
// the process may be gone before the run has come to its end.
class Recorder {
 public:
  Recorder(const RunLog& log, RunRecord record)
      : log_(log), record_(std::move(record)), mark_cancelled_([this] { MarkCancelled(); }) {
    const std::lock_guard lock(mutex_);
    if (record_.status == "running") Write(record_);
  }

  void Committed(const RunReport& report) {
    const std::lock_guard lock(mutex_);
    record_.report = report;
    WriteAsItStands();
  }

  void End(const RunRecord& record) {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    Write(record);
  }

 private:
  void MarkCancelled() {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    record_.status = "cancelled";
    record_.end_ms = Clock::System().NowMs();
    record_.error = CheckCancelled().error();
    WriteAsItStands();
  }

  void WriteAsItStands() {
    RunRecord record = record_;
    if (record.error) AddUnreachedDays(*record.error, record.report);
    Write(record);
  }

  void Write(const RunRecord& record) {
    const Status written = log_.Write(record);
    if (written || warned_) return;
    warned_ = true;
    LogLine(LogLevel::kQuiet, "warning: the run report is not kept: " + written.error().message);
  }

  const RunLog& log_;
  std::mutex mutex_;
  RunRecord record_;  // As it began, and what was committed since.
  bool ended_ = false;
  bool warned_ = false;
  OnCancel mark_cancelled_;  // The last member: it may call at once.
};

}  // namespace

Status RunRecorded(const RunMode& mode, RunContext& context, const Settings& settings,
                   std::string_view version, RunRecord* record) {
  record->begin_ms = context.clock.NowMs();
  record->id = NewRunId(record->begin_ms);
  record->pid = ::getpid();
  record->mode = mode.name;
  record->request = context.request;
  record->memory_bytes = context.memory_bytes;
  record->settings = settings.All();
  record->version = version;
  DescribeConf(context.workspace, context.request.conf_path, *record);
  const RunLog log(context.workspace.logs_dir());
  Recorder recorder(log, *record);
  const CommitListener listener([&](const RunReport& report) {
    if (&report == &context.report) recorder.Committed(report);
  });
  const Work before = WorkRead().done();
  // Turns an exception that leaves the mode into an error.
  Status status = ParallelFor(1, 1, [&](std::size_t) -> Status {
    GNOMON_RETURN_IF_ERROR(BeforeRun(context));
    GNOMON_RETURN_IF_ERROR(mode.run(context));
    return AfterRun(context);
  });
  const Work read = WorkRead().done() - before;
  context.report.rows_read = read.rows;
  context.report.bytes_read = read.bytes;
  context.report.memory_peak_bytes = PeakMemoryBytes();
  if (!status) {
    record->error = status.error();
    AddUnreachedDays(status.error(), context.report);
  }
  record->status = status                                         ? "succeeded"
                   : status.error().code == ErrorCode::kCancelled ? "cancelled"
                                                                  : "failed";
  record->end_ms = context.clock.NowMs();
  record->report = context.report;
  recorder.End(*record);
  log.Prune(settings.RunsKept().value_or(1000));
  return status;
}

}  // namespace gnomon::run
