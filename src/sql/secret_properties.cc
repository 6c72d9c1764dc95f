// SPDX-License-Identifier: Apache-2.0
#include "sql/secret_properties.h"

#include <array>
#include <string_view>

#include "sql/lower_case.h"

namespace gnomon::sql {

namespace {
constexpr std::array<std::string_view, 5> kSecretMarks = {"secret", "password", "token",
                                                          "accesskey", "access.key"};
}  // namespace

std::string MaskedProperty(const std::string& key, const std::string& value) {
  const std::string lower = LowerCase(key);
  for (const std::string_view mark : kSecretMarks) {
    if (lower.find(mark) != std::string::npos) return "*********(redacted)";
  }
  return value;
}

}  // namespace gnomon::sql
