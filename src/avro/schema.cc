// SPDX-License-Identifier: Apache-2.0
// Avro schemas: constructors, and printing in the order of attributes that the Java library writes.
#include "avro/schema.h"

#include <nlohmann/json.hpp>
#include <set>

#include "avro/type_name.h"

namespace gnomon::avro {

namespace {

using Json = nlohmann::ordered_json;

std::string FullName(const Schema& schema) {
  return schema.name_space.empty() ? schema.name : schema.name_space + "." + schema.name;
}

bool IsNamed(Type type) {
  return type == Type::kRecord || type == Type::kEnum || type == Type::kFixed;
}

// Attributes and defaults are JSON text that we or the parser made, hence a bug if they are not.
Json ParseOwn(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  GNOMON_CHECK(!json.is_discarded());
  return json;
}

void AddAttributes(const std::vector<std::pair<std::string, std::string>>& attributes, Json& json) {
  for (const auto& [name, text] : attributes) json[name] = ParseOwn(text);
}

class SchemaPrinter {
 public:
  // `enclosing` is the namespace that names without one would inherit.
  Json Print(const Schema& schema, const std::string& enclosing) {
    if (schema.type == Type::kUnion) {
      Json branches = Json::array();
      for (const SchemaPtr& branch : schema.branches) branches.push_back(Print(*branch, enclosing));
      return branches;
    }
    if (IsNamed(schema.type)) return PrintNamed(schema, enclosing);
    if (schema.type != Type::kArray && schema.type != Type::kMap && schema.attributes.empty()) {
      return std::string(TypeName(schema.type));
    }
    Json json = {{"type", TypeName(schema.type)}};
    if (schema.type == Type::kArray) json["items"] = Print(*schema.items, enclosing);
    if (schema.type == Type::kMap) json["values"] = Print(*schema.items, enclosing);
    AddAttributes(schema.attributes, json);
    return json;
  }

 private:
  Json PrintNamed(const Schema& schema, const std::string& enclosing) {
    if (!printed_.insert(FullName(schema)).second) return FullName(schema);
    Json json = {{"type", TypeName(schema.type)}, {"name", schema.name}};
    if (schema.name_space != enclosing) json["namespace"] = schema.name_space;
    if (schema.doc) json["doc"] = *schema.doc;
    if (schema.type == Type::kEnum) json["symbols"] = schema.symbols;
    if (schema.type == Type::kFixed) json["size"] = schema.fixed_size;
    if (schema.type == Type::kRecord) {
      Json fields = Json::array();
      for (const RecordField& field : schema.fields) {
        fields.push_back(PrintField(field, schema.name_space));
      }
      json["fields"] = std::move(fields);
    }
    AddAttributes(schema.attributes, json);
    return json;
  }

  Json PrintField(const RecordField& field, const std::string& enclosing) {
    Json json = {{"name", field.name}, {"type", Print(*field.schema, enclosing)}};
    if (field.doc) json["doc"] = *field.doc;
    if (field.default_json) json["default"] = ParseOwn(*field.default_json);
    AddAttributes(field.attributes, json);
    return json;
  }

  std::set<std::string> printed_;
};

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Lays out as Jackson's default pretty printer: members on lines of their own, elements of arrays
// on one line, and only objects indent.
void PrintPretty(const Json& json, std::size_t depth, std::string& out) {
  if (!json.is_structured()) {
    out += Dump(json);
    return;
  }
  const bool is_object = json.is_object();
  out += is_object ? '{' : '[';
  bool first = true;
  for (auto member = json.begin(); member != json.end(); ++member) {
    if (!first) out += ',';
    first = false;
    if (is_object) {
      out += '\n';
      out.append(2 * (depth + 1), ' ');
      out += Dump(member.key()) + " : ";
    } else {
      out += ' ';
    }
    PrintPretty(*member, is_object ? depth + 1 : depth, out);
  }
  if (is_object && !first) {
    out += '\n';
    out.append(2 * depth, ' ');
  } else {
    out += ' ';
  }
  out += is_object ? '}' : ']';
}

}  // namespace

std::string_view TypeName(Type type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::string ToJson(const Schema& schema, bool pretty) {
  const Json json = SchemaPrinter().Print(schema, "");
  if (!pretty) return Dump(json);
  std::string out;
  PrintPretty(json, 0, out);
  return out;
}

SchemaPtr Primitive(Type type) {
  auto schema = std::make_shared<Schema>();
  schema->type = type;
  return schema;
}

SchemaPtr Nullable(SchemaPtr schema) {
  auto result = std::make_shared<Schema>();
  result->type = Type::kUnion;
  result->branches = {Primitive(Type::kNull), std::move(schema)};
  return result;
}

SchemaPtr ArrayOf(SchemaPtr items) {
  auto schema = std::make_shared<Schema>();
  schema->type = Type::kArray;
  schema->items = std::move(items);
  return schema;
}

SchemaPtr MapOf(SchemaPtr values) {
  auto schema = std::make_shared<Schema>();
  schema->type = Type::kMap;
  schema->items = std::move(values);
  return schema;
}

}  // namespace gnomon::avro
