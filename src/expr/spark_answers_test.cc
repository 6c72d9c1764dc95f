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
#include <optional>
#include <set>

#include "expr/cast.h"
#include "expr/expression.h"
#include "expr/nested.h"
#include "expr/operand.h"
#include "support/source_file.h"
#include "types/arrow_mapping.h"
#include "types/interval_type.h"
#include "types/type_names.h"

namespace gnomon::expr {
namespace {

using nlohmann::json;

// The answers to compare: a file of test/spark_answers, the table it reads, and exactly how many
// expressions are proven and refused. Another number means that answers or functions came or went:
// look, then correct it here.
struct AnswerFile {
  const char* answers;
  const char* inputs;
  int proven;
  int refused;
};
constexpr AnswerFile kAnswerFiles[] = {
    {"expressions.jsonl", "inputs.arrow", 2586, 460},
    {"functions.jsonl", "inputs.arrow", 3929, 520},
    {"generated.jsonl", "generated.arrow", 2636, 2749},
    {"library.jsonl", "library_inputs.arrow", 2986, 731},
    {"written.jsonl", "written_inputs.arrow", 1356, 363},
};

std::string AnswersFile(const std::string& name) {
  return SourcePath("test/spark_answers/" + name);
}

// With the names that our types give to the children of lists and maps.
std::shared_ptr<arrow::RecordBatch> ReadInputs(const std::string& name) {
  const auto file = arrow::io::ReadableFile::Open(AnswersFile(name)).ValueOrDie();
  const auto reader = arrow::ipc::RecordBatchFileReader::Open(file).ValueOrDie();
  const auto batch = reader->ReadRecordBatch(0).ValueOrDie();
  const Schema schema = *FromArrow(*batch->schema());
  arrow::ArrayVector columns;
  for (int i = 0; i < batch->num_columns(); ++i)
    columns.push_back(*Retype(schema.fields[static_cast<std::size_t>(i)].type, batch->column(i)));
  return arrow::RecordBatch::Make(ToArrow(schema), batch->num_rows(), columns);
}

// StrictMath and the C library round differently now and then: by so many units in the last place.
int UnitsApart(const json& tree) {
  // Two roundings in a row.
  static const std::set<std::string> kTwo = {"csc", "log", "asinh", "acosh", "atanh"};
  static const std::set<std::string> kOne = {
      "sin",  "cos",   "tan",   "cot",   "sec", "asin",  "acos", "atan",  "sinh", "cosh",
      "tanh", "atan2", "hypot", "expm1", "exp", "log10", "log2", "log1p", "ln",   "pow"};
  int units = 0;
  if (tree.is_object() && tree.value("op", "") == "call") {
    const std::string name = tree.value("name", "");
    units = kTwo.contains(name) ? 2 : (kOne.contains(name) ? 1 : 0);
  }
  if (!tree.is_structured()) return units;
  for (const json& child : tree) units = std::max(units, UnitsApart(child));
  return units;
}

double ParseRepr(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

bool SameDouble(double ours, double spark, int units) {
  if (std::isnan(ours) || std::isnan(spark)) return std::isnan(ours) && std::isnan(spark);
  if (std::bit_cast<std::uint64_t>(ours) == std::bit_cast<std::uint64_t>(spark)) return true;
  for (int i = 0; i < units; ++i) {
    ours = std::nextafter(ours, spark);
    if (ours == spark) return true;
  }
  return false;
}

bool SameValue(const arrow::Array& array, const DataType& type, std::int64_t row, const json& spark,
               int units);

bool SameNested(const arrow::Array& array, const DataType& type, std::int64_t row,
                const json& spark, int units) {
  if (type.kind == TypeKind::kStruct) {
    const auto& structs = static_cast<const arrow::StructArray&>(array);
    bool same = spark.size() == type.children.size();
    for (std::size_t i = 0; same && i < type.children.size(); ++i) {
      same = SameValue(*structs.field(static_cast<int>(i)), type.children[i].type, row, spark[i],
                       units);
    }
    return same;
  }
  const auto& list = static_cast<const arrow::ListArray&>(array);
  if (static_cast<std::int64_t>(spark.size()) != list.value_length(row)) return false;
  bool same = true;
  for (std::int64_t k = 0; same && k < list.value_length(row); ++k) {
    const std::int64_t at = list.value_offset(row) + k;
    if (type.kind == TypeKind::kList) {
      same =
          SameValue(*list.values(), type.element(), at, spark[static_cast<std::size_t>(k)], units);
      continue;
    }
    // Spark's maps come to Python without their order.
    const auto& map = static_cast<const arrow::MapArray&>(array);
    same = std::any_of(spark.begin(), spark.end(), [&](const json& entry) {
      return SameValue(*map.keys(), type.key(), at, entry[0], units) &&
             SameValue(*map.items(), type.value(), at, entry[1], units);
    });
  }
  return same;
}

// `-0.050` of scale 3 -> `-50`. Small values were recorded with up to two more zeros than the scale
// has digits (1E-10 as 100E-12, as 0.000000000100): any other digit there is a difference.
std::optional<std::string> UnscaledDigits(const json& spark, int scale) {
  std::string digits = spark.get<std::string>();
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t end = point + 1 + static_cast<std::size_t>(scale);
  if (end < digits.size()) {
    if (digits.find_first_not_of('0', end) != std::string::npos) return std::nullopt;
    digits.erase(end);
  }
  std::erase(digits, '.');
  const bool negative = digits.starts_with('-');
  digits.erase(0, std::min(digits.find_first_not_of("-0"), digits.size()));
  if (digits.empty()) return "0";
  return negative ? "-" + digits : digits;
}

std::string Hexadecimal(std::string_view bytes) {
  std::string digits;
  for (const char c : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

bool SameValue(const arrow::Array& array, const DataType& type, std::int64_t row, const json& spark,
               int units) {
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
                        units);
    case TypeKind::kDouble:
      return SameDouble(static_cast<const arrow::DoubleArray&>(array).Value(row), ParseRepr(spark),
                        units);
    case TypeKind::kString:
      return spark == json(static_cast<const arrow::StringArray&>(array).GetString(row));
    case TypeKind::kDecimal:
      return UnscaledDigits(spark, type.scale) ==
             arrow::Decimal128(static_cast<const arrow::Decimal128Array&>(array).GetValue(row))
                 .ToIntegerString();
    case TypeKind::kBinary:
      return spark == json(Hexadecimal(static_cast<const arrow::BinaryArray&>(array).GetView(row)));
    case TypeKind::kVoid:
      return spark.is_null();
    default:
      return SameNested(array, type, row, spark, units);
  }
}

struct Outcome {
  enum class Kind : std::uint8_t { kProven, kRefused, kDifferent };
  Kind kind = Kind::kDifferent;
  std::string detail;
};

Outcome Differs(std::string detail) { return {Outcome::Kind::kDifferent, std::move(detail)}; }

Outcome CompareValues(const arrow::Array& array, const DataType& type, const json& answer) {
  if (IntervalOf(type)) {  // Recorded as texts.
    const DataType text(TypeKind::kString);
    const Operand intervals{arrow::MakeArray(array.data()), false};
    const Kernel cast = *FindCast(type, text);
    return CompareValues(**cast(std::span(&intervals, 1), array.length()), text, answer);
  }
  const json& values = answer["values"];
  if (array.length() != static_cast<std::int64_t>(values.size()))
    return Differs("another number of rows");
  const int units = UnitsApart(answer["tree"]);
  for (std::int64_t row = 0; row < array.length(); ++row) {
    const json& spark = values[static_cast<std::size_t>(row)];
    if (!SameValue(array, type, row, spark, units)) {
      return Differs(fmt::format("row {}: {}, Spark {}", row,
                                 array.GetScalar(row).ValueOrDie()->ToString(), spark.dump()));
    }
  }
  return {Outcome::Kind::kProven, ""};
}

// Where Spark raises at some rows, these stop the evaluation here too, and every other row has
// Spark's value or is refused.
Outcome CompareRows(const BoundExpression& bound, const json& answer,
                    const arrow::RecordBatch& inputs) {
  const json& raises = answer["raises"];
  const int units = UnitsApart(answer["tree"]);
  for (std::int64_t row = 0; row < inputs.num_rows(); ++row) {
    const auto array = bound.Evaluate(*inputs.Slice(row, 1));
    if (!array && array.error().code == ErrorCode::kUnimplemented) continue;
    const bool raised = std::find(raises.begin(), raises.end(), json(row)) != raises.end();
    const json& spark = answer["values"][static_cast<std::size_t>(row)];
    if (raised != !array)
      return Differs(fmt::format("row {}: {}, Spark {}", row,
                                 array ? (*array)->ToString() : array.error().message,
                                 raised ? answer["error"].dump() : spark.dump()));
    if (array && !SameValue(**array, bound.type(), 0, spark, units))
      return Differs(fmt::format("row {}: {}, Spark {}", row, (*array)->ToString(), spark.dump()));
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
    const bool missing = no_column && !answer.contains("error");
    if (missing || bound.error().code == ErrorCode::kInternal)
      return Differs(bound.error().message);
    return {Outcome::Kind::kRefused, bound.error().message};
  }
  if (answer.contains("raises")) return CompareRows(*bound, answer, inputs);
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

// What was recorded against another moment or by chance.
bool IsUnrepeatable(const std::string& expression) {
  for (const char* name : {"rand(", "randn(", "random(", "uuid(", "now(", "current_date",
                           "current_timestamp", "curdate"}) {
    if (expression.find(name) != std::string::npos) return true;
  }
  return false;
}

class SparkAnswers : public ::testing::TestWithParam<AnswerFile> {};

TEST_P(SparkAnswers, EveryAnswerIsEqualOrRefused) {
  const auto inputs = ReadInputs(GetParam().inputs);
  const Schema schema = *FromArrow(*inputs->schema());
  std::ifstream lines(AnswersFile(GetParam().answers));
  ASSERT_TRUE(lines.good());
  std::map<Outcome::Kind, int> counts;
  std::string refused;
  for (std::string line; std::getline(lines, line);) {
    const json answer = json::parse(line);
    if (!answer.contains("tree") || answer["tree"].is_null()) continue;
    const std::string expression = answer["expression"];
    if (IsUnrepeatable(expression)) continue;
    const Outcome outcome = Compare(answer, *inputs, schema);
    ++counts[outcome.kind];
    if (outcome.kind == Outcome::Kind::kDifferent) {
      ADD_FAILURE() << expression << ": " << outcome.detail;
    }
    if (outcome.kind == Outcome::Kind::kRefused && !answer.contains("error")) {
      refused += expression + ": " + outcome.detail + "\n";
    }
  }
  if (std::getenv("GNOMON_SHOW_REFUSED") != nullptr) std::cout << refused;
  EXPECT_EQ(counts[Outcome::Kind::kProven], GetParam().proven);
  EXPECT_EQ(counts[Outcome::Kind::kRefused], GetParam().refused);
}

INSTANTIATE_TEST_SUITE_P(Recorded, SparkAnswers, ::testing::ValuesIn(kAnswerFiles),
                         [](const auto& instance) {
                           const std::string name = instance.param.answers;
                           return name.substr(0, name.find('.'));
                         });

}  // namespace
}  // namespace gnomon::expr
