// SPDX-License-Identifier: Apache-2.0
// get_json_object, json_array_length, json_object_keys: parts of JSON texts.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/json_path.h"
#include "expr/json_text.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;
using Path = std::optional<std::vector<JsonStep>>;

const DataType kText(TypeKind::kString);

bool AppendFound(const Path& path, Text json, std::string* out, Failure* failure) {
  if (!path) return false;
  auto found = AppendJsonValue(json, *path, out);
  if (found) return *found;
  *failure = std::move(found).error();
  return false;
}

Result<BoundFunction> BindGetJsonObject(std::string_view name,
                                        std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (arguments[1].type.kind == TypeKind::kVoid) return AllNull(kText);
  if (arguments[1].literal == nullptr || arguments[1].type.kind != TypeKind::kString) {
    return BindFixed(
        name, arguments, {kText, kText}, kText,
        ElementwiseText<Text, Text>([](std::string* out, Failure* failure, Text json, Text path) {
          return AppendFound(ParseJsonPath(path), json, out, failure);
        }));
  }
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, arguments[1], "path"));
  const Path path = ParseJsonPath(text);
  return BindFixed(name, arguments.first(1), {kText}, kText,
                   ElementwiseText<Text>([path](std::string* out, Failure* failure, Text json) {
                     return AppendFound(path, json, out, failure);
                   }));
}

Error HalfACharacter(std::string_view name) {
  return Unimplemented(
      "{} of a JSON text with half a character is not proven equal to Spark's - filter it out",
      name);
}

Result<BoundFunction> BindArrayLength(std::string_view name, std::span<const Argument> arguments) {
  const DataType count(TypeKind::kInt);
  return BindFixed(
      name, arguments, {kText}, count,
      ElementwiseNullable<std::int32_t, Text>(
          count, [](std::int32_t* out, Failure* failure, Text json) {
            JsonValue value;
            const JsonOutcome outcome = ParseJson(json, {.control_characters = true}, &value);
            if (outcome == JsonOutcome::kUnproven) *failure = HalfACharacter("json_array_length");
            *out = static_cast<std::int32_t>(value.elements.size());
            return outcome == JsonOutcome::kValue && value.kind == JsonValue::Kind::kArray;
          }));
}

Result<ArrayPtr> ObjectKeys(std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
  IndexLists lists(rows);
  arrow::StringBuilder names;
  for (std::int64_t row = 0; row < rows; ++row) {
    JsonValue value;
    JsonOutcome outcome = JsonOutcome::kEmpty;
    if (texts->IsValid(row)) {
      outcome = ParseJson(static_cast<const arrow::StringArray&>(*texts).GetView(row),
                          {.control_characters = true}, &value);
    }
    if (outcome == JsonOutcome::kUnproven) return HalfACharacter("json_object_keys");
    if (outcome != JsonOutcome::kValue || value.kind != JsonValue::Kind::kObject) {
      lists.CloseNull();
      continue;
    }
    for (const JsonMember& member : value.members) {
      lists.Append(names.length());
      GNOMON_ARROW_RETURN_NOT_OK(names.Append(member.name), "listing the keys of JSON");
    }
    lists.CloseRow();
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr all, names.Finish(), "listing the keys of JSON");
  return lists.Wrap(DataType::List(kText), all);
}

Result<BoundFunction> BindObjectKeys(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText}, DataType::List(kText), &ObjectKeys);
}

}  // namespace

const ScalarFunction kGetJsonObject{"get_json_object", "get_json_object(text, '$.a.b[0]')",
                                    &BindGetJsonObject};
const ScalarFunction kJsonArrayLength{"json_array_length", "the elements of a JSON array",
                                      &BindArrayLength};
const ScalarFunction kJsonObjectKeys{"json_object_keys", "the outer names of a JSON object",
                                     &BindObjectKeys};

}  // namespace gnomon::expr::functions
