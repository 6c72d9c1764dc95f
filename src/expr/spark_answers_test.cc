// SPDX-License-Identifier: Apache-2.0
// The differential test: every expression that a real Spark answered (test/spark_answers) is bound
// and evaluated here. It must have Spark's type and exactly Spark's values, or be refused; a silent
// difference fails.
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "expr/expression.h"
#include "expr/operand.h"
#include "support/source_file.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr {
namespace {

using nlohmann::json;

// Fewer proven expressions than this means that recorded answers or functions went missing.
constexpr int kProvenFloor = 1500;

std::string AnswersFile(const std::string& name) {
  return SourcePath("test/spark_answers/" + name);
}

std::shared_ptr<arrow::RecordBatch> ReadInputs() {
  const auto file = arrow::io::ReadableFile::Open(AnswersFile("inputs.arrow")).ValueOrDie();
  const auto reader = arrow::ipc::RecordBatchFileReader::Open(file).ValueOrDie();
  return reader->ReadRecordBatch(0).ValueOrDie();
}

// exp, ln and pow: StrictMath and the C library round differently now and then.
bool IsTranscendental(const json& tree) {
  if (tree.is_object() && tree.value("op", "") == "call") {
    const std::string name = tree.value("name", "");
    if (name == "exp" || name == "ln" || name == "pow") return true;
  }
  if (!tree.is_structured()) return false;
  for (const json& child : tree) {
    if (IsTranscendental(child)) return true;
  }
  return false;
}

double ParseRepr(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

bool SameDouble(double ours, double spark, bool within_one_ulp) {
  if (std::isnan(ours) || std::isnan(spark)) return std::isnan(ours) && std::isnan(spark);
  if (std::bit_cast<std::uint64_t>(ours) == std::bit_cast<std::uint64_t>(spark)) return true;
  return within_one_ulp && std::nextafter(ours, spark) == spark;
}

bool SameValue(const arrow::Array& array, const DataType& type, std::int64_t row, const json& spark,
               bool within_one_ulp) {
  if (array.IsNull(row) || spark.is_null()) return array.IsNull(row) && spark.is_null();
  const auto integer = [&]<typename Array>(const Array& typed) {
    return spark == json(std::int64_t{typed.Value(row)});
  };
  switch (type.kind) {
    case TypeKind::kBoolean:
      return spark == json(static_cast<const arrow::BooleanArray&>(array).Value(row));
    case TypeKind::kByte:
      return integer(static_cast<const arrow::Int8Array&>(array));
    case TypeKind::kShort:
      return integer(static_cast<const arrow::Int16Array&>(array));
    case TypeKind::kInt:
      return integer(static_cast<const arrow::Int32Array&>(array));
    case TypeKind::kLong:
      return integer(static_cast<const arrow::Int64Array&>(array));
    case TypeKind::kDate:
      return integer(static_cast<const arrow::Date32Array&>(array));
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return integer(static_cast<const arrow::TimestampArray&>(array));
    case TypeKind::kFloat:
      return SameDouble(static_cast<const arrow::FloatArray&>(array).Value(row), ParseRepr(spark),
                        within_one_ulp);
    case TypeKind::kDouble:
      return SameDouble(static_cast<const arrow::DoubleArray&>(array).Value(row), ParseRepr(spark),
                        within_one_ulp);
    case TypeKind::kString:
      return spark == json(static_cast<const arrow::StringArray&>(array).GetString(row));
    case TypeKind::kDecimal:
      return spark == json(static_cast<const arrow::Decimal128Array&>(array).FormatValue(row));
    case TypeKind::kVoid:
      return spark.is_null();
    default:
      return false;
  }
}

struct Outcome {
  enum class Kind : std::uint8_t { kProven, kRefused, kDifferent };
  Kind kind = Kind::kDifferent;
  std::string detail;
};

Outcome Differs(std::string detail) { return {Outcome::Kind::kDifferent, std::move(detail)}; }

Outcome CompareValues(const arrow::Array& array, const DataType& type, const json& answer) {
  const json& values = answer["values"];
  if (array.length() != static_cast<std::int64_t>(values.size()))
    return Differs("another number of rows");
  const bool within_one_ulp = IsTranscendental(answer["tree"]);
  for (std::int64_t row = 0; row < array.length(); ++row) {
    const json& spark = values[static_cast<std::size_t>(row)];
    if (!SameValue(array, type, row, spark, within_one_ulp)) {
      return Differs(fmt::format("row {}: {}, Spark {}", row,
                                 array.GetScalar(row).ValueOrDie()->ToString(), spark.dump()));
    }
  }
  return {Outcome::Kind::kProven, ""};
}

Outcome Compare(const json& answer, const arrow::RecordBatch& inputs, const Schema& schema) {
  const auto parsed = ParseExpression(answer["tree"]);
  if (!parsed) return Differs("parse: " + parsed.error().message);
  const auto bound = BoundExpression::Bind(*parsed, schema);
  if (!bound) {
    // A refusal is honest; a column that is missing from the inputs or a bug of ours is not one.
    const bool no_column = bound.error().message.starts_with("the column ");
    if (no_column || bound.error().code == ErrorCode::kInternal)
      return Differs(bound.error().message);
    return {Outcome::Kind::kRefused, bound.error().message};
  }
  const auto array = bound->Evaluate(inputs);
  if (!array) {
    const ErrorCode code = array.error().code;
    if (code == ErrorCode::kInternal || code == ErrorCode::kCorruption)
      return Differs(array.error().message);
    return {Outcome::Kind::kRefused, "evaluating: " + array.error().message};
  }
  if (answer.contains("error")) return Differs("Spark refuses it: " + answer["error"].dump());
  if (SparkTypeName(bound->type()) != answer["type"]) {
    return Differs(
        fmt::format("type {}, Spark {}", SparkTypeName(bound->type()), answer["type"].dump()));
  }
  return CompareValues(**array, bound->type(), answer);
}

TEST(SparkAnswers, EveryAnswerIsEqualOrRefused) {
  const auto inputs = ReadInputs();
  const Schema schema = *FromArrow(*inputs->schema());
  std::ifstream lines(AnswersFile("expressions.jsonl"));
  ASSERT_TRUE(lines.good());
  std::map<Outcome::Kind, int> counts;
  std::string refused;
  for (std::string line; std::getline(lines, line);) {
    const json answer = json::parse(line);
    if (!answer.contains("tree") || answer["tree"].is_null()) continue;
    const Outcome outcome = Compare(answer, *inputs, schema);
    ++counts[outcome.kind];
    if (outcome.kind == Outcome::Kind::kDifferent) {
      ADD_FAILURE() << answer["expression"].get<std::string>() << ": " << outcome.detail;
    }
    if (outcome.kind == Outcome::Kind::kRefused && !answer.contains("error")) {
      refused += answer["expression"].get<std::string>() + ": " + outcome.detail + "\n";
    }
  }
  std::cout << "proven " << counts[Outcome::Kind::kProven] << ", refused "
            << counts[Outcome::Kind::kRefused] << "\n";
  if (std::getenv("GNOMON_SHOW_REFUSED") != nullptr) std::cout << refused;
  EXPECT_GE(counts[Outcome::Kind::kProven], kProvenFloor);
}

}  // namespace
}  // namespace gnomon::expr
