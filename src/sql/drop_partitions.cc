// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE ... DROP PARTITION: which partitions are meant, and one commit without them.
#include <arrow/api.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/ascii_case.h"
#include "base/day_set.h"
#include "base/edit_distance.h"
#include "iceberg/day_properties.h"
#include "iceberg/values.h"
#include "iceberg/write_transaction.h"
#include "sql/result_stream.h"
#include "sql/statements.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::sql {

namespace {

using iceberg::ScalarPtr;
using nlohmann::json;

// Partition columns (field ids of the schema) and their values.
using PartitionValues = std::map<std::int32_t, ScalarPtr>;

struct Specification {
  std::string text;  // `ds=2024-01-05, hr=3`, for messages.
  PartitionValues values;
};

Result<const Field*> PartitionColumn(const iceberg::Table& table, const std::string& name) {
  const std::vector<std::string> columns = table.partition_columns();
  for (const std::string& column : columns) {
    if (AsciiLower(column) == AsciiLower(name)) return table.schema().Find(column);
  }
  return InvalidArgument("{} is no partition column of table {}{}", name, table.name(),
                         columns.empty()
                             ? " - the table is not partitioned: drop it, and run its config again"
                             : fmt::format(" - it is partitioned by {}", fmt::join(columns, ", ")));
}

Result<ScalarPtr> ValueOf(const iceberg::Table& table, const Field& field, const json& value) {
  const auto type = ToArrow(field.type);
  if (value.is_null()) return ScalarPtr(arrow::MakeNullScalar(type));
  const auto text = value.get<std::string>();
  auto parsed = arrow::Scalar::Parse(type, text);
  if (parsed.ok()) return ScalarPtr(*parsed);
  return InvalidArgument("the value '{}' of {} is no {}, as the partition column of table {} is{}",
                         text, field.name, SparkTypeName(field.type), table.name(),
                         field.type.kind == TypeKind::kDate
                             ? fmt::format(" - write it like {}='2023-12-01'", field.name)
                             : " - write it as DESCRIBE shows the column");
}

Result<Specification> ReadSpecification(const iceberg::Table& table, const json& values) {
  Specification specification;
  for (const json& entry : values) {
    GNOMON_ASSIGN_OR_RETURN(const Field* field,
                            PartitionColumn(table, entry.at("column").get<std::string>()));
    GNOMON_ASSIGN_OR_RETURN(ScalarPtr value, ValueOf(table, *field, entry.at("value")));
    specification.text += fmt::format("{}{}={}", specification.text.empty() ? "" : ", ",
                                      field->name, iceberg::PartitionText(value));
    specification.values[field->id] = std::move(value);
  }
  return specification;
}

Result<std::vector<PartitionValues>> PartitionsOf(const iceberg::Table& table) {
  iceberg::ScanOptions options;
  options.columns.emplace();
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, table.PlanScan(options));
  std::vector<PartitionValues> partitions;
  for (const iceberg::ScanTask& task : plan.tasks) {
    partitions.emplace_back(task.partition.begin(), task.partition.end());
  }
  return partitions;
}

bool Matches(const PartitionValues& partition, const PartitionValues& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    const auto found = partition.find(entry.first);
    return found != partition.end() && iceberg::SamePartitionValue(found->second, entry.second);
  });
}

// In the order of the table's partition fields; what is no column's own value does not matter.
std::vector<ScalarPtr> FieldValues(const iceberg::Table& table, const PartitionValues& partition) {
  std::vector<ScalarPtr> values;
  for (const iceberg::PartitionField& field : table.metadata().spec().fields) {
    const auto found = partition.find(field.source_id);
    const bool known = field.is_identity() && found != partition.end();
    values.push_back(known ? found->second : nullptr);
  }
  return values;
}

// What a specification of one column means as a day; runs record no other partitions.
std::optional<Day> DayOf(const Specification& specification) {
  if (specification.values.size() != 1) return std::nullopt;
  const auto day = ParseDay(iceberg::PartitionText(specification.values.begin()->second));
  return day ? std::optional<Day>(*day) : std::nullopt;
}

// The days that the table's own runs recorded, and those of them that are dropped.
class RecordedDays {
 public:
  explicit RecordedDays(const iceberg::Table& table) {
    for (const char* property : {iceberg::kEmptyDaysProperty, iceberg::kStaleDaysProperty}) {
      days_[property] = iceberg::DaysInProperty(table, property);
    }
  }

  // Whether one of them was recorded.
  bool Drop(const Specification& specification) {
    const auto day = DayOf(specification);
    if (!day) return false;
    bool known = false;
    for (auto& [property, days] : days_) {
      if (days.erase(*day) == 0) continue;
      known = true;
      changed_[property] = FormatDaySet(days);
    }
    return known;
  }

  const std::map<std::string, std::string>& changed() const { return changed_; }

 private:
  std::map<std::string, std::set<Day>> days_;
  std::map<std::string, std::string> changed_;
};

Result<iceberg::Table> LoadTable(StatementContext& context, const std::string& text) {
  GNOMON_ASSIGN_OR_RETURN(const auto name, context.sources.NameOf(text));
  bool is_view = context.views.contains(AsciiLower(text));
  if (!is_view) {
    GNOMON_ASSIGN_OR_RETURN(is_view, context.catalog.HasView(name));
  }
  if (is_view) {
    return InvalidArgument("{} is a view, which has no partitions - name the table that it reads",
                           text);
  }
  return context.catalog.LoadTable(name);
}

}  // namespace

Result<QueryResult> DropPartitions(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(iceberg::Table table,
                          LoadTable(context, statement.at("table").get<std::string>()));
  GNOMON_RETURN_IF_ERROR(
      iceberg::WriteTransaction::Begin(table, iceberg::WriteOptions()));  // Whether it may.
  GNOMON_ASSIGN_OR_RETURN(const auto partitions, PartitionsOf(table));
  iceberg::WriteOptions options{.mode = iceberg::WriteMode::kOverwritePartitions};
  RecordedDays recorded(table);
  for (const json& values : statement.at("partitions")) {
    GNOMON_ASSIGN_OR_RETURN(const Specification wanted, ReadSpecification(table, values));
    bool found = recorded.Drop(wanted);
    for (const PartitionValues& partition : partitions) {
      if (!Matches(partition, wanted.values)) continue;
      options.also_replace.push_back(FieldValues(table, partition));
      found = true;
    }
    if (found || statement.at("if_exists").get<bool>()) continue;
    return NotFound(
        "table {} has no partition {} - SELECT * FROM {}.partitions lists them, and DROP IF EXISTS "
        "passes over what is missing",
        table.name(), wanted.text, table.name());
  }
  GNOMON_ASSIGN_OR_RETURN(const auto transaction,
                          iceberg::WriteTransaction::Begin(table, std::move(options)));
  transaction->SetProperties(recorded.changed());
  GNOMON_RETURN_IF_ERROR(transaction->Commit());
  return EmptyResult();
}

}  // namespace gnomon::sql
