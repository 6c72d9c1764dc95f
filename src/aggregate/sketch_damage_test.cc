// SPDX-License-Identifier: Apache-2.0
// Sketches as a damaged table would hold them: each is refused in one sentence, or is a sketch that
// can be used like any other. What reads or writes out of bounds shows under the asan preset.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cstring>

#include "aggregate/aggregate_function.h"
#include "support/damaged_bytes.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr int kApproxUniqueCount = 5, kApproxPercentile = 12, kApproxHistogramK = 18;

struct Case {
  int operation;
  TypeKind type;
  ArgumentMap arguments;
};

void PrintTo(const Case& param, std::ostream* out) {
  *out << OperationName(param.operation) << " of " << static_cast<int>(param.type) << " k "
       << param.arguments.at("k");
}

class DamagedSketch : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const auto function = FindAggregateFunction(GetParam().operation);
    ASSERT_THAT(function, IsOk());
    auto bound = (*function)->bind(GetParam().type, GetParam().arguments);
    ASSERT_THAT(bound, IsOk());
    bound_ = *std::move(bound);
  }

  std::unique_ptr<StateColumn> States(std::size_t slots) const {
    auto states = bound_.make_states(bound_);
    states->Resize(slots);
    return states;
  }
  // Slot 0 of so many different values, the smaller ones more often.
  std::unique_ptr<StateColumn> StateOf(int distinct) const {
    auto builder = *arrow::MakeBuilder(ToArrow(GetParam().type));
    std::vector<std::uint32_t> rows;
    for (int i = 0; i < distinct; ++i) {
      for (int times = i < 4 ? 5 : 1; times > 0; --times) {
        Append(i, builder.get());
        rows.push_back(static_cast<std::uint32_t>(rows.size()));
      }
    }
    auto states = States(1);
    const std::vector<std::uint32_t> slots(rows.size(), 0);
    EXPECT_THAT(states->Update(**builder->Finish(), nullptr, rows, slots), IsOk());
    return states;
  }
  void Append(int value, arrow::ArrayBuilder* builder) const {
    const arrow::Status status =
        GetParam().type == TypeKind::kString
            ? static_cast<arrow::StringBuilder*>(builder)->Append(fmt::format("value {}", value))
            : static_cast<arrow::DoubleBuilder*>(builder)->Append(value * 1.5);
    EXPECT_TRUE(status.ok());
  }
  std::shared_ptr<arrow::Array> Results(const StateColumn& states) const {
    auto builder = *arrow::MakeBuilder(ToArrow(bound_.output));
    EXPECT_TRUE(states.Finalize(std::vector{0U}, builder.get()).ok());
    return *builder->Finish();
  }
  static std::string BytesOf(const StateColumn& states) {
    arrow::BinaryBuilder builder;
    EXPECT_TRUE(states.Encode(std::vector{0U}, &builder).ok());
    return static_cast<const arrow::BinaryArray&>(**builder.Finish()).GetString(0);
  }
  static Status Decode(const std::string& bytes, StateColumn* states) {
    arrow::BinaryBuilder builder;
    EXPECT_TRUE(builder.Append(bytes).ok());
    return states->Decode(**builder.Finish(), std::vector{0U});
  }
  // Does with slot 0 what the kernels do.
  void Use(const StateColumn& sketch, const StateColumn& whole) const {
    const std::string bytes = BytesOf(sketch);
    const auto again = States(1);
    ASSERT_THAT(Decode(bytes, again.get()), IsOk());
    ASSERT_THAT(again->Merge(std::vector{0U}, whole, std::vector{0U}), IsOk());
    ASSERT_THAT(again->Merge(std::vector{0U}, sketch, std::vector{0U}), IsOk());
    EXPECT_EQ(Results(*again)->length(), 1);
    EXPECT_FALSE(BytesOf(*again).empty());
    ASSERT_THAT(Decode(bytes, again.get()), IsOk());
    auto builder = *arrow::MakeBuilder(ToArrow(GetParam().type));
    for (int i = 0; i < 40; ++i) Append(1000 + i, builder.get());
    const auto values = *builder->Finish();
    for (std::uint32_t row = 0; row < 40; ++row) {
      ASSERT_THAT(again->Update(*values, nullptr, std::vector{row}, std::vector{0U}), IsOk());
    }
    EXPECT_EQ(Results(*again)->length(), 1);
    const auto window = bound_.make_window(bound_);
    window->Reset(1);
    EXPECT_THAT(window->Sweep(*again, std::vector{0U, 0U}, std::vector{HopRange{0, 2}}, {}),
                IsOk());
  }

  BoundAggregation bound_;
};

TEST_P(DamagedSketch, IsRefusedOrCanBeUsed) {
  const auto whole = StateOf(300);
  int refused = 0;
  // From a single value to where CPC's window slides and KLL has many levels.
  for (const int distinct : {1, 2, 5, 20, 60, 100, 400, 3000}) {
    const std::string bytes = BytesOf(*StateOf(distinct));
    DamagedBytes damage(static_cast<std::uint32_t>(distinct));
    for (int i = 0; i < 300; ++i) {
      const std::string damaged = damage.Of(bytes);
      const auto states = States(1);
      const Status status = Decode(damaged, states.get());
      if (status.has_value()) {
        ASSERT_NO_FATAL_FAILURE(Use(*states, *whole)) << distinct << " values, damage " << i;
      } else {
        ++refused;
        EXPECT_THAT(status, IsError(ErrorCode::kCorruption, "a sketch of "));
      }
    }
    ASSERT_NO_FATAL_FAILURE(Use(*StateOf(distinct), *whole));
  }
  EXPECT_GT(refused, 300);
}

INSTANTIATE_TEST_SUITE_P(All, DamagedSketch,
                         testing::Values(Case{kApproxUniqueCount, TypeKind::kDouble, {{"k", "8"}}},
                                         Case{kApproxUniqueCount, TypeKind::kString, {{"k", "4"}}},
                                         Case{kApproxPercentile, TypeKind::kDouble, {{"k", "128"}}},
                                         Case{kApproxPercentile, TypeKind::kDouble, {{"k", "8"}}},
                                         Case{kApproxHistogramK, TypeKind::kDouble, {{"k", "8"}}},
                                         Case{kApproxHistogramK, TypeKind::kString, {{"k", "50"}}}),
                         [](const auto& instance) {
                           return fmt::format("{}_{}", OperationName(instance.param.operation),
                                              instance.index);
                         });

// Strings that are empty count for nothing, and leave a sketch without anything in it.
TEST(SketchBytesTest, AnEmptySketchCountsOnAfterItCameBack) {
  const auto function = FindAggregateFunction(kApproxUniqueCount);
  const auto bound = (*function)->bind(TypeKind::kString, {});
  ASSERT_THAT(bound, IsOk());
  arrow::StringBuilder values;
  ASSERT_TRUE(values.AppendValues(std::vector<std::string>{"", "a", "b"}).ok());
  const auto rows = *values.Finish();
  const auto states = bound->make_states(*bound);
  states->Resize(1);
  ASSERT_THAT(states->Update(*rows, nullptr, std::vector{0U}, std::vector{0U}), IsOk());
  arrow::BinaryBuilder encoded;
  ASSERT_TRUE(states->Encode(std::vector{0U}, &encoded).ok());
  ASSERT_THAT(states->Decode(**encoded.Finish(), std::vector{0U}), IsOk());
  ASSERT_THAT(states->Update(*rows, nullptr, std::vector{1U, 2U}, std::vector{0U, 0U}), IsOk());
  arrow::Int64Builder results;
  ASSERT_TRUE(states->Finalize(std::vector{0U}, &results).ok());
  EXPECT_EQ(static_cast<const arrow::Int64Array&>(**results.Finish()).Value(0), 2);
}

// It would be a negative count after the next value.
TEST(SketchBytesTest, ASketchThatCountsBeyondAllNumbersIsRefused) {
  const auto function = FindAggregateFunction(kApproxUniqueCount);
  const auto bound = (*function)->bind(TypeKind::kString, {});
  ASSERT_THAT(bound, IsOk());
  arrow::StringBuilder values;
  ASSERT_TRUE(values.AppendValues(std::vector<std::string>{"a", "b"}).ok());
  const auto states = bound->make_states(*bound);
  states->Resize(1);
  ASSERT_THAT(states->Update(**values.Finish(), nullptr, std::vector{0U, 1U}, std::vector{0U, 0U}),
              IsOk());
  arrow::BinaryBuilder encoded;
  ASSERT_TRUE(states->Encode(std::vector{0U}, &encoded).ok());
  std::string bytes = static_cast<const arrow::BinaryArray&>(**encoded.Finish()).GetString(0);
  constexpr std::size_t kKxpAt = 16;  // Behind the head, the count and the size of the table.
  for (const double kxp : {1e-300, 1e-17}) {
    std::memcpy(bytes.data() + kKxpAt, &kxp, sizeof(kxp));
    ASSERT_TRUE(encoded.Append(bytes).ok());
    EXPECT_THAT(states->Decode(**encoded.Finish(), std::vector{0U}),
                IsError(ErrorCode::kCorruption, "its estimate is no number"));
  }
}

}  // namespace

}  // namespace gnomon::aggregate
