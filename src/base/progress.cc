// SPDX-License-Identifier: Apache-2.0
// One thread draws, started with the first step and never ended: it holds nothing that has to be
// given back, and draws only while a step lives.
#include "base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <list>
#include <mutex>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/progress_line.h"
#include "base/terminal.h"

namespace gnomon {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirstBar(1000);
constexpr milliseconds kNextBar(200);
constexpr milliseconds kFirstLine(10'000);
constexpr milliseconds kNextLine(30'000);
constexpr int kColumnsDefault = 80;

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool IsTerminal() { return ::isatty(STDERR_FILENO) != 0 && Variable("TERM") != "dumb"; }

// A program in the background leaves the terminal to others.
bool IsInForeground() {
  const pid_t group = ::tcgetpgrp(STDERR_FILENO);
  return group < 0 || group == ::getpgrp();
}

bool IsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = Variable(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos ||
           value.find("utf8") != std::string_view::npos;
  }
  return false;
}

TerminalStyle StyleNow() {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return {.columns = is_known ? size.ws_col : kColumnsDefault,
          .has_color = TakesColors(STDERR_FILENO),
          .is_utf8 = IsUtf8()};
}

}  // namespace

struct ProgressStep::State {
  std::string title;
  const WorkCounter* counter;
  Work expected;
  Work before;
  SteadyClock::time_point begin;
  SteadyClock::time_point next_line;
  std::function<std::optional<double>()> ask_share;

  std::optional<double> Share(const Work& done) const;
  ProgressView View(SteadyClock::time_point now) const;
};

std::optional<double> ProgressStep::State::Share(const Work& done) const {
  if (ask_share) return ask_share();
  const auto ratio = [](std::int64_t part, std::int64_t whole) {
    return std::min(static_cast<double>(part) / static_cast<double>(whole), 1.0);
  };
  if (expected.rows > 0) return ratio(done.rows + done.rows_skipped, expected.rows);
  if (expected.parts > 0) return ratio(done.parts, expected.parts);
  return std::nullopt;
}

ProgressView ProgressStep::State::View(SteadyClock::time_point now) const {
  const Work done = counter->done() - before;
  return {.title = title,
          .done = done,
          .share = Share(done),
          .elapsed_s = std::chrono::duration<double>(now - begin).count()};
}

class ProgressDisplay {
 public:
  // Never destroyed: its thread outlives main's statics.
  static ProgressDisplay& Only() {
    static auto* display = new ProgressDisplay();
    return *display;
  }

  void Enable() {
    const std::lock_guard lock(mutex_);
    is_terminal_ = IsTerminal();
    is_enabled_ = true;
  }

  ProgressStep::State* Add(ProgressStep::State state) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(std::move(state));
    if (is_enabled_ && !is_running_) {
      is_running_ = true;
      std::thread([this] { Draw(); }).detach();
    }
    changed_.notify_one();
    return &steps_.back();
  }

  void Remove(const ProgressStep::State* state) {
    const std::lock_guard lock(mutex_);
    steps_.remove_if([&](const ProgressStep::State& step) { return &step == state; });
    if (is_terminal_) ShowStatusLine("");
  }

  void SetShare(ProgressStep::State* state, std::function<std::optional<double>()> share) {
    const std::lock_guard lock(mutex_);
    state->ask_share = std::move(share);
  }

 private:
  void Draw() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (steps_.empty()) {
        changed_.wait(lock);
      } else {
        changed_.wait_until(lock, NextLook());
        if (!steps_.empty()) DrawStep(steps_.back(), SteadyClock::now());
      }
    }
  }

  SteadyClock::time_point NextLook() const {
    const ProgressStep::State& step = steps_.back();
    if (!is_terminal_) return step.next_line;
    return std::max(step.begin + kFirstBar, SteadyClock::now() + kNextBar);
  }

  void DrawStep(ProgressStep::State& step, SteadyClock::time_point now) {
    if (GetLogLevel() < LogLevel::kNormal) return;
    if (is_terminal_) {
      if (now - step.begin >= kFirstBar && IsInForeground()) {
        ShowStatusLine(FormatBar(step.View(now), StyleNow()));
      }
    } else if (now >= step.next_line) {
      step.next_line = now + kNextLine;
      LogLine(LogLevel::kNormal, "  " + FormatProgress(step.View(now)));
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<ProgressStep::State> steps_;
  bool is_terminal_ = false;
  bool is_enabled_ = false;
  bool is_running_ = false;
};

void EnableProgress() { ProgressDisplay::Only().Enable(); }

ProgressStep::ProgressStep(std::string title, const WorkCounter& counter, Work expected) {
  const SteadyClock::time_point now = SteadyClock::now();
  state_ = ProgressDisplay::Only().Add({.title = std::move(title),
                                        .counter = &counter,
                                        .expected = expected,
                                        .before = counter.done(),
                                        .begin = now,
                                        .next_line = now + kFirstLine,
                                        .ask_share = {}});
}

ProgressStep::~ProgressStep() { ProgressDisplay::Only().Remove(state_); }

void ProgressStep::AskShare(std::function<std::optional<double>()> share) {
  ProgressDisplay::Only().SetShare(state_, std::move(share));
}

}  // namespace gnomon
