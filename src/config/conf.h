// SPDX-License-Identifier: Apache-2.0
// The config model (SPEC 1.1): every struct that Chronon's compiled JSON knows, with the names of
// that JSON. Unset is nullopt; a list or map that was set to empty is empty and present, because
// writing must give the same bytes back.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gnomon::config {

// JSON objects keep their order, since selects are printed as they were written.
template <typename T>
using OrderedMap = std::vector<std::pair<std::string, T>>;

enum class Accuracy : std::uint8_t { kTemporal = 0, kSnapshot = 1 };
enum class TimeUnit : std::uint8_t { kHours = 0, kDays = 1 };

struct Query {
  std::optional<OrderedMap<std::string>> selects;
  std::optional<std::vector<std::string>> wheres;
  std::optional<std::string> start_partition;
  std::optional<std::string> end_partition;
  std::optional<std::string> time_column;
  std::vector<std::string> setups;
  std::optional<std::string> mutation_time_column;
  std::optional<std::string> reversal_column;
  std::optional<std::string> partition_column;

  bool operator==(const Query&) const = default;
};

struct MetaData {
  std::optional<std::string> name;
  std::optional<bool> online;
  std::optional<bool> production;
  std::optional<std::string> custom_json;
  std::optional<std::vector<std::string>> dependencies;
  std::optional<OrderedMap<std::string>> table_properties;
  std::optional<std::string> output_namespace;
  std::optional<std::string> team;
  std::optional<OrderedMap<OrderedMap<std::string>>> mode_to_env_map;
  std::optional<bool> consistency_check;
  std::optional<double> sample_percent;
  std::optional<std::string> offline_schedule;
  std::optional<double> consistency_sample_percent;
  std::optional<bool> historical_backfill;
  std::optional<std::string> deprecation_date;
  std::optional<std::string> description;

  bool operator==(const MetaData&) const = default;
};

struct StagingQuery {
  MetaData meta_data;
  std::optional<std::string> query;
  std::optional<std::string> start_partition;
  std::optional<std::vector<std::string>> setups;
  std::optional<bool> create_view;

  bool operator==(const StagingQuery&) const = default;
};

struct EventSource {
  std::optional<std::string> table;
  std::optional<std::string> topic;
  std::optional<Query> query;
  std::optional<bool> is_cumulative;

  bool operator==(const EventSource&) const = default;
};

struct EntitySource {
  std::optional<std::string> snapshot_table;
  std::optional<std::string> mutation_table;
  std::optional<std::string> mutation_topic;
  std::optional<Query> query;

  bool operator==(const EntitySource&) const = default;
};

struct Join;

// The output of another Join as a source (a chain). Joins are compared by value.
struct JoinSource {
  std::shared_ptr<const Join> join;
  std::optional<Query> query;

  bool operator==(const JoinSource& other) const;
};

using Source = std::variant<EventSource, EntitySource, JoinSource>;

struct Window {
  std::int32_t length = 0;
  TimeUnit unit = TimeUnit::kDays;

  bool operator==(const Window&) const = default;
};

struct Aggregation {
  std::optional<std::string> input_column;
  std::optional<int> operation;
  std::optional<OrderedMap<std::string>> arg_map;
  std::optional<std::vector<Window>> windows;
  std::optional<std::vector<std::string>> buckets;
  std::optional<bool> element_wise;

  bool operator==(const Aggregation&) const = default;
};

struct Derivation {
  std::optional<std::string> name;
  std::optional<std::string> expression;
  std::optional<MetaData> meta_data;

  bool operator==(const Derivation&) const = default;
};

struct GroupBy {
  MetaData meta_data;
  std::vector<Source> sources;
  std::vector<std::string> key_columns;
  std::optional<std::vector<Aggregation>> aggregations;
  std::optional<Accuracy> accuracy;
  std::optional<std::string> backfill_start_date;
  std::optional<std::vector<Derivation>> derivations;
  std::optional<bool> is_incremental;

  bool operator==(const GroupBy&) const = default;
};

struct JoinPart {
  GroupBy group_by;
  std::optional<OrderedMap<std::string>> key_mapping;  // Left name -> name in the GroupBy.
  std::optional<std::string> prefix;

  bool operator==(const JoinPart&) const = default;
};

// The values of Chronon's DataKind.
enum class DataKind : std::uint8_t {
  kBoolean = 0,
  kByte,
  kShort,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kString,
  kBinary,
  kDate,
  kTimestamp,
  kMap,
  kList,
  kStruct,
};

struct DataField;

// Chronon's TDataType: a type as configs write it (external sources, models).
struct ThriftType {
  DataKind kind = DataKind::kBoolean;
  std::optional<std::vector<DataField>> params;  // Of maps, lists and structs.
  std::optional<std::string> name;               // Of structs.

  bool operator==(const ThriftType& other) const;
};

struct DataField {
  std::optional<std::string> name;
  std::optional<ThriftType> data_type;

  bool operator==(const DataField&) const = default;
};

inline bool ThriftType::operator==(const ThriftType& other) const {
  return kind == other.kind && params == other.params && name == other.name;
}

struct ExternalSourceFactoryConfig {
  std::optional<std::string> factory_name;
  std::optional<OrderedMap<std::string>> factory_params;

  bool operator==(const ExternalSourceFactoryConfig&) const = default;
};

struct ExternalSource {
  std::optional<MetaData> metadata;
  std::optional<ThriftType> key_schema;
  std::optional<ThriftType> value_schema;
  std::optional<ExternalSourceFactoryConfig> factory_config;
  std::optional<GroupBy> offline_group_by;

  bool operator==(const ExternalSource&) const = default;
};

struct ExternalPart {
  ExternalSource source;
  std::optional<OrderedMap<std::string>> key_mapping;
  std::optional<std::string> prefix;

  bool operator==(const ExternalPart&) const = default;
};

struct LabelPart {
  std::optional<std::vector<JoinPart>> labels;
  std::optional<std::int32_t> left_start_offset;
  std::optional<std::int32_t> left_end_offset;
  std::optional<MetaData> meta_data;

  bool operator==(const LabelPart&) const = default;
};

struct BootstrapPart {
  std::optional<MetaData> meta_data;
  std::optional<std::string> table;
  std::optional<Query> query;
  std::optional<std::vector<std::string>> key_columns;

  bool operator==(const BootstrapPart&) const = default;
};

// A struct that no offline computation looks into (ModelTransforms): checked, then kept as its
// compact JSON.
struct CheckedJson {
  std::string text;

  bool operator==(const CheckedJson&) const = default;
};

struct Join {
  MetaData meta_data;
  Source left;
  std::vector<JoinPart> join_parts;
  std::optional<OrderedMap<std::vector<std::string>>> skew_keys;
  std::optional<std::vector<ExternalPart>> online_external_parts;
  std::optional<LabelPart> label_part;
  std::optional<std::vector<BootstrapPart>> bootstrap_parts;
  std::optional<std::vector<std::string>> row_ids;
  std::optional<std::vector<Derivation>> derivations;
  std::optional<CheckedJson> model_transforms;

  bool operator==(const Join&) const = default;
};

inline bool JoinSource::operator==(const JoinSource& other) const {
  const bool same_join =
      join == other.join || (join != nullptr && other.join != nullptr && *join == *other.join);
  return same_join && query == other.query;
}

}  // namespace gnomon::config
