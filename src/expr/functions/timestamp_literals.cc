// SPDX-License-Identifier: Apache-2.0
// TIMESTAMP '2023-11-30 12:00 Europe/Berlin', where only the evaluator knows the zones: unlike a
// cast it takes no text that is not a time.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/datetime_text.h"
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

template <TypeKind kType>
Result<BoundFunction> BindLiteral(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, arguments[0], "text"));
  GNOMON_ASSIGN_OR_RETURN(const auto micros,
                          ParseSparkTimestamp(text, kType == TypeKind::kTimestampNtz));
  if (!micros) {
    return InvalidArgument("{} '{}' is not a time - write it as {} '2023-11-30 12:00:00'",
                           kType == TypeKind::kTimestamp ? "TIMESTAMP" : "TIMESTAMP_NTZ", text,
                           kType == TypeKind::kTimestamp ? "TIMESTAMP" : "TIMESTAMP_NTZ");
  }
  const DataType type(kType);
  return Constant(type, std::make_shared<arrow::TimestampScalar>(*micros, ToArrow(type)));
}

}  // namespace

const ScalarFunction kTimestampLiteral{"timestamp_literal",
                                       "TIMESTAMP '2023-11-30 12:00:00 Europe/Berlin'",
                                       &BindLiteral<TypeKind::kTimestamp>};
const ScalarFunction kTimestampNtzLiteral{"timestamp_ntz_literal",
                                          "TIMESTAMP_NTZ '2023-11-30 12:00:00 Europe/Berlin'",
                                          &BindLiteral<TypeKind::kTimestampNtz>};

}  // namespace gnomon::expr::functions
