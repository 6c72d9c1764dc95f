// SPDX-License-Identifier: Apache-2.0
// Parses schema JSON from outside. Named types are resolved to the type itself; a type that
// contains itself is refused, so every schema is a finite tree.
#include <map>
#include <nlohmann/json.hpp>

#include "avro/schema.h"
#include "avro/type_name.h"
#include "base/json_depth.h"

namespace gnomon::avro {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFixedBytesMax = 1 << 20;

class SchemaParser {
 public:
  Result<SchemaPtr> Parse(const Json& json, const std::string& enclosing, int depth) {
    if (depth > kNestingDepthMax) {
      return Corruption("an Avro schema nests deeper than {} levels", kNestingDepthMax);
    }
    if (json.is_string()) return ParseName(json.get<std::string>(), enclosing);
    if (json.is_array()) return ParseUnion(json, enclosing, depth);
    if (!json.is_object()) {
      return Corruption("an Avro schema is neither a name, an object nor a union: {}",
                        json.dump(-1, ' ', true, Json::error_handler_t::replace));
    }
    const auto type = json.find("type");
    if (type == json.end()) return Corruption("an Avro schema lacks its \"type\"");
    // {"type": {...}} and {"type": [...]} wrap another schema.
    if (!type->is_string()) return Parse(*type, enclosing, depth + 1);
    return ParseObject(json, type->get<std::string>(), enclosing, depth);
  }

 private:
  Result<SchemaPtr> ParseName(const std::string& name, const std::string& enclosing) const {
    for (const Type type : {Type::kNull, Type::kBoolean, Type::kInt, Type::kLong, Type::kFloat,
                            Type::kDouble, Type::kBytes, Type::kString}) {
      if (name == TypeName(type)) return Primitive(type);
    }
    const bool qualified = name.find('.') != std::string::npos || enclosing.empty();
    auto found = named_.find(qualified ? name : enclosing + "." + name);
    if (found == named_.end()) found = named_.find(name);
    if (found != named_.end()) return found->second;
    return Corruption("an Avro schema names a type that is not defined before: {}", name);
  }

  Result<SchemaPtr> ParseUnion(const Json& json, const std::string& enclosing, int depth) {
    auto schema = std::make_shared<Schema>();
    schema->type = Type::kUnion;
    for (const Json& branch : json) {
      GNOMON_ASSIGN_OR_RETURN(SchemaPtr parsed, Parse(branch, enclosing, depth + 1));
      if (parsed->type == Type::kUnion) return Corruption("an Avro union holds another union");
      schema->branches.push_back(std::move(parsed));
    }
    if (schema->branches.empty()) return Corruption("an Avro union has no branches");
    return schema;
  }

  Result<SchemaPtr> ParseObject(const Json& json, const std::string& type,
                                const std::string& enclosing, int depth) {
    if (type == "record" || type == "error") return ParseRecord(json, enclosing, depth);
    if (type == "enum") return ParseEnum(json, enclosing);
    if (type == "fixed") return ParseFixed(json, enclosing);
    auto schema = std::make_shared<Schema>();
    if (type == "array" || type == "map") {
      const char* key = type == "array" ? "items" : "values";
      if (!json.contains(key)) return Corruption("an Avro {} lacks its \"{}\"", type, key);
      GNOMON_ASSIGN_OR_RETURN(schema->items, Parse(json[key], enclosing, depth + 1));
      schema->type = type == "array" ? Type::kArray : Type::kMap;
      schema->attributes = AttributesOf(json, {"type", key});
      return schema;
    }
    GNOMON_ASSIGN_OR_RETURN(const SchemaPtr named, ParseName(type, enclosing));
    if (named->type == Type::kRecord || named->type == Type::kEnum || named->type == Type::kFixed) {
      return named;
    }
    schema->type = named->type;
    schema->attributes = AttributesOf(json, {"type"});
    return schema;
  }

  Result<SchemaPtr> ParseRecord(const Json& json, const std::string& enclosing, int depth) {
    auto schema = std::make_shared<Schema>();
    schema->type = Type::kRecord;
    GNOMON_RETURN_IF_ERROR(SetName(json, enclosing, *schema));
    const auto fields = json.find("fields");
    if (fields == json.end() || !fields->is_array()) {
      return Corruption("the Avro record {} lacks its \"fields\"", schema->name);
    }
    for (const Json& field : *fields) {
      auto parsed = ParseField(field, schema->name_space, depth);
      if (!parsed) return std::move(parsed).Annotate("record " + schema->name).error();
      schema->fields.push_back(*std::move(parsed));
    }
    schema->attributes =
        AttributesOf(json, {"type", "name", "namespace", "doc", "fields", "aliases"});
    return Register(std::move(schema));
  }

  Result<RecordField> ParseField(const Json& json, const std::string& enclosing, int depth) {
    if (!json.is_object() || !json.contains("name") || !json["name"].is_string() ||
        !json.contains("type")) {
      return Corruption("an Avro field lacks its \"name\" or \"type\"");
    }
    RecordField field;
    field.name = json["name"].get<std::string>();
    GNOMON_ASSIGN_OR_RETURN(field.schema, Parse(json["type"], enclosing, depth + 1));
    field.doc = TextOf(json, "doc");
    if (const auto found = json.find("default"); found != json.end()) {
      field.default_json = found->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    field.attributes = AttributesOf(json, {"name", "type", "doc", "default", "order", "aliases"});
    return field;
  }

  Result<SchemaPtr> ParseEnum(const Json& json, const std::string& enclosing) {
    auto schema = std::make_shared<Schema>();
    schema->type = Type::kEnum;
    GNOMON_RETURN_IF_ERROR(SetName(json, enclosing, *schema));
    const auto symbols = json.find("symbols");
    if (symbols == json.end() || !symbols->is_array()) {
      return Corruption("the Avro enum {} lacks its \"symbols\"", schema->name);
    }
    for (const Json& symbol : *symbols) {
      if (!symbol.is_string()) return Corruption("the Avro enum {} has a bad symbol", schema->name);
      schema->symbols.push_back(symbol.get<std::string>());
    }
    schema->attributes =
        AttributesOf(json, {"type", "name", "namespace", "doc", "symbols", "aliases"});
    return Register(std::move(schema));
  }

  Result<SchemaPtr> ParseFixed(const Json& json, const std::string& enclosing) {
    auto schema = std::make_shared<Schema>();
    schema->type = Type::kFixed;
    GNOMON_RETURN_IF_ERROR(SetName(json, enclosing, *schema));
    const auto size = json.find("size");
    if (size == json.end() || !size->is_number_unsigned() ||
        size->get<std::uint64_t>() > kFixedBytesMax) {
      return Corruption("the Avro fixed {} lacks a \"size\" up to {}", schema->name,
                        kFixedBytesMax);
    }
    schema->fixed_size = size->get<std::size_t>();
    schema->attributes =
        AttributesOf(json, {"type", "name", "namespace", "doc", "size", "aliases"});
    return Register(std::move(schema));
  }

  static std::optional<std::string> TextOf(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  }

  static Status SetName(const Json& json, const std::string& enclosing, Schema& schema) {
    const auto name = TextOf(json, "name");
    if (!name || name->empty())
      return Corruption("an Avro {} lacks its \"name\"", TypeName(schema.type));
    // A dotted name carries its namespace itself and the attribute does not count.
    const auto dot = name->rfind('.');
    schema.name = dot == std::string::npos ? *name : name->substr(dot + 1);
    schema.name_space = dot == std::string::npos ? TextOf(json, "namespace").value_or(enclosing)
                                                 : name->substr(0, dot);
    schema.doc = TextOf(json, "doc");
    return Ok();
  }

  Result<SchemaPtr> Register(std::shared_ptr<Schema> schema) {
    const std::string name =
        schema->name_space.empty() ? schema->name : schema->name_space + "." + schema->name;
    if (!named_.emplace(name, schema).second) {
      return Corruption("an Avro schema defines a type twice: {}", name);
    }
    return SchemaPtr(std::move(schema));
  }

  static std::vector<std::pair<std::string, std::string>> AttributesOf(
      const Json& json, std::initializer_list<std::string_view> own) {
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const auto& [key, value] : json.items()) {
      if (std::find(own.begin(), own.end(), key) != own.end()) continue;
      attributes.emplace_back(key, value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return attributes;
  }

  std::map<std::string, SchemaPtr> named_;
};

}  // namespace

Result<SchemaPtr> ParseSchema(std::string_view json) {
  if (JsonDepth(json) > 4 * kNestingDepthMax) {
    return Corruption("an Avro schema nests deeper than {} levels", kNestingDepthMax);
  }
  const Json tree = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (tree.is_discarded()) return Corruption("an Avro schema is not JSON: {}", json.substr(0, 80));
  return SchemaParser().Parse(tree, "", 0);
}

}  // namespace gnomon::avro
