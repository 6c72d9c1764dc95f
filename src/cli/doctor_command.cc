// SPDX-License-Identifier: Apache-2.0
// `gnomon doctor`: looks at everything that a run needs and says what is wrong and what to do.
#include <arrow/config.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "cli/command.h"
#include "cli/open_repository.h"

namespace gnomon::cli {

namespace {
Status Doctor(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kDoctor;
const Command kDoctor = {
    .name = "doctor",
    .doc = "check the installation and the repository",
    .examples = "  gnomon doctor",
    .run = &Doctor,
};

namespace {

namespace fs = std::filesystem;

// Prints one finding per line and remembers whether all were good.
class Findings {
 public:
  void Good(const std::string& what) { fmt::print("ok       {}\n", what); }
  void Bad(const std::string& what) {
    fmt::print("problem  {}\n", what);
    ++problems_;
  }
  int problems() const { return problems_; }

 private:
  int problems_ = 0;
};

void CheckInstallation(Findings& findings) {
  findings.Good("gnomon " GNOMON_VERSION ", Arrow " + arrow::GetBuildInfo().version_string);
  const auto root = InstallationRoot();
  if (!root) return findings.Bad(root.error().message);
  for (const char* part :
       {"bin/run.py", "bin/spark-sql", ".deps/venv/bin/python", "python/gnomon"}) {
    std::error_code error;
    if (fs::exists(fs::path(*root) / part, error)) continue;
    if (error) {
      findings.Bad(fmt::format("{}/{} cannot be read - ask its owner for access: {}", *root, part,
                               error.message()));
    } else {
      findings.Bad(fmt::format("{}/{} is missing - run: make build", *root, part));
    }
  }
  const char* path = std::getenv("PATH");
  if (path == nullptr || std::string(path).find(*root + "/bin") == std::string::npos) {
    findings.Bad(fmt::format("bin/ is not on the PATH - run: export PATH=\"{}/bin:$PATH\"", *root));
  }
}

void CheckCatalog(Findings& findings, Repository& repository) {
  const auto namespaces = repository.catalog->ListNamespaces();
  if (!namespaces) return findings.Bad(namespaces.error().message);
  std::size_t tables = 0;
  for (const std::string& name_space : *namespaces) {
    const auto listed = repository.catalog->ListTables(name_space);
    if (!listed) {
      findings.Bad(listed.error().message);
      continue;
    }
    for (const catalog::TableName& name : *listed) {
      const auto table = repository.catalog->LoadTable(name);
      if (!table) findings.Bad(table.error().message);
      ++tables;
    }
  }
  findings.Good(fmt::format("catalog {}: {} tables in {} namespaces",
                            repository.workspace.catalog_db().string(), tables,
                            namespaces->size()));
}

void CheckRepository(Findings& findings, const std::string& root) {
  auto repository = OpenRepository(root);
  if (!repository) return findings.Bad(repository.error().message);
  findings.Good("repository " + repository->workspace.root().string());
  findings.Good(
      fmt::format("memory {} MiB, {} cores", repository->memory_bytes >> 20, repository->threads));
  std::error_code error;
  const auto space = fs::space(repository->workspace.state_dir(), error);
  if (!error && space.available < (std::uintmax_t{1} << 30)) {
    findings.Bad(fmt::format("only {} MiB are free under {} - make room", space.available >> 20,
                             repository->workspace.state_dir().string()));
  }
  CheckCatalog(findings, *repository);
}

Status Doctor(const std::vector<std::string>& arguments) {
  std::string root;
  CLI::App app;
  app.add_option("--repo", root, "the repository's root");
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kDoctor, arguments));
  if (!go_on) return Ok();
  Findings findings;
  CheckInstallation(findings);
  CheckRepository(findings, root);
  if (findings.problems() == 0) return Ok();
  return InvalidArgument("{} problem{} found - the lines above say what to do", findings.problems(),
                         findings.problems() == 1 ? "" : "s");
}

}  // namespace
}  // namespace gnomon::cli
