// SPDX-License-Identifier: Apache-2.0
#include "cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace gnomon::cli {

void RestoreStandardStreams() {
  // open() takes the lowest free number, which is the closed stream's.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    (void)::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_DFL);
}

Status FlushStandardOutput() {
  errno = 0;
  std::cout.flush();
  bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
  const int reason = errno;
  // A file on a network says only now that it is full.
  written = ::close(STDOUT_FILENO) == 0 && written;
  if (written) return Ok();
  return Unavailable(
      "the output cannot be written: standard output - make room, or write it to "
      "another place: {}",
      std::strerror(reason != 0 ? reason : EIO));
}

}  // namespace gnomon::cli
