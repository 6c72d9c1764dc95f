// SPDX-License-Identifier: Apache-2.0
#include "storage/partition_path.h"

#include <gtest/gtest.h>

#include "support/matchers.h"

namespace gnomon {
namespace {

TEST(PartitionPath, TheFoldersDirectlyAboveTheFile) {
  const PathPartition both = {{"ds", "2023-12-01"}, {"hr", "05"}};
  EXPECT_EQ(PartitionOfPath("/a=b/data/ds=2023-12-01/hr=05/x.parquet"), both);
  EXPECT_EQ(PartitionOfPath("ds=2023-12-01/hr=05/x.parquet"), both);
  EXPECT_EQ(PartitionOfPath("/data/x=1.parquet").size(), 0U);
  EXPECT_EQ(PartitionOfPath("/data/=1/x").size(), 0U);
  EXPECT_EQ(PartitionOfPath("").size(), 0U);
}

TEST(PartitionPath, ValuesAreDecoded) {
  const auto value = [](std::string_view path) { return PartitionOfPath(path).at(0).second; };
  EXPECT_EQ(value("k=a%3Ab%2f/x"), "a:b/");
  EXPECT_EQ(value("k=100%/x"), "100%");
  EXPECT_EQ(value("k=%zz%4/x"), "%zz%4");
  EXPECT_EQ(value("k=/x"), "");
  EXPECT_EQ(value("k=a=b/x"), "a=b");
  EXPECT_EQ(value("k=__HIVE_DEFAULT_PARTITION__/x"), std::nullopt);
}

TEST(PartitionPath, FilesOfOneLayout) {
  EXPECT_THAT(CheckSamePartitionKeys({"ds=1/x", "ds=2/y"}), IsOk());
  EXPECT_THAT(CheckSamePartitionKeys({"ds=1/x", "ds=1/hr=2/y"}),
              IsError(ErrorCode::kInvalidArgument, "ds=1/hr=2/y (ds/hr) differs from ds=1/x (ds)"));
  EXPECT_THAT(CheckSamePartitionKeys({"ds=1/x", "y"}),
              IsError(ErrorCode::kInvalidArgument, "no partition folders"));
}

TEST(PartitionPath, TypesLoseNothing) {
  EXPECT_EQ(TypeOfPartitionValues({"2023-12-01", std::nullopt}), DataType(TypeKind::kDate));
  EXPECT_EQ(TypeOfPartitionValues({"0", "-12"}), DataType(TypeKind::kLong));
  for (const char* text : {"05", "-0", "1.5", "x", "99999999999999999999", "2023-12-1", ""}) {
    EXPECT_EQ(TypeOfPartitionValues({text}), DataType(TypeKind::kString)) << text;
  }
  EXPECT_EQ(TypeOfPartitionValues({std::nullopt}), DataType(TypeKind::kString));
}

}  // namespace
}  // namespace gnomon
