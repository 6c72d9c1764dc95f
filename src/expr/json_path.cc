// SPDX-License-Identifier: Apache-2.0
// Finding follows Spark's evaluatePath, whose rules are Hive's: of several values that [*] finds
// one stands without brackets, and [*][*] does not keep the inner brackets.
#include "expr/json_path.h"

#include <algorithm>
#include <span>

#include "base/parse.h"
#include "expr/json_text.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;
using Steps = std::span<const JsonStep>;
using Kind = JsonStep::Kind;

enum class Shape : std::uint8_t { kRaw, kQuoted, kFlat };

// How what is found is written.
struct Style {
  Shape shape = Shape::kRaw;
  JsonTarget target = JsonTarget::kBytes;
};

// What is found, in the order in which it is written.
using Found = std::vector<std::string>;

bool Find(const JsonValue& value, Style style, Steps path, Found* found);

std::string Joined(const Found& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text.push_back(',');
    text.append(part);
  }
  return text;
}

bool Copy(const JsonValue& value, Style style, Found* found) {
  if (value.kind == JsonValue::Kind::kString && style.shape == Shape::kRaw) {
    found->push_back(value.text);
    return true;
  }
  if (value.kind == JsonValue::Kind::kArray && style.shape == Shape::kFlat) {
    bool any = false;
    for (const JsonValue& element : value.elements) any = Find(element, style, {}, found) || any;
    return any;
  }
  AppendJson(value, style.target, &found->emplace_back());
  return true;
}

bool FindField(const JsonValue& object, Style style, Steps path, Found* found) {
  for (const JsonMember& member : object.members) {
    if (member.name == path.front().name && member.value.kind != JsonValue::Kind::kNull &&
        Find(member.value, style, path.subspan(1), found))
      return true;
  }
  return false;
}

// [*], whose matches are one array.
bool FindElements(const JsonValue& array, Style style, Steps path, Found* found) {
  const bool twice = path.size() > 1 && path[1].kind == Kind::kElements;
  Style inner = style;
  inner.shape = twice || style.shape == Shape::kFlat ? Shape::kFlat : Shape::kQuoted;
  // Matches that may lose their brackets are written to a text first.
  if (!twice && style.shape != Shape::kQuoted) inner.target = JsonTarget::kText;
  const Steps rest = path.subspan(twice ? 2 : 1);
  Found matches;
  std::size_t count = 0;
  for (const JsonValue& element : array.elements) count += Find(element, inner, rest, &matches);
  const bool brackets = twice || style.shape == Shape::kQuoted || count > 1;
  if (brackets || count == 1)
    found->push_back(brackets ? "[" + Joined(matches) + "]" : Joined(matches));
  return count > 0;
}

bool Find(const JsonValue& value, Style style, Steps path, Found* found) {
  if (path.empty()) return Copy(value, style, found);
  const JsonStep& step = path.front();
  if (value.kind == JsonValue::Kind::kObject && step.kind == Kind::kField)
    return FindField(value, style, path, found);
  if (value.kind != JsonValue::Kind::kArray) return false;
  if (step.kind == Kind::kElements) return FindElements(value, style, path, found);
  if (step.kind != Kind::kElement || step.index >= value.elements.size()) return false;
  const bool many = path.size() > 1 && path[1].kind == Kind::kElements;
  if (many) style.shape = Shape::kQuoted;
  return Find(value.elements[step.index], style, path.subspan(1), found);
}

// Spark's grammar skips blanks before each word.
void SkipSpace(Text* path) {
  while (!path->empty() && Text(" \t\n\r\f").find(path->front()) != Text::npos)
    path->remove_prefix(1);
}

bool Take(Text* path, Text word) {
  Text rest = *path;
  SkipSpace(&rest);
  if (!rest.starts_with(word)) return false;
  rest.remove_prefix(word.size());
  *path = rest;
  return true;
}

// The characters up to one of `ends`; at least one.
bool TakeUntil(Text* path, Text ends, std::string* name) {
  SkipSpace(path);
  const std::size_t end = std::min(path->find_first_of(ends), path->size());
  *name = path->substr(0, end);
  path->remove_prefix(end);
  return end > 0;
}

bool TakeStep(Text* path, JsonStep* step) {
  if (Take(path, ".*") || Take(path, "['*']")) {
    step->kind = Kind::kNothing;
    return true;
  }
  if (Take(path, ".")) return TakeUntil(path, ".[", &step->name);
  if (Take(path, "['")) return TakeUntil(path, "'?", &step->name) && Take(path, "']");
  if (!Take(path, "[")) return false;
  step->kind = Take(path, "*") ? Kind::kElements : Kind::kElement;
  if (step->kind == Kind::kElement) {
    SkipSpace(path);
    const std::size_t digits = std::min(path->find_first_not_of("0123456789"), path->size());
    const auto index = ParseInt(path->substr(0, digits));
    if (digits == 0 || !index) return false;
    step->index = static_cast<std::size_t>(*index);
    path->remove_prefix(digits);
  }
  return Take(path, "]");
}

}  // namespace

std::optional<std::vector<JsonStep>> ParseJsonPath(std::string_view path) {
  std::vector<JsonStep> steps;
  if (!Take(&path, "$")) return std::nullopt;
  for (SkipSpace(&path); !path.empty(); SkipSpace(&path)) {
    if (!TakeStep(&path, &steps.emplace_back())) return std::nullopt;
  }
  return steps;
}

Result<bool> AppendJsonValue(std::string_view json, const std::vector<JsonStep>& path,
                             std::string* out) {
  JsonValue value;
  const JsonOutcome outcome = ParseJson(json, {.control_characters = true}, &value);
  if (outcome == JsonOutcome::kUnproven) {
    return Unimplemented(
        "a JSON text has half a character, which is not proven equal to Spark's - filter it out");
  }
  Found found;
  if (outcome != JsonOutcome::kValue || !Find(value, Style{}, path, &found)) return false;
  out->append(Joined(found));
  return true;
}

}  // namespace gnomon::expr
