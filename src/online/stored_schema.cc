// SPDX-License-Identifier: Apache-2.0
// Every stored field is the union of null and one type; shorts and bytes are ints with a logical
// type (SPEC 7.3).
#include "online/stored_schema.h"

#include "codec/record_schema.h"

namespace gnomon::online {
namespace {

// What a nullable schema holds when it is not null; a schema that is no union holds itself.
const avro::Schema& NotNull(const avro::Schema& schema) {
  if (schema.type != avro::Type::kUnion) return schema;
  for (const avro::SchemaPtr& branch : schema.branches) {
    if (branch->type != avro::Type::kNull) return *branch;
  }
  return schema;
}

TypeKind IntKindOf(const avro::Schema& schema) {
  for (const auto& [name, text] : schema.attributes) {
    if (name == "logicalType" && text == "\"short\"") return TypeKind::kShort;
    if (name == "logicalType" && text == "\"byte\"") return TypeKind::kByte;
  }
  return TypeKind::kInt;
}

Result<DataType> TypeOf(const avro::Schema& nullable) {
  const avro::Schema& schema = NotNull(nullable);
  switch (schema.type) {
    case avro::Type::kBoolean:
      return DataType(TypeKind::kBoolean);
    case avro::Type::kInt:
      return DataType(IntKindOf(schema));
    case avro::Type::kLong:
      return DataType(TypeKind::kLong);
    case avro::Type::kFloat:
      return DataType(TypeKind::kFloat);
    case avro::Type::kDouble:
      return DataType(TypeKind::kDouble);
    case avro::Type::kString:
      return DataType(TypeKind::kString);
    case avro::Type::kBytes:
      return DataType(TypeKind::kBinary);
    case avro::Type::kArray: {
      GNOMON_ASSIGN_OR_RETURN(DataType element, TypeOf(*schema.items));
      return DataType::List(std::move(element));
    }
    case avro::Type::kMap: {
      GNOMON_ASSIGN_OR_RETURN(DataType value, TypeOf(*schema.items));
      return DataType::Map(TypeKind::kString, std::move(value));
    }
    case avro::Type::kRecord: {
      GNOMON_ASSIGN_OR_RETURN(Schema fields, FieldsOf(schema));
      return DataType::Struct(std::move(fields.fields));
    }
    default:
      return Corruption(
          "a stored schema has a type that is never written: {} - run the upload again",
          schema.name);
  }
}

}  // namespace

Result<Schema> FieldsOf(const avro::Schema& record) {
  if (record.type != avro::Type::kRecord) {
    return Corruption("a stored schema is not a record: online store - run the upload again");
  }
  Schema schema;
  for (const avro::RecordField& field : record.fields) {
    GNOMON_ASSIGN_OR_RETURN(DataType type, TypeOf(*field.schema));
    schema.fields.push_back(
        Field{.name = std::string(codec::CleanName(field.name)), .type = std::move(type)});
  }
  return schema;
}

}  // namespace gnomon::online
