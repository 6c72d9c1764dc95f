// SPDX-License-Identifier: Apache-2.0
#include "config/table_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "config/names.h"
#include "config/side_file.h"

namespace gnomon::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct ConfType {
  const char* folder;
  const char* mode;
};
constexpr ConfType kConfTypes[] = {{"staging_queries", "staging-query-backfill"},
                                   {"group_bys", "backfill"},
                                   {"joins", "backfill"}};

std::string Command(const ConfType& type, const std::string& conf) {
  return fmt::format("run.py --mode={} --conf={}", type.mode, conf);
}

// The files of `<folder>/<team>/`, sorted.
std::vector<fs::path> FilesOfTeams(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& team : fs::directory_iterator(folder, error)) {
    for (const auto& file : fs::directory_iterator(team.path(), error)) {
      if (file.is_regular_file(error)) files.push_back(file.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json ReadJson(const fs::path& path) {
  std::ifstream stream(path);
  return Json::parse(stream, nullptr, /*allow_exceptions=*/false);
}

std::optional<std::string> Text(const Json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// What names a compiled config.
MetaData NamesOf(const fs::path& conf_path) {
  const Json conf = ReadJson(conf_path);
  MetaData meta;
  if (!conf.is_object() || !conf.contains("metaData")) return meta;
  meta.name = Text(conf["metaData"], "name");
  meta.output_namespace = Text(conf["metaData"], "outputNamespace");
  meta.custom_json = Text(conf["metaData"], "customJson");
  return meta;
}

bool Writes(const fs::path& conf_path, std::string_view table) {
  const auto output = OutputTable(NamesOf(conf_path));
  return output && *output == table;
}

// The Python file of a compiled config, else the compiled file itself.
std::string SourceOf(const fs::path& root, const fs::path& conf_path) {
  if (const auto side = SideFilePath(conf_path.string())) {
    const auto source = Text(ReadJson(*side), "source_file").value_or("");
    std::error_code error;
    if (!source.empty() && fs::exists(root / source, error)) return source;
  }
  return conf_path.lexically_relative(root).string();
}

bool Mentions(const fs::path& file, const std::string& text) {
  std::ifstream stream(file);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  return content.find(text) != std::string::npos;
}

// Whether a file that was never compiled may write `name_space`, which its config or its team says:
// else it makes a table of that name elsewhere.
bool MayWriteInto(const fs::path& root, const fs::path& file, const std::string& name_space) {
  return Mentions(file, '"' + name_space + '"') || Mentions(file, "'" + name_space + "'") ||
         Mentions(root / "teams.json", '"' + name_space + '"');
}

}  // namespace

std::optional<std::string> CommandThatFills(const fs::path& root, std::string_view table) {
  std::set<std::string> compiled;  // Of these it is known what they write.
  for (const ConfType& type : kConfTypes) {
    for (const fs::path& conf : FilesOfTeams(root / "production" / type.folder)) {
      std::string source = SourceOf(root, conf);
      if (Writes(conf, table)) return Command(type, source);
      compiled.insert(std::move(source));
    }
  }
  const std::size_t dot = table.find('.');
  const std::string name(table.substr(dot + 1));
  for (const ConfType& type : kConfTypes) {
    for (const fs::path& file : FilesOfTeams(root / type.folder)) {
      const std::string source = file.lexically_relative(root).string();
      if (file.extension() == ".py" && file.stem() == name && !compiled.contains(source) &&
          MayWriteInto(root, file, std::string(table.substr(0, dot)))) {
        return Command(type, source);
      }
    }
  }
  return std::nullopt;
}

std::string CommandThatRuns(const std::string& conf) {
  for (const ConfType& type : kConfTypes) {
    if (("/" + conf).find(fmt::format("/{}/", type.folder)) != std::string::npos)
      return Command(type, conf);
  }
  return fmt::format("run.py --mode=backfill --conf={}", conf);
}

std::optional<std::string> CommandThatUploads(const fs::path& root, std::string_view name) {
  constexpr ConfType kUpload{"group_bys", "upload"};
  // `team/file.variable` is `team.file.variable`.
  std::string dotted(name);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  for (const fs::path& conf : FilesOfTeams(root / "production" / kUpload.folder)) {
    const MetaData meta = NamesOf(conf);
    if (meta.name == dotted || DocumentedName(meta) == name || Writes(conf, name))
      return Command(kUpload, SourceOf(root, conf));
  }
  for (const fs::path& file : FilesOfTeams(root / kUpload.folder)) {
    const std::string module =
        fmt::format("{}.{}.", file.parent_path().filename().string(), file.stem().string());
    if (file.extension() == ".py" && (file.stem() == name || dotted.starts_with(module)))
      return Command(kUpload, file.lexically_relative(root).string());
  }
  return std::nullopt;
}

}  // namespace gnomon::config
