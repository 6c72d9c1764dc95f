// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_values.h"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "cli/open_repository.h"

namespace gnomon::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kConfTypes[] = {"group_bys", "joins", "staging_queries"};

// The files under `folder`, without hidden ones and Python's own.
std::vector<fs::path> FilesUnder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(".") || name.starts_with("__")) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code unreadable;
    if (entry->is_regular_file(unreadable)) files.push_back(entry->path());
  }
  return files;
}

// Configs as --conf takes them: Python files and compiled files, relative to the root.
std::vector<std::string> Confs(const fs::path& root) {
  std::vector<std::string> confs;
  for (const char* type : kConfTypes) {
    for (const fs::path& file : FilesUnder(root / type)) {
      if (file.extension() == ".py") confs.push_back(file.lexically_relative(root).string());
    }
    for (const fs::path& file : FilesUnder(root / "production" / type)) {
      confs.push_back(file.lexically_relative(root).string());
    }
  }
  return confs;
}

// GroupBys as --name of fetch takes them: team/file.variable.
std::vector<std::string> Datasets(const fs::path& root) {
  std::vector<std::string> names;
  const fs::path folder = root / "production" / "group_bys";
  for (const fs::path& file : FilesUnder(folder)) {
    names.push_back(file.lexically_relative(folder).string());
  }
  return names;
}

std::vector<std::string> Tables(const fs::path& root) {
  // A repository that was never used has no state, and a look makes none.
  std::error_code error;
  if (!fs::exists(root / ".gnomon" / "catalog.db", error)) return {};
  const auto repository = OpenRepository(root.string());
  if (!repository) return {};
  const auto namespaces = repository->catalog->ListNamespaces();
  std::vector<std::string> names;
  for (const std::string& name_space : namespaces ? *namespaces : std::vector<std::string>()) {
    const auto tables = repository->catalog->ListTables(name_space);
    if (!tables) continue;
    for (const catalog::TableName& table : *tables) names.push_back(table.ToString());
    const auto views = repository->catalog->ListViews(name_space);
    if (!views) continue;
    for (const catalog::TableName& view : *views) names.push_back(view.ToString());
  }
  return names;
}

std::vector<std::string> Runs(const fs::path& root) {
  std::vector<std::string> ids = {"last"};
  for (const fs::path& file : FilesUnder(root / ".gnomon" / "logs")) {
    if (file.extension() == ".json") ids.push_back(file.stem().string());
  }
  return ids;
}

struct WordValues {
  const char* word;
  std::vector<std::string> (*values)(const fs::path& root);
};

constexpr WordValues kWords[] = {
    {"CONF", &Confs}, {"TABLE", &Tables}, {"DATASET", &Datasets}, {"RUN", &Runs}};

}  // namespace

std::vector<std::string> CompletionWords() {
  std::vector<std::string> words;
  for (const WordValues& one : kWords) words.emplace_back(one.word);
  return words;
}

std::vector<std::string> CompletionValues(const std::string& word, const std::string& root) {
  const auto found = Workspace::FindRoot(root);
  if (!found) return {};
  for (const WordValues& one : kWords) {
    if (word != one.word) continue;
    std::vector<std::string> values = one.values(*found);
    std::sort(values.begin(), values.end());
    return values;
  }
  return {};
}

}  // namespace gnomon::cli
