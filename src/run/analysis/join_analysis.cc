// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/join_analysis.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/names.h"
#include "run/join/part_time.h"
#include "run/view_table.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

using KeyMapping = std::optional<config::OrderedMap<std::string>>;

// Chronon's DataKind as our type; of external sources.
std::optional<DataType> TypeOfThrift(const config::ThriftType& type) {
  using Kind = config::DataKind;
  const auto child = [&](std::size_t i) -> std::optional<DataType> {
    if (!type.params || type.params->size() <= i || !(*type.params)[i].data_type)
      return std::nullopt;
    return TypeOfThrift(*(*type.params)[i].data_type);
  };
  switch (type.kind) {
    case Kind::kBoolean:
      return TypeKind::kBoolean;
    case Kind::kByte:
      return TypeKind::kByte;
    case Kind::kShort:
      return TypeKind::kShort;
    case Kind::kInt:
      return TypeKind::kInt;
    case Kind::kLong:
      return TypeKind::kLong;
    case Kind::kFloat:
      return TypeKind::kFloat;
    case Kind::kDouble:
      return TypeKind::kDouble;
    case Kind::kString:
      return TypeKind::kString;
    case Kind::kBinary:
      return TypeKind::kBinary;
    case Kind::kDate:
      return TypeKind::kDate;
    case Kind::kTimestamp:
      return TypeKind::kTimestamp;
    case Kind::kList:
      if (const auto element = child(0)) return DataType::List(*element);
      return std::nullopt;
    case Kind::kMap:
      if (const auto key = child(0), value = child(1); key && value)
        return DataType::Map(*key, *value);
      return std::nullopt;
    case Kind::kStruct:
      break;
  }
  std::vector<Field> fields;
  for (std::size_t i = 0; type.params && i < type.params->size(); ++i) {
    const auto field = child(i);
    if (!field) return std::nullopt;
    fields.push_back(Field{.name = (*type.params)[i].name.value_or(""), .type = *field});
  }
  return DataType::Struct(std::move(fields));
}

Schema SchemaOfThrift(const std::optional<config::ThriftType>& type) {
  Schema schema;
  if (!type || !type->params) return schema;
  for (const config::DataField& field : *type->params) {
    const auto known = field.data_type ? TypeOfThrift(*field.data_type) : std::nullopt;
    if (known && field.name) schema.fields.push_back(Field{.name = *field.name, .type = *known});
  }
  return schema;
}

class JoinAnalyzer {
 public:
  JoinAnalyzer(RunContext& context, const config::Join& join, const config::SideFile& side,
               Findings& findings)
      : context_(context), join_(join), side_(side), findings_(findings) {}

  Result<JoinAnalysis> Run() {
    found_before_ = findings_.all().size();
    GNOMON_RETURN_IF_ERROR(AnalyzeLeft());
    for (std::size_t i = 0; i < join_.join_parts.size(); ++i) {
      const config::JoinPart& part = join_.join_parts[i];
      const std::string at = fmt::format("joinParts[{}]", i);
      GNOMON_RETURN_IF_ERROR(AddPart(part.group_by, part.key_mapping, part.prefix.value_or(""), at,
                                     at + ".groupBy",
                                     config::Sanitize(part.group_by.meta_data.name.value_or(""))));
    }
    if (join_.online_external_parts) GNOMON_RETURN_IF_ERROR(AnalyzeExternalParts());
    if (join_.bootstrap_parts) CheckBootstrapParts();
    CheckRowIds();
    Finish();
    return std::move(analysis_);
  }

 private:
  Status AnalyzeLeft() {
    GNOMON_ASSIGN_OR_RETURN(AnalyzedSource left,
                            AnalyzedSource::Make(context_, join_.left, side_, "left", findings_));
    const auto add = [&](const std::string& name, DataType type) {
      if (analysis_.left_schema.Find(name) == nullptr)
        analysis_.left_schema.fields.push_back(Field{.name = name, .type = std::move(type)});
    };
    for (const Field& field : left.selected().fields) add(field.name, field.type);
    const bool is_events = LeftKindOf(join_) == LeftKind::kEvents;
    if (is_events && left.table() != nullptr && !left.query().time_column &&
        left.selected().Find("ts") == nullptr) {
      findings_.Add("time", side_.Where("left"),
                    InvalidArgument("the left side has events and no time - set time_column"));
    }
    if (is_events && left.has_time()) add("ts", TypeKind::kLong);
    if (const Field* ts = left.selected().Find("ts");
        is_events && ts != nullptr && ts->type.kind != TypeKind::kLong) {
      findings_.Add("time", side_.Where("left"),
                    InvalidArgument("the left side's ts is {}, and must be BIGINT milliseconds - "
                                    "set time_column",
                                    SparkTypeName(ts->type)));
    }
    if (left.is_cumulative()) {
      findings_.Add("table", side_.Where("left"),
                    InvalidArgument("the left side cannot be cumulative - use a table whose "
                                    "partitions hold the events of their day"));
    }
    add("ds", TypeKind::kString);
    analysis_.left.push_back(std::move(left));
    return Ok();
  }

  // `at` is the part's place in the conf, `embedded` its GroupBy's.
  Status AddPart(const config::GroupBy& group_by, const KeyMapping& key_mapping,
                 const std::string& prefix, const std::string& at, const std::string& embedded,
                 const std::string& name) {
    analysis_.views.push_back(std::make_unique<config::SideFile>(side_.At(embedded)));
    GNOMON_ASSIGN_OR_RETURN(GroupByAnalysis part,
                            AnalyzeGroupBy(context_, group_by, *analysis_.views.back(), findings_));
    CheckKeys(part.keys, key_mapping, at);
    GNOMON_RETURN_IF_ERROR(CheckDerivations(group_by));
    const std::string full = (prefix.empty() ? "" : prefix + "_") + name;
    for (const Feature& feature : part.features) {
      Feature prefixed = feature;
      prefixed.name = full + "_" + feature.name;
      AddRight(std::move(prefixed), at);
    }
    analysis_.parts.push_back({full, std::move(part)});
    return Ok();
  }

  void AddRight(Feature feature, const std::string& at) {
    for (const Feature& known : analysis_.right) {
      if (known.name != feature.name) continue;
      findings_.Add("column", side_.Where(at),
                    InvalidArgument("two parts give the column {} - give one of them a prefix",
                                    feature.name));
      return;
    }
    if (const Field* left = analysis_.left_schema.Find(feature.name);
        left != nullptr && !(left->type == feature.type)) {
      findings_.Add(
          "column", side_.Where(at),
          InvalidArgument("the column {} is {} on the left and {} in the part - give "
                          "the part a prefix",
                          feature.name, SparkTypeName(left->type), SparkTypeName(feature.type)));
    }
    analysis_.right.push_back(std::move(feature));
  }

  // What passes through may have a `ts` of its own.
  Status CheckDerivations(const config::GroupBy& group_by) {
    if (!group_by.derivations || !group_by.aggregations || group_by.aggregations->empty())
      return Ok();
    const bool left_is_events = LeftKindOf(join_) == LeftKind::kEvents;
    const auto missing = MissingTimeOf(MatchOf(group_by, left_is_events), left_is_events);
    GNOMON_ASSIGN_OR_RETURN(const auto where,
                            PlaceOfTimeUse(*group_by.derivations, *analysis_.views.back()));
    if (missing && where) findings_.Add("derivation", *where, TimeIsMissing(*missing));
    return Ok();
  }

  void CheckKeys(const Schema& keys, const KeyMapping& key_mapping, const std::string& at) {
    for (const Field& key : keys.fields) {
      std::string left_name = key.name;
      if (key_mapping) {
        for (const auto& [left, right] : *key_mapping) {
          if (right == key.name) left_name = left;
        }
      }
      const Field* left = analysis_.left_schema.Find(left_name);
      if (analysis_.left.front().table() == nullptr) continue;
      if (left == nullptr) {
        findings_.Add(
            "key", side_.Where(at),
            InvalidArgument("the left side has no column {}, by which the part is joined - select "
                            "it on the left, or map it in key_mapping",
                            left_name));
        continue;
      }
      if (analysis_.keys.Find(left_name) == nullptr)
        analysis_.keys.fields.push_back(Field{.name = left_name, .type = left->type});
      if (left->type == key.type) continue;
      findings_.Add("key", side_.Where(at),
                    InvalidArgument("the key {} is {} on the left and {} in the part - cast one "
                                    "of them",
                                    left_name, SparkTypeName(left->type), SparkTypeName(key.type)));
    }
    if (!key_mapping) return;
    for (const auto& [left, right] : *key_mapping) {
      if (keys.Find(right) != nullptr || keys.fields.empty()) continue;
      findings_.Add("key", side_.Where(at + ".keyMapping"),
                    InvalidArgument("key_mapping maps {} to {}, which is no key of the part - its "
                                    "keys are {}",
                                    left, right, fmt::join(keys.names(), ", ")));
    }
  }

  Status AnalyzeExternalParts() {
    for (std::size_t i = 0; i < join_.online_external_parts->size(); ++i) {
      const config::ExternalPart& part = (*join_.online_external_parts)[i];
      const std::string at = fmt::format("onlineExternalParts[{}]", i);
      const std::string name =
          config::Sanitize(part.source.metadata ? part.source.metadata->name.value_or("") : "");
      const Schema values = SchemaOfThrift(part.source.value_schema);
      if (part.source.offline_group_by) {
        const std::string prefix = part.prefix.value_or("");
        GNOMON_RETURN_IF_ERROR(AddPart(*part.source.offline_group_by, part.key_mapping,
                                       "ext" + (prefix.empty() ? "" : "_" + prefix), at,
                                       at + ".source.offlineGroupBy", name));
        CheckExternal(SchemaOfThrift(part.source.key_schema), analysis_.parts.back().group_by.keys,
                      "keySchema", at);
        Schema offline;
        for (const Feature& feature : analysis_.parts.back().group_by.features)
          offline.fields.push_back(Field{.name = feature.name, .type = feature.type});
        CheckExternal(values, offline, "valueSchema", at);
        continue;
      }
      const bool is_contextual = name == "contextual";
      const std::string full = is_contextual || !part.prefix || part.prefix->empty()
                                   ? "ext_" + name
                                   : "ext_" + *part.prefix + "_" + name;
      for (const Field& field : values.fields) {
        AddRight({.name = full + "_" + field.name, .type = field.type, .group_by = name}, at);
      }
    }
    return Ok();
  }

  // What an external source says of itself against its offline GroupBy.
  void CheckExternal(const Schema& said, const Schema& offline, const char* field,
                     const std::string& at) {
    const std::string where = side_.Where(at + ".source." + field);
    for (const Field& one : said.fields) {
      const Field* other = offline.Find(one.name);
      if (other == nullptr) {
        findings_.Add("external", where,
                      InvalidArgument("the offline GroupBy does not give {}, which the external "
                                      "source has - add it, or take it out of the schema",
                                      one.name));
      } else if (!(other->type == one.type)) {
        findings_.Add(
            "external", where,
            InvalidArgument("{} is {} in the external source and {} in its offline "
                            "GroupBy - make them the same",
                            one.name, SparkTypeName(one.type), SparkTypeName(other->type)));
      }
    }
    for (const Field& one : offline.fields) {
      if (said.Find(one.name) != nullptr) continue;
      findings_.Add("external", where,
                    InvalidArgument("the external source does not have {}, which its offline "
                                    "GroupBy gives - add it to the schema",
                                    one.name));
    }
  }

  void CheckBootstrapParts() {
    for (std::size_t i = 0; i < join_.bootstrap_parts->size(); ++i) {
      const config::BootstrapPart& part = (*join_.bootstrap_parts)[i];
      const std::string where = side_.Where(fmt::format("bootstrapParts[{}].table", i));
      const std::string table = part.table.value_or("");
      const auto name = catalog::ParseTableName(table.substr(0, table.find('/')));
      if (!name) {
        findings_.Add("table", where, name.error());
        continue;
      }
      if (const auto loaded = LoadTableOrView(context_, *name); !loaded)
        findings_.Add("table", where, loaded.error());
    }
  }

  void CheckRowIds() {
    if (!join_.row_ids || analysis_.left.front().table() == nullptr) return;
    for (std::size_t i = 0; i < join_.row_ids->size(); ++i) {
      const std::string& id = (*join_.row_ids)[i];
      if (analysis_.left_schema.Find(id) != nullptr) continue;
      findings_.Add("key", side_.Where(fmt::format("rowIds[{}]", i)),
                    InvalidArgument("the left side has no column {}, which is a row id - select "
                                    "it on the left",
                                    id));
    }
  }

  void Finish() {
    analysis_.features = analysis_.right;
    if (join_.derivations && !join_.derivations->empty()) {
      // As in a GroupBy: the parts' faults first.
      Findings follow;
      Findings& derived = findings_.all().size() == found_before_ ? findings_ : follow;
      analysis_.features = WithDerivations(*join_.derivations, side_, analysis_.right,
                                           analysis_.left_schema, derived);
    }
    for (const Field& field : analysis_.left_schema.fields) {
      if (field.name != "ds") analysis_.output.fields.push_back(field);
    }
    for (const Feature& feature : analysis_.features) {
      if (analysis_.output.Find(feature.name) == nullptr)
        analysis_.output.fields.push_back(Field{.name = feature.name, .type = feature.type});
    }
    analysis_.output.fields.push_back(Field{.name = "ds", .type = TypeKind::kString});
  }

  RunContext& context_;
  const config::Join& join_;
  const config::SideFile& side_;
  Findings& findings_;
  std::size_t found_before_ = 0;
  JoinAnalysis analysis_;
};

}  // namespace

LeftKind LeftKindOf(const config::Join& join) {
  return std::holds_alternative<config::EntitySource>(join.left) ? LeftKind::kEntities
                                                                 : LeftKind::kEvents;
}

Result<JoinAnalysis> AnalyzeJoin(RunContext& context, const config::Join& join,
                                 const config::SideFile& side, Findings& findings) {
  return JoinAnalyzer(context, join, side, findings).Run();
}

void CheckAvailability(const JoinAnalysis& analysis, LeftKind left, Day first,
                       const config::SideFile& side, Findings& findings) {
  for (std::size_t i = 0; i < analysis.parts.size(); ++i) {
    CheckAvailability(analysis.parts[i].group_by, left, first,
                      side.Where(fmt::format("joinParts[{}]", i)), findings);
  }
}

}  // namespace gnomon::run
