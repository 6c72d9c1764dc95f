// SPDX-License-Identifier: Apache-2.0
// Every operation against an answer worked out naively from all of its rows, and sketches against
// their published bounds. An operation without an oracle fails.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <set>

#include "aggregate/aggregate_function.h"
#include "aggregate/containers.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

template <typename T>
struct Row {
  T value;
  std::int64_t ts = 0;
};

// A last bit must not decide how an exact tie of digits is rounded: 14.609375 is one.
std::string Print(double number) { return fmt::format("{:.7g}", number * (1 + 1e-12) + 0.0); }
std::string Print(std::int64_t number) { return fmt::format("{}", number); }
std::string Print(std::int32_t number) { return fmt::format("{}", number); }
std::string Print(float number) { return fmt::format("{:.6g}", number + 0.0F); }
std::string Print(std::string_view text) { return fmt::format("'{}'", text); }

std::string PrintCell(const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) return "null";
  switch (array.type_id()) {
    case arrow::Type::DOUBLE:
      return Print(static_cast<const arrow::DoubleArray&>(array).Value(row));
    case arrow::Type::FLOAT:
      return Print(static_cast<const arrow::FloatArray&>(array).Value(row));
    case arrow::Type::INT64:
      return Print(static_cast<const arrow::Int64Array&>(array).Value(row));
    case arrow::Type::INT32:
      return Print(static_cast<const arrow::Int32Array&>(array).Value(row));
    case arrow::Type::STRING:
      return Print(static_cast<const arrow::StringArray&>(array).GetView(row));
    default:
      break;
  }
  const auto& list = static_cast<const arrow::ListArray&>(array);
  const bool is_map = array.type_id() == arrow::Type::MAP;
  std::string text = "[";
  for (std::int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
    if (is_map) {
      const auto& entries = static_cast<const arrow::StructArray&>(*list.values());
      text += PrintCell(*entries.field(0), i) + ":" + PrintCell(*entries.field(1), i) + " ";
    } else {
      text += PrintCell(*list.values(), i) + " ";
    }
  }
  return text + "]";
}

template <typename T>
std::string PrintList(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += Print(value) + " ";
  return text + "]";
}

// --- The oracles. Each takes all rows and k. ---

template <typename T>
std::vector<T> Values(const std::vector<Row<T>>& rows) {
  std::vector<T> values;
  for (const Row<T>& row : rows) values.push_back(row.value);
  return values;
}
template <typename T>
std::vector<T> Sorted(const std::vector<Row<T>>& rows, bool ascending, std::size_t k) {
  std::vector<T> values = Values(rows);
  std::sort(values.begin(), values.end());
  if (!ascending) std::reverse(values.begin(), values.end());
  values.resize(std::min(k, values.size()));
  return values;
}
// Among equal ts the greatest value comes first.
template <typename T>
std::vector<T> ByTime(std::vector<Row<T>> rows, bool newest_first, std::size_t k) {
  std::sort(rows.begin(), rows.end(), [&](const Row<T>& a, const Row<T>& b) {
    if (a.ts != b.ts) return newest_first ? a.ts > b.ts : a.ts < b.ts;
    return a.value > b.value;
  });
  rows.resize(std::min(k, rows.size()));
  return Values(rows);
}
template <typename T>
std::int64_t Distinct(const std::vector<Row<T>>& rows) {
  const std::vector<T> values = Values(rows);
  return static_cast<std::int64_t>(std::set<T>(values.begin(), values.end()).size());
}
template <typename T>
std::string Frequencies(const std::vector<Row<T>>& rows, std::size_t k) {
  std::map<std::string, std::int64_t> counts;
  for (const Row<T>& row : rows) {
    if constexpr (std::same_as<T, double>) {
      ++counts[fmt::format("{:.2f}", row.value)];
    } else {
      ++counts[row.value];
    }
  }
  std::vector<std::pair<std::string, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (k > 0) order.resize(std::min(k, order.size()));
  std::sort(order.begin(), order.end());
  std::string text = "[";
  for (const auto& [value, count] : order) text += Print(value) + ":" + Print(count) + " ";
  return text + "]";
}

template <typename T>
using Oracle = std::function<std::string(const std::vector<Row<T>>&, std::size_t k)>;

template <typename T>
std::map<std::string, Oracle<T>> SharedOracles() {
  using Rows = const std::vector<Row<T>>&;
  return {
      {"MIN", [](Rows rows, std::size_t) { return Print(Sorted(rows, true, 1)[0]); }},
      {"MAX", [](Rows rows, std::size_t) { return Print(Sorted(rows, false, 1)[0]); }},
      {"BOTTOM_K", [](Rows rows, std::size_t k) { return PrintList(Sorted(rows, true, k)); }},
      {"TOP_K", [](Rows rows, std::size_t k) { return PrintList(Sorted(rows, false, k)); }},
      {"FIRST", [](Rows rows, std::size_t) { return Print(ByTime(rows, false, 1)[0]); }},
      {"LAST", [](Rows rows, std::size_t) { return Print(ByTime(rows, true, 1)[0]); }},
      {"FIRST_K", [](Rows rows, std::size_t k) { return PrintList(ByTime(rows, false, k)); }},
      {"LAST_K", [](Rows rows, std::size_t k) { return PrintList(ByTime(rows, true, k)); }},
      {"COUNT",
       [](Rows rows, std::size_t) { return Print(static_cast<std::int64_t>(rows.size())); }},
      {"UNIQUE_COUNT", [](Rows rows, std::size_t) { return Print(Distinct(rows)); }},
      {"BOUNDED_UNIQUE_COUNT",
       [](Rows rows, std::size_t k) {
         return Print(std::min(Distinct(rows), static_cast<std::int64_t>(k)));
       }},
      // Sketches are exact as long as there are few values.
      {"APPROX_UNIQUE_COUNT", [](Rows rows, std::size_t) { return Print(Distinct(rows)); }},
      {"APPROX_HISTOGRAM_K", [](Rows rows, std::size_t k) { return Frequencies(rows, k); }},
  };
}

double CentralMoment(const std::vector<double>& values, int power) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (const double value : values) sum += std::pow(value - mean, power);
  return sum / n;
}

std::map<std::string, Oracle<double>> NumberOracles() {
  using Rows = const std::vector<Row<double>>&;
  auto oracles = SharedOracles<double>();
  const auto sum = [](Rows rows) {
    const auto values = Values(rows);
    return std::accumulate(values.begin(), values.end(), 0.0);
  };
  oracles["SUM"] = [=](Rows rows, std::size_t) { return Print(sum(rows)); };
  oracles["AVERAGE"] = [=](Rows rows, std::size_t) {
    return Print(sum(rows) / static_cast<double>(rows.size()));
  };
  oracles["VARIANCE"] = [](Rows rows, std::size_t) {
    return Print(CentralMoment(Values(rows), 2));
  };
  oracles["SKEW"] = [](Rows rows, std::size_t) {
    const auto values = Values(rows);
    return Print(CentralMoment(values, 3) / std::pow(CentralMoment(values, 2), 1.5));
  };
  oracles["KURTOSIS"] = [](Rows rows, std::size_t) {
    const auto values = Values(rows);
    return Print(CentralMoment(values, 4) / std::pow(CentralMoment(values, 2), 2) - 3);
  };
  oracles["APPROX_PERCENTILE"] = [](Rows rows, std::size_t) {
    return PrintList(
        std::vector<float>{static_cast<float>(Sorted(rows, true, rows.size())[rows.size() / 2])});
  };
  return oracles;
}

std::map<std::string, Oracle<std::string>> TextOracles() {
  auto oracles = SharedOracles<std::string>();
  oracles["HISTOGRAM"] = [](const std::vector<Row<std::string>>& rows, std::size_t k) {
    return Frequencies(rows, k);
  };
  return oracles;
}

// --- What they are compared with. ---

ArgumentMap ArgumentsOf(const AggregateFunction& function) {
  return {{"k", function.is_approximate ? "20" : "5"}};
}

template <typename T>
std::shared_ptr<arrow::Array> ToArray(const std::vector<Row<T>>& rows) {
  typename arrow::CTypeTraits<T>::BuilderType builder;
  for (const Row<T>& row : rows) GNOMON_CHECK(builder.Append(row.value).ok());
  return *builder.Finish();
}

std::vector<std::uint32_t> Iota(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

template <typename T>
std::string Ours(const BoundAggregation& bound, const std::vector<Row<T>>& rows) {
  const auto states = bound.make_states(bound);
  states->Resize(1);
  std::vector<std::int64_t> ts;
  for (const Row<T>& row : rows) ts.push_back(row.ts);
  EXPECT_THAT(states->Update(*ToArray(rows), ts.data(), Iota(rows.size()),
                             std::vector<std::uint32_t>(rows.size(), 0)),
              IsOk());
  auto builder = *arrow::MakeBuilder(ToArrow(bound.output));
  EXPECT_TRUE(states->Finalize(std::vector{0U}, builder.get()).ok());
  return PrintCell(**builder->Finish(), 0);
}

// Few values and times, so that there are ties.
template <typename T>
std::vector<Row<T>> RandomRows(std::mt19937* random) {
  std::vector<Row<T>> rows;
  const std::size_t count = 4 + (*random)() % 30;
  for (std::size_t i = 0; i < count; ++i) {
    Row<T> row;
    const auto number = static_cast<int>((*random)() % 12) - 4;
    if constexpr (std::same_as<T, double>) {
      row.value = number + 0.25;
    } else {
      row.value = fmt::format("value {}", number);
    }
    row.ts = static_cast<std::int64_t>((*random)() % 8);
    rows.push_back(std::move(row));
  }
  return rows;
}

template <typename T>
void ExpectOracle(const AggregateFunction& function, const DataType& type,
                  const Oracle<T>& oracle) {
  const auto bound = function.bind(type, ArgumentsOf(function));
  ASSERT_THAT(bound, IsOk());
  const std::size_t k = function.is_approximate ? 20 : 5;
  std::mt19937 random(42);
  bool a_lost_row_shows = false;
  for (int round = 0; round < 60; ++round) {
    std::vector<Row<T>> rows = RandomRows<T>(&random);
    // Sketches are exact up to k values.
    if (function.is_approximate) rows.resize(std::min(k, rows.size()));
    const std::string expected = oracle(rows, k);
    EXPECT_EQ(Ours(*bound, rows), expected) << function.name << " round " << round;
    // The harness can fail: a state that missed a row must not pass everywhere.
    rows.pop_back();
    a_lost_row_shows |= Ours(*bound, rows) != expected;
  }
  EXPECT_TRUE(a_lost_row_shows) << function.name;
}

TEST(AggregateOracleTest, EveryOperationEqualsItsOracle) {
  const auto numbers = NumberOracles();
  const auto texts = TextOracles();
  for (const AggregateFunction* function : AggregateFunctions()) {
    const auto number = numbers.find(function->name);
    const auto text = texts.find(function->name);
    EXPECT_TRUE(number != numbers.end() || text != texts.end()) << function->name;
    if (number != numbers.end()) {
      ExpectOracle<double>(*function, TypeKind::kDouble, number->second);
    } else {
      EXPECT_THAT(function->bind(TypeKind::kDouble, ArgumentsOf(*function)),
                  IsError(ErrorCode::kInvalidArgument, "incompatible"));
    }
    if (text != texts.end()) {
      ExpectOracle<std::string>(*function, TypeKind::kString, text->second);
    } else {
      EXPECT_THAT(function->bind(TypeKind::kString, ArgumentsOf(*function)),
                  IsError(ErrorCode::kInvalidArgument, "incompatible"));
    }
  }
}

BoundAggregation Bound(int operation, const DataType& type, const ArgumentMap& arguments = {}) {
  return *(*FindAggregateFunction(operation))->bind(type, arguments);
}

constexpr int kApproxUniqueCount = 5, kApproxPercentile = 12, kApproxHistogramK = 18;

// Feeds `values` in `parts` states and merges them; slot 0 has the result.
std::unique_ptr<StateColumn> Merged(const BoundAggregation& bound,
                                    const std::vector<Row<double>>& rows, std::uint32_t parts) {
  auto states = bound.make_states(bound);
  states->Resize(parts);
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < rows.size(); ++i) slots.push_back(i % parts);
  const std::vector<std::int64_t> ts(rows.size(), 0);
  EXPECT_THAT(states->Update(*ToArray(rows), ts.data(), Iota(rows.size()), slots), IsOk());
  for (std::uint32_t part = 1; part < parts; ++part) {
    EXPECT_THAT(states->Merge(std::vector{0U}, *states, std::vector{part}), IsOk());
  }
  return states;
}

std::shared_ptr<arrow::Array> Result0(const BoundAggregation& bound, const StateColumn& states) {
  auto builder = *arrow::MakeBuilder(ToArrow(bound.output));
  EXPECT_TRUE(states.Finalize(std::vector{0U}, builder.get()).ok());
  return *builder->Finish();
}

std::vector<Row<double>> Shuffled(int count, int distinct) {
  std::vector<Row<double>> rows;
  for (int i = 0; i < count; ++i) rows.push_back({static_cast<double>(i % distinct), 0});
  std::shuffle(rows.begin(), rows.end(), std::mt19937(7));
  return rows;
}

// lgK = 8: one standard error is 0.6931 / sqrt(256) for unions; three of them here.
TEST(SketchBoundsTest, DistinctCountsLieWithinThreeStandardErrors) {
  const BoundAggregation bound = Bound(kApproxUniqueCount, TypeKind::kDouble);
  for (const int distinct : {50, 1000, 40'000}) {
    for (const std::uint32_t parts : {1U, 5U}) {
      const auto states = Merged(bound, Shuffled(40'000, distinct), parts);
      const auto count = static_cast<const arrow::Int64Array&>(*Result0(bound, *states)).Value(0);
      EXPECT_NEAR(static_cast<double>(count), distinct, 3 * 0.6931 / 16 * distinct) << parts;
    }
  }
}

// k = 128: the rank of a quantile errs by less than 2.65 % with 99 % confidence.
TEST(SketchBoundsTest, QuantilesLieWithinTheirRankError) {
  const BoundAggregation bound = Bound(kApproxPercentile, TypeKind::kDouble,
                                       {{"percentiles", "[0, 0.01, 0.25, 0.5, 0.99, 1]"}});
  constexpr int kCount = 20'000;
  for (const std::uint32_t parts : {1U, 7U}) {
    const auto result = Result0(bound, *Merged(bound, Shuffled(kCount, kCount), parts));
    const auto& list = static_cast<const arrow::ListArray&>(*result);
    const auto& values = static_cast<const arrow::FloatArray&>(*list.values());
    const double ranks[] = {0, 0.01, 0.25, 0.5, 0.99, 1};
    ASSERT_EQ(values.length(), 6);
    for (int i = 0; i < 6; ++i) {
      EXPECT_NEAR(values.Value(i) / kCount, ranks[i], 0.0265) << ranks[i] << " " << parts;
    }
    EXPECT_EQ(values.Value(0), 0.0F);
    EXPECT_EQ(values.Value(5), kCount - 1.0F);
  }
}

// What is shown is surely frequent, and its count errs by less than 3.5 / map size of all rows.
TEST(SketchBoundsTest, FrequentItemsHaveNoFalsePositives) {
  const BoundAggregation bound = Bound(kApproxHistogramK, TypeKind::kDouble, {{"k", "16"}});
  std::vector<Row<double>> rows = Shuffled(4000, 400);
  for (int i = 0; i < 6000; ++i) rows.push_back({i % 2 == 0 ? -1.0 : -2.0, 0});
  std::shuffle(rows.begin(), rows.end(), std::mt19937(3));
  for (const std::uint32_t parts : {1U, 4U}) {
    const auto result = Result0(bound, *Merged(bound, rows, parts));
    const std::string shown = PrintCell(*result, 0);
    const auto& map = static_cast<const arrow::MapArray&>(*result);
    ASSERT_EQ(map.items()->length(), 2) << shown;
    for (int i = 0; i < 2; ++i) {
      EXPECT_NEAR(static_cast<double>(static_cast<const arrow::Int64Array&>(*map.items()).Value(i)),
                  3000, 3.5 / 16 * 10'000)
          << shown;
    }
  }
}

// Counts of the values 0, 1, 2, ... as APPROX_HISTOGRAM_K shows them.
std::map<std::string, std::int64_t> Shown(const BoundAggregation& bound, const StateColumn& states,
                                          std::uint32_t slot) {
  auto builder = *arrow::MakeBuilder(ToArrow(bound.output));
  EXPECT_TRUE(states.Finalize(std::vector{slot}, builder.get()).ok());
  const auto array = *builder->Finish();
  EXPECT_EQ(array->null_count(), 0);
  const auto& map = static_cast<const arrow::MapArray&>(*array);
  std::map<std::string, std::int64_t> shown;
  for (std::int64_t i = 0; i < map.items()->length(); ++i) {
    shown[static_cast<const arrow::StringArray&>(*map.keys()).GetString(i)] =
        static_cast<const arrow::Int64Array&>(*map.items()).Value(i);
  }
  return shown;
}

// Writes the state of a slot and reads it back into the slot.
void WriteAndRead(const BoundAggregation& bound, StateColumn* states, std::uint32_t slot) {
  auto builder = *arrow::MakeBuilder(ToArrow(bound.intermediate));
  ASSERT_TRUE(states->Encode(std::vector{slot}, builder.get()).ok());
  ASSERT_THAT(states->Decode(**builder->Finish(), std::vector{slot}), IsOk());
}

// However rows are dealt, states merged, written and read between: an estimate is no less than the
// true count and at most 3.5 / map size of all rows above it, and what is more frequent than twice
// that is shown. Many parts here are of sketches that have just thrown out everything.
TEST(SketchBoundsTest, FrequentItemsKeepTheirBoundsThroughMergesAndBytes) {
  std::mt19937 random(5);
  bool a_lost_part_shows = false;
  for (int round = 0; round < 600; ++round) {
    const int k = static_cast<int>(random() % 12) + 1;
    const double map_size = k <= 8 ? 8 : 16;
    const BoundAggregation bound =
        Bound(kApproxHistogramK, TypeKind::kLong, {{"k", fmt::format("{}", k)}});
    const auto parts = static_cast<std::uint32_t>(2 + random() % 3);
    const auto states = bound.make_states(bound);
    states->Resize(parts);
    std::map<std::string, std::int64_t> truth;
    const std::size_t count = 8 + random() % 60;
    const std::size_t distinct = 5 + random() % 15;
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<std::int64_t>(random() % 2 == 0 ? 0 : random() % distinct);
      const auto part = static_cast<std::uint32_t>(random() % parts);
      ASSERT_THAT(states->Update(*ToArray(std::vector<Row<std::int64_t>>{{value, 0}}),
                                 std::vector<std::int64_t>{0}.data(), Iota(1), std::vector{part}),
                  IsOk());
      ++truth[fmt::format("{}", value)];
      if (random() % 4 == 0 && !states->IsEmpty(part)) WriteAndRead(bound, states.get(), part);
    }
    const auto error = static_cast<std::int64_t>(3.5 / map_size * static_cast<double>(count));
    const auto lies_within = [&](const std::map<std::string, std::int64_t>& shown) {
      if (shown.size() > static_cast<std::size_t>(k)) return false;
      for (const auto& [value, estimate] : shown) {
        if (estimate < truth[value] || estimate > truth[value] + error) return false;
      }
      return std::all_of(truth.begin(), truth.end(), [&](const auto& entry) {
        return entry.second <= 2 * error || shown.count(entry.first) == 1;
      });
    };
    if (!states->IsEmpty(0)) a_lost_part_shows |= !lies_within(Shown(bound, *states, 0));
    for (std::uint32_t part = 1; part < parts; ++part) {
      ASSERT_THAT(states->Merge(std::vector{0U}, *states, std::vector{part}), IsOk());
    }
    EXPECT_TRUE(lies_within(Shown(bound, *states, 0))) << "round " << round << ", k " << k;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(a_lost_part_shows);
}

// Seven values, each once, are more than the map of k = 3 holds: it throws out one of each.
TEST(SketchBoundsTest, FrequentItemsThatWereAllThrownOutAreStillInTheError) {
  const BoundAggregation bound = Bound(kApproxHistogramK, TypeKind::kLong, {{"k", "3"}});
  const auto states = bound.make_states(bound);
  states->Resize(3);
  const auto feed = [&](std::uint32_t slot, const std::vector<std::int64_t>& values) {
    std::vector<Row<std::int64_t>> rows;
    for (const std::int64_t value : values) rows.push_back({value, 0});
    const std::vector<std::int64_t> ts(rows.size(), 0);
    ASSERT_THAT(states->Update(*ToArray(rows), ts.data(), Iota(rows.size()),
                               std::vector<std::uint32_t>(rows.size(), slot)),
                IsOk());
  };
  using Counts = std::map<std::string, std::int64_t>;
  for (const std::uint32_t slot : {0U, 1U}) feed(slot, {1, 2, 3, 4, 5, 6, 7});
  EXPECT_EQ(Shown(bound, *states, 0), Counts());
  WriteAndRead(bound, states.get(), 0);
  EXPECT_FALSE(states->IsEmpty(0));
  EXPECT_EQ(Shown(bound, *states, 0), Counts());
  // Both parts saw a 7 that they no longer know; 8 may be one, and is not shown for sure.
  feed(2, {7, 7, 7, 8});
  ASSERT_THAT(states->Merge(std::vector{0U}, *states, std::vector{1U}), IsOk());
  ASSERT_THAT(states->Merge(std::vector{2U}, *states, std::vector{0U}), IsOk());
  EXPECT_EQ(Shown(bound, *states, 2), (Counts{{"7", 5}}));
}

// Chronon writes such a sketch as one that never saw a value.
TEST(SketchBoundsTest, EmptySketchesOfFrequentItemsAreRead) {
  const BoundAggregation bound = Bound(kApproxHistogramK, TypeKind::kLong, {{"k", "3"}});
  const auto states = bound.make_states(bound);
  states->Resize(1);
  arrow::BinaryBuilder builder;
  ASSERT_TRUE(builder.Append(std::string("\1\1\12\3\3\1\0\0", 8)).ok());
  ASSERT_THAT(states->Decode(**builder.Finish(), std::vector{0U}), IsOk());
  EXPECT_FALSE(states->IsEmpty(0));
  EXPECT_TRUE(Shown(bound, *states, 0).empty());
}

TEST(ArgumentsTest, BadOnesAreRefused) {
  const auto bind = [](int operation, const ArgumentMap& arguments) {
    return (*FindAggregateFunction(operation))->bind(TypeKind::kDouble, arguments);
  };
  const auto bad = ErrorCode::kInvalidArgument;
  for (const int operation : {13, 14, 15, 16}) {
    EXPECT_THAT(bind(operation, {}), IsError(bad, "k needs to be specified for"));
    for (const char* k : {"0", "-1", "two", "", "1.5", "99999999999"}) {
      EXPECT_THAT(bind(operation, {{"k", k}}), IsError(bad, "the argument k of"));
    }
  }
  EXPECT_THAT(bind(kApproxUniqueCount, {{"k", "3"}}), IsError(bad, "an integer of 4 to 26: 3"));
  EXPECT_THAT(bind(kApproxPercentile, {{"k", "7"}}), IsError(bad, "an integer of 8 to 65535: 7"));
  for (const char* percentiles : {"", "0.5", "[]", "[\"0.5\"]", "{\"a\": 1}", "[0.5", "[null]"}) {
    EXPECT_THAT(bind(kApproxPercentile, {{"percentiles", percentiles}}),
                IsError(bad, "it is no list of numbers"));
  }
  for (const char* percentiles : {"[1.5]", "[0.5, -0.1]"}) {
    EXPECT_THAT(bind(kApproxPercentile, {{"percentiles", percentiles}}),
                IsError(bad, "lies outside of 0 to 1"));
  }
}

TEST(ElementWiseTest, NullsAndOtherLengthsAreErrors) {
  const DataType list_type = DataType::List(TypeKind::kLong);
  const BoundAggregation bound = ByPosition(Bound(7, TypeKind::kLong), list_type);
  auto values = std::make_shared<arrow::Int64Builder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), values);
  const auto append = [&](const std::vector<std::optional<std::int64_t>>& list) {
    GNOMON_CHECK(lists.Append().ok());
    for (const auto& value : list) {
      GNOMON_CHECK((value ? values->Append(*value) : values->AppendNull()).ok());
    }
  };
  append({1, 2});
  append({10, 20});
  append({1, 2, 3});
  append({1, std::nullopt});
  const auto array = *lists.Finish();
  const std::vector<std::int64_t> ts(4, 0);
  const auto states = bound.make_states(bound);
  states->Resize(3);
  const auto feed = [&](std::uint32_t row, std::uint32_t slot) {
    return states->Update(*array, ts.data(), std::vector{row}, std::vector{slot});
  };
  ASSERT_THAT(feed(0, 0), IsOk());
  ASSERT_THAT(feed(1, 0), IsOk());
  EXPECT_EQ(PrintCell(*Result0(bound, *states), 0), "[11 22 ]");
  ASSERT_THAT(feed(2, 1), IsOk());
  const auto bad = ErrorCode::kInvalidArgument;
  EXPECT_THAT(feed(2, 0), IsError(bad, "lists of 2 and of 3 elements"));
  EXPECT_THAT(feed(3, 2), IsError(bad, "takes no null elements"));
  EXPECT_THAT(states->Merge(std::vector{0U}, *states, std::vector{1U}),
              IsError(bad, "lists of one length"));
  const auto window = bound.make_window(bound);
  window->Reset(2);
  EXPECT_THAT(
      window->Sweep(*states, std::vector{0U, 1U}, std::vector<HopRange>{{0, 1}, {1, 2}}, {}),
      IsOk());
  window->Reset(1);
  EXPECT_THAT(window->Sweep(*states, std::vector{0U, 1U}, std::vector<HopRange>{{0, 2}}, {}),
              IsError(bad, "lists of one length"));
}

}  // namespace

}  // namespace gnomon::aggregate
