// SPDX-License-Identifier: Apache-2.0
// The two halves of test/python/test_iceberg_peers.py that are ours: Write fills a warehouse that
// the peers then read and change, Read checks what they wrote. Both work in the folder
// GNOMON_TEST_WAREHOUSE and skip without it.
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "catalog/catalog.h"
#include "iceberg/table_fixture.h"
#include "support/matchers.h"

namespace gnomon::catalog {
namespace {

using iceberg::SampleRow;
using iceberg::WriteMode;

class Peers : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("GNOMON_TEST_WAREHOUSE");
    if (folder == nullptr)
      GTEST_SKIP() << "run by test/python/test_iceberg_peers.py, which sets GNOMON_TEST_WAREHOUSE";
    auto catalog =
        OpenSqliteCatalog(std::string(folder) + "/catalog.db", std::string(folder) + "/warehouse");
    ASSERT_THAT(catalog, IsOk());
    catalog_ = *std::move(catalog);
  }

  std::unique_ptr<Catalog> catalog_;
};

const TableName kOurs{.name_space = "peers", .name = "ours"};
const TableName kTypes{.name_space = "peers", .name = "types"};
const TableName kTheirs{.name_space = "peers", .name = "theirs"};

Schema AllTypes() {
  Schema schema;
  const auto add = [&](std::string name, DataType type) {
    schema.fields.push_back(Field{.name = std::move(name), .type = std::move(type)});
  };
  add("b", TypeKind::kBoolean);
  add("i", TypeKind::kInt);
  add("l", TypeKind::kLong);
  add("f", TypeKind::kFloat);
  add("d", TypeKind::kDouble);
  add("s", TypeKind::kString);
  add("x", TypeKind::kBinary);
  add("day", TypeKind::kDate);
  add("ts", TypeKind::kTimestamp);
  add("ntz", TypeKind::kTimestampNtz);
  add("dec", DataType::Decimal(10, 2));
  add("list", DataType::List(TypeKind::kLong));
  add("map", DataType::Map(TypeKind::kString, TypeKind::kDouble));
  add("st", DataType::Struct({Field{.name = "a", .type = TypeKind::kInt},
                              Field{.name = "b", .type = TypeKind::kString}}));
  add("region", TypeKind::kString);
  return schema;
}

TEST_F(Peers, Write) {
  auto ours = catalog_->CreateTable(
      kOurs, {.schema = iceberg::SampleSchema(), .partition_columns = {"ds"}});
  ASSERT_THAT(ours, IsOk());
  ASSERT_THAT(WriteRows(*ours, WriteMode::kAppend,
                        {{1, 1.5, "a", 19692}, {2, {}, "b", 19693}, {3, 3, "c", {}}}),
              IsOk());
  ASSERT_THAT(
      WriteRows(*ours, WriteMode::kAppend, {{4, 4, "a long text of many characters", 19694}}),
      IsOk());
  ASSERT_THAT(WriteRows(*ours, WriteMode::kOverwritePartitions, {{5, 5, "e", 19693}}), IsOk());
  auto types =
      catalog_->CreateTable(kTypes, {.schema = AllTypes(), .partition_columns = {"region", "dec"}});
  ASSERT_THAT(types, IsOk());
  const auto schema = ToArrow(AllTypes());
  std::vector<std::shared_ptr<arrow::Array>> columns;
  const std::vector<std::string> json = {"[true, null]",
                                         "[-5, null]",
                                         "[5000000000, null]",
                                         "[1.5, null]",
                                         "[-2.5, null]",
                                         "[\"text\", null]",
                                         "[\"bytes\", null]",
                                         "[19692, null]",
                                         "[1701388800000001, null]",
                                         "[-1, null]",
                                         "[\"-12.34\", null]",
                                         "[[1, null, 3], null]",
                                         "[[[\"k\", 1.5]], null]",
                                         "[{\"a\": 1, \"b\": \"x\"}, null]",
                                         "[\"a b/c\", null]"};
  for (int i = 0; i < schema->num_fields(); ++i) {
    auto array = arrow::json::ArrayFromJSONString(schema->field(i)->type(),
                                                  json[static_cast<std::size_t>(i)]);
    ASSERT_TRUE(array.ok()) << array.status().ToString();
    columns.push_back(*array);
  }
  auto transaction = iceberg::WriteTransaction::Begin(*types, {});
  ASSERT_THAT(transaction, IsOk());
  ASSERT_THAT((*transaction)->Write(*arrow::RecordBatch::Make(schema, 2, columns)), IsOk());
  ASSERT_THAT((*transaction)->Commit(), IsOk());
}

// pyiceberg appended {6, ds 19695} to our table, replaced ds 19692 by {7}, and made one of its own.
TEST_F(Peers, Read) {
  const auto ours = catalog_->LoadTable(kOurs);
  ASSERT_THAT(ours, IsOk());
  EXPECT_EQ(*ReadRows(*ours),
            (std::vector<SampleRow>{{3, 3, "c", {}},
                                    {4, 4, "a long text of many characters", 19694},
                                    {5, 5, "e", 19693},
                                    {6, 6, "f", 19695},
                                    {7, 7, "g", 19692}}));
  auto theirs = catalog_->LoadTable(kTheirs);
  ASSERT_THAT(theirs, IsOk());
  EXPECT_EQ(*ReadRows(*theirs), (std::vector<SampleRow>{{1, 1, "x", 19692}, {2, {}, "y", 19693}}));
  iceberg::ScanOptions options;
  options.filter = {{.column = "ds",
                     .op = iceberg::Comparison::Op::kEq,
                     .value = std::make_shared<arrow::Date32Scalar>(19693)}};
  const auto plan = theirs->PlanScan(options);
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->tasks.size(), 1U);
  EXPECT_EQ(ReadRows(*theirs, options)->size(), 1U);
  // And on top of theirs, one of ours.
  ASSERT_THAT(WriteRows(*theirs, WriteMode::kOverwritePartitions, {{8, 8, "z", 19693}}), IsOk());
  EXPECT_EQ(*ReadRows(*theirs), (std::vector<SampleRow>{{1, 1, "x", 19692}, {8, 8, "z", 19693}}));
}

}  // namespace
}  // namespace gnomon::catalog
