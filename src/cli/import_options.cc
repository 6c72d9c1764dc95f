// SPDX-License-Identifier: Apache-2.0
#include "cli/import_options.h"

#include "types/type_names.h"

namespace gnomon::cli {

namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Commas inside of brackets separate no columns.
std::vector<std::string_view> SplitColumns(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] == '<' || text[i] == '(')) ++depth;
    if (i < text.size() && (text[i] == '>' || text[i] == ')')) --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    parts.push_back(Trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

}  // namespace

Result<std::vector<Field>> ParseColumnList(std::string_view text) {
  std::vector<Field> fields;
  for (const std::string_view part : SplitColumns(text)) {
    const std::size_t space = part.find(' ');
    if (space == std::string_view::npos) {
      return InvalidArgument(
          "--schema names columns and types, and this is none: '{}' - write \"user_id string, "
          "price double\"",
          part);
    }
    Field field;
    field.name = std::string(part.substr(0, space));
    GNOMON_ASSIGN_OR_RETURN(
        field.type,
        ParseSparkTypeName(Trimmed(part.substr(space))).Annotate("--schema, column " + field.name));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<std::map<std::string, DataType>> ParseColumnTypes(const std::vector<std::string>& texts,
                                                         std::string_view flag) {
  std::map<std::string, DataType> types;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidArgument("{} is not column=type: {} - write {} price=double", flag, text, flag);
    }
    GNOMON_ASSIGN_OR_RETURN(
        types[text.substr(0, equals)],
        ParseSparkTypeName(text.substr(equals + 1)).Annotate(std::string(flag) + " " + text));
  }
  return types;
}

std::string ParseDelimiter(const std::string& text) {
  return text == "\\t" || text == "tab" ? "\t" : text;
}

}  // namespace gnomon::cli
