// SPDX-License-Identifier: Apache-2.0
#include "expr/time_sequence.h"

#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/interval.h"
#include "expr/nested.h"
#include "types/interval_type.h"

namespace gnomon::expr {

namespace {

using Int = std::int32_t;
using Long = std::int64_t;

constexpr Long kElementsMax = 10'000'000;  // Of a batch.

// A number of months, or of microseconds.
struct Step {
  Long months = 0;
  Long micros = 0;

  // The start `n` steps later: months are counted from it, so that its day is kept where it can be.
  // nullopt: beyond all times.
  std::optional<Long> After(Long start, Long n) const {
    Long moved = 0;
    Long later = 0;
    if (months == 0) {
      if (__builtin_mul_overflow(n, micros, &moved)) return std::nullopt;
      return __builtin_add_overflow(start, moved, &later) ? std::nullopt : std::optional(later);
    }
    const Long days = AddMonths(FloorDiv(start, kMicrosInDay), n * months);
    if (__builtin_mul_overflow(days, kMicrosInDay, &moved)) return std::nullopt;
    const bool over = __builtin_add_overflow(moved, FloorMod(start, kMicrosInDay), &later);
    return over ? std::nullopt : std::optional(later);
  }
  bool forward() const { return months > 0 || micros > 0; }
  bool empty() const { return months == 0 && micros == 0; }
};

class TimeColumn {
 public:
  TimeColumn(const Operand& operand, bool dates) : operand_(operand), dates_(dates) {}
  Long operator[](std::int64_t row) const {
    return dates_ ? Values<Int>(operand_)[row] * kMicrosInDay : Values<Long>(operand_)[row];
  }

 private:
  const Operand& operand_;
  bool dates_;
};

// Appends the times of one row. Errors: InvalidArgument as where Spark stops.
Status AppendTimes(Long start, Long stop, const Step& step, std::vector<Long>* times) {
  if (start != stop && (step.empty() || step.forward() != (start < stop)))
    return InvalidArgument(
        "sequence never reaches its end - give it an INTERVAL in the other direction");
  for (Long n = 0;; ++n) {
    const auto time = step.After(start, n);
    const bool past = !time || (step.forward() ? *time > stop : *time < stop);
    if (past || (n > 0 && step.empty())) return {};
    if (static_cast<Long>(times->size()) >= kElementsMax)
      return InvalidArgument("sequence is too long - give it a longer INTERVAL");
    times->push_back(*time);
  }
}

Result<ArrayPtr> TimeArray(const DataType& type, const std::vector<Long>& times) {
  const bool dates = type.kind == TypeKind::kDate;
  const auto count = static_cast<Long>(times.size());
  const Long width = dates ? 4 : 8;
  GNOMON_ASSIGN_OR_RETURN(auto buffer, AllocateBuffer(count * width, false));
  for (Long i = 0; i < count; ++i) {
    const Long time = times[static_cast<std::size_t>(i)];
    if (dates) {
      reinterpret_cast<Int*>(buffer->mutable_data())[i] =
          static_cast<Int>(FloorDiv(time, kMicrosInDay));
    } else {
      reinterpret_cast<Long*>(buffer->mutable_data())[i] = time;
    }
  }
  return MakeFixedArray(type, count, nullptr, std::move(buffer));
}

}  // namespace

Result<BoundFunction> BindTimeSequence(std::string_view name, std::span<const Argument> arguments) {
  const DataType time = arguments[0].type;
  const DataType interval = arguments[2].type;
  const bool dates = time.kind == TypeKind::kDate;
  const bool times = time.kind == TypeKind::kTimestamp || time.kind == TypeKind::kTimestampNtz;
  const IntervalType units = *IntervalOf(interval);
  const bool months = units.months;
  if (!(arguments[1].type == time) || !(dates || times)) return RefuseTypes(name, arguments);
  // Spark steps dates by whole days, and stops at what is shorter.
  if (dates && !months && units.shortest > 0) return RefuseTypes(name, arguments);
  const DataType type = DataType::List(time);
  const Kernel kernel = [type, dates, months](std::span<const Operand> operands,
                                              std::int64_t rows) -> Result<ArrayPtr> {
    const TimeColumn starts(operands[0], dates);
    const TimeColumn stops(operands[1], dates);
    GNOMON_ASSIGN_OR_RETURN(auto validity, CombineValidity(operands, rows));
    IndexLists lists(rows);
    std::vector<Long> values;
    for (std::int64_t row = 0; row < rows; ++row) {
      if (!IsValidRow(validity.get(), row)) {
        lists.CloseNull();
        continue;
      }
      Step step;
      (months ? step.months : step.micros) =
          months ? Values<Int>(operands[2])[row] : Values<Long>(operands[2])[row];
      const auto begin = static_cast<Long>(values.size());
      GNOMON_RETURN_IF_ERROR(AppendTimes(starts[row], stops[row], step, &values));
      for (Long i = begin; i < static_cast<Long>(values.size()); ++i) lists.Append(i);
      lists.CloseRow();
    }
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, TimeArray(type.element(), values));
    return lists.Wrap(type, std::move(array));
  };
  return BoundFunction{{time, time, interval}, type, OverIntervals(type, kernel), {}};
}

}  // namespace gnomon::expr
