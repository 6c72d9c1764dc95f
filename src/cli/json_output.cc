// SPDX-License-Identifier: Apache-2.0
#include "cli/json_output.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace gnomon::cli {

void AddJsonFlag(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "print the result as JSON (docs/formats/json_output.md)");
}

void PrintJson(const nlohmann::ordered_json& document) {
  const std::string text =
      document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace gnomon::cli
