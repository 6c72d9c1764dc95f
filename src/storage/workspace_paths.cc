// SPDX-License-Identifier: Apache-2.0
// Users' paths: buckets as folders, globs, and what to say when nothing is there. A path is
// contained in its bucket by its text alone; symbolic links inside are the user's own.
#include <algorithm>
#include <cctype>

#include "base/edit_distance.h"
#include "storage/file_error.h"
#include "storage/file_io.h"
#include "storage/glob.h"
#include "storage/workspace.h"

namespace gnomon {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBucketSchemes[] = {"s3a", "s3", "s3n", "gs"};

struct UserPath {
  std::string_view scheme;  // Empty for plain paths.
  std::string_view rest;    // Behind the colon.
};

UserPath SplitScheme(std::string_view text) {
  // Only what URIs allow: `ds=2023-12-01T00:00` is a name.
  std::size_t end = 0;
  while (end < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[end])) != 0 ||
          (end > 0 && std::string_view("+.-").find(text[end]) != std::string_view::npos))) {
    ++end;
  }
  const bool has_scheme = end > 0 && end < text.size() && text[end] == ':' &&
                          std::isalpha(static_cast<unsigned char>(text[0])) != 0;
  if (!has_scheme) return {"", text};
  return {text.substr(0, end), text.substr(end + 1)};
}

std::vector<std::string_view> SplitSegments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0 && path.substr(0, slash) != ".") segments.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

Result<fs::path> ResolveBucketPath(const fs::path& buckets, std::string_view user_path,
                                   std::string_view rest) {
  if (!rest.starts_with("//")) {
    return InvalidArgument("a bucket's path needs two slashes: {} - write s3a://bucket/key",
                           user_path);
  }
  rest.remove_prefix(2);
  const std::string_view bucket = rest.substr(0, rest.find('/'));
  if (bucket.empty() || bucket == "." || bucket == "..") {
    return InvalidArgument("a path names no bucket - write s3a://bucket/key: {}", user_path);
  }
  std::vector<std::string_view> kept;
  for (const std::string_view segment : SplitSegments(rest.substr(bucket.size()))) {
    if (segment != "..") {
      kept.push_back(segment);
    } else if (kept.empty()) {
      return InvalidArgument("a path leaves its bucket by '..': {} - write the key itself",
                             user_path);
    } else {
      kept.pop_back();
    }
  }
  fs::path path = buckets / fs::path(bucket);
  for (const std::string_view segment : kept) path /= fs::path(segment);
  return path;
}

bool IsHidden(std::string_view name) { return name.starts_with('.') || name.starts_with('_'); }

// Collects the data files below a folder, partition folders included. Links to folders are not
// followed, which could go round in circles. A folder that cannot be read is an error: its rows
// would be missing.
Status CollectDataFiles(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (IsHidden(entry->path().filename().string())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(ignored)) {
      files.push_back(entry->path());
    }
  }
  return error ? Status(FileError("listing a folder of data", folder.string(), error.value()))
               : Ok();
}

std::vector<std::string> NamesIn(const fs::path& folder, std::error_code& error) {
  std::vector<std::string> names;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The existing paths that a pattern without braces names.
Result<std::vector<fs::path>> MatchPattern(const fs::path& pattern) {
  std::vector<fs::path> found = {pattern.root_path()};
  for (const fs::path& part : pattern.relative_path()) {
    const std::string segment = part.string();
    std::vector<fs::path> next;
    for (const fs::path& folder : found) {
      std::error_code ignored;
      if (!HasGlob(segment)) {
        if (fs::exists(folder / part, ignored)) next.push_back(folder / part);
        continue;
      }
      std::error_code error;
      for (const std::string& name : NamesIn(folder, error)) {
        const bool wanted = !IsHidden(name) || name[0] == segment[0];
        if (wanted && MatchesGlob(segment, name)) next.push_back(folder / name);
      }
      if (error == std::errc::permission_denied) {
        return FileError("listing a folder of data", folder.string(), error.value());
      }
    }
    found = std::move(next);
  }
  return found;
}

// " - did you mean <user's path>?" or what lies where the path first goes wrong.
std::string Suggest(std::string_view user_path, const fs::path& path, const fs::path& base) {
  fs::path folder = base;
  const fs::path below = path.lexically_relative(base);
  std::error_code ignored;
  for (auto part = below.begin(); part != below.end(); ++part) {
    if (fs::exists(folder / *part, ignored)) {
      folder /= *part;
      continue;
    }
    std::vector<std::string> names = NamesIn(folder, ignored);
    std::erase_if(names, [](const std::string& name) { return IsHidden(name); });
    const auto nearest = NearestName(part->string(), names);
    // What else lies in a bucket or a repository helps; the folders of a machine do not.
    if (!nearest) return base == base.root_path() ? "" : DidYouMean(part->string(), names);
    fs::path guess = folder / *nearest;
    fs::path whole = guess;
    for (auto rest = std::next(part); rest != below.end(); ++rest) whole /= *rest;
    if (fs::exists(whole, ignored)) guess = whole;
    const UserPath user = SplitScheme(user_path);
    const std::string text = guess.lexically_relative(base).string();
    if (user.scheme.empty()) {
      const bool is_relative = !user_path.starts_with('/');
      return fmt::format(" - did you mean {}?", is_relative ? text : guess.string());
    }
    if (user.scheme == "file") return fmt::format(" - did you mean {}?", FileUriOf(guess.string()));
    return fmt::format(" - did you mean {}://{}?", user.scheme, text);
  }
  return "";
}

}  // namespace

Result<fs::path> Workspace::ResolvePath(std::string_view user_path) const {
  if (user_path.empty()) return InvalidArgument("a path is empty - write one");
  if (user_path.find('\0') != std::string_view::npos) {
    return InvalidArgument("a path holds a zero byte - write it without");
  }
  const UserPath split = SplitScheme(user_path);
  if (split.scheme.empty()) {
    const fs::path path(user_path);
    return (path.is_absolute() ? path : root_ / path).lexically_normal();
  }
  if (std::find(std::begin(kBucketSchemes), std::end(kBucketSchemes), split.scheme) !=
      std::end(kBucketSchemes)) {
    return ResolveBucketPath(buckets_dir(), user_path, split.rest);
  }
  if (split.scheme == "file") {
    GNOMON_ASSIGN_OR_RETURN(const std::string local, LocalPathOf(user_path));
    return fs::path(local).lexically_normal();
  }
  return InvalidArgument(
      "a path has an unknown scheme: {} - write s3a://bucket/key, or file:///folder/file",
      user_path);
}

Result<std::vector<fs::path>> Workspace::ExpandPath(std::string_view user_path) const {
  GNOMON_ASSIGN_OR_RETURN(const fs::path literal, ResolvePath(user_path));
  std::error_code ignored;
  std::error_code error;
  std::vector<fs::path> named;
  const bool is_there = fs::exists(literal, error);
  if (error == std::errc::permission_denied) {
    return FileError("looking for data", literal.string(), error.value());
  }
  if (is_there) {
    named.push_back(literal);
  } else if (HasGlob(user_path)) {
    // Braces first: an alternative may hold slashes, and each must stay in its bucket.
    GNOMON_ASSIGN_OR_RETURN(const auto alternatives, ExpandBraces(user_path));
    for (const std::string& alternative : alternatives) {
      GNOMON_ASSIGN_OR_RETURN(const fs::path pattern, ResolvePath(alternative));
      GNOMON_ASSIGN_OR_RETURN(const std::vector<fs::path> matched, MatchPattern(pattern));
      named.insert(named.end(), matched.begin(), matched.end());
    }
  }
  std::vector<fs::path> files;
  for (const fs::path& path : named) {
    if (fs::is_directory(path, ignored)) {
      GNOMON_RETURN_IF_ERROR(CollectDataFiles(path, files));
    } else {
      files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  if (!files.empty()) return files;

  if (!named.empty()) {
    return NotFound("NoSuchKey: {} holds no data files (looked in {}) - put them there", user_path,
                    named.front().string());
  }
  const bool in_bucket = !literal.lexically_relative(buckets_dir()).string().starts_with("..");
  const bool in_root = !literal.lexically_relative(root_).string().starts_with("..");
  const fs::path base = in_bucket ? buckets_dir() : in_root ? root_ : literal.root_path();
  const std::string suggestion = HasGlob(user_path) ? "" : Suggest(user_path, literal, base);
  return NotFound("NoSuchKey: {} does not exist (looked in {}){}", user_path,
                  (in_root ? literal.lexically_relative(root_) : literal).string(),
                  suggestion.empty() ? " - put the file there, or correct the path" : suggestion);
}

}  // namespace gnomon
