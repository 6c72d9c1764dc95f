// SPDX-License-Identifier: Apache-2.0
// ASCII only, whatever the locale: under a Turkish one toupper('i') must still be 'I'.
#include "config/names.h"

#include <nlohmann/json.hpp>

namespace gnomon::config {
namespace {

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A namespace may have levels (`a.b`); a name may not.
bool IsPlainName(std::string_view name, bool dots) {
  if (name.empty() || name.front() == '.' || name.back() == '.') return false;
  if (name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(),
                     [dots](char c) { return IsWordCharacter(c) || (dots && c == '.'); });
}

}  // namespace

std::string Sanitize(std::string_view name) {
  std::string sanitized(name);
  for (char& c : sanitized) {
    if (!IsWordCharacter(c)) c = '_';
  }
  return sanitized;
}

std::string DocumentedName(const MetaData& meta) {
  if (!meta.custom_json) return "";
  const auto json = nlohmann::json::parse(*meta.custom_json, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return "";
  const auto found = json.find("gnomon_name");
  if (found == json.end() || !found->is_string()) return "";
  return found->get<std::string>();
}

NamingRule NamingRuleOf(const MetaData& meta) {
  return DocumentedName(meta).empty() ? NamingRule::kChronon : NamingRule::kDocumented;
}

Result<std::string> OutputTable(const MetaData& meta) {
  const std::string conf_name = meta.name.value_or("");
  if (conf_name.empty()) {
    return InvalidArgument(
        "the output table has no name: metaData.name - compile the config again");
  }
  const std::string name_space = meta.output_namespace.value_or("");
  if (!IsPlainName(name_space, /*dots=*/true)) {
    return InvalidArgument(
        "the output namespace is not usable: {} metaData.outputNamespace - set output_namespace in "
        "the config or "
        "namespace in teams.json to letters, digits and '_': '{}'",
        conf_name, name_space);
  }
  const std::string documented = DocumentedName(meta);
  if (!documented.empty() && !IsPlainName(documented, /*dots=*/false)) {
    return InvalidArgument(
        "the name is not usable as a table: {} metaData.name - use letters, digits and '_': '{}'",
        conf_name, documented);
  }
  return fmt::format("{}.{}", name_space, documented.empty() ? Sanitize(conf_name) : documented);
}

std::string DatasetName(std::string_view conf_name, std::string_view suffix) {
  std::string name = Sanitize(conf_name);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return fmt::format("{}_{}", name, suffix);
}

std::string DatasetName(const MetaData& meta, std::string_view suffix) {
  return DatasetName(meta.name.value_or(""), suffix);
}

std::string FeaturePrefix(const MetaData& meta) {
  const std::string documented = DocumentedName(meta);
  return documented.empty() ? "" : documented + "_";
}

}  // namespace gnomon::config
