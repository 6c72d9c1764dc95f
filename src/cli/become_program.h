// SPDX-License-Identifier: Apache-2.0
// Commands whose work is done by another program: in Python are the translator, the compiler and
// the flags of run.py.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace gnomon::cli {

// Replaces this process by a program of this installation, such as "bin/spark-sql"; the engine that
// it starts is this very one. Returns only if that fails. Errors: NotFound, Unavailable.
Status BecomeProgram(const std::string& program, const std::vector<std::string>& arguments);

// The same for a module in the project's Python.
Status BecomePython(const std::string& module, const std::vector<std::string>& arguments);

}  // namespace gnomon::cli
