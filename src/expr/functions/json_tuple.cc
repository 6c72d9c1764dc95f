// SPDX-License-Identifier: Apache-2.0
// What json_tuple makes of one row: an array of one struct c0, c1, ..., the outer fields of a JSON
// object by their names. The query un-nests it.
#include <algorithm>

#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "expr/json_text.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Fields = std::vector<std::optional<std::string>>;

const DataType kText(TypeKind::kString);

// A text without its quotes, all else as compact JSON.
std::string ValueText(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kString) return value.text;
  std::string text;
  AppendJson(value, JsonTarget::kBytes, &text);
  return text;
}

// Of equal names the last one that is not null. `names[i]` is that of field i.
Result<Fields> FieldsOf(Text json, std::span<const std::optional<Text>> names) {
  Fields fields(names.size());
  JsonValue object;
  const JsonOutcome outcome = ParseJson(json, {.control_characters = true}, &object);
  if (outcome == JsonOutcome::kUnproven) {
    return Unimplemented(
        "json_tuple of a JSON text with half a character is not proven equal to Spark's - filter "
        "it out");
  }
  if (outcome != JsonOutcome::kValue || object.kind != JsonValue::Kind::kObject) return fields;
  for (const JsonMember& member : object.members) {
    if (member.value.kind == JsonValue::Kind::kNull) continue;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == member.name) fields[i] = ValueText(member.value);
    }
  }
  return fields;
}

Result<ArrayPtr> JsonTuples(const DataType& type, std::span<const Operand> operands,
                            std::int64_t rows) {
  const auto text_at = [&](const Operand& operand, std::int64_t row) -> std::optional<Text> {
    const auto& texts = static_cast<const arrow::StringArray&>(*operand.array);
    row &= operand.index_mask();
    if (texts.IsNull(row)) return std::nullopt;
    return texts.GetView(row);
  };
  const std::size_t width = operands.size() - 1;
  std::vector<arrow::StringBuilder> builders(width);
  IndexLists shape(rows);
  std::vector<std::optional<Text>> names(width);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < width; ++i) names[i] = text_at(operands[i + 1], row);
    Fields fields(width);
    if (const auto json = text_at(operands[0], row)) {
      GNOMON_ASSIGN_OR_RETURN(fields, FieldsOf(*json, names));
    }
    for (std::size_t i = 0; i < width; ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(
          fields[i] ? builders[i].Append(*fields[i]) : builders[i].AppendNull(),
          "collecting the fields of JSON");
    }
    shape.Append(0);
    shape.CloseRow();
  }
  std::vector<ArrayPtr> columns(width);
  for (std::size_t i = 0; i < width; ++i) {
    GNOMON_ARROW_ASSIGN(columns[i], builders[i].Finish(), "collecting the fields of JSON");
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs, MakeStructs(type.element(), rows, std::move(columns)));
  return shape.Wrap(type, structs);
}

// Spark casts nothing to the arguments.
Result<BoundFunction> BindJsonTuple(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 10'000));
  const bool texts = std::all_of(arguments.begin(), arguments.end(), [](const Argument& argument) {
    return argument.type.kind == TypeKind::kString;
  });
  if (!texts) return RefuseTypes("json_tuple", arguments);
  std::vector<Field> fields;
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i)
    fields.push_back(Field{.name = fmt::format("c{}", i), .type = kText});
  const DataType type = DataType::List(DataType::Struct(std::move(fields)));
  return BoundFunction{std::vector<DataType>(arguments.size(), kText),
                       type,
                       [type](std::span<const Operand> operands, std::int64_t rows) {
                         return JsonTuples(type, operands, rows);
                       },
                       {}};
}

}  // namespace

const ScalarFunction kJsonTupleRows{"json_tuple_rows", "the row of json_tuple(json, 'a', ...)",
                                    &BindJsonTuple};

}  // namespace gnomon::expr::functions
