// SPDX-License-Identifier: Apache-2.0
#include "expr/interval.h"

#include <algorithm>
#include <cmath>

#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "expr/scalar_kinds.h"
#include "types/interval_type.h"

namespace gnomon::expr {

namespace {

using Failure = std::optional<Error>;
using Int = std::int32_t;
using Long = std::int64_t;

// The units of IntervalType.
constexpr int kYears = 0;
constexpr int kMonths = 1;
constexpr int kDays = 0;
constexpr int kHours = 1;
constexpr int kMinutes = 2;
constexpr int kSeconds = 3;

constexpr IntervalType kYearMonth{true, kYears, kMonths};
constexpr IntervalType kDayTime{false, kDays, kSeconds};
constexpr IntervalType kWholeDays{false, kDays, kDays};

constexpr Long kMicrosInMinute = 60 * kMicrosInSecond;
constexpr Long kMicrosInHour = 60 * kMicrosInMinute;

bool IsTime(const DataType& type) {
  return type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kTimestampNtz;
}

bool IsDateOrTime(const DataType& type) { return type.kind == TypeKind::kDate || IsTime(type); }

Error OutOfRange() {
  return InvalidArgument("the arithmetic of intervals leaves their range - filter such rows out");
}

// The type of what the kernels compute: of an interval its number.
DataType NumberOf(const DataType& type) { return IsInterval(type) ? type.children[0].type : type; }

// The numbers of an operand that is an interval, NULL where it is.
Result<Operand> Unwrapped(const Operand& operand) {
  if (operand.array->type_id() != arrow::Type::STRUCT) return operand;
  const auto& structs = static_cast<const arrow::StructArray&>(*operand.array);
  GNOMON_ARROW_ASSIGN(ArrayPtr numbers, structs.GetFlattenedField(0), "reading an interval");
  return Operand{std::move(numbers), operand.constant};
}

Result<ArrayPtr> Wrapped(const DataType& type, const ArrayPtr& numbers) {
  return ArrayPtr(std::make_shared<arrow::StructArray>(
      ToArrow(type), numbers->length(), arrow::ArrayVector{numbers}, numbers->null_bitmap(),
      numbers->null_count(), numbers->offset()));
}

BoundFunction Bound(std::vector<DataType> operands, const DataType& result, Kernel kernel) {
  return BoundFunction{std::move(operands), result, OverIntervals(result, std::move(kernel)), {}};
}

// overflows(a, b, &result) tells whether the result is out of range.
template <typename T, typename F>
Kernel Checked(const DataType& result, F overflows) {
  return ElementwiseNullable<T, T, T>(result, [overflows](T* out, Failure* failure, T a, T b) {
    if (!overflows(a, b, out)) return true;
    *failure = OutOfRange();
    return false;
  });
}

template <typename T>
Kernel SumOf(bool add, const DataType& result) {
  if (add)
    return Checked<T>(result, [](T a, T b, T* out) { return __builtin_add_overflow(a, b, out); });
  return Checked<T>(result, [](T a, T b, T* out) { return __builtin_sub_overflow(a, b, out); });
}

Kernel SumOfIntervals(bool add, const DataType& interval) {
  const DataType number = NumberOf(interval);
  return number.kind == TypeKind::kInt ? SumOf<Int>(add, number) : SumOf<Long>(add, number);
}

Result<BoundFunction> BindSumOfIntervals(std::string_view name,
                                         std::span<const Argument> arguments) {
  const auto type = WiderInterval(arguments[0].type, arguments[1].type);
  if (!type) return RefuseTypes(name, arguments);
  return Bound({*type, *type}, *type, SumOfIntervals(name == "add", *type));
}

Kernel DaysBetween() {
  return ElementwiseNullable<Long, Int, Int>(
      TypeKind::kLong, [](Long* out, Failure* failure, Int end, Int begin) {
        if (!__builtin_mul_overflow(Long{end} - Long{begin}, kMicrosInDay, out)) return true;
        *failure = OutOfRange();
        return false;
      });
}

// Days between dates, else microseconds.
Result<BoundFunction> BindDifference(std::string_view name, std::span<const Argument> arguments) {
  const DataType date(TypeKind::kDate);
  if (arguments[0].type == date && arguments[1].type == date)
    return Bound({date, date}, ToDataType(kWholeDays), DaysBetween());
  const auto type = TightestCommonType(arguments[0].type, arguments[1].type);
  if (!type) return RefuseTypes(name, arguments);
  return Bound({*type, *type}, ToDataType(kDayTime), SumOf<Long>(false, TypeKind::kLong));
}

// A time some months later, on the last day of a shorter month.
bool AddMonthsTo(Long* out, Failure* failure, Long micros, Long months) {
  const Long days = AddMonths(FloorDiv(micros, kMicrosInDay), months);
  if (!__builtin_mul_overflow(days, kMicrosInDay, out) &&
      !__builtin_add_overflow(*out, FloorMod(micros, kMicrosInDay), out))
    return true;
  *failure = OutOfRange();
  return false;
}

Kernel ShiftedByMonths(const DataType& time, Long sign) {
  if (time.kind == TypeKind::kDate) {
    return ElementwiseNullable<Int, Int, Int>(
        time, [sign](Int* out, Failure* failure, Int days, Int months) {
          const Long later = AddMonths(days, sign * months);
          *out = static_cast<Int>(later);
          if (*out == later) return true;
          *failure = OutOfRange();
          return false;
        });
  }
  return ElementwiseNullable<Long, Long, Int>(
      time, [sign](Long* out, Failure* failure, Long micros, Int months) {
        return AddMonthsTo(out, failure, micros, sign * months);
      });
}

// time + interval and time - interval.
BoundFunction BindShift(Long sign, const DataType& time, const DataType& interval) {
  const IntervalType units = *IntervalOf(interval);
  if (units.months) return Bound({time, interval}, time, ShiftedByMonths(time, sign));
  if (time.kind == TypeKind::kDate && units == kWholeDays) {
    return Bound({time, interval}, time,
                 Elementwise<Int, Int, Long>(time, [sign](Int days, Long micros) {
                   return static_cast<Int>(days + sign * (micros / kMicrosInDay));
                 }));
  }
  const DataType result = IsTime(time) ? time : DataType(TypeKind::kTimestamp);
  return Bound({result, interval}, result, SumOf<Long>(sign > 0, result));
}

// Rounds half away from zero, as Java's HALF_UP does. False: out of range.
template <typename T>
bool Rounded(double value, T* out) {
  const double rounded = std::round(value);
  constexpr double kEnd = sizeof(T) == 8 ? 0x1p63 : 0x1p31;
  if (!(rounded >= -kEnd && rounded < kEnd)) return false;
  *out = static_cast<T>(rounded);
  return true;
}

// False: out of range.
template <typename T>
bool Narrowed(const arrow::Decimal256& value, int scale, T* out) {
  DecimalBits bits;
  if (!Rescale(value, scale, DataType::Decimal(19, 0), Rounding::kHalfUp, &bits)) return false;
  const auto low = static_cast<Long>(bits.low);
  *out = static_cast<T>(low);
  return bits.high == (low < 0 ? -1 : 0) && *out == low;
}

template <typename T, typename Number>
bool Multiplied(T a, Number b, [[maybe_unused]] int scale, T* out) {
  if constexpr (std::is_same_v<Number, DecimalBits>) {
    return Narrowed(arrow::Decimal256(Long{a}) * Widen(b), scale, out);
  } else if constexpr (std::is_floating_point_v<Number>) {
    return Rounded(static_cast<double>(a) * static_cast<double>(b), out);
  } else {
    return !__builtin_mul_overflow(a, b, out);
  }
}

// The quotient has two digits behind the point, of which the second one only tells that there is
// more.
template <typename T>
bool DividedWide(const arrow::Decimal256& a, const arrow::Decimal256& b, T* out) {
  const auto wide = DivideWide(arrow::Decimal256(a.IncreaseScaleBy(2)), b);
  return wide && Narrowed(wide->quotient, 2, out);
}

template <typename T, typename Number>
bool Divided(T a, Number b, [[maybe_unused]] int scale, T* out) {
  arrow::Decimal256 whole(Long{a});
  if constexpr (std::is_same_v<Number, DecimalBits>) {
    if (scale > 0) whole = arrow::Decimal256(whole.IncreaseScaleBy(scale));
    return DividedWide(whole, Widen(b), out);
  } else if constexpr (std::is_floating_point_v<Number>) {
    return Rounded(static_cast<double>(a) / static_cast<double>(b), out);
  } else {
    return DividedWide(whole, arrow::Decimal256(Long{b}), out);
  }
}

template <typename T, typename Number>
Kernel ScaledBy(bool multiply, const DataType& result, int scale) {
  return ElementwiseNullable<T, T, Number>(
      result, [multiply, scale](T* out, Failure* failure, T a, Number b) {
        if (!multiply && b == Number{}) {
          *failure = InvalidArgument("an interval is divided by 0 - use nullif(x, 0)");
          return false;
        }
        if (multiply ? Multiplied(a, b, scale, out) : Divided(a, b, scale, out)) return true;
        *failure = OutOfRange();
        return false;
      });
}

template <typename T>
Kernel ScaledByNumber(bool multiply, const DataType& result, const DataType& number) {
  if (number.kind == TypeKind::kDecimal)
    return ScaledBy<T, DecimalBits>(multiply, result, number.scale);
  return WithNumber(number.kind, [&]<typename Number>(Tag<Number>) {
    return ScaledBy<T, Number>(multiply, result, 0);
  });
}

// interval * number, number * interval, interval / number: of all units, whatever it had.
Result<BoundFunction> BindScaled(std::string_view name, std::span<const Argument> arguments) {
  const std::size_t at = IsInterval(arguments[0].type) ? 0 : 1;
  const DataType& number = arguments[1 - at].type;
  if (name == "divide" && at != 0) return RefuseTypes(name, arguments);
  const bool multiply = name == "multiply";
  const bool months = IntervalOf(arguments[at].type)->months;
  const DataType result = ToDataType(months ? kYearMonth : kDayTime);
  Kernel kernel = months ? ScaledByNumber<Int>(multiply, NumberOf(result), number)
                         : ScaledByNumber<Long>(multiply, NumberOf(result), number);
  if (!kernel) return RefuseTypes(name, arguments);
  BoundFunction bound = Bound({result, number}, result, std::move(kernel));
  bound.sources = {at, 1 - at};
  return bound;
}

struct Part {
  std::string_view name;
  bool months;
  int unit;
  TypeKind result;
};

// By the names of the functions of times; their results are Spark's.
constexpr Part kParts[] = {
    {"year", true, kYears, TypeKind::kInt},
    {"month", true, kMonths, TypeKind::kByte},
    {"day", false, kDays, TypeKind::kInt},
    {"hour", false, kHours, TypeKind::kByte},
    {"minute", false, kMinutes, TypeKind::kByte},
    {"second_with_fraction", false, kSeconds, TypeKind::kDecimal},
};

const Part* FindPart(std::string_view name) {
  const auto* found = std::ranges::find(kParts, name, &Part::name);
  return found == std::end(kParts) ? nullptr : found;
}

template <typename Out>
Kernel DayTimePart(const DataType& result, Long whole, Long unit) {
  return Elementwise<Out, Long>(result, [whole, unit](Long micros) {
    return static_cast<Out>((whole == 0 ? micros : micros % whole) / unit);
  });
}

Kernel SecondsKernel(const DataType& result) {
  return Elementwise<DecimalBits, Long>(result, [](Long micros) {
    const Long rest = micros % kMicrosInMinute;
    return DecimalBits{static_cast<std::uint64_t>(rest), rest < 0 ? -1 : 0};
  });
}

Kernel PartKernel(const Part& part, const DataType& result) {
  if (part.months && part.unit == kYears)
    return Elementwise<Int, Int>(result, [](Int all) { return all / 12; });
  if (part.months) {
    return Elementwise<std::int8_t, Int>(
        result, [](Int all) { return static_cast<std::int8_t>(all % 12); });
  }
  if (part.unit == kDays) return DayTimePart<Int>(result, 0, kMicrosInDay);
  if (part.unit == kHours) return DayTimePart<std::int8_t>(result, kMicrosInDay, kMicrosInHour);
  if (part.unit == kMinutes)
    return DayTimePart<std::int8_t>(result, kMicrosInHour, kMicrosInMinute);
  return SecondsKernel(result);
}

// `1 02:03:04.5`, or the days alone.
void AppendDayTime(Long micros, const IntervalType& type, std::string* out) {
  auto rest = static_cast<std::uint64_t>(micros);
  if (micros < 0) {
    out->push_back('-');
    rest = 0 - rest;
  }
  const auto take = [&rest](Long unit) {
    const auto whole = static_cast<Long>(rest / static_cast<std::uint64_t>(unit));
    rest %= static_cast<std::uint64_t>(unit);
    return whole;
  };
  out->append(std::to_string(take(kMicrosInDay)));
  if (type == kWholeDays) return;
  out->push_back(' ');
  AppendTwoDigits(take(kMicrosInHour), out);
  out->push_back(':');
  AppendTwoDigits(take(kMicrosInMinute), out);
  out->push_back(':');
  AppendTwoDigits(take(kMicrosInSecond), out);
  if (rest == 0) return;
  const std::string fraction = fmt::format(".{:06}", rest);
  out->append(fraction.substr(0, fraction.find_last_not_of('0') + 1));
}

void AppendYearMonth(Int months, const IntervalType& type, std::string* out) {
  if (months < 0) out->push_back('-');
  const Long all = std::abs(Long{months});
  if (type.shortest == kYears) {
    out->append(std::to_string(all / 12));
  } else if (type.longest == kMonths) {
    out->append(std::to_string(all));
  } else {
    out->append(fmt::format("{}-{}", all / 12, all % 12));
  }
}

std::string UnitsText(const IntervalType& type) {
  if (!type.months) return type == kWholeDays ? "DAY" : "DAY TO SECOND";
  if (type.shortest == kYears) return "YEAR";
  return type.longest == kMonths ? "MONTH" : "YEAR TO MONTH";
}

template <typename T, typename Append>
Kernel TextKernel(const IntervalType& type, Append append) {
  return ElementwiseText<T>(
      [type, units = UnitsText(type), append](std::string* out, Failure*, T number) {
        out->append("INTERVAL '");
        append(number, type, out);
        out->append("' " + units);
        return true;
      });
}

Kernel CastToText(const IntervalType& from) {
  if (from.months) return TextKernel<Int>(from, &AppendYearMonth);
  if (from == kWholeDays || from == kDayTime) return TextKernel<Long>(from, &AppendDayTime);
  return {};
}

// The numbers as they are.
Kernel SameNumbers(const DataType& to) {
  const DataType number = NumberOf(to);
  if (number.kind == TypeKind::kInt)
    return Elementwise<Int, Int>(number, [](Int months) { return months; });
  return Elementwise<Long, Long>(number, [](Long micros) { return micros; });
}

Kernel CastOfNumbers(const DataType& from, const DataType& to) {
  if (!IsInterval(from)) return NumberOf(to) == from ? SameNumbers(to) : Kernel{};
  const IntervalType interval = *IntervalOf(from);
  if (to.kind == TypeKind::kString) return CastToText(interval);
  if (WiderInterval(from, to) == to) return SameNumbers(to);
  if (!(interval == kWholeDays)) return {};
  if (to.kind == TypeKind::kInt) return DayTimePart<Int>(to, 0, kMicrosInDay);
  return to.kind == TypeKind::kLong ? DayTimePart<Long>(to, 0, kMicrosInDay) : Kernel{};
}

}  // namespace

bool IsInterval(const DataType& type) { return IntervalOf(type).has_value(); }

std::optional<DataType> WiderInterval(const DataType& a, const DataType& b) {
  const auto left = IntervalOf(a);
  const auto right = IntervalOf(b);
  if (!left || !right || left->months != right->months) return std::nullopt;
  return ToDataType({left->months, std::min(left->longest, right->longest),
                     std::max(left->shortest, right->shortest)});
}

Kernel OverIntervals(const DataType& result, Kernel kernel) {
  return [result, wraps = IsInterval(result), kernel = std::move(kernel)](
             std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    std::vector<Operand> numbers;
    for (const Operand& operand : operands) {
      GNOMON_ASSIGN_OR_RETURN(Operand unwrapped, Unwrapped(operand));
      numbers.push_back(std::move(unwrapped));
    }
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr computed, kernel(numbers, rows));
    if (!wraps) return computed;
    return Wrapped(result, computed);
  };
}

bool MakesInterval(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.size() != 2) return false;
  if (IsInterval(arguments[0].type) || IsInterval(arguments[1].type)) return true;
  return name == "subtract" && IsDateOrTime(arguments[0].type) && IsDateOrTime(arguments[1].type);
}

Result<BoundFunction> BindIntervalArithmetic(std::string_view name,
                                             std::span<const Argument> arguments) {
  const DataType& left = arguments[0].type;
  const DataType& right = arguments[1].type;
  if (name == "multiply" || name == "divide") return BindScaled(name, arguments);
  if (IsDateOrTime(left) && IsDateOrTime(right)) return BindDifference(name, arguments);
  if (IsDateOrTime(left)) return BindShift(name == "add" ? 1 : -1, left, right);
  if (name != "add" || !IsDateOrTime(right)) return BindSumOfIntervals(name, arguments);
  BoundFunction shift = BindShift(1, right, left);
  shift.sources = {1, 0};
  return shift;
}

Result<BoundFunction> BindLongerInterval(std::string_view name, std::span<const Argument> arguments,
                                         bool days) {
  const DataType& type = arguments[0].type;
  const IntervalType given = *IntervalOf(type);
  const DataType added = ToDataType(given.months ? kYearMonth : days ? kWholeDays : kDayTime);
  if (!(WiderInterval(type, added) == type)) return RefuseTypes(name, arguments);
  return Bound({type, NumberOf(type)}, type, SumOfIntervals(true, type));
}

Result<BoundFunction> BindIntervalSign(std::string_view name, std::span<const Argument> arguments) {
  const DataType& type = arguments[0].type;
  const bool negates = name == "negative";
  const bool absolute = name == "abs";
  const DataType number = NumberOf(type);
  const auto kernel = [&]<typename T>(Tag<T>) {
    return ElementwiseNullable<T, T>(number,
                                     [negates, absolute](T* out, Failure* failure, T value) {
                                       *out = value;
                                       if (!negates && !(absolute && value < 0)) return true;
                                       if (!__builtin_sub_overflow(T{0}, value, out)) return true;
                                       *failure = OutOfRange();
                                       return false;
                                     });
  };
  return Bound({type}, type,
               number.kind == TypeKind::kInt ? kernel(Tag<Int>{}) : kernel(Tag<Long>{}));
}

bool HasIntervalPart(std::string_view name, std::span<const Argument> arguments) {
  return arguments.size() == 1 && IsInterval(arguments[0].type) && FindPart(name) != nullptr;
}

Result<BoundFunction> BindIntervalPart(std::string_view name, std::span<const Argument> arguments) {
  const DataType& type = arguments[0].type;
  const IntervalType interval = *IntervalOf(type);
  const Part& part = *FindPart(name);
  if (part.months != interval.months || part.unit < interval.longest ||
      part.unit > interval.shortest)
    return RefuseTypes(name, arguments);
  const DataType result = part.result == TypeKind::kDecimal ? DataType::Decimal(8, 6) : part.result;
  return Bound({type}, result, PartKernel(part, result));
}

Kernel CastInterval(const DataType& from, const DataType& to) {
  Kernel kernel = CastOfNumbers(from, to);
  return kernel ? OverIntervals(to, std::move(kernel)) : Kernel{};
}

}  // namespace gnomon::expr
