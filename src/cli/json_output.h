// SPDX-License-Identifier: Apache-2.0
// `--json`: what a command prints, for programs. docs/formats/json_output.md documents each shape;
// the top level is an object with "format": 1, and keys are only ever added to a format.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace gnomon::cli {

// Defines `--json` with the words that all commands share.
void AddJsonFlag(CLI::App& app, bool& json);

// Prints one document on stdout: two spaces of indent, a newline at the end, and every byte that is
// no UTF-8 replaced, so that any reader of JSON takes it.
void PrintJson(const nlohmann::ordered_json& document);

}  // namespace gnomon::cli
