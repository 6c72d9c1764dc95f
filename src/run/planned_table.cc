// SPDX-License-Identifier: Apache-2.0
#include "run/planned_table.h"

#include "base/day_set.h"
#include "iceberg/manifest.h"
#include "iceberg/schema_json.h"
#include "run/output_table.h"
#include "run/partition_days.h"

namespace gnomon::run {

namespace {

class Planned final : public iceberg::TableInPlace {
 public:
  Planned(std::string name, State state) : name_(std::move(name)), state_(std::move(state)) {}

  std::string name() const override { return name_; }
  Result<State> Look() const override { return state_; }

 private:
  std::string name_;
  State state_;
};

}  // namespace

Result<iceberg::Table> PlannedTable(const std::string& name, const Schema& schema,
                                    const std::set<Day>& days) {
  auto metadata = std::make_shared<iceberg::TableMetadata>();
  Schema stored = StorableSchema(schema);
  for (Field& field : stored.fields) field.id = -1;
  iceberg::AssignFieldIds(stored.fields, metadata->last_column_id);
  const Field* day = stored.Find("ds");
  if (day == nullptr) return InvalidArgument("table {} would have no column ds - select it", name);
  iceberg::PartitionSpec spec;
  spec.fields.push_back(
      {.source_id = day->id, .field_id = 1000, .name = day->name, .transform = "identity"});
  metadata->partition_specs.push_back(std::move(spec));
  metadata->schemas.push_back({.id = 0, .schema = std::move(stored), .json = ""});
  // Days without rows are read from there, as of any table.
  metadata->properties[iceberg::kEmptyDaysProperty] = FormatDaySet(days);
  return iceberg::Table::OpenInPlace(std::make_shared<Planned>(
      name, iceberg::TableInPlace::State{
                .metadata = std::move(metadata),
                .files = std::make_shared<const std::vector<iceberg::DataFile>>()}));
}

}  // namespace gnomon::run
