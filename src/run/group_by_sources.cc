// SPDX-License-Identifier: Apache-2.0
// The sources of a GroupBy: which days they have, waiting for them, and what to do about missing
// ones.
#include <algorithm>

#include "base/error_place.h"
#include "run/group_by_computation.h"
#include "run/parent_join.h"
#include "run/partition_days.h"
#include "run/source_table.h"

namespace gnomon::run {

Result<iceberg::Table> GroupByComputation::TableOf(const SourceView& view) const {
  if (const auto planned = planned_parents_.find(view.table); planned != planned_parents_.end())
    return planned->second;
  return LoadSourceTable(*context_, *side_, view.table, view.table_path, view.partition_column());
}

Result<iceberg::Table> GroupByComputation::MutationTableOf(const SourceView& view) const {
  return LoadSourceTable(*context_, *side_, view.mutation_table, view.path + ".mutationTable",
                         view.partition_column());
}

Status GroupByComputation::ComputeParents() {
  for (const SourceView& view : views_) {
    if (view.parent == nullptr) continue;
    GNOMON_ASSIGN_OR_RETURN(
        const auto planned,
        ComputeParentJoin(*context_, *view.parent, *side_, view.table_path, LastOfParents()));
    if (planned) planned_parents_.insert_or_assign(view.table, *planned);
  }
  return Ok();
}

Result<std::optional<std::set<Day>>> GroupByComputation::DaysOfSource(std::size_t index) const {
  iceberg::Table table = scans_[index].table();
  GNOMON_RETURN_IF_ERROR(table.Refresh());
  return PlacedAt(
      side_->Where(views_[index].table_path),
      run::SourceDays(table, scans_[index].partition_column(), views_[index].sub_partitions));
}

Result<std::optional<std::set<Day>>> GroupByComputation::SourceDays() {
  std::set<Day> all;
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    // The last partition of a cumulative source tells of all days before (SPEC 6, point 4).
    if (views_[i].is_cumulative) return std::optional<std::set<Day>>();
    GNOMON_ASSIGN_OR_RETURN(auto days, DaysOfSource(i));
    if (!days) return std::optional<std::set<Day>>();
    all.merge(*days);
  }
  return std::optional<std::set<Day>>(std::move(all));
}

// Those of `days` that no source has, and that one may still get.
Result<std::vector<Day>> GroupByComputation::MissingDays(const DayRange& days) const {
  std::set<Day> there, awaited;
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(auto of_source, DaysOfSource(i));
    if (!of_source) return std::vector<Day>();
    // The last partition of a cumulative source tells of all days before.
    if (views_[i].is_cumulative && !of_source->empty()) {
      for (Day day = days.begin; day <= *of_source->rbegin(); day = day + 1) there.insert(day);
    }
    there.merge(*of_source);
    GNOMON_ASSIGN_OR_RETURN(plan::ScanRange taken, plan::EntitiesScanRange(views_[i].query, days));
    // This run has computed what a parent join has, and no other run would add to it.
    if (views_[i].parent != nullptr) taken.end = std::min(taken.end, LastOfParents() + 1);
    for (Day day = *taken.begin; day < taken.end; day = day + 1) awaited.insert(day);
  }
  std::vector<Day> missing;
  std::set_difference(awaited.begin(), awaited.end(), there.begin(), there.end(),
                      std::back_inserter(missing));
  return missing;
}

Result<std::string> GroupByComputation::MissingDaysNote(const DayRange& days) const {
  // Queries at wrong times, a thousand years apart, have days that nobody counts one by one.
  constexpr std::int64_t kCountedDaysMax = 100'000;
  if (days.day_count() > kCountedDaysMax) return std::string();
  GNOMON_ASSIGN_OR_RETURN(const std::vector<Day> missing, MissingDays(days));
  if (missing.empty()) return std::string();
  return fmt::format("{} of {} days are missing ({} ...): {}", missing.size(), days.day_count(),
                     FormatDay(missing.front()), MissingSourceRemedy(missing));
}

Status GroupByComputation::WaitForSources(const DayRange& days) {
  if (!context_->request.wait_ms) return Ok();
  GNOMON_RETURN_IF_ERROR(WaitUntil(*context_, [&] { return MissingDaysNote(days); }));
  return BindSources();  // Again, to read the rows that arrived meanwhile.
}

Status GroupByComputation::WaitForMutations(const DayRange& wanted) {
  if (!context_->request.wait_ms) return Ok();
  for (const SourceView& view : views_) {
    if (view.mutation_table.empty()) continue;
    GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, MutationTableOf(view));
    GNOMON_RETURN_IF_ERROR(WaitUntil(*context_, [&]() -> Result<std::string> {
      GNOMON_RETURN_IF_ERROR(table.Refresh());
      GNOMON_ASSIGN_OR_RETURN(const auto there,
                              PlacedAt(side_->Where(view.path + ".mutationTable"),
                                       run::SourceDays(table, view.partition_column())));
      std::vector<Day> missing;
      for (Day day = wanted.begin; there && day < wanted.end; day = day + 1) {
        if (!there->contains(day)) missing.push_back(day);
      }
      if (missing.empty()) return std::string();
      return fmt::format("{} of {} days of mutations are missing ({} ...): {}", missing.size(),
                         wanted.day_count(), FormatDay(missing.front()),
                         MissingDaysRemedy(*side_, {{view.mutation_table, there}}, missing));
    }));
  }
  return Ok();
}

std::string GroupByComputation::MissingSourceRemedy(const std::vector<Day>& days) const {
  std::vector<LackingTable> tables;
  for (std::size_t i = 0; i < views_.size(); ++i) {
    LackingTable table{.name = views_[i].table, .days = std::nullopt};
    const auto days_there = DaysOfSource(i);
    if (days_there && views_[i].parent == nullptr) table.days = *days_there;
    // A run fills a parent join as far as its left side goes: that is what lacks the days.
    for (const config::Join* parent = views_[i].parent.get(); parent != nullptr;) {
      const auto left = ViewOf(parent->left, "left");
      if (!left) break;
      table.name = left->table;
      parent = left->parent.get();
    }
    tables.push_back(std::move(table));
  }
  return MissingDaysRemedy(*side_, tables, days);
}

}  // namespace gnomon::run
