// SPDX-License-Identifier: Apache-2.0
// Ties the engine, the names of tables and the statements together.
#include "sql/session.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "base/cancellation.h"
#include "sql/engine.h"
#include "sql/statements.h"
#include "sql/stored_views.h"
#include "sql/table_sources.h"
#include "storage/scratch_folder.h"

namespace gnomon::sql {

namespace {

using nlohmann::json;

class DuckDbSession final : public Session {
 public:
  DuckDbSession(const Workspace& workspace, catalog::Catalog& catalog,
                std::optional<ScratchFolder> scratch, std::unique_ptr<TableSources> sources,
                std::unique_ptr<Engine> engine)
      : scratch_(std::move(scratch)),
        sources_(std::move(sources)),
        engine_(std::move(engine)),
        context_{workspace, catalog, *engine_, *sources_, {}} {
    sources_->SetViewResolver(
        [this](const std::string& name) { return SelectOfStoredView(context_, name); });
  }

  Result<QueryResult> Execute(const json& statement) override {
    return Guarded([&] { return ExecuteStatement(context_, statement); });
  }

  Result<QueryResult> Query(const json& query) override {
    return Guarded([&]() -> Result<QueryResult> {
      GNOMON_ASSIGN_OR_RETURN(const std::string sql, PrepareQuery(context_, query));
      return engine_->Run(sql);
    });
  }

  Result<std::unique_ptr<LoadedRows>> MakeRows(const std::string& name,
                                               const Schema& schema) override {
    return engine_->MakeRows(name, schema);
  }

  void Interrupt() override { engine_->Interrupt(); }
  std::optional<double> ShareDone() override { return engine_->ShareDone(); }

 private:
  // The compiler wrote the statement, so a missing key is a damaged file, not a user's mistake.
  template <typename Call>
  Result<QueryResult> Guarded(Call&& call) {
    sources_->BeginStatement();
    try {
      return call();
    } catch (const json::exception& exception) {
      return Corruption("the compiled statement is malformed - compile again: {}",
                        exception.what());
    }
  }

  const std::optional<ScratchFolder> scratch_;
  std::unique_ptr<TableSources> sources_;
  std::unique_ptr<Engine> engine_;
  StatementContext context_;
  const OnCancel on_cancel_{[this] { engine_->Interrupt(); }};  // Last: it uses the others.
};

}  // namespace

Result<std::unique_ptr<Session>> Session::Open(const Workspace& workspace,
                                               catalog::Catalog& catalog,
                                               const SessionOptions& options) {
  auto sources = std::make_unique<TableSources>(catalog);
  // A repository that cannot be written can still be read, as long as no query has to spill.
  std::optional<ScratchFolder> scratch;
  if (auto made = ScratchFolder::Make(workspace.tmp_dir().string())) {
    scratch.emplace(*std::move(made));
  }
  const std::string tmp_dir = scratch ? scratch->path() : workspace.tmp_dir().string();
  GNOMON_ASSIGN_OR_RETURN(auto engine, Engine::Open(options, tmp_dir, *sources));
  return std::unique_ptr<Session>(std::make_unique<DuckDbSession>(
      workspace, catalog, std::move(scratch), std::move(sources), std::move(engine)));
}

}  // namespace gnomon::sql
