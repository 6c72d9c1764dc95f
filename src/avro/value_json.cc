// SPDX-License-Identifier: Apache-2.0
// Prints decoded data as Avro's JSON encoding, which names the branch of each union.
#include "avro/value_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "avro/type_name.h"

namespace gnomon::avro {

namespace {

// Java switches to scientific notation outside of 1e-3 <= |value| < 1e7.
template <typename T>
std::string JavaTextOf(T value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  std::array<char, 64> buffer;
  const T magnitude = std::fabs(value);
  const bool plain = magnitude >= static_cast<T>(1e-3) && magnitude < static_cast<T>(1e7);
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(buffer.data(), end);
  if (plain) return text.find('.') == std::string::npos ? text + ".0" : text;
  const std::size_t exponent_at = text.find('e');
  std::string digits = text.substr(0, exponent_at);
  if (digits.find('.') == std::string::npos) digits += ".0";
  std::size_t exponent = exponent_at + 1;
  const bool negative = text[exponent] == '-';
  exponent = text.find_first_not_of("+-0", exponent);
  return digits + "E" + (negative ? "-" : "") + text.substr(exponent);
}

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Bytes are printed as the characters of ISO 8859-1, each one byte.
void AppendBytes(std::string_view bytes, std::string& out) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xc0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  AppendQuoted(text, out);
}

std::string BranchName(const Schema& schema) {
  if (schema.name.empty()) return std::string(TypeName(schema.type));
  return schema.name_space.empty() ? schema.name : schema.name_space + "." + schema.name;
}

std::string_view Separator(bool& first) { return std::exchange(first, false) ? "" : ","; }

void Print(const Schema& schema, const Value& value, std::string& out);

// REQUIRES: `value` was decoded with `schema`, in which every union is ["null", T]: the branch is
// known.
void PrintUnion(const Schema& schema, const Value& value, std::string& out) {
  if (value.is_null()) {
    out += "null";
    return;
  }
  const Schema& branch = *schema.branches[schema.branches[0]->type == Type::kNull ? 1 : 0];
  out += '{';
  AppendQuoted(BranchName(branch), out);
  out += ':';
  Print(branch, value, out);
  out += '}';
}

void PrintContainer(const Schema& schema, const Value& value, std::string& out) {
  bool first = true;
  if (schema.type == Type::kArray) {
    out += '[';
    for (const Value& item : std::get<Values>(value.data)) {
      out += Separator(first);
      Print(*schema.items, item, out);
    }
    out += ']';
    return;
  }
  out += '{';
  if (schema.type == Type::kMap) {
    for (const auto& [key, item] : std::get<MapEntries>(value.data)) {
      out += Separator(first);
      AppendQuoted(key, out);
      out += ':';
      Print(*schema.items, item, out);
    }
  } else {
    const Values& values = std::get<Values>(value.data);
    for (std::size_t i = 0; i < values.size(); ++i) {
      out += Separator(first);
      AppendQuoted(schema.fields[i].name, out);
      out += ':';
      Print(*schema.fields[i].schema, values[i], out);
    }
  }
  out += '}';
}

// Java's JSON writer quotes what is no JSON number.
template <typename T>
void AppendNumber(T value, std::string& out) {
  if (std::isfinite(value)) {
    out += JavaText(value);
  } else {
    AppendQuoted(JavaText(value), out);
  }
}

void Print(const Schema& schema, const Value& value, std::string& out) {
  switch (schema.type) {
    case Type::kNull:
      out += "null";
      return;
    case Type::kBoolean:
      out += std::get<bool>(value.data) ? "true" : "false";
      return;
    case Type::kInt:
    case Type::kLong:
      out += std::to_string(std::get<std::int64_t>(value.data));
      return;
    case Type::kFloat:
      return AppendNumber(std::get<float>(value.data), out);
    case Type::kDouble:
      return AppendNumber(std::get<double>(value.data), out);
    case Type::kString:
      return AppendQuoted(std::get<std::string>(value.data), out);
    case Type::kBytes:
    case Type::kFixed:
      return AppendBytes(std::get<std::string>(value.data), out);
    case Type::kEnum:
      return AppendQuoted(
          schema.symbols[static_cast<std::size_t>(std::get<std::int64_t>(value.data))], out);
    case Type::kUnion:
      return PrintUnion(schema, value, out);
    case Type::kRecord:
    case Type::kArray:
    case Type::kMap:
      return PrintContainer(schema, value, out);
  }
}

// Whether every union in the schema is of null and one other type, so that a value tells its
// branch.
bool HasOnlyNullableUnions(const Schema& schema) {
  if (schema.type == Type::kUnion) {
    if (schema.branches.size() != 2) return false;
    const bool null_first = schema.branches[0]->type == Type::kNull;
    const bool null_second = schema.branches[1]->type == Type::kNull;
    if (null_first == null_second) return false;
    return HasOnlyNullableUnions(*schema.branches[null_first ? 1 : 0]);
  }
  if (schema.items != nullptr) return HasOnlyNullableUnions(*schema.items);
  return std::all_of(schema.fields.begin(), schema.fields.end(),
                     [](const RecordField& field) { return HasOnlyNullableUnions(*field.schema); });
}

}  // namespace

Result<std::string> DatumToJson(const Schema& schema, std::string_view bytes) {
  if (!HasOnlyNullableUnions(schema)) {
    return Unimplemented("printing Avro data as JSON: a union other than of null and one type");
  }
  BinaryReader reader(bytes);
  GNOMON_ASSIGN_OR_RETURN(const Value value, Decode(schema, reader));
  if (reader.remaining() != 0) {
    return Corruption("Avro data has {} bytes too many", reader.remaining());
  }
  std::string out;
  Print(schema, value, out);
  return out;
}

std::string JavaText(double value) { return JavaTextOf(value); }
std::string JavaText(float value) { return JavaTextOf(value); }

}  // namespace gnomon::avro
