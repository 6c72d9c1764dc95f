// SPDX-License-Identifier: Apache-2.0
#include "storage/secret_mask.h"

#include <algorithm>
#include <array>

#include "base/ascii_case.h"

namespace gnomon {

namespace {

constexpr std::array<std::string_view, 9> kSecretWords = {"secret",    "password",   "passwd",
                                                          "token",     "credential", "apikey",
                                                          "accesskey", "privatekey", "passphrase"};

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

bool EndsValue(char c) { return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&'; }

// Schemes of URLs whose paths are names that may hold an @.
constexpr std::array<std::string_view, 8> kPathSchemes = {"http", "https", "file", "s3",
                                                          "s3a",  "s3n",   "gs",   "hdfs"};

bool HasPaths(std::string_view before) {
  return std::any_of(kPathSchemes.begin(), kPathSchemes.end(), [&](std::string_view scheme) {
    if (!before.ends_with(scheme)) return false;
    const std::string_view rest = before.substr(0, before.size() - scheme.size());
    return rest.empty() || !IsNameCharacter(rest.back());
  });
}

bool IsPort(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The @ that ends the password of `url`, what stands behind `scheme://`; npos without a password.
// A user may write `/`, `#`, `?` and `@` in a password as they are: so the last @ ends it, unless a
// path may hold one and nothing before it looks like a password.
std::size_t PasswordEnd(std::string_view url, bool has_paths) {
  const std::string_view authority = url.substr(0, std::min(url.find_first_of("/?#"), url.size()));
  const std::size_t colon = url.find(':');
  const std::size_t at = url.rfind('@');
  if (colon == std::string_view::npos || at == std::string_view::npos || at < colon)
    return std::string_view::npos;
  const std::size_t first_at = authority.find('@');
  const bool has_user = first_at != std::string_view::npos && first_at > colon;
  if (!has_paths || has_user) return at;
  const bool is_host = colon >= authority.size() || authority.starts_with('[') ||
                       IsPort(authority.substr(colon + 1));
  return is_host ? std::string_view::npos : at;
}

// `scheme://user:password@host`.
std::string MaskUrls(std::string_view text) {
  std::string masked;
  while (true) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return masked.append(text);
    const bool has_paths = HasPaths(text.substr(0, scheme));
    masked.append(text.substr(0, scheme + 3));
    text.remove_prefix(scheme + 3);
    const std::string_view url =
        text.substr(0, std::min(text.find_first_of(" \t\n'\""), text.size()));
    const std::size_t end = PasswordEnd(url, has_paths);
    if (end == std::string_view::npos) continue;
    masked.append(text.substr(0, text.find(':') + 1)).append(kSecretMask);
    text.remove_prefix(end);
  }
}

// `name=value` or `name: value`, anywhere in the text; quotes around a value belong to it.
std::string MaskAssignments(std::string_view text) {
  std::string masked;
  for (std::size_t i = 0; i < text.size(); ++i) {
    masked += text[i];
    if (text[i] != '=' && text[i] != ':') continue;
    std::size_t name_end = i;
    while (name_end > 0 && (text[name_end - 1] == '"' || text[name_end - 1] == '\'')) --name_end;
    std::size_t name = name_end;
    while (name > 0 && IsNameCharacter(text[name - 1])) --name;
    if (!IsSecretName(text.substr(name, name_end - name))) continue;
    std::size_t value = i + 1;
    while (value < text.size() && text[value] == ' ') masked += text[value++];
    std::size_t end = value;
    if (value < text.size() && (text[value] == '"' || text[value] == '\'')) {
      end = std::min(text.find(text[value], value + 1), text.size());
      end = std::min(end + 1, text.size());
    } else {
      while (end < text.size() && !EndsValue(text[end])) ++end;
    }
    if (end > value) masked += kSecretMask;
    i = end - 1;
  }
  return masked;
}

}  // namespace

bool IsSecretName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.') continue;
    plain += AsciiLower(c);
  }
  return std::any_of(kSecretWords.begin(), kSecretWords.end(),
                     [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

std::string MaskSecrets(std::string_view name, std::string_view value) {
  if (IsSecretName(name)) return std::string(value.empty() ? "" : kSecretMask);
  return MaskAssignments(MaskUrls(value));
}

}  // namespace gnomon
