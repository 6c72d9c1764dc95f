// SPDX-License-Identifier: Apache-2.0
// The vocabulary of settings: one row each.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon {

struct KnownSetting {
  std::string_view key;  // In gnomon.toml; a table's keys are joined by a dot.
  // Of the environment, first hit wins.
  std::array<std::string_view, 2> variables;
  std::string_view built_in;  // What is in force without it, for people to read.
};

// All that gnomon.toml and our own flags know.
std::span<const KnownSetting> KnownSettings();

// Variables of Chronon and AWS that a repository's env may carry and that change nothing here.
std::span<const std::string_view> ForeignVariables();

// The keys that gnomon.toml may hold.
std::vector<std::string> KnownKeys();

}  // namespace gnomon
