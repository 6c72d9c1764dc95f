// SPDX-License-Identifier: Apache-2.0
#include "cli/become_program.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "cli/open_repository.h"

namespace gnomon::cli {

Status BecomeProgram(const std::string& program, const std::vector<std::string>& arguments) {
  GNOMON_ASSIGN_OR_RETURN(const std::string installation, InstallationRoot());
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) ::setenv("GNOMON_BIN", self.c_str(), /*overwrite=*/0);
  std::vector<std::string> words = {installation + "/" + program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  // The signals that this process took over belong to the program.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(pointers[0], pointers.data());
  return Unavailable("a program of gnomon cannot be started: {}: {} - run: make -C {} build",
                     words[0], std::strerror(errno), installation);
}

Status BecomePython(const std::string& module, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"-s", "-P", "-m", module};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return BecomeProgram(".deps/venv/bin/python", words);
}

}  // namespace gnomon::cli
