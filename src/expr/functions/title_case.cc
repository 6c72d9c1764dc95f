// SPDX-License-Identifier: Apache-2.0
// initcap: the first letter of each word in upper case, the others in lower; words end at blanks.
// Letters beyond ASCII stop the evaluation: their title case is not proven.
#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

bool AppendTitle(std::string* out, std::optional<Error>* failure, Text text) {
  if (!IsAscii(text)) {
    *failure = Unimplemented(
        "initcap of letters beyond ASCII is not proven equal to Spark's - use upper or lower");
    return false;
  }
  bool first = true;
  for (const char c : text) {
    if (first && c >= 'a' && c <= 'z') {
      out->push_back(static_cast<char>(c - 32));
    } else if (!first && c >= 'A' && c <= 'Z') {
      out->push_back(static_cast<char>(c + 32));
    } else {
      out->push_back(c);
    }
    first = c == ' ';
  }
  return true;
}

Result<BoundFunction> BindInitcap(std::string_view name, std::span<const Argument> arguments) {
  const DataType text(TypeKind::kString);
  return BindFixed(name, arguments, {text}, text, ElementwiseText<Text>(&AppendTitle));
}

}  // namespace

const ScalarFunction kInitcap{"initcap", "Each Word With A Capital", &BindInitcap};

}  // namespace gnomon::expr::functions
