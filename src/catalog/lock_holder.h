// SPDX-License-Identifier: Apache-2.0
// Who keeps others from a file: for the sentence that tells why a command waits.
#pragma once

#include <string>

namespace gnomon::catalog {

// The program that holds a lock on the file at `path`, as a user finds it again:
// `python3 (process 4711)`; `another program` when the system does not say.
std::string LockHolder(const std::string& path);

}  // namespace gnomon::catalog
