// SPDX-License-Identifier: Apache-2.0
// A repository opened for Python: its catalog and one SQL session. Statements take turns until
// their first rows are there (temporary views belong to all); rows are then read side by side.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/open_repository.h"
#include "engine_python/rows.h"
#include "sql/session.h"

namespace gnomon {

class OpenEngine : public std::enable_shared_from_this<OpenEngine> {
 public:
  // Opens the repository at `root`, or finds it when `root` is empty. Errors: those of
  // cli::OpenRepository and Session::Open.
  static Result<std::shared_ptr<OpenEngine>> Open(const std::string& root);

  std::string root() const { return repository_.workspace.root().string(); }

  // Runs a translated statement (docs/formats/compiled.md, "Statements"). Errors: as
  // Session::Execute; InvalidArgument for text that is no statement.
  Result<std::shared_ptr<Rows>> Execute(const std::string& statement_json);

  // Stops all statements that run now, from any thread.
  void Interrupt() { session_->Interrupt(); }

  Result<std::vector<std::string>> Namespaces();
  // As SHOW TABLES lists them; of the empty namespace those that only this session has.
  Result<std::vector<std::string>> Tables(const std::string& name_space);
  // Names and Spark types, as DESCRIBE lists them.
  using Columns = std::vector<std::pair<std::string, std::string>>;
  Result<Columns> ColumnsOf(const std::string& table);
  // See table_info.h.
  Result<std::string> TableInfo(const std::string& table);

 private:
  explicit OpenEngine(cli::Repository repository) : repository_(std::move(repository)) {}

  // The rows of a small answer as texts.
  using Texts = std::vector<std::vector<std::string>>;
  Result<Texts> ReadTexts(const nlohmann::json& statement);

  cli::Repository repository_;
  std::unique_ptr<sql::Session> session_;
  std::mutex execute_mutex_;
};

}  // namespace gnomon
