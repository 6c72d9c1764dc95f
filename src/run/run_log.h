// SPDX-License-Identifier: Apache-2.0
// The folder of run reports: one JSON file per run, replaced by rename, so that a reader sees a
// whole one.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "run/run_record.h"

namespace gnomon::run {

class RunLog {
 public:
  explicit RunLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Errors: Unavailable (disk full, read-only).
  Status Write(const RunRecord& record) const;

  // Removes the oldest reports beyond `kept`.
  void Prune(int kept) const;

  // All reports, newest first. A run that is `running` without its process has the status `died`.
  // Files that are no report are left out and named in `damaged`.
  std::vector<nlohmann::ordered_json> List(std::vector<std::string>* damaged) const;

  // The report whose id begins with `id`, or the newest for `last`. Errors: NotFound with near ids,
  // InvalidArgument when several begin so.
  Result<nlohmann::ordered_json> Find(const std::string& id) const;

 private:
  std::vector<std::string> Ids() const;  // Ascending.
  Result<nlohmann::ordered_json> Read(const std::string& id) const;
  std::filesystem::path FileOf(const std::string& id) const { return folder_ / (id + ".json"); }

  std::filesystem::path folder_;
};

}  // namespace gnomon::run
