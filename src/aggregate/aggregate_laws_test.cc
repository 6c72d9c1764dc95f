// SPDX-License-Identifier: Apache-2.0
// The laws that every aggregation obeys, over the list of those built and every type that each
// takes. The test names no operation: a new one is tested on arrival.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "aggregate/aggregate_function.h"
#include "aggregate/containers.h"
#include "aggregate/snapshot_kernel.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::aggregate {

namespace {

constexpr int kRows = 24;

const std::vector<DataType>& Types() {
  static const std::vector<DataType> types = {
      TypeKind::kBoolean,
      TypeKind::kByte,
      TypeKind::kShort,
      TypeKind::kInt,
      TypeKind::kLong,
      TypeKind::kFloat,
      TypeKind::kDouble,
      TypeKind::kString,
      TypeKind::kBinary,
      TypeKind::kDate,
      TypeKind::kTimestamp,
      DataType::Decimal(10, 2),
      DataType::List(TypeKind::kString),
      DataType::List(TypeKind::kDouble),
      DataType::List(DataType::List(TypeKind::kLong)),
      DataType::Map(TypeKind::kString, TypeKind::kDouble),
      DataType::Map(TypeKind::kString, TypeKind::kString),
      DataType::Map(TypeKind::kInt, TypeKind::kDouble),
      DataType::Struct({{"a", TypeKind::kInt}, {"b", TypeKind::kString}})};
  return types;
}

// Where random values come from; of few there are seven.
struct Draws {
  std::mt19937 random;
  bool are_few;
};

void AppendRandom(const DataType& type, Draws* draws, arrow::ArrayBuilder* builder);

template <typename Builder, typename T>
void Put(arrow::ArrayBuilder* builder, T value) {
  GNOMON_CHECK(static_cast<Builder*>(builder)->Append(value).ok());
}

void AppendNested(const DataType& type, Draws* draws, arrow::ArrayBuilder* builder) {
  const int size = static_cast<int>(draws->random() % 3);
  if (type.kind == TypeKind::kStruct) {
    GNOMON_CHECK(static_cast<arrow::StructBuilder*>(builder)->Append().ok());
    for (int i = 0; i < builder->num_children(); ++i) {
      AppendRandom(type.children[static_cast<std::size_t>(i)].type, draws, builder->child(i));
    }
  } else if (type.kind == TypeKind::kMap) {
    auto* map = static_cast<arrow::MapBuilder*>(builder);
    GNOMON_CHECK(map->Append().ok());
    for (int i = 0; i < size; ++i) {
      if (type.key().kind == TypeKind::kString) {
        Put<arrow::StringBuilder>(map->key_builder(), fmt::format("key {}", draws->random() % 3));
      } else {
        AppendRandom(type.key(), draws, map->key_builder());
      }
      AppendRandom(type.value(), draws, map->item_builder());
    }
  } else {
    auto* list = static_cast<arrow::ListBuilder*>(builder);
    GNOMON_CHECK(list->Append().ok());
    for (int i = 0; i < size; ++i) AppendRandom(type.element(), draws, list->value_builder());
  }
}

// Numbers are small multiples of 1/2, so that sums are exact in any order.
void AppendRandom(const DataType& type, Draws* draws, arrow::ArrayBuilder* builder) {
  std::mt19937 one_of_few(draws->are_few ? draws->random() % 7 : 0);
  std::mt19937& random = draws->are_few ? one_of_few : draws->random;
  const auto number = static_cast<int>(random() % 40) - 20;
  const std::string text = fmt::format("{}{}", std::string(random() % 30, 'x'), number);
  switch (type.kind) {
    case TypeKind::kBoolean:
      return Put<arrow::BooleanBuilder>(builder, number > 0);
    case TypeKind::kByte:
      return Put<arrow::Int8Builder>(builder, static_cast<std::int8_t>(number));
    case TypeKind::kShort:
      return Put<arrow::Int16Builder>(builder, static_cast<std::int16_t>(number));
    case TypeKind::kInt:
      return Put<arrow::Int32Builder>(builder, number);
    case TypeKind::kLong:
      return Put<arrow::Int64Builder>(builder, std::int64_t{number} << 50);
    case TypeKind::kFloat:
      return Put<arrow::FloatBuilder>(builder, static_cast<float>(number) / 2);
    case TypeKind::kDouble:
      return Put<arrow::DoubleBuilder>(builder, number / 2.0);
    case TypeKind::kString:
      return Put<arrow::StringBuilder>(builder, text);
    case TypeKind::kBinary:
      return Put<arrow::BinaryBuilder>(builder, text);
    default:
      return AppendNested(type, draws, builder);
  }
}

struct Rows {
  std::shared_ptr<arrow::Array> values;
  std::vector<std::int64_t> ts;
};

// How an aggregation is applied to its input.
enum class Shape : std::uint8_t { kPlain, kBucketed, kElementWise };

// Lists of three, as element-wise aggregation wants them.
void AppendTriple(const DataType& list_type, Draws* draws, arrow::ArrayBuilder* builder) {
  auto* list = static_cast<arrow::ListBuilder*>(builder);
  GNOMON_CHECK(list->Append().ok());
  for (int i = 0; i < 3; ++i) AppendRandom(list_type.element(), draws, list->value_builder());
}

// Every fourth value is null; many ts are equal.
Rows RandomRows(const DataType& type, Shape shape, Draws draws) {
  auto builder = *arrow::MakeBuilder(ToArrow(type));
  Rows rows;
  for (int i = 0; i < kRows; ++i) {
    if (draws.random() % 4 == 0) {
      GNOMON_CHECK(builder->AppendNull().ok());
    } else if (shape == Shape::kElementWise) {
      AppendTriple(type, &draws, builder.get());
    } else {
      AppendRandom(type, &draws, builder.get());
    }
    rows.ts.push_back(static_cast<std::int64_t>(draws.random() % 6));
  }
  rows.values = *builder->Finish();
  return rows;
}

// Beside each value one of three buckets, or none.
std::shared_ptr<arrow::Array> WithBuckets(const std::shared_ptr<arrow::Array>& values) {
  std::mt19937 random(17);
  arrow::StringBuilder buckets;
  for (std::int64_t i = 0; i < values->length(); ++i) {
    const auto bucket = random() % 4;
    GNOMON_CHECK(
        (bucket == 3 ? buckets.AppendNull() : buckets.Append(std::string(bucket, 'b'))).ok());
  }
  return *arrow::StructArray::Make({*buckets.Finish(), values},
                                   std::vector<std::string>{"bucket", "value"});
}

struct Law {
  const AggregateFunction* function;
  DataType type;
  ArgumentMap arguments;
  Shape shape;
};

void PrintTo(const Law& law, std::ostream* out) {
  *out << law.function->name << " of " << SparkTypeName(law.type) << ", shape "
       << static_cast<int>(law.shape) << ", " << law.arguments.size() << " arguments";
}

Result<BoundAggregation> BindLaw(const Law& law) {
  if (law.shape == Shape::kElementWise) {
    GNOMON_ASSIGN_OR_RETURN(auto part, law.function->bind(law.type.element(), law.arguments));
    if (part.is_timed) return InvalidArgument("a list is taken whole");
    return ByPosition(std::move(part), law.type);
  }
  GNOMON_ASSIGN_OR_RETURN(auto part, law.function->bind(law.type, law.arguments));
  return law.shape == Shape::kBucketed ? ByBucket(std::move(part)) : std::move(part);
}

bool DependsOnArguments(const BoundAggregation& bound) {
  return bound.parameters != nullptr || (bound.part != nullptr && DependsOnArguments(*bound.part));
}

std::vector<Law> AllLaws() {
  std::vector<Law> laws;
  for (const AggregateFunction* function : AggregateFunctions()) {
    for (const DataType& type : Types()) {
      for (const ArgumentMap& arguments :
           {ArgumentMap(), ArgumentMap{{"k", "3"}}, ArgumentMap{{"k", "10"}}}) {
        for (const Shape shape : {Shape::kPlain, Shape::kBucketed, Shape::kElementWise}) {
          if (shape == Shape::kElementWise && type.kind != TypeKind::kList) continue;
          const Law law{function, type, arguments, shape};
          const auto bound = BindLaw(law);
          if (!bound.has_value()) continue;
          // Arguments that an operation does not look at make no other law.
          if (!arguments.empty() && !DependsOnArguments(*bound)) continue;
          laws.push_back(law);
        }
      }
    }
  }
  return laws;
}

bool IsCloseRow(const arrow::Array& a, std::int64_t i, const arrow::Array& b, std::int64_t j);

bool AreCloseLists(const arrow::ListArray& a, std::int64_t i, const arrow::ListArray& b,
                   std::int64_t j) {
  if (a.value_length(i) != b.value_length(j)) return false;
  for (std::int64_t k = 0; k < a.value_length(i); ++k) {
    if (!IsCloseRow(*a.values(), a.value_offset(i) + k, *b.values(), b.value_offset(j) + k))
      return false;
  }
  return true;
}

bool AreCloseDoubles(double x, double y) {
  if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && std::isnan(y);
  return std::abs(x - y) <= 1e-9 * std::max({1.0, std::abs(x), std::abs(y)});
}

bool IsCloseRow(const arrow::Array& a, std::int64_t i, const arrow::Array& b, std::int64_t j) {
  if (a.IsNull(i) || b.IsNull(j)) return a.IsNull(i) && b.IsNull(j);
  switch (a.type_id()) {
    case arrow::Type::DOUBLE:
      return AreCloseDoubles(static_cast<const arrow::DoubleArray&>(a).Value(i),
                             static_cast<const arrow::DoubleArray&>(b).Value(j));
    case arrow::Type::LIST:
    case arrow::Type::MAP:
      return AreCloseLists(static_cast<const arrow::ListArray&>(a), i,
                           static_cast<const arrow::ListArray&>(b), j);
    case arrow::Type::STRUCT:
      for (int field = 0; field < a.num_fields(); ++field) {
        const auto& x = *static_cast<const arrow::StructArray&>(a).field(field);
        const auto& y = *static_cast<const arrow::StructArray&>(b).field(field);
        if (!IsCloseRow(x, i, y, j)) return false;
      }
      return true;
    default:
      return a.RangeEquals(b, i, i + 1, j);
  }
}

// To the last bit; NaN equals itself.
bool IsSame(const arrow::Array& a, const arrow::Array& b) {
  return a.Equals(b, arrow::EqualOptions::Defaults().nans_equal(true));
}

// Doubles differ with the order of their sums; all else is equal.
bool IsClose(const arrow::Array& a, const arrow::Array& b) {
  if (!a.type()->Equals(*b.type()) || a.length() != b.length()) return false;
  for (std::int64_t row = 0; row < a.length(); ++row) {
    if (!IsCloseRow(a, row, b, row)) return false;
  }
  return true;
}

class AggregateLaws : public testing::TestWithParam<Law> {
 protected:
  void SetUp() override {
    auto bound = BindLaw(GetParam());
    ASSERT_THAT(bound, IsOk());
    bound_ = *std::move(bound);
    rows_ = RandomRows(GetParam().type, GetParam().shape, {std::mt19937(3), IsExactSketch()});
    if (GetParam().shape == Shape::kBucketed) rows_.values = WithBuckets(rows_.values);
  }

  std::unique_ptr<StateColumn> States(std::size_t slots) const {
    auto states = bound_.make_states(bound_);
    states->Resize(slots);
    return states;
  }
  // Feeds rows [begin, end) to one slot.
  void Feed(StateColumn* states, std::uint32_t slot, std::uint32_t begin, std::uint32_t end) const {
    for (std::uint32_t row = begin; row < end; ++row) {
      EXPECT_THAT(
          states->Update(*rows_.values, rows_.ts.data(), std::vector{row}, std::vector{slot}),
          IsOk());
    }
  }
  void Delete(StateColumn* states, std::uint32_t slot, std::uint32_t begin,
              std::uint32_t end) const {
    for (std::uint32_t row = begin; row < end; ++row) {
      EXPECT_THAT(
          states->Delete(*rows_.values, rows_.ts.data(), std::vector{row}, std::vector{slot}),
          IsOk());
    }
  }
  std::shared_ptr<arrow::Array> Results(const StateColumn& states,
                                        std::vector<std::uint32_t> slots) const {
    auto builder = *arrow::MakeBuilder(ToArrow(bound_.output));
    EXPECT_TRUE(states.Finalize(slots, builder.get()).ok());
    return *builder->Finish();
  }
  std::shared_ptr<arrow::Array> Encoded(const StateColumn& states,
                                        std::vector<std::uint32_t> slots) const {
    auto builder = *arrow::MakeBuilder(ToArrow(bound_.intermediate));
    EXPECT_TRUE(states.Encode(slots, builder.get()).ok());
    return *builder->Finish();
  }
  // What comes back of a slot that was encoded.
  std::shared_ptr<arrow::Array> ResultsOfDecoded(const StateColumn& states,
                                                 std::uint32_t slot) const {
    const auto back = States(1);
    EXPECT_THAT(back->Decode(*Encoded(states, {slot}), std::vector{0U}), IsOk());
    return Results(*back, {0});
  }
  // With their own arguments all sketches are exact for these few rows of few values. With smaller
  // ones they follow the order of rows and merges: those results lie within the sketches' bounds,
  // which aggregate_oracle_test knows.
  bool IsExactSketch() const {
    return GetParam().function->is_approximate && GetParam().arguments.empty();
  }
  void ExpectEqual(const arrow::Array& a, const arrow::Array& b) const {
    if (GetParam().function->is_approximate && !IsExactSketch()) {
      EXPECT_EQ(a.null_count(), b.null_count());
    } else {
      EXPECT_TRUE(IsClose(a, b)) << a.ToString() << b.ToString();
    }
  }
  void ExpectSame(const StateColumn& states, std::uint32_t a, std::uint32_t b) const {
    ExpectEqual(*Results(states, {a}), *Results(states, {b}));
    ExpectEqual(*ResultsOfDecoded(states, a), *ResultsOfDecoded(states, b));
  }

  BoundAggregation bound_;
  Rows rows_;
};

TEST_P(AggregateLaws, MergedPartsEqualAllAtOnce) {
  const auto states = States(3);
  Feed(states.get(), 0, 0, kRows);
  Feed(states.get(), 1, 0, 9);
  Feed(states.get(), 2, 9, kRows);
  EXPECT_FALSE(Results(*states, {0})->IsNull(0));
  EXPECT_THAT(states->Merge(std::vector{1U}, *states, std::vector{2U}), IsOk());
  ExpectSame(*states, 0, 1);
}

// The laws can fail for sketches: a state that all rows but one missed is told from the whole.
TEST_P(AggregateLaws, WhatASketchMissesShows) {
  if (!IsExactSketch()) return;
  const auto states = States(kRows + 1);
  bool shows = false;
  Feed(states.get(), kRows, 0, kRows);
  const auto whole = Results(*states, {kRows});
  for (std::uint32_t row = 0; row < kRows; ++row) {
    Feed(states.get(), row, row, row + 1);
    const auto part = Results(*states, {row});
    shows |= part->IsValid(0) && !IsClose(*part, *whole);
  }
  EXPECT_TRUE(shows);
}

TEST_P(AggregateLaws, EmptyIsTheIdentityOfMerge) {
  const auto states = States(3);
  Feed(states.get(), 0, 0, kRows);
  Feed(states.get(), 1, 0, kRows);
  EXPECT_THAT(states->Merge(std::vector{1U, 2U}, *States(1), std::vector{0U, 0U}), IsOk());
  ExpectSame(*states, 0, 1);
  EXPECT_THAT(states->Merge(std::vector{2U}, *states, std::vector{0U}), IsOk());
  ExpectSame(*states, 0, 2);
}

TEST_P(AggregateLaws, MergeIsAssociative) {
  const auto left = States(3);
  const auto right = States(3);
  for (const auto& states : {left.get(), right.get()}) {
    for (std::uint32_t i = 0; i < 3; ++i) Feed(states, i, i * 8, i * 8 + 8);
  }
  EXPECT_THAT(left->Merge(std::vector{0U}, *left, std::vector{1U}), IsOk());
  EXPECT_THAT(left->Merge(std::vector{0U}, *left, std::vector{2U}), IsOk());
  EXPECT_THAT(right->Merge(std::vector{1U}, *right, std::vector{2U}), IsOk());
  EXPECT_THAT(right->Merge(std::vector{0U}, *right, std::vector{1U}), IsOk());
  ExpectEqual(*Results(*left, {0}), *Results(*right, {0}));
}

TEST_P(AggregateLaws, OrderOfRowsDoesNotMatter) {
  const auto states = States(2);
  Feed(states.get(), 0, 0, kRows);
  for (std::uint32_t row = kRows; row-- > 0;) Feed(states.get(), 1, row, row + 1);
  ExpectSame(*states, 0, 1);
}

TEST_P(AggregateLaws, NothingOrOnlyNullsGivesNull) {
  const auto states = States(2);
  rows_.values = *arrow::MakeArrayOfNull(ToArrow(GetParam().type), kRows);
  if (GetParam().shape == Shape::kBucketed) rows_.values = WithBuckets(rows_.values);
  Feed(states.get(), 0, 0, kRows);
  EXPECT_EQ(Results(*states, {0, 1})->null_count(), 2);
  EXPECT_EQ(Encoded(*states, {0, 1})->null_count(), 2);
}

TEST_P(AggregateLaws, EncodedStatesComeBack) {
  const auto states = States(2);
  Feed(states.get(), 0, 0, 12);
  const auto encoded = Encoded(*states, {0, 1});
  EXPECT_TRUE(encoded->type()->Equals(*ToArrow(bound_.intermediate)));
  ASSERT_TRUE(encoded->ValidateFull().ok());
  const auto back = States(2);
  ASSERT_THAT(back->Decode(*encoded, std::vector{0U, 1U}), IsOk());
  EXPECT_TRUE(IsSame(*Results(*back, {0, 1}), *Results(*states, {0, 1})));
  Feed(states.get(), 0, 12, kRows);
  Feed(back.get(), 0, 12, kRows);
  ExpectEqual(*Results(*back, {0, 1}), *Results(*states, {0, 1}));
  // A slot that held something else holds only what it was set to.
  ASSERT_THAT(back->Decode(*encoded, std::vector{0U, 1U}), IsOk());
  ASSERT_THAT(back->Decode(*Encoded(*States(1), {0}), std::vector{0U}), IsOk());
  EXPECT_EQ(Results(*back, {0, 1})->null_count(), 2);
}

TEST_P(AggregateLaws, RunsRepeat) {
  const auto states = States(2);
  for (const std::uint32_t slot : {0U, 1U}) Feed(states.get(), slot, 0, kRows);
  EXPECT_TRUE(IsSame(*Results(*states, {0}), *Results(*states, {1})));
  EXPECT_TRUE(IsSame(*Encoded(*states, {0}), *Encoded(*states, {1})));
}

TEST_P(AggregateLaws, DeleteInvertsUpdateOrDoesNothing) {
  const auto states = States(3);
  Feed(states.get(), 0, 0, kRows);
  Delete(states.get(), 0, 9, kRows);
  Feed(states.get(), 1, 0, bound_.is_deletable ? 9 : kRows);
  // In buckets and maps a part whose values are all deleted stays, as it does in Chronon.
  const bool has_parts = bound_.part != nullptr &&
                         bound_.output == DataType::Map(TypeKind::kString, bound_.part->output);
  if (!has_parts) ExpectSame(*states, 0, 1);
  if (!bound_.is_deletable) return;
  // Deleted before they came: the negative of a value waits for it.
  Delete(states.get(), 2, 9, kRows);
  EXPECT_FALSE(states->IsEmpty(2));
  Feed(states.get(), 2, 0, kRows);
  ExpectSame(*states, 0, 2);
}

TEST_P(AggregateLaws, EmptinessIsANullResult) {
  const auto states = States(2);
  Feed(states.get(), 0, 0, kRows);
  EXPECT_FALSE(states->IsEmpty(0));
  EXPECT_TRUE(states->IsEmpty(1));
  EXPECT_EQ(Encoded(*states, {0, 1})->null_count(), 1);
}

TEST_P(AggregateLaws, ForeignEncodedStatesAreRefused) {
  const auto states = States(1);
  const auto foreign = *arrow::MakeArrayOfNull(arrow::float16(), 1);
  EXPECT_THAT(states->Decode(*foreign, std::vector{0U}), IsError(ErrorCode::kCorruption, "type"));
  const auto short_one = *arrow::MakeArrayOfNull(ToArrow(bound_.intermediate), 0);
  EXPECT_THAT(states->Decode(*short_one, std::vector{0U}),
              IsError(ErrorCode::kCorruption, "0 rows"));
}

TEST_P(AggregateLaws, FinalizeHasNoSideEffect) {
  const auto states = States(1);
  Feed(states.get(), 0, 0, 12);
  const auto before = Encoded(*states, {0});
  const auto first = Results(*states, {0});
  EXPECT_TRUE(IsSame(*Results(*states, {0}), *first));
  EXPECT_TRUE(IsSame(*Encoded(*states, {0}), *before));
  EXPECT_TRUE(first->type()->Equals(*ToArrow(bound_.output)));
}

// A window over hops gives what one state fed with the same rows gives, in the cells asked for;
// the others stay null.
TEST_P(AggregateLaws, WindowsEqualStates) {
  const auto hops = States(8);
  for (std::uint32_t i = 0; i < 8; ++i) Feed(hops.get(), i, i * 3, i * 3 + 3);
  const std::vector<HopRange> ranges = {{0, 1}, {0, 3}, {1, 4}, {1, 4}, {4, 4},
                                        {4, 6}, {5, 8}, {7, 8}, {8, 8}};
  const auto window = bound_.make_window(bound_);
  const CellPlaces places = {1, 2};
  window->Reset(places[ranges.size()]);
  EXPECT_THAT(
      window->Sweep(*hops, std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}, ranges, places),
      IsOk());
  const auto direct = States(places[ranges.size()]);
  std::vector<std::uint32_t> cells;
  for (std::uint32_t i = 0; i < ranges.size(); ++i)
    Feed(direct.get(), static_cast<std::uint32_t>(places[i]), ranges[i].begin * 3,
         ranges[i].end * 3);
  for (std::uint32_t cell = 0; cell < places[ranges.size()]; ++cell) cells.push_back(cell);
  auto builder = *arrow::MakeBuilder(ToArrow(bound_.output));
  ASSERT_TRUE(window->Append(cells, builder.get()).ok());
  const auto swept = *builder->Finish();
  ExpectEqual(*swept, *Results(*direct, cells));
  for (const std::uint32_t cell : cells)
    EXPECT_EQ(window->valid()[cell] != 0, swept->IsValid(cell));
}

TEST_P(AggregateLaws, MemoryIsCounted) {
  const auto states = States(1);
  const std::int64_t before = states->memory_bytes();
  EXPECT_GT(before, 0);
  states->Resize(10'000);
  EXPECT_GE(states->memory_bytes(), before + 9'999);
}

INSTANTIATE_TEST_SUITE_P(All, AggregateLaws, testing::ValuesIn(AllLaws()),
                         [](const auto& instance) {
                           std::string name =
                               fmt::format("{}_{}_{}", instance.param.function->name,
                                           ChrononTypeName(instance.param.type), instance.index);
                           std::erase_if(name, [](char c) {
                             return !std::isalnum(static_cast<unsigned char>(c)) && c != '_';
                           });
                           return name;
                         });

TEST(AggregateListTest, NamesAndNumbersAreChrononsAndUnique) {
  std::set<int> ids;
  std::set<std::string> names;
  for (const AggregateFunction* function : AggregateFunctions()) {
    EXPECT_TRUE(ids.insert(function->operation_id).second) << function->name;
    EXPECT_TRUE(names.insert(function->name).second) << function->name;
    EXPECT_STREQ(function->name, OperationName(function->operation_id));
    EXPECT_GT(std::string_view(function->doc).size(), 10U);
    const auto found = FindAggregateFunction(function->operation_id);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(*found, function);
  }
  for (int id = 0; OperationName(id) != nullptr; ++id) EXPECT_EQ(ids.count(id), 1U) << id;
}

TEST(AggregateListTest, DatesTimesAndDecimalsAreRefusedByAll) {
  for (const AggregateFunction* function : AggregateFunctions()) {
    for (const DataType& type : {DataType(TypeKind::kDate), DataType(TypeKind::kTimestamp),
                                 DataType::Decimal(10, 2), DataType(TypeKind::kVoid)}) {
      EXPECT_THAT(function->bind(type, {{"k", "10"}}),
                  IsError(ErrorCode::kInvalidArgument, function->name));
    }
  }
}

}  // namespace

}  // namespace gnomon::aggregate
