// SPDX-License-Identifier: Apache-2.0
// A value is converted first and appended when it is whole, because a later member of the same name
// replaces an earlier one.
#include "expr/json_conversion.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/parse.h"
#include "expr/datetime_text.h"
#include "expr/decimal.h"
#include "expr/json_text.h"
#include "types/arrow_mapping.h"
#include "types/java_number_text.h"
#include "types/type_names.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;
using Kind = JsonValue::Kind;

// What a JSON value became.
struct Converted {
  bool null = true;
  std::int64_t integer = 0;  // Also booleans, days and microseconds.
  double floating = 0;
  std::string text;
  DecimalBits decimal;
  std::vector<Converted> children;  // Elements, fields, or the values of `keys`.
  std::vector<std::string> keys;
};

enum class Outcome : std::uint8_t {
  kWhole,
  kPart,  // Something in it did not fit and is null or left out.
  kNothing
};

Result<Outcome> Convert(const JsonValue& json, const DataType& type, Converted* out);

Outcome Whole(Converted* out) {
  out->null = false;
  return Outcome::kWhole;
}

template <typename Int>
Result<Outcome> ConvertInteger(const JsonValue& json, Converted* out) {
  if (json.kind != Kind::kInteger) return Outcome::kNothing;
  const auto value = ParseInt(json.text);
  if (!value) return Outcome::kNothing;
  if (sizeof(Int) == 1 && *value > 127 && *value < 256)
    return Unimplemented(
        "from_json of a tinyint between 128 and 255 is not proven equal to Spark's - read it as "
        "int");
  if (*value < std::numeric_limits<Int>::min() || *value > std::numeric_limits<Int>::max())
    return Outcome::kNothing;
  out->integer = *value;
  return Whole(out);
}

Result<Outcome> ConvertFloating(const JsonValue& json, Converted* out) {
  constexpr Text kNames[] = {"NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF", "INF"};
  const bool named = std::find(std::begin(kNames), std::end(kNames), json.text) != std::end(kNames);
  const bool number = json.kind == Kind::kInteger || json.kind == Kind::kFloating;
  if (!number && !(json.kind == Kind::kString && named)) return Outcome::kNothing;
  Text text = json.text;
  if (named && text.ends_with("INF")) {
    out->floating = text.starts_with('-') ? -std::numeric_limits<double>::infinity()
                                          : std::numeric_limits<double>::infinity();
    return Whole(out);
  }
  const auto value = ParseJavaFloating<double>(text);
  if (!value) return Outcome::kNothing;
  out->floating = *value;
  return Whole(out);
}

Result<Outcome> ConvertDecimal(const JsonValue& json, const DataType& type, Converted* out) {
  std::string text = json.text;
  if (json.kind == Kind::kString) {
    std::erase(text, ',');
    // BigDecimal takes no blanks, which a cast would cut.
    if (text.find_first_not_of("0123456789+-.eE") != std::string::npos) return Outcome::kNothing;
  } else if (json.kind != Kind::kInteger && json.kind != Kind::kFloating) {
    return Outcome::kNothing;
  }
  if (!ParseSparkDecimal(text, type, &out->decimal)) return Outcome::kNothing;
  return Whole(out);
}

Result<Outcome> ConvertDate(const JsonValue& json, Converted* out) {
  if (json.kind != Kind::kString) return Outcome::kNothing;
  const auto days = ParseSparkDate(json.text);
  if (!days) return Outcome::kNothing;
  out->integer = *days;
  return Whole(out);
}

Result<Outcome> ConvertTimestamp(const JsonValue& json, Converted* out) {
  if (json.kind == Kind::kInteger) {
    const auto seconds = ParseInt(json.text);
    if (!seconds || __builtin_mul_overflow(*seconds, kMicrosInSecond, &out->integer))
      return Outcome::kNothing;
    return Whole(out);
  }
  if (json.kind != Kind::kString) return Outcome::kNothing;
  GNOMON_ASSIGN_OR_RETURN(const auto micros, ParseSparkTimestamp(json.text, false));
  if (!micros) return Outcome::kNothing;
  out->integer = *micros;
  return Whole(out);
}

Result<Outcome> ConvertList(const JsonValue& json, const DataType& element, Converted* out) {
  if (json.kind != Kind::kArray) return Outcome::kNothing;
  Outcome outcome = Whole(out);
  for (const JsonValue& value : json.elements) {
    Converted converted;
    GNOMON_ASSIGN_OR_RETURN(const Outcome of_element, Convert(value, element, &converted));
    // One that does not fit takes the array with it; of a struct its other fields stay.
    if (of_element == Outcome::kNothing) return Outcome::kNothing;
    if (of_element == Outcome::kPart) outcome = Outcome::kPart;
    out->children.push_back(std::move(converted));
  }
  return outcome;
}

Result<Outcome> ConvertMap(const JsonValue& json, const DataType& type, Converted* out) {
  if (json.kind != Kind::kObject) return Outcome::kNothing;
  Outcome outcome = Whole(out);
  for (const JsonMember& member : json.members) {
    Converted converted;
    GNOMON_ASSIGN_OR_RETURN(const Outcome of_value,
                            Convert(member.value, type.value(), &converted));
    if (of_value == Outcome::kNothing) return Outcome::kNothing;
    if (of_value == Outcome::kPart) outcome = Outcome::kPart;
    if (std::find(out->keys.begin(), out->keys.end(), member.name) != out->keys.end())
      return Unimplemented(
          "from_json of a map with a name twice is not proven equal to Spark's - read it as a "
          "struct: {}",
          member.name);
    out->keys.push_back(member.name);
    out->children.push_back(std::move(converted));
  }
  return outcome;
}

Result<Outcome> ConvertStruct(const JsonValue& json, const DataType& type, Converted* out) {
  if (json.kind != Kind::kObject) return Outcome::kNothing;
  Outcome outcome = Whole(out);
  out->children.resize(type.children.size());
  for (const JsonMember& member : json.members) {
    const auto field =
        std::find_if(type.children.begin(), type.children.end(),
                     [&](const Field& candidate) { return candidate.name == member.name; });
    if (field == type.children.end()) continue;
    Converted converted;
    GNOMON_ASSIGN_OR_RETURN(const Outcome of_field, Convert(member.value, field->type, &converted));
    if (of_field != Outcome::kWhole) outcome = Outcome::kPart;
    if (of_field != Outcome::kNothing)
      out->children[static_cast<std::size_t>(field - type.children.begin())] = std::move(converted);
  }
  return outcome;
}

Result<Outcome> ConvertText(const JsonValue& json, Converted* out) {
  if (json.kind == Kind::kString) {
    out->text = json.text;
  } else {
    AppendJson(json, JsonTarget::kBytes, &out->text);
  }
  return Whole(out);
}

Result<Outcome> Convert(const JsonValue& json, const DataType& type, Converted* out) {
  if (json.kind == Kind::kNull) return Outcome::kWhole;
  switch (type.kind) {
    case TypeKind::kBoolean:
      if (json.kind != Kind::kTrue && json.kind != Kind::kFalse) return Outcome::kNothing;
      out->integer = json.kind == Kind::kTrue ? 1 : 0;
      return Whole(out);
    case TypeKind::kByte:
      return ConvertInteger<std::int8_t>(json, out);
    case TypeKind::kShort:
      return ConvertInteger<std::int16_t>(json, out);
    case TypeKind::kInt:
      return ConvertInteger<std::int32_t>(json, out);
    case TypeKind::kLong:
      return ConvertInteger<std::int64_t>(json, out);
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return ConvertFloating(json, out);
    case TypeKind::kString:
      return ConvertText(json, out);
    case TypeKind::kDecimal:
      return ConvertDecimal(json, type, out);
    case TypeKind::kDate:
      return ConvertDate(json, out);
    case TypeKind::kTimestamp:
      return ConvertTimestamp(json, out);
    case TypeKind::kList:
      return ConvertList(json, type.element(), out);
    case TypeKind::kMap:
      return ConvertMap(json, type, out);
    default:
      return ConvertStruct(json, type, out);
  }
}

arrow::Status AppendTo(const DataType& type, const Converted& value, arrow::ArrayBuilder* builder);

template <typename Builder, typename Value>
arrow::Status AppendScalar(arrow::ArrayBuilder* builder, Value value) {
  using Stored = typename Builder::value_type;
  return static_cast<Builder*>(builder)->Append(static_cast<Stored>(value));
}

arrow::Status AppendNested(const DataType& type, const Converted& value,
                           arrow::ArrayBuilder* builder) {
  if (type.kind == TypeKind::kStruct) {
    auto* structs = static_cast<arrow::StructBuilder*>(builder);
    ARROW_RETURN_NOT_OK(structs->Append());
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      ARROW_RETURN_NOT_OK(AppendTo(type.children[i].type, value.children[i],
                                   structs->field_builder(static_cast<int>(i))));
    }
    return arrow::Status::OK();
  }
  if (type.kind == TypeKind::kMap) {
    auto* map = static_cast<arrow::MapBuilder*>(builder);
    ARROW_RETURN_NOT_OK(map->Append());
    for (std::size_t i = 0; i < value.keys.size(); ++i) {
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::StringBuilder*>(map->key_builder())->Append(value.keys[i]));
      ARROW_RETURN_NOT_OK(AppendTo(type.value(), value.children[i], map->item_builder()));
    }
    return arrow::Status::OK();
  }
  auto* list = static_cast<arrow::ListBuilder*>(builder);
  ARROW_RETURN_NOT_OK(list->Append());
  for (const Converted& element : value.children)
    ARROW_RETURN_NOT_OK(AppendTo(type.element(), element, list->value_builder()));
  return arrow::Status::OK();
}

arrow::Status AppendTo(const DataType& type, const Converted& value, arrow::ArrayBuilder* builder) {
  if (value.null) return builder->AppendNull();
  switch (type.kind) {
    case TypeKind::kBoolean:
      return static_cast<arrow::BooleanBuilder*>(builder)->Append(value.integer != 0);
    case TypeKind::kByte:
      return AppendScalar<arrow::Int8Builder>(builder, value.integer);
    case TypeKind::kShort:
      return AppendScalar<arrow::Int16Builder>(builder, value.integer);
    case TypeKind::kInt:
      return AppendScalar<arrow::Int32Builder>(builder, value.integer);
    case TypeKind::kLong:
      return AppendScalar<arrow::Int64Builder>(builder, value.integer);
    case TypeKind::kDate:
      return AppendScalar<arrow::Date32Builder>(builder, value.integer);
    case TypeKind::kTimestamp:
      return AppendScalar<arrow::TimestampBuilder>(builder, value.integer);
    case TypeKind::kFloat:
      return AppendScalar<arrow::FloatBuilder>(builder, value.floating);
    case TypeKind::kDouble:
      return AppendScalar<arrow::DoubleBuilder>(builder, value.floating);
    case TypeKind::kDecimal:
      return static_cast<arrow::Decimal128Builder*>(builder)->Append(ToArrowDecimal(value.decimal));
    case TypeKind::kString:
      return static_cast<arrow::StringBuilder*>(builder)->Append(value.text);
    default:
      return AppendNested(type, value, builder);
  }
}

// Refused: keys that are no texts, types whose JSON no answer proves, a name twice.
bool IsProven(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBinary:
    case TypeKind::kTimestampNtz:
    case TypeKind::kVoid:
      return false;
    case TypeKind::kMap:
      return type.key().kind == TypeKind::kString && IsProven(type.value());
    case TypeKind::kList:
      return IsProven(type.element());
    case TypeKind::kStruct:
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        const auto same = [&](const Field& field) { return field.name == type.children[i].name; };
        if (!IsProven(type.children[i].type) || type.children[i].name == "_corrupt_record" ||
            std::count_if(type.children.begin(), type.children.end(), same) > 1)
          return false;
      }
      return !type.children.empty();
    default:
      return true;
  }
}

Error RefuseSchema(Text text) {
  return Unimplemented(
      "this schema of from_json is not proven equal to Spark's - write columns like 'a INT, b "
      "STRING', or a struct, array or map: '{}'",
      text);
}

constexpr Text kBlanks = " \t\n\r";

void TrimBlanks(Text* text) {
  text->remove_prefix(std::min(text->find_first_not_of(kBlanks), text->size()));
  text->remove_suffix(text->size() - (text->find_last_not_of(kBlanks) + 1));
}

// The text up to a comma outside of brackets, which goes with it.
Text TakeColumn(Text* text) {
  int depth = 0;
  std::size_t at = 0;
  for (; at < text->size(); ++at) {
    const char c = (*text)[at];
    if (c == ',' && depth == 0) break;
    depth += c == '<' || c == '(' ? 1 : (c == '>' || c == ')' ? -1 : 0);
  }
  Text column = text->substr(0, at);
  text->remove_prefix(std::min(at + 1, text->size()));
  TrimBlanks(&column);
  return column;
}

// `a INT`; the name may stand in `...`.
Result<Field> ParseColumn(Text column) {
  const bool quoted = column.starts_with('`');
  const std::size_t end =
      quoted ? column.find('`', 1) : std::min(column.find_first_of(kBlanks), column.size());
  if (end == Text::npos || end == (quoted ? 1U : 0U)) return RefuseSchema(column);
  const Text name = quoted ? column.substr(1, end - 1) : column.substr(0, end);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!quoted && !plain) return RefuseSchema(column);
  Text type = column.substr(std::min(end + (quoted ? 1 : 0), column.size()));
  TrimBlanks(&type);
  auto parsed = ParseSparkTypeName(type);
  if (!parsed) return RefuseSchema(column);
  return Field{.name = std::string(name), .type = *std::move(parsed)};
}

}  // namespace

Result<DataType> ParseJsonSchema(std::string_view text) {
  if (auto type = ParseSparkTypeName(text)) {
    const bool nested = type->kind == TypeKind::kStruct || type->kind == TypeKind::kList ||
                        type->kind == TypeKind::kMap;
    if (!nested || !IsProven(*type)) return RefuseSchema(text);
    return type;
  }
  std::vector<Field> fields;
  for (Text rest = text; !rest.empty();) {
    GNOMON_ASSIGN_OR_RETURN(Field field, ParseColumn(TakeColumn(&rest)));
    fields.push_back(std::move(field));
  }
  DataType type = DataType::Struct(std::move(fields));
  if (!IsProven(type)) return RefuseSchema(text);
  return type;
}

JsonColumnBuilder::JsonColumnBuilder(const DataType& type) : type_(type) {
  builder_ = arrow::MakeBuilder(ToArrow(type)).ValueOrDie();
}

Status JsonColumnBuilder::AppendNull() {
  GNOMON_ARROW_RETURN_NOT_OK(builder_->AppendNull(), "reading JSON");
  return Ok();
}

Status JsonColumnBuilder::Append(std::string_view json) {
  JsonValue value;
  Converted converted;
  Outcome outcome = Outcome::kNothing;
  switch (ParseJson(json, {.not_a_number = true}, &value)) {
    case JsonOutcome::kEmpty:
      return AppendNull();
    case JsonOutcome::kMalformed:
      break;
    case JsonOutcome::kValue: {
      if (value.kind == Kind::kNull) break;
      // One object counts as an array of it.
      const bool one = value.kind == Kind::kObject && type_.kind == TypeKind::kList &&
                       type_.element().kind == TypeKind::kStruct;
      if (one) {
        JsonValue array{.kind = Kind::kArray, .text = {}, .elements = {}, .members = {}};
        array.elements.push_back(std::move(value));
        value = std::move(array);
      }
      GNOMON_ASSIGN_OR_RETURN(outcome, Convert(value, type_, &converted));
      break;
    }
    default:
      return Unimplemented(
          "from_json of a JSON text that is malformed inside of a nested value or a string is not "
          "proven equal to Spark's - filter it out with get_json_object(text, '$') IS NOT NULL");
  }
  if (outcome == Outcome::kNothing) {
    // Of a struct all fields are null.
    converted = {};
    converted.children.resize(type_.children.size());
    converted.null = type_.kind != TypeKind::kStruct;
  }
  GNOMON_ARROW_RETURN_NOT_OK(AppendTo(type_, converted, builder_.get()), "reading JSON");
  return Ok();
}

Result<ArrayPtr> JsonColumnBuilder::Finish() {
  GNOMON_ARROW_ASSIGN(ArrayPtr array, builder_->Finish(), "reading JSON");
  return array;
}

}  // namespace gnomon::expr
