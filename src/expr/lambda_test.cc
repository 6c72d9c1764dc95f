// SPDX-License-Identifier: Apache-2.0
// Lambdas as trees: what their parameters and outer columns mean, what is malformed, and the tree
// as DuckDB hands it over.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "expr/expression.h"
#include "expr/function_reference.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {
namespace {

using nlohmann::json;

json Tree(const char* text) { return json::parse(text); }

const char kAddOuter[] = R"({"op":"call","name":"transform","args":[{"op":"column","name":"0"},
  {"op":"lambda","params":["x"],"body":{"op":"call","name":"add",
    "args":[{"op":"variable","name":"x"},{"op":"column","name":"1"}]}}]})";

std::shared_ptr<arrow::Array> Lists() {
  auto values = std::make_shared<arrow::Int32Builder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), values,
                           ToArrow(DataType::List(TypeKind::kInt)));
  EXPECT_TRUE(lists.Append().ok() && values->Append(1).ok() && values->Append(2).ok());
  EXPECT_TRUE(lists.AppendNull().ok());
  EXPECT_TRUE(lists.Append().ok() && values->AppendNull().ok() && values->Append(3).ok());
  return lists.Finish().ValueOrDie();
}

TEST(Lambda, TakesOuterColumnsByRow) {
  const auto tree = ParseExpression(Tree(kAddOuter));
  ASSERT_TRUE(tree);
  const auto call = BoundCall::BindTree(*tree, {DataType::List(TypeKind::kInt), TypeKind::kInt});
  ASSERT_TRUE(call) << call.error().message;
  arrow::Int32Builder outer;
  ASSERT_TRUE(outer.AppendValues({10, 20, 30}).ok());
  const auto result = call->Evaluate({Lists(), outer.Finish().ValueOrDie()}, 3);
  ASSERT_TRUE(result);
  const auto& lists = static_cast<const arrow::ListArray&>(**result);
  const auto& values = static_cast<const arrow::Int32Array&>(*lists.values());
  EXPECT_TRUE(lists.IsNull(1));
  EXPECT_EQ(values.Value(lists.value_offset(0)), 11);
  EXPECT_EQ(values.Value(lists.value_offset(0) + 1), 12);
  EXPECT_TRUE(values.IsNull(lists.value_offset(2)));
  EXPECT_EQ(values.Value(lists.value_offset(2) + 1), 33);
}

TEST(Lambda, OuterColumnsAreReferenced) {
  const auto tree = ParseExpression(Tree(kAddOuter));
  ASSERT_TRUE(tree);
  EXPECT_EQ(ReferencedColumns(*tree), (std::set<std::string>{"0", "1"}));
}

TEST(Lambda, AParameterOutsideIsCorruption) {
  const auto tree = ParseExpression(Tree(R"({"op":"variable","name":"x"})"));
  ASSERT_TRUE(tree);
  const auto bound = BoundExpression::Bind(*tree, Schema{});
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kCorruption);
  EXPECT_FALSE(ParseExpression(Tree(R"({"op":"lambda","params":[1],"body":{}})")));
  EXPECT_FALSE(ParseExpression(Tree(R"({"op":"lambda","params":["x"]})")));
}

TEST(Lambda, OnlyFunctionsOfArraysTakeOne) {
  const auto tree = ParseExpression(Tree(
      R"({"op":"call","name":"upper","args":[{"op":"lambda","params":["x"],
          "body":{"op":"variable","name":"x"}}]})"));
  ASSERT_TRUE(tree);
  const auto bound = BoundExpression::Bind(*tree, Schema{});
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().message, "upper takes no lambda - write a value instead of x -> ...");
}

TEST(FunctionReference, NamesFunctionsThatExist) {
  const auto names = FunctionNames();
  for (const SparkFunction& function : SparkFunctions()) {
    if (function.evaluator.empty()) {
      EXPECT_FALSE(function.why.empty()) << function.name;
    } else if (function.evaluator != "cast" && function.evaluator != "query") {
      EXPECT_TRUE(std::find(names.begin(), names.end(), function.evaluator) != names.end())
          << function.name;
    }
  }
  EXPECT_EQ(ProvenSignatures("pi"), std::vector<std::string>{"()"});
  EXPECT_EQ(ProvenSignatures("last_day"),
            std::vector<std::string>{"(string | date | timestamp | timestamp_ntz)"});
}

}  // namespace
}  // namespace gnomon::expr
