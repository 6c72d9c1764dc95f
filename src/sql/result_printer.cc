// SPDX-License-Identifier: Apache-2.0
// The table of styles, and the loop over an answer's batches.
#include "sql/result_printer.h"

#include <arrow/api.h>

#include <ostream>

#include "base/edit_distance.h"
#include "sql/print_style.h"
#include "sql/result_stream.h"

namespace gnomon::sql {

#define PRINT_STYLE(name) extern const PrintStyle k##name;
#include "sql/print_styles/list.inc"
#undef PRINT_STYLE

namespace {

#define PRINT_STYLE(name) &k##name,
constexpr const PrintStyle* kStyles[] = {
#include "sql/print_styles/list.inc"
};
#undef PRINT_STYLE

}  // namespace

std::span<const PrintStyle* const> PrintStyles() { return kStyles; }

Result<const PrintStyle*> FindPrintStyle(std::string_view name) {
  std::vector<std::string> known;
  for (const PrintStyle* style : kStyles) {
    if (style->name == name) return style;
    known.emplace_back(style->name);
  }
  return InvalidArgument("there is no output format '{}'{}", name, DidYouMean(name, known));
}

bool IsRightAligned(const DataType& type) {
  return IsNumeric(type.kind) || type.kind == TypeKind::kDecimal;
}

Result<std::int64_t> PrintResult(QueryResult& result, const PrintStyle& style, std::ostream& out) {
  if (result.schema.fields.empty()) return 0;
  GNOMON_ASSIGN_OR_RETURN(const auto printer, style.make(result.schema, out));
  std::int64_t row_count = 0;
  // Asked after each batch, so that a closed pipe ends the work.
  const auto check = [&]() -> Status {
    if (out) return Ok();
    return Unavailable("writing the query's rows: the output cannot be written");
  };
  const auto print = [&](const arrow::RecordBatch& batch) {
    for (std::int64_t row = 0; row < batch.num_rows(); ++row) printer->Add(batch, row);
    row_count += batch.num_rows();
    return check();
  };
  GNOMON_RETURN_IF_ERROR(ForEachBatch(*result.batches, "running the query", print));
  printer->Finish();
  out.flush();
  GNOMON_RETURN_IF_ERROR(check());
  return row_count;
}

std::string TimingLine(double seconds, std::int64_t row_count) {
  return fmt::format("Time taken: {:.3g} seconds, Fetched {} row(s)", seconds, row_count);
}

}  // namespace gnomon::sql
