// SPDX-License-Identifier: Apache-2.0
#include "types/type_names.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/parse.h"
#include "types/interval_type.h"

namespace gnomon {

namespace {

constexpr std::array<ScalarTypeNames, 13> kScalarTypes = {{
    {TypeKind::kVoid, "void", "", "\"NULL\"", "null", -1},
    {TypeKind::kBoolean, "boolean", "boolean", "BOOLEAN", "boolean", 0},
    {TypeKind::kByte, "tinyint", "int", "TINYINT", "int", 1},
    {TypeKind::kShort, "smallint", "int", "SMALLINT", "int", 2},
    {TypeKind::kInt, "int", "int", "INTEGER", "int", 3},
    {TypeKind::kLong, "bigint", "long", "BIGINT", "long", 4},
    {TypeKind::kFloat, "float", "float", "FLOAT", "float", 5},
    {TypeKind::kDouble, "double", "double", "DOUBLE", "double", 6},
    {TypeKind::kString, "string", "string", "VARCHAR", "string", 7},
    {TypeKind::kBinary, "binary", "binary", "BLOB", "bytes", 8},
    {TypeKind::kDate, "date", "date", "DATE", "", 9},
    {TypeKind::kTimestamp, "timestamp", "timestamptz", "TIMESTAMP WITH TIME ZONE", "", 10},
    {TypeKind::kTimestampNtz, "timestamp_ntz", "timestamp", "TIMESTAMP", "", -1},
}};

constexpr std::array<std::pair<std::string_view, TypeKind>, 8> kSparkAliases = {{
    {"bool", TypeKind::kBoolean},
    {"byte", TypeKind::kByte},
    {"short", TypeKind::kShort},
    {"integer", TypeKind::kInt},
    {"long", TypeKind::kLong},
    {"real", TypeKind::kFloat},
    {"varchar", TypeKind::kString},
    {"timestamp_ltz", TypeKind::kTimestamp},
}};

constexpr int kDepthMax = 32;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Recursive descent over `array<map<string,decimal(10,2)>>`.
class SparkTypeParser {
 public:
  explicit SparkTypeParser(std::string_view text) : text_(text) {}

  Result<DataType> ParseAll() {
    GNOMON_ASSIGN_OR_RETURN(DataType type, Parse(0));
    SkipSpace();
    if (position_ != text_.size()) return Malformed();
    return type;
  }

 private:
  Error Malformed() const { return InvalidArgument("'{}' is not a type of Spark's", text_); }

  void SkipSpace() {
    while (position_ < text_.size() && IsBlank(text_[position_])) ++position_;
  }

  bool Take(char expected) {
    SkipSpace();
    if (position_ >= text_.size() || text_[position_] != expected) return false;
    ++position_;
    return true;
  }

  std::string_view Word() {
    SkipSpace();
    const std::size_t begin = position_;
    while (position_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[position_])) != 0 ||
            text_[position_] == '_')) {
      ++position_;
    }
    return text_.substr(begin, position_ - begin);
  }

  // A word, or anything between backquotes, where two of them stand for one.
  std::string FieldName() {
    if (!Take('`')) return std::string(Word());
    std::string name;
    while (position_ < text_.size()) {
      const char c = text_[position_++];
      if (c == '`' && !text_.substr(position_).starts_with('`')) return name;
      if (c == '`') ++position_;
      name.push_back(c);
    }
    return "";
  }

  Result<DataType> Parse(int depth) {
    if (depth > kDepthMax) return Malformed();
    std::string word(Word());
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) {
      return c < 128 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
    });
    if (word == "array") return ParseArray(depth);
    if (word == "map") return ParseMap(depth);
    if (word == "struct") return ParseStruct(depth);
    if (word == "decimal" || word == "numeric" || word == "dec") return ParseDecimal();
    for (const ScalarTypeNames& row : kScalarTypes) {
      if (row.spark == word) return DataType(row.kind);
    }
    for (const auto& [alias, kind] : kSparkAliases) {
      if (alias == word) return DataType(kind);
    }
    return Malformed();
  }

  Result<DataType> ParseArray(int depth) {
    if (!Take('<')) return Malformed();
    GNOMON_ASSIGN_OR_RETURN(DataType element, Parse(depth + 1));
    if (!Take('>')) return Malformed();
    return DataType::List(std::move(element));
  }

  Result<DataType> ParseMap(int depth) {
    if (!Take('<')) return Malformed();
    GNOMON_ASSIGN_OR_RETURN(DataType key, Parse(depth + 1));
    if (!Take(',')) return Malformed();
    GNOMON_ASSIGN_OR_RETURN(DataType value, Parse(depth + 1));
    if (!Take('>')) return Malformed();
    return DataType::Map(std::move(key), std::move(value));
  }

  Result<DataType> ParseStruct(int depth) {
    if (!Take('<')) return Malformed();
    std::vector<Field> fields;
    while (!Take('>')) {
      if (!fields.empty() && !Take(',')) return Malformed();
      const std::string name = FieldName();
      if (name.empty() || !Take(':')) return Malformed();
      GNOMON_ASSIGN_OR_RETURN(DataType type, Parse(depth + 1));
      fields.push_back(Field{.name = name, .type = std::move(type)});
    }
    return DataType::Struct(std::move(fields));
  }

  Result<DataType> ParseDecimal() {
    if (!Take('(')) return DataType::Decimal(10, 0);
    const auto precision = ParseInt(Word());
    std::int64_t scale = 0;
    if (Take(',')) {
      const auto parsed = ParseInt(Word());
      if (!parsed) return Malformed();
      scale = *parsed;
    }
    if (!precision || !Take(')') || *precision < 1 || *precision > 38 || scale < 0 ||
        scale > *precision) {
      return Malformed();
    }
    return DataType::Decimal(static_cast<int>(*precision), static_cast<int>(scale));
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

const ScalarTypeNames* FindScalarTypeNames(TypeKind kind) {
  const auto row =
      std::find_if(kScalarTypes.begin(), kScalarTypes.end(),
                   [kind](const ScalarTypeNames& candidate) { return candidate.kind == kind; });
  return row == kScalarTypes.end() ? nullptr : &*row;
}

std::string SparkTypeName(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return fmt::format("decimal({},{})", type.precision, type.scale);
    case TypeKind::kList:
      return fmt::format("array<{}>", SparkTypeName(type.element()));
    case TypeKind::kMap:
      return fmt::format("map<{},{}>", SparkTypeName(type.key()), SparkTypeName(type.value()));
    case TypeKind::kStruct: {
      if (const auto interval = IntervalOf(type)) return IntervalTypeName(*interval);
      std::string text = "struct<";
      for (const Field& field : type.children) {
        if (text.back() != '<') text += ',';
        text += field.name + ':' + SparkTypeName(field.type);
      }
      return text + '>';
    }
    default:
      return std::string(FindScalarTypeNames(type.kind)->spark);
  }
}

Result<DataType> ParseSparkTypeName(std::string_view text) {
  return SparkTypeParser(text).ParseAll();
}

std::string ChrononTypeName(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return "bool";
    case TypeKind::kByte:
      return "byte";
    case TypeKind::kShort:
      return "short";
    case TypeKind::kLong:
      return "long";
    case TypeKind::kList:
      return "list_" + ChrononTypeName(type.element());
    case TypeKind::kMap:
      return "map_" + ChrononTypeName(type.key()) + "_" + ChrononTypeName(type.value());
    case TypeKind::kDecimal:
    case TypeKind::kStruct:
      return "struct";
    default:
      return std::string(FindScalarTypeNames(type.kind)->spark);
  }
}

}  // namespace gnomon
