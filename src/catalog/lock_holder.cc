// SPDX-License-Identifier: Apache-2.0
// From /proc/locks, because asking the file itself (F_GETLK) needs a descriptor, and closing that
// would give up the locks that this process holds on the file.
#include "catalog/lock_holder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace gnomon::catalog {

namespace {

std::string NameOfProcess(long process) {
  std::ifstream file(fmt::format("/proc/{}/comm", process));
  std::string name;
  std::getline(file, name);
  return name.empty() ? "a program" : name;
}

}  // namespace

std::string LockHolder(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "another program";
  const std::string file =
      fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
  // `1: POSIX  ADVISORY  WRITE 4711 08:01:1234 1073741824 1073742335`; a waiting one has `->`.
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, locked;
    long process = 0;
    words >> number >> kind >> mode >> access >> process >> locked;
    if (locked != file || process <= 0 || process == ::getpid()) continue;
    return fmt::format("{} (process {})", NameOfProcess(process), process);
  }
  return "another program";
}

}  // namespace gnomon::catalog
