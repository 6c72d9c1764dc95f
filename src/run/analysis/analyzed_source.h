// SPDX-License-Identifier: Apache-2.0
// One source of a GroupBy, or the left side of a Join, as far as it can be understood: each of its
// expressions is bound by itself, so that one that is wrong hides none of the others.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "expr/expression.h"
#include "iceberg/table.h"
#include "run/analysis/finding.h"
#include "run/run_context.h"

namespace gnomon::run {

enum class AnalyzedKind { kEvents, kEntities, kJoin };

class AnalyzedSource {
 public:
  // `path` is where the source stands in the conf of `side`: `sources[0]`, `left`. What is wrong
  // goes into `findings`. Errors: only those of the machine (a damaged catalog).
  static Result<AnalyzedSource> Make(RunContext& context, const config::Source& source,
                                     const config::SideFile& side, std::string path,
                                     Findings& findings);

  AnalyzedKind kind() const { return kind_; }
  bool is_cumulative() const { return is_cumulative_; }
  const std::string& table_name() const { return table_name_; }
  const std::string& mutation_table() const { return mutation_table_; }
  // Whether rows are events: those of a Join are what its left side's are.
  bool has_events() const { return has_events_; }
  // nullptr when it is not there. That of a Join which is not computed yet has its columns, and no
  // rows.
  const iceberg::Table* table() const { return table_ ? &*table_ : nullptr; }
  bool is_planned() const { return is_planned_; }
  // The days that it has; nullopt when it has every day, or none is known.
  const std::optional<std::set<Day>>& days() const { return days_; }
  const config::Query& query() const { return query_; }

  // The selected columns that could be understood; all of the table without selects.
  const Schema& selected() const { return selected_; }
  // The type of a column that a config names: a selected one, else one of the table. nullopt when
  // it cannot be understood: a finding says why, at `where`.
  std::optional<DataType> TypeOf(const std::string& column, std::string_view check,
                                 std::string_view where, Findings& findings) const;
  // Whether rows have a time.
  bool has_time() const { return time_.has_value(); }
  // The columns of the table that a selected column is computed from.
  std::set<std::string> InputsOf(const std::string& column) const;
  // The SQL of a selected column as the user wrote it; its own name without.
  std::string ExpressionOf(const std::string& column) const;

  // Reads rows of `columns` (selected ones or the table's) and, if there is one, `ts`, of the days
  // of `range`, those that the wheres take, until `consume` returns false. Errors: those of
  // reading, InvalidArgument for a column that is not understood.
  using Consume = std::function<bool(const arrow::RecordBatch& rows)>;
  Status Read(const DayRange& range, const std::vector<std::string>& columns,
              const Consume& consume) const;

  // Looks at no more than 100 rows of `range` (without any: of the newest day before its end): `ts`
  // must not be null in all of them, nor outside of 1971 to 2099 in milliseconds (SPEC 3.5).
  Status CheckTimes(const DayRange& range, Findings& findings) const;

 private:
  Status LoadTable(RunContext& context, Findings& findings);
  Status PlanParent(RunContext& context, Findings& findings);
  void ReadDays(Findings& findings);
  void CheckReadable(Findings& findings) const;
  void BindQuery(Findings& findings);
  void BindTime(Findings& findings);
  void CheckMutations(RunContext& context, Findings& findings) const;
  Result<expr::Expression> TreeAt(const std::string& path, const std::string& identity) const;
  std::string QueryPath() const { return path_ + body_ + ".query"; }

  const config::SideFile* side_ = nullptr;
  std::string path_, body_;  // `sources[0]`, `.events`
  AnalyzedKind kind_ = AnalyzedKind::kEvents;
  bool is_cumulative_ = false, has_events_ = false, is_planned_ = false;
  std::shared_ptr<const config::Join> parent_;  // Of a Join.
  std::string table_name_, mutation_table_;
  config::Query query_;
  std::optional<iceberg::Table> table_;
  std::optional<std::set<Day>> days_;
  Schema selected_;
  std::map<std::string, expr::Expression> trees_;  // Of what is selected, and `ts`.
  std::vector<expr::Expression> wheres_;
  std::optional<expr::Expression> time_;
  std::string time_text_;
};

}  // namespace gnomon::run
