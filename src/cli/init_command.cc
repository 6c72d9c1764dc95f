// SPDX-License-Identifier: Apache-2.0
// `gnomon init DIR`: a new repository with the bootcamp's configs and sample data, in which the
// mission's commands run at once.
#include <arrow/util/utf8.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "cli/command.h"
#include "cli/json_output.h"
#include "cli/open_repository.h"

extern char** environ;

namespace gnomon::cli {

namespace {
Status Init(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kInit;
const Command kInit = {
    .name = "init",
    .doc = "make a repository with example configs and sample data",
    .examples =
        "  gnomon init my_features\n"
        "  gnomon init --json other_features",
    .run = &Init,
};

namespace {

namespace fs = std::filesystem;

// Never carries state or compiled files of the example over.
Status CopyTemplate(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (error) {
    return Unavailable("the folder cannot be made: {} - choose another one: {}", to.string(),
                       error.message());
  }
  for (auto entry = fs::recursive_directory_iterator(from, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name == ".gnomon" || name == "production" || name == "__pycache__") {
      entry.disable_recursion_pending();
      continue;
    }
    const fs::path target = to / entry->path().lexically_relative(from);
    if (entry->is_directory(error)) fs::create_directories(target, error);
    if (!error && entry->is_regular_file(error)) fs::copy_file(entry->path(), target, error);
    if (error) break;
  }
  if (error)
    return Unavailable("the example could not be copied to {}: {}", to.string(), error.message());
  return Ok();
}

Status MakeSampleData(const fs::path& installation, const fs::path& repository) {
  const std::string python = (installation / ".deps/venv/bin/python").string();
  const std::string target = repository.string();
  std::vector<const char*> command = {python.c_str(), "-m", "gnomon.sample_data", target.c_str(),
                                      nullptr};
  // Its list of files is for those who call it by hand; stdout here belongs to init.
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int exit_status = -1;
  const int spawned = posix_spawn(&child, python.c_str(), &actions, nullptr,
                                  const_cast<char* const*>(command.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0 || waitpid(child, &exit_status, 0) < 0 || exit_status != 0) {
    return Unavailable("the sample data could not be made - run: {} -m gnomon.sample_data {}",
                       python, target);
  }
  return Ok();
}

constexpr std::string_view kFirstCommand =
    "run.py --mode=staging-query-backfill --conf=staging_queries/bootcamp/purchases_from_s3.py"
    " --start-date=2023-12-01 --end-date=2023-12-07";

// Where the repository is made. Errors: AlreadyExists when something is there.
Result<fs::path> TargetOf(const std::string& folder) {
  // Metadata of tables is JSON and names the folder.
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(folder)) {
    return InvalidArgument("the folder's name is no UTF-8 text: {} - choose another name", folder);
  }
  std::error_code error;
  const fs::path target = fs::absolute(folder, error);
  if (error) {
    return Unavailable("the current folder is gone: {} - go into another one: {}", folder,
                       error.message());
  }
  if (fs::exists(target, error) &&
      (!fs::is_directory(target, error) || !fs::is_empty(target, error))) {
    return AlreadyExists("{} exists and is not an empty folder - choose another name", folder);
  }
  return target;
}

Status Init(const std::vector<std::string>& arguments) {
  std::string folder;
  bool json = false;
  CLI::App app;
  app.add_option("folder", folder, "the folder to make")->required()->type_name("FOLDER");
  AddJsonFlag(app, json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kInit, arguments));
  if (!go_on) return Ok();
  GNOMON_ASSIGN_OR_RETURN(const std::string installation, InstallationRoot());
  GNOMON_ASSIGN_OR_RETURN(const fs::path target, TargetOf(folder));
  GNOMON_RETURN_IF_ERROR(CopyTemplate(fs::path(installation) / "examples/bootcamp", target));
  GNOMON_RETURN_IF_ERROR(MakeSampleData(installation, target));
  if (json) {
    PrintJson({{"format", 1},
               {"repository", target.string()},
               {"sample_data", "s3a://chronon/warehouse/data/"},
               {"next", {fmt::format("cd {}", target.string()), kFirstCommand}}});
  } else {
    LogInfo("made {} with sample data in s3a://chronon/warehouse/data/. Next:\n  cd {}\n  {}",
            folder, folder, kFirstCommand);
  }
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
