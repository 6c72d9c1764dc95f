// SPDX-License-Identifier: Apache-2.0
#include "codec/record_schema.h"

#include <set>

#include "types/type_names.h"

namespace gnomon::codec {

namespace {

constexpr std::string_view kNamespace = "ai.chronon.data";
constexpr std::string_view kRepeatedMark = "_REPEATED_NAME_";

std::string Capitalized(std::string name) {
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') {
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
  }
  return name;
}

avro::SchemaPtr IntWithLogicalType(std::string_view logical_type) {
  auto schema = std::make_shared<avro::Schema>();
  schema->type = avro::Type::kInt;
  schema->attributes = {{"logicalType", fmt::format("\"{}\"", logical_type)}};
  return schema;
}

class SchemaBuilder {
 public:
  // Names are taken depth first: the record, then each field before its type.
  Result<avro::SchemaPtr> Record(std::string_view name, const std::vector<Field>& fields) {
    auto record = std::make_shared<avro::Schema>();
    record->type = avro::Type::kRecord;
    record->name = Unique(name);
    record->name_space = kNamespace;
    record->doc = "";
    for (const Field& field : fields) {
      std::string field_name = Unique(field.name);
      GNOMON_ASSIGN_OR_RETURN(avro::SchemaPtr type, Type(field.type, field.name));
      record->fields.push_back(
          {.name = std::move(field_name), .schema = avro::Nullable(std::move(type)), .doc = ""});
    }
    return avro::SchemaPtr(std::move(record));
  }

 private:
  // `path` is the column's name, grown by Element and Value, of which structs take theirs.
  Result<avro::SchemaPtr> Type(const DataType& type, const std::string& path) {
    switch (type.kind) {
      case TypeKind::kBoolean:
        return avro::Primitive(avro::Type::kBoolean);
      case TypeKind::kByte:
        return IntWithLogicalType("byte");
      case TypeKind::kShort:
        return IntWithLogicalType("short");
      case TypeKind::kInt:
        return avro::Primitive(avro::Type::kInt);
      case TypeKind::kLong:
        return avro::Primitive(avro::Type::kLong);
      case TypeKind::kFloat:
        return avro::Primitive(avro::Type::kFloat);
      case TypeKind::kDouble:
        return avro::Primitive(avro::Type::kDouble);
      case TypeKind::kString:
        return avro::Primitive(avro::Type::kString);
      case TypeKind::kBinary:
        return avro::Primitive(avro::Type::kBytes);
      case TypeKind::kList: {
        GNOMON_ASSIGN_OR_RETURN(avro::SchemaPtr items,
                                Type(type.element(), Capitalized(path) + "Element"));
        return avro::ArrayOf(std::move(items));
      }
      case TypeKind::kMap: {
        if (type.key().kind != TypeKind::kString) break;
        GNOMON_ASSIGN_OR_RETURN(avro::SchemaPtr values,
                                Type(type.value(), Capitalized(path) + "Value"));
        return avro::MapOf(std::move(values));
      }
      case TypeKind::kStruct:
        return Record(Capitalized(path) + "Struct", type.children);
      default:
        break;
    }
    return InvalidArgument(
        "Cannot convert chronon type to Avro: column {} - cast it to a number or a string: {}",
        path, SparkTypeName(type));
  }

  std::string Unique(std::string_view name) {
    const std::string base = SanitizeName(name);
    std::string unique = base;
    for (int i = 0; !taken_.insert(unique).second; ++i) {
      unique = fmt::format("{}{}{}", base, kRepeatedMark, i);
    }
    return unique;
  }

  std::set<std::string> taken_;
};

}  // namespace

Result<avro::SchemaPtr> RecordSchema(const std::string& record_name,
                                     const std::vector<Field>& fields) {
  return SchemaBuilder().Record(record_name, fields);
}

std::string_view CleanName(std::string_view name) {
  return name.substr(0, name.find(kRepeatedMark));
}

std::string SanitizeName(std::string_view name) {
  std::string clean(name);
  for (char& c : clean) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!kept) c = '_';
  }
  return clean;
}

}  // namespace gnomon::codec
