// SPDX-License-Identifier: Apache-2.0
#include "run/query_dependencies.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "base/error_place.h"
#include "base/parse.h"
#include "run/partition_days.h"
#include "run/source_table.h"

namespace gnomon::run {

namespace {

// Airflow's templates of the day that a run is for.
Status ReadDay(const std::string& value, QueryDependency& dependency) {
  static const std::regex same(R"(\{\{\s*ds\s*\}\})");
  static const std::regex moved(
      R"(\{\{\s*macros\.ds_add\(\s*ds\s*,\s*([+-]?[0-9]{1,5})\s*\)\s*\}\})");
  std::smatch match;
  if (std::regex_match(value, same)) return Ok();
  if (std::regex_match(value, match, moved)) {
    const std::string days =
        match[1].str().front() == '+' ? match[1].str().substr(1) : match[1].str();
    dependency.days_later = static_cast<int>(ParseInt(days).value_or(0));
    return Ok();
  }
  return InvalidArgument(
      "the day of a dependency is not understood: {} - write {{{{ ds }}}}, or of the day before "
      "{{{{ macros.ds_add(ds, -1) }}}}",
      value);
}

Status ReadPart(const std::string& part, QueryDependency& dependency) {
  const std::size_t equals = part.find('=');
  if (equals == 0 || equals == std::string::npos)
    return InvalidArgument(
        "a partition of a dependency is no column=value: {} - write db.table/ds={{{{ ds }}}}",
        part);
  const std::string column = part.substr(0, equals), value = part.substr(equals + 1);
  const auto fixed = ParseDay(value);
  const bool is_day = value.find("{{") != std::string::npos || (fixed && column == "ds");
  if (!is_day) {
    dependency.sub_partitions.emplace_back(column, value);
    return Ok();
  }
  if (!dependency.day_column.empty())
    return InvalidArgument("a dependency has two days: {} - write db.table/ds={{{{ ds }}}}", part);
  dependency.day_column = column;
  if (fixed) {
    dependency.fixed_day = *fixed;
    return Ok();
  }
  return ReadDay(value, dependency);
}

}  // namespace

Result<QueryDependency> ParseQueryDependency(const std::string& text) {
  QueryDependency dependency;
  std::string spec = text;
  if (text.starts_with('{')) {
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("spec") || !json["spec"].is_string())
      return InvalidArgument(
          "a dependency is no JSON object with a spec: {} - write db.table/ds={{{{ ds }}}}", text);
    spec = json["spec"].get<std::string>();
    if (json.contains("end") && json["end"].is_string()) {
      GNOMON_ASSIGN_OR_RETURN(dependency.end, ParseDay(json["end"].get<std::string>()));
    }
  }
  std::size_t begin = std::min(spec.find('/'), spec.size());
  dependency.table = spec.substr(0, begin);
  while (begin < spec.size()) {
    const std::size_t end = std::min(spec.find('/', begin + 1), spec.size());
    GNOMON_RETURN_IF_ERROR(ReadPart(spec.substr(begin + 1, end - begin - 1), dependency));
    begin = end;
  }
  if (dependency.day_column.empty() && !dependency.sub_partitions.empty())
    return InvalidArgument("a dependency has no day: {} - write db.table/ds={{{{ ds }}}}", text);
  return dependency;
}

Result<QueryDependencies> QueryDependencies::Make(RunContext& context, const config::MetaData& meta,
                                                  const config::SideFile& side) {
  QueryDependencies all(context, side);
  if (!context.request.wait_ms) return all;
  const auto texts = meta.dependencies.value_or(std::vector<std::string>());
  if (texts.empty()) {
    return InvalidArgument(
        "--wait has nothing to wait for, the staging query names no dependencies: {} - add to its "
        "MetaData dependencies=[\"db.table/ds={{{{ ds }}}}\"], or leave out --wait",
        side.Where("metaData"));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string path = fmt::format("metaData.dependencies[{}]", i);
    auto one = PlacedAt(side.Where(path), ParseQueryDependency(texts[i]));
    if (!one) return std::move(one).error();
    one->path = path;
    all.dependencies_.push_back(*std::move(one));
  }
  return all;
}

// A view has whatever its tables have.
Result<bool> QueryDependencies::IsView(const QueryDependency& one) const {
  auto name = PlacedAt(side_->Where(one.path), catalog::ParseTableName(one.table));
  if (!name) return std::move(name).error();
  return context_->catalog.HasView(*name);
}

Status QueryDependencies::WaitForTables() const {
  for (const QueryDependency& one : dependencies_) {
    GNOMON_ASSIGN_OR_RETURN(const bool is_view, IsView(one));
    if (!is_view)
      GNOMON_RETURN_IF_ERROR(
          LoadSourceTable(*context_, *side_, one.table, one.path, one.day_column));
  }
  return Ok();
}

Status QueryDependencies::WaitForDays(const std::vector<DayRange>& days) const {
  for (const QueryDependency& one : dependencies_) {
    std::set<Day> needed;
    for (const DayRange& range : days) {
      for (Day day = range.begin; day < range.end; day = day + 1) {
        if (one.end && !(day < *one.end)) break;
        needed.insert(one.fixed_day.value_or(day + one.days_later));
      }
    }
    GNOMON_ASSIGN_OR_RETURN(const bool is_view, IsView(one));
    if (one.day_column.empty() || needed.empty() || is_view) continue;
    GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, LoadSourceTable(*context_, *side_, one.table,
                                                                  one.path, one.day_column));
    GNOMON_RETURN_IF_ERROR(WaitUntil(*context_, [&]() -> Result<std::string> {
      GNOMON_RETURN_IF_ERROR(table.Refresh());
      GNOMON_ASSIGN_OR_RETURN(
          const auto there,
          PlacedAt(side_->Where(one.path), SourceDays(table, one.day_column, one.sub_partitions)));
      std::vector<Day> missing;
      for (const Day day : needed) {
        if (there && !there->contains(day)) missing.push_back(day);
      }
      if (missing.empty()) return std::string();
      return fmt::format("{} of {} days of a dependency are missing ({} ...): {}", missing.size(),
                         needed.size(), FormatDay(missing.front()),
                         MissingDaysRemedy(*side_, {{one.table, there}}, missing));
    }));
  }
  return Ok();
}

}  // namespace gnomon::run
