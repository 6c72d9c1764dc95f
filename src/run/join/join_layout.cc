// SPDX-License-Identifier: Apache-2.0
#include "run/join/join_layout.h"

#include <algorithm>

#include "base/edit_distance.h"
#include "run/output_table.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

constexpr const char* kDay = "ds";
constexpr const char* kMatchedHashes = "matched_hashes";

Field Named(std::string name, DataType type) {
  return Field{.name = std::move(name), .type = std::move(type)};
}

// Appends a column, or finds it there with the same type.
Status Merge(const Field& field, const std::string& what, Schema& schema) {
  const Field* there = schema.Find(field.name);
  if (there == nullptr) {
    schema.fields.push_back(Named(field.name, field.type));
    return Ok();
  }
  if (there->type == field.type) return Ok();
  return InvalidArgument(
      "the column {} is {} on the left side and {} {} - cast one of them, or give the part a "
      "prefix",
      field.name, SparkTypeName(there->type), SparkTypeName(field.type), what);
}

Status CheckKeys(const JoinShape& shape, const PartShape& part, const PartColumns& columns,
                 const Schema& left) {
  for (const auto& [left_name, right_name] : part.keys) {
    const std::string where = shape.side->Where(part.path);
    const Field* there = left.Find(left_name);
    if (there == nullptr) {
      return InvalidArgument("the left side has no column {} for the key {} of {}: {}{}", left_name,
                             right_name, part.full_prefix, where,
                             DidYouMean(left_name, left.names()));
    }
    const Field* right = columns.keys.Find(right_name);
    if (there->type == right->type) continue;
    return InvalidArgument(
        "the key {} has two types: {} as {} on the left, {} as {} of {}: {} - cast one of them in "
        "its select",
        left_name, SparkTypeName(there->type), left_name, SparkTypeName(right->type), right_name,
        part.full_prefix, where);
  }
  return Ok();
}

Status AddValues(const JoinShape& shape, JoinLayout& layout) {
  for (std::size_t i = 0; i < shape.parts.size(); ++i) {
    const PartShape& part = shape.parts[i];
    GNOMON_RETURN_IF_ERROR(CheckKeys(shape, part, layout.parts[i], layout.left));
    for (const Field& value : layout.parts[i].values.fields) {
      const std::string name = part.column_prefix + value.name;
      if (layout.values.Find(name) != nullptr) {
        return InvalidArgument(
            "two columns of the join have the name {}: {} - give the part a prefix", name,
            shape.side->Where(part.path));
      }
      layout.values.fields.push_back(Named(name, value.type));
    }
  }
  for (const ExternalField& external : shape.external_fields) {
    GNOMON_ASSIGN_OR_RETURN(DataType type, FromThriftType(external.type));
    layout.values.fields.push_back(Named(external.name, std::move(type)));
  }
  layout.values = StorableSchema(std::move(layout.values));
  return Ok();
}

Status MakeDerivations(const JoinShape& shape, JoinLayout& layout) {
  if (!shape.join->derivations || shape.join->derivations->empty()) return Ok();
  Schema others = StorableSchema(layout.left);
  for (const ExternalField& external : shape.external_fields) {
    if (external.is_contextual && others.Find(external.contextual_key) == nullptr)
      others.fields.push_back(
          Named(external.contextual_key, layout.values.Find(external.name)->type));
  }
  GNOMON_ASSIGN_OR_RETURN(auto derivations, Derivations::Make(*shape.join->derivations, *shape.side,
                                                              layout.values, others));
  layout.derivations = std::move(derivations);
  return Ok();
}

// A column that a bootstrap part gives: its type must be that of the column it stands for.
Status CheckBootstrapped(const JoinShape& shape, const BootstrapSource& source, const Field& field,
                         const JoinLayout& layout) {
  const Field* target = layout.values.Find(field.name);
  if (target == nullptr && layout.derivations)
    target = layout.derivations->columns().Find(field.name);
  if (target == nullptr) target = layout.left.Find(field.name);
  if (target == nullptr) {
    for (const ExternalField& external : shape.external_fields) {
      if (external.is_contextual && external.contextual_key == field.name)
        target = layout.values.Find(external.name);
    }
  }
  const std::string where = shape.side->Where(source.path);
  if (target == nullptr) {
    std::vector<std::string> known = layout.values.names();
    if (layout.derivations) {
      for (const std::string& name : layout.derivations->columns().names()) known.push_back(name);
    }
    return InvalidArgument("the join does NOT have this field of a bootstrap table: {}: {}{}",
                           where, field.name, DidYouMean(field.name, known));
  }
  const Schema stored = StorableSchema(Schema{{field, *target}});
  if (stored.fields[0].type == stored.fields[1].type) return Ok();
  return InvalidArgument(
      "a bootstrap table has {} as {}, the join as {}: {} - cast it in the select of its query",
      field.name, SparkTypeName(field.type), SparkTypeName(target->type), where);
}

Status AddBootstrapped(const JoinShape& shape, const std::vector<BootstrapSource>& sources,
                       JoinLayout& layout) {
  layout.bootstrap = layout.left;
  layout.bootstrap.fields.pop_back();  // ds comes last again.
  for (const BootstrapSource& source : sources) {
    for (const std::string& name : source.columns) {
      const Field& field = *source.scan.columns().Find(name);
      // A log has columns that the join had once.
      const Status fits = CheckBootstrapped(shape, source, field, layout);
      if (!fits && source.is_log) continue;
      GNOMON_RETURN_IF_ERROR(fits);
      layout.bootstrapped.insert(name);
      GNOMON_RETURN_IF_ERROR(
          Merge(field, "in " + shape.side->Where(source.path), layout.bootstrap));
    }
    for (const std::string& key : source.keys) {
      if (layout.left.Find(key) != nullptr && source.scan.columns().Find(key) != nullptr) continue;
      return InvalidArgument(
          "a bootstrap part is matched by {}, which {} lacks: {} - select it there", key,
          layout.left.Find(key) == nullptr ? "the left side" : "its table",
          shape.side->Where(source.path));
    }
  }
  for (const ExternalField& external : shape.external_fields) {
    const Field& field = *layout.values.Find(external.name);
    GNOMON_RETURN_IF_ERROR(Merge(field, "as an external field", layout.bootstrap));
  }
  layout.bootstrap.fields.push_back(Named(kMatchedHashes, DataType::List(TypeKind::kString)));
  layout.bootstrap.fields.push_back(Named(kDay, TypeKind::kString));
  layout.bootstrap = StorableSchema(std::move(layout.bootstrap));
  return Ok();
}

Status LayOutOutput(const JoinShape& shape, JoinLayout& layout) {
  Schema& joined = layout.joined;
  joined = layout.left;
  joined.fields.pop_back();
  joined = StorableSchema(std::move(joined));
  for (const Field& value : layout.values.fields)
    GNOMON_RETURN_IF_ERROR(Merge(value, "as a feature", joined));
  layout.output = joined;
  if (layout.derivations) {
    layout.output = layout.left;
    layout.output.fields.pop_back();
    layout.output = StorableSchema(std::move(layout.output));
    const Schema derived = StorableSchema(layout.derivations->columns());
    for (const Field& field : derived.fields) {
      if (field.name == kDay) continue;
      GNOMON_RETURN_IF_ERROR(Merge(field, "as a derivation", layout.output));
      if (layout.bootstrapped.contains(field.name) && layout.values.Find(field.name) == nullptr &&
          layout.left.Find(field.name) == nullptr)
        joined.fields.push_back(Named(BootstrappedName(field.name), field.type));
    }
    for (const ExternalField& external : shape.external_fields) {
      if (external.is_contextual && joined.Find(external.contextual_key) == nullptr)
        joined.fields.push_back(
            Named(external.contextual_key, layout.values.Find(external.name)->type));
    }
  }
  joined.fields.push_back(Named(kDay, TypeKind::kString));
  layout.output.fields.push_back(Named(kDay, TypeKind::kString));
  for (Field& field : layout.output.fields) field.id = -1;
  return Ok();
}

}  // namespace

std::string BootstrappedName(const std::string& derived) { return "bootstrapped " + derived; }

Result<DataType> FromThriftType(const config::ThriftType& type) {
  constexpr TypeKind kScalars[] = {TypeKind::kBoolean, TypeKind::kByte,     TypeKind::kShort,
                                   TypeKind::kInt,     TypeKind::kLong,     TypeKind::kFloat,
                                   TypeKind::kDouble,  TypeKind::kString,   TypeKind::kBinary,
                                   TypeKind::kDate,    TypeKind::kTimestamp};
  const auto kind = static_cast<std::size_t>(type.kind);
  if (kind < std::size(kScalars)) return DataType(kScalars[kind]);
  std::vector<Field> children;
  for (const config::DataField& param : type.params.value_or(std::vector<config::DataField>())) {
    GNOMON_ASSIGN_OR_RETURN(DataType child,
                            FromThriftType(param.data_type.value_or(config::ThriftType())));
    children.push_back(Named(param.name.value_or(""), std::move(child)));
  }
  if (type.kind == config::DataKind::kMap && children.size() == 2)
    return DataType::Map(children[0].type, children[1].type);
  if (type.kind == config::DataKind::kList && children.size() == 1)
    return DataType::List(children[0].type);
  if (type.kind == config::DataKind::kStruct && !children.empty())
    return DataType::Struct(std::move(children));
  return InvalidArgument(
      "a data type has {} parameters, which its kind does not take - use "
      "DataType.MAP(key, value), LIST(elem) or STRUCT(name, *fields)",
      children.size());
}

Result<JoinLayout> LayOut(const JoinShape& shape, Schema left, std::vector<PartColumns> parts,
                          const std::vector<BootstrapSource>& bootstraps) {
  JoinLayout layout;
  layout.left = std::move(left);
  layout.parts = std::move(parts);
  GNOMON_RETURN_IF_ERROR(AddValues(shape, layout));
  GNOMON_RETURN_IF_ERROR(MakeDerivations(shape, layout));
  GNOMON_RETURN_IF_ERROR(AddBootstrapped(shape, bootstraps, layout));
  GNOMON_RETURN_IF_ERROR(LayOutOutput(shape, layout));
  return layout;
}

}  // namespace gnomon::run
