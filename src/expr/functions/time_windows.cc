// SPDX-License-Identifier: Apache-2.0
// time_windows(time, length, slide, start), what queries make of window(time, '10 minutes', ...):
// the windows that a time is in, as structs of start and end. NULL for NULL, which joins no row.
#include <limits>

#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Long = std::int64_t;

struct Windows {
  Long length;
  Long slide;
  Long start;
};

// The start of the last window that `micros` is in. False: beyond what 64 bits hold.
bool LastStart(const Windows& windows, Long micros, Long* out) {
  Long since = 0;
  return !__builtin_sub_overflow(micros, windows.start, &since) &&
         !__builtin_sub_overflow(micros, FloorMod(since, windows.slide), out);
}

Error OutOfRange() {
  return Unimplemented(
      "a window of time at the ends of the range of timestamps is not proven equal to Spark's - "
      "filter such times out");
}

Result<ArrayPtr> WindowsOf(const Windows& windows, const DataType& time,
                           std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr times, ExpandRows(operands[0], rows));
  const Values<Long> micros(Operand{times, false});
  IndexLists lists(rows);
  arrow::TimestampBuilder starts(ToArrow(time), arrow::default_memory_pool());
  arrow::TimestampBuilder ends(ToArrow(time), arrow::default_memory_pool());
  for (std::int64_t row = 0; row < rows; ++row) {
    if (times->IsNull(row)) {
      lists.CloseNull();
      continue;
    }
    Long start = 0;
    if (!LastStart(windows, micros[row], &start)) return OutOfRange();
    for (Long end = 0;; start -= windows.slide) {
      if (__builtin_add_overflow(start, windows.length, &end)) return OutOfRange();
      if (micros[row] >= end) break;
      lists.Append(starts.length());
      GNOMON_ARROW_RETURN_NOT_OK(starts.Append(start), "finding windows of time");
      GNOMON_ARROW_RETURN_NOT_OK(ends.Append(end), "finding windows of time");
      if (start < std::numeric_limits<Long>::min() + windows.slide) return OutOfRange();
    }
    lists.CloseRow();
  }
  std::vector<ArrayPtr> fields(2);
  GNOMON_ARROW_ASSIGN(fields[0], starts.Finish(), "finding windows of time");
  GNOMON_ARROW_ASSIGN(fields[1], ends.Finish(), "finding windows of time");
  const DataType type =
      DataType::Struct({{.name = "start", .type = time}, {.name = "end", .type = time}});
  const std::int64_t count = fields[0]->length();
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr structs, MakeStructs(type, count, std::move(fields)));
  return lists.Wrap(DataType::List(type), structs);
}

Result<BoundFunction> BindTimeWindows(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 4, 4));
  const auto length = ConstantInteger(arguments[1]);
  const auto slide = ConstantInteger(arguments[2]);
  const auto start = ConstantInteger(arguments[3]);
  if (!length || !slide || !start || *slide <= 0 || *length < *slide)
    return RefuseTypes(name, arguments);
  const bool local = arguments[0].type.kind == TypeKind::kTimestampNtz;
  const DataType time(local ? TypeKind::kTimestampNtz : TypeKind::kTimestamp);
  const DataType type =
      DataType::Struct({{.name = "start", .type = time}, {.name = "end", .type = time}});
  return BindFixed(name, arguments.first(1), {time}, DataType::List(type),
                   [windows = Windows{*length, *slide, *start}, time](
                       std::span<const Operand> operands, std::int64_t rows) {
                     return WindowsOf(windows, time, operands, rows);
                   });
}

}  // namespace

const ScalarFunction kTimeWindows{"time_windows", "window(time, '10 minutes', '5 minutes')",
                                  &BindTimeWindows};

}  // namespace gnomon::expr::functions
