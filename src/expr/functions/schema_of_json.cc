// SPDX-License-Identifier: Apache-2.0
// schema_of_json('{"a": 1}') of a constant: the type that Spark infers for it, as from_json takes
// it.
#include <algorithm>
#include <optional>

#include "base/ascii_case.h"
#include "base/parse.h"
#include "expr/code_points.h"
#include "expr/compute_call.h"
#include "expr/decimal.h"
#include "expr/functions/all.h"
#include "expr/json_text.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Kind = JsonValue::Kind;

const DataType kText(TypeKind::kString);
const DataType kLong(TypeKind::kLong);
const DataType kDouble(TypeKind::kDouble);

Error Unproven(Text what) {
  return Unimplemented("schema_of_json of {} is not proven equal to Spark's - write the schema",
                       what);
}

using Common = std::optional<DataType>;

// Where structs have the same names but for the case of letters, the first ones' stay.
Common TightestStruct(const DataType& a, const DataType& b);

// findTightestCommonType of what JSON values have: void, boolean, bigint, decimals of no scale,
// double, string, arrays and structs.
Common Tightest(const DataType& a, const DataType& b) {
  if (a == b) return a;
  if (a.kind == TypeKind::kVoid) return b;
  if (b.kind == TypeKind::kVoid) return a;
  const auto are = [&](TypeKind one, TypeKind other) {
    return (a.kind == one && b.kind == other) || (a.kind == other && b.kind == one);
  };
  if (are(TypeKind::kLong, TypeKind::kDouble)) return kDouble;
  if (are(TypeKind::kLong, TypeKind::kDecimal)) {
    const DataType& decimal = a.kind == TypeKind::kDecimal ? a : b;
    if (decimal.precision >= DecimalOf(kLong).precision) return decimal;
    return std::nullopt;
  }
  if (a.kind != b.kind) return std::nullopt;
  if (a.kind == TypeKind::kStruct) return TightestStruct(a, b);
  if (a.kind != TypeKind::kList) return std::nullopt;
  const Common element = Tightest(a.element(), b.element());
  return element ? Common(DataType::List(*element)) : std::nullopt;
}

Common TightestStruct(const DataType& a, const DataType& b) {
  if (a.children.size() != b.children.size()) return std::nullopt;
  std::vector<Field> fields;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    const Field& field = a.children[i];
    if (AsciiLower(field.name) != AsciiLower(b.children[i].name)) return std::nullopt;
    const Common common = Tightest(field.type, b.children[i].type);
    if (!common) return std::nullopt;
    fields.push_back({field.name, *common});
  }
  return DataType::Struct(std::move(fields));
}

DataType Compatible(const DataType& a, const DataType& b);

// Both are ordered by name.
DataType MergedStruct(const DataType& a, const DataType& b) {
  std::vector<Field> fields;
  auto left = a.children.begin();
  auto right = b.children.begin();
  while (left != a.children.end() || right != b.children.end()) {
    const bool only_left =
        right == b.children.end() || (left != a.children.end() && left->name < right->name);
    const bool only_right =
        left == a.children.end() || (right != b.children.end() && right->name < left->name);
    if (only_left) {
      fields.push_back(*left++);
    } else if (only_right) {
      fields.push_back(*right++);
    } else {
      fields.push_back({left->name, Compatible(left->type, right->type)});
      ++left;
      ++right;
    }
  }
  return DataType::Struct(std::move(fields));
}

// Whole numbers beyond bigint: neither has a scale.
DataType CompatibleDecimal(const DataType& a, const DataType& b) {
  return DataType::Decimal(std::max(DecimalOf(a).precision, DecimalOf(b).precision), 0);
}

DataType Compatible(const DataType& a, const DataType& b) {
  if (const Common common = Tightest(a, b)) return *common;
  const auto is_whole = [](const DataType& type) {
    return type.kind == TypeKind::kDecimal || type.kind == TypeKind::kLong;
  };
  const auto is_number = [&](const DataType& type) {
    return is_whole(type) || type.kind == TypeKind::kDouble;
  };
  if (is_whole(a) && is_whole(b)) return CompatibleDecimal(a, b);
  if (is_number(a) && is_number(b)) return kDouble;
  if (a.kind == TypeKind::kStruct && b.kind == TypeKind::kStruct) return MergedStruct(a, b);
  if (a.kind == TypeKind::kList && b.kind == TypeKind::kList)
    return DataType::List(Compatible(a.element(), b.element()));
  return kText;
}

DataType Inferred(const JsonValue& value);

DataType InferredInteger(Text digits) {
  if (ParseInt(digits)) return kLong;
  const auto count = static_cast<int>(digits.size() - (digits.starts_with('-') ? 1 : 0));
  return count <= kDecimalDigitsMax ? DataType::Decimal(count, 0) : kDouble;
}

DataType InferredObject(const JsonValue& value) {
  std::vector<Field> fields;
  for (const JsonMember& member : value.members)
    fields.push_back({member.name, Inferred(member.value)});
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return a.name < b.name; });
  return DataType::Struct(std::move(fields));
}

DataType Inferred(const JsonValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return TypeKind::kVoid;
    case Kind::kFalse:
    case Kind::kTrue:
      return TypeKind::kBoolean;
    case Kind::kInteger:
      return InferredInteger(value.text);
    case Kind::kFloating:
      return kDouble;
    case Kind::kString:  // An empty text counts as NULL.
      return value.text.empty() ? DataType(TypeKind::kVoid) : kText;
    case Kind::kObject:
      return InferredObject(value);
    case Kind::kArray:
      break;
  }
  DataType element(TypeKind::kVoid);
  for (const JsonValue& item : value.elements) element = Compatible(element, Inferred(item));
  return DataType::List(std::move(element));
}

// Without structs that have no field, and fields without a name; what was only ever NULL is a
// string. nullopt: nothing stays.
std::optional<DataType> Canonical(const DataType& type) {
  if (type.kind == TypeKind::kVoid) return kText;
  if (type.kind == TypeKind::kList) {
    auto element = Canonical(type.element());
    if (!element) return std::nullopt;
    return DataType::List(*std::move(element));
  }
  if (type.kind != TypeKind::kStruct) return type;
  std::vector<Field> fields;
  for (const Field& field : type.children) {
    auto child = Canonical(field.type);
    if (child && !field.name.empty()) fields.push_back({field.name, *std::move(child)});
  }
  if (fields.empty()) return std::nullopt;
  return DataType::Struct(std::move(fields));
}

// A struct, or an array of them, stays where it has no fields.
DataType CanonicalRoot(const DataType& type) {
  const DataType nothing = DataType::Struct({});
  if (type.kind == TypeKind::kStruct) return Canonical(type).value_or(nothing);
  if (type.kind == TypeKind::kList && type.element().kind == TypeKind::kStruct)
    return DataType::List(Canonical(type.element()).value_or(nothing));
  return Canonical(type).value_or(kText);
}

// A name that is no plain word stands in backquotes.
std::string Quoted(const std::string& name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool plain = std::all_of(name.begin(), name.end(), [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (plain && !std::all_of(name.begin(), name.end(), is_digit)) return name;
  std::string quoted = "`";
  for (const char c : name) quoted.append(c == '`' ? 2 : 1, c);
  return quoted + "`";
}

// As Spark's DataType.sql has it.
std::string InCapitals(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kLong:
      return "BIGINT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return fmt::format("DECIMAL({},{})", type.precision, type.scale);
    case TypeKind::kList:
      return fmt::format("ARRAY<{}>", InCapitals(type.element()));
    case TypeKind::kStruct:
      break;
    default:
      return "STRING";
  }
  std::string fields;
  for (const Field& field : type.children)
    fields += fmt::format("{}{}: {}", fields.empty() ? "" : ", ", Quoted(field.name),
                          InCapitals(field.type));
  return fmt::format("STRUCT<{}>", fields);
}

// Java compares names by halves of characters, and folds the case of letters of every script.
bool HasOnlyPlainNames(const JsonValue& value) {
  return std::all_of(value.members.begin(), value.members.end(),
                     [](const JsonMember& member) {
                       return IsAscii(member.name) && HasOnlyPlainNames(member.value);
                     }) &&
         std::all_of(value.elements.begin(), value.elements.end(), &HasOnlyPlainNames);
}

Result<std::string> SchemaOf(Text json) {
  JsonValue value;
  switch (ParseJson(json, {.not_a_number = true}, &value)) {
    case JsonOutcome::kValue:
    case JsonOutcome::kEmpty:
      break;
    case JsonOutcome::kUnproven:
      return Unproven("half a character or a deep nesting");
    default:
      return InvalidArgument("schema_of_json: its text is not JSON - correct it: '{}'", json);
  }
  const bool nested = value.kind == Kind::kObject || value.kind == Kind::kArray;
  // Jackson wants a blank behind a single number or word.
  if (!nested && value.kind != Kind::kString && json.find_first_of(",]}:") != Text::npos)
    return Unproven("a single value with more behind it");
  if (!HasOnlyPlainNames(value)) return Unproven("names beyond ASCII");
  return InCapitals(CanonicalRoot(Inferred(value)));
}

Result<BoundFunction> BindSchemaOfJson(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.size() == 2) return Unproven("a text with options");
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, arguments[0], "JSON text"));
  GNOMON_ASSIGN_OR_RETURN(const std::string schema, SchemaOf(text));
  return Constant(kText, std::make_shared<arrow::StringScalar>(schema));
}

}  // namespace

const ScalarFunction kSchemaOfJson{"schema_of_json", "the schema of a constant JSON text",
                                   &BindSchemaOfJson};

}  // namespace gnomon::expr::functions
