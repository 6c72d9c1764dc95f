// SPDX-License-Identifier: Apache-2.0
// `gnomon doctor`: looks at everything that a run needs and says what is wrong and what to do.
#include <arrow/config.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/json_output.h"
#include "cli/open_repository.h"

namespace gnomon::cli {

namespace {
Status Doctor(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kDoctor;
const Command kDoctor = {
    .name = "doctor",
    .doc = "check the installation and the repository",
    .examples =
        "  gnomon doctor\n"
        "  gnomon doctor --json",
    .run = &Doctor,
};

namespace {

namespace fs = std::filesystem;

struct Finding {
  bool is_good;
  std::string what;
};

class Findings {
 public:
  void Good(const std::string& what) { findings_.push_back({true, what}); }
  void Bad(const std::string& what) { findings_.push_back({false, what}); }
  std::ptrdiff_t problems() const {
    return std::count_if(findings_.begin(), findings_.end(),
                         [](const Finding& finding) { return !finding.is_good; });
  }

  void Print() const {
    for (const Finding& finding : findings_) {
      fmt::print("{:<8} {}\n", finding.is_good ? "ok" : "problem", finding.what);
    }
  }

  void PrintAsJson() const {
    nlohmann::ordered_json listed = nlohmann::ordered_json::array();
    for (const Finding& finding : findings_) {
      listed.push_back({{"status", finding.is_good ? "ok" : "problem"}, {"what", finding.what}});
    }
    PrintJson({{"format", 1}, {"problems", problems()}, {"findings", listed}});
  }

 private:
  std::vector<Finding> findings_;
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
  bool json = false;
  CLI::App app;
  app.add_option("--repo", root, "the repository's root")->type_name("FOLDER");
  AddJsonFlag(app, json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kDoctor, arguments));
  if (!go_on) return Ok();
  Findings findings;
  CheckInstallation(findings);
  CheckRepository(findings, root);
  if (json) {
    findings.PrintAsJson();
  } else {
    findings.Print();
  }
  if (findings.problems() == 0) return Ok();
  return InvalidArgument("{} problem{} found - the lines above say what to do", findings.problems(),
                         findings.problems() == 1 ? "" : "s");
}

}  // namespace
}  // namespace gnomon::cli
