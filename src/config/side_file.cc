// SPDX-License-Identifier: Apache-2.0
// Reading only: the compiler owns the format. Every error names the command that writes the file
// anew.
#include "config/side_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json_depth.h"
#include "base/json_integer.h"
#include "config/content_hash.h"

namespace gnomon::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kFormat = 1;

std::string Remedy(const std::string& conf_path) {
  return fmt::format("run: run.py --mode=compile --conf={}", conf_path);
}

Result<std::string> ReadWhole(const std::string& path, std::string_view what,
                              const std::string& conf_path) {
  std::error_code failure;
  if (!fs::is_regular_file(path, failure)) {
    return NotFound("{} does not exist: {} - {}", what, path, Remedy(conf_path));
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) return Unavailable("{} cannot be read: {} - look at its permissions", what, path);
  return std::move(content).str();
}

// `aggregations[1].windows[0]` -> `aggregations[1].windows` -> `aggregations[1]` -> `aggregations`
// -> ``.
std::string_view ParentPath(std::string_view path) {
  const std::size_t end = path.find_last_of(".[");
  return end == std::string_view::npos ? std::string_view() : path.substr(0, end);
}

// `x.py:41 aggregations[1]`, of the nearest ancestor of the path that has a line.
std::string PlaceIn(const std::string& file, const std::map<std::string, int>& lines,
                    std::string_view path) {
  std::string place = file;
  for (std::string_view at = path;; at = ParentPath(at)) {
    const auto found = lines.find(std::string(at));
    if (found != lines.end()) {
      place += fmt::format(":{}", found->second);
      break;
    }
    if (at.empty()) break;
  }
  return path.empty() ? place : fmt::format("{} {}", place, path);
}

std::map<std::string, int> LinesOf(const Json& json) {
  std::map<std::string, int> lines;
  for (const auto& [path, line] : json.get_ref<const Json::object_t&>()) {
    lines[path] = JsonInteger<int>(line);
  }
  return lines;
}

// Takes the members out of a parsed side file; at() and get() throw when the shape is wrong.
SideFile FromJson(const Json& json) {
  SideFile side;
  side.conf_hash = json.at("conf_hash").get<std::string>();
  side.source_file = json.at("source_file").get<std::string>();
  side.lines = LinesOf(json.at("lines"));
  const Json embedded = json.value("embedded", Json::object());
  for (const auto& [path, inside] : embedded.items()) {
    side.embedded[path] = {inside.at("source_file").get<std::string>(),
                           LinesOf(inside.at("lines"))};
  }
  for (const Json& dependency : json.at("dependencies")) {
    const Json conf = dependency.value("conf", Json());
    side.dependencies.push_back({dependency.at("table").get<std::string>(),
                                 conf.is_string() ? conf.get<std::string>() : ""});
  }
  side.expressions = json.value("expressions", std::map<std::string, Json>());
  side.setups = json.value("setups", std::vector<Json>());
  side.query = json.value("query", Json());
  return side;
}

Result<SideFile> ParseSideFile(const std::string& path, const std::string& text,
                               const std::string& conf_path, std::string_view conf_text) {
  const auto corrupt = [&](std::string_view what) {
    return Corruption("the side file is damaged: {} ({}) - {}", path, what, Remedy(conf_path));
  };
  if (IsTooDeepJson(text)) return corrupt("it nests too deep");
  try {
    const Json json = Json::parse(text);
    if (JsonInteger<int>(json.at("format")) != kFormat) {
      return InvalidArgument("the side file has format {}, this program knows {}: {} - {}",
                             json.at("format").dump(), kFormat, path, Remedy(conf_path));
    }
    if (json.at("conf_sha256").get<std::string>() != Sha256Hex(conf_text)) {
      return InvalidArgument(
          "the compiled config was changed after its side file was written: {} - {}", path,
          Remedy(conf_path));
    }
    SideFile side = FromJson(json);
    side.conf_path = conf_path;
    return side;
  } catch (const Json::exception& failure) {
    return corrupt(failure.what());
  }
}

}  // namespace

SideFile SideFile::At(std::string_view path) const {
  SideFile view = *this;
  view.expressions.clear();
  const std::string inside = fmt::format("{}.", path);
  for (auto entry = expressions.lower_bound(inside);
       entry != expressions.end() && entry->first.starts_with(inside); ++entry) {
    view.expressions.emplace(entry->first.substr(inside.size()), entry->second);
  }
  view.prefix += inside;
  return view;
}

std::string SideFile::Where(std::string_view inner) const {
  std::string path = prefix + std::string(inner);
  if (path.ends_with('.')) path.pop_back();
  for (std::string_view at = path; !at.empty(); at = ParentPath(at)) {
    const auto inside = embedded.find(std::string(at));
    if (inside == embedded.end()) continue;
    std::string_view rest = std::string_view(path).substr(at.size());
    if (rest.starts_with('.')) rest.remove_prefix(1);
    return PlaceIn(inside->second.source_file, inside->second.lines, rest);
  }
  if (source_file.empty()) return PlaceIn(conf_path, {}, path);
  return PlaceIn(source_file, lines, path);
}

Result<LoadedConf> LoadConf(const std::string& conf_path) {
  if (conf_path.ends_with(".py")) {
    return InvalidArgument(
        "a Python file is no compiled config: {} - give it to run.py, which compiles it first",
        conf_path);
  }
  GNOMON_ASSIGN_OR_RETURN(std::string text, ReadWhole(conf_path, "the compiled config", conf_path));
  GNOMON_ASSIGN_OR_RETURN(const std::string side_path, SideFilePath(conf_path));
  GNOMON_ASSIGN_OR_RETURN(const std::string side_text,
                          ReadWhole(side_path, "the side file of a compiled config", conf_path));
  GNOMON_ASSIGN_OR_RETURN(SideFile side, ParseSideFile(side_path, side_text, conf_path, text));
  return LoadedConf{std::move(text), std::move(side)};
}

}  // namespace gnomon::config
