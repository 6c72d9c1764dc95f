// SPDX-License-Identifier: Apache-2.0
// Writing on several threads gives what one thread gives; failing and giving up leave no file.
#include "iceberg/data_writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "iceberg/location.h"
#include "iceberg/table_fixture.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::iceberg {
namespace {

using Rows = std::vector<SampleRow>;

class ThreadedWriteTest : public testing::Test {
 protected:
  Table Create(const std::string& name) {
    const auto location = Table::WriteInitialMetadata({.schema = SampleSchema(),
                                                       .partition_columns = {"ds"},
                                                       .location = LocationOfPath(folder_ / name),
                                                       .properties = {}});
    EXPECT_THAT(location, IsOk());
    return *Table::Load(std::make_shared<MemoryPointer>(*location));
  }

  std::size_t CountFiles() const { return iceberg::CountFiles(folder_.path(), ".parquet"); }

  TempDir folder_;
};

// Batches of one day and of many; more days than files may be open when `days` is above 64.
std::vector<Rows> RandomBatches(std::int32_t days) {
  std::mt19937 random(7);
  std::vector<Rows> batches(30);
  std::int64_t id = 0;
  for (Rows& rows : batches) {
    const auto one_day = static_cast<std::int32_t>(random() % static_cast<unsigned>(days));
    const bool is_mixed = random() % 2 == 0;
    for (std::size_t i = 0; i < 1 + random() % 300; ++i) {
      const auto any_day = static_cast<std::int32_t>(random() % static_cast<unsigned>(days));
      rows.push_back({++id, static_cast<double>(random()), std::string(random() % 40, 'x'),
                      is_mixed ? any_day : one_day});
    }
  }
  return batches;
}

TEST_F(ThreadedWriteTest, ThreadsGiveWhatOneThreadGives) {
  for (const std::int32_t days : {5, 80}) {
    const std::vector<Rows> batches = RandomBatches(days);
    Rows expected;
    for (const Rows& rows : batches) expected.insert(expected.end(), rows.begin(), rows.end());
    std::sort(expected.begin(), expected.end());
    std::optional<CommitResult> first;
    for (const int threads : {1, 2, 4}) {
      Table table = Create(fmt::format("t_{}_{}", days, threads));
      // So small that partitions have several files.
      auto transaction = WriteTransaction::Begin(table, {.target_file_bytes = 1500});
      ASSERT_THAT(transaction, IsOk());
      (*transaction)->UseThreads(threads);
      for (const Rows& rows : batches) {
        ASSERT_THAT((*transaction)->Write(*SampleBatch(rows)), IsOk());
      }
      const auto committed = (*transaction)->Commit();
      ASSERT_THAT(committed, IsOk());
      EXPECT_EQ(*ReadRows(table), expected);
      if (!first) first = *committed;
      EXPECT_EQ(committed->files_written, first->files_written);
      EXPECT_EQ(committed->bytes_written, first->bytes_written);
      EXPECT_EQ(committed->partitions_written, days);
    }
  }
}

TEST_F(ThreadedWriteTest, GivingUpLeavesNothing) {
  Table table = Create("t");
  {
    auto transaction = WriteTransaction::Begin(table, {.target_file_bytes = 1500});
    (*transaction)->UseThreads(3);
    for (const Rows& rows : RandomBatches(20)) {
      ASSERT_THAT((*transaction)->Write(*SampleBatch(rows)), IsOk());
    }
  }
  EXPECT_EQ(CountFiles(), 0U);
}

TEST_F(ThreadedWriteTest, AnErrorOfAThreadIsToldAndNothingCommitted) {
  Table table = Create("t");
  {
    auto transaction = WriteTransaction::Begin(table, {});
    (*transaction)->UseThreads(2);
    // A file stands where the folder of the data should be.
    std::ofstream(folder_ / "t/data").put('x');
    Status status;
    for (const Rows& rows : RandomBatches(3)) {
      status = (*transaction)->Write(*SampleBatch(rows));
      if (!status) break;
    }
    if (status) {
      const auto committed = (*transaction)->Commit();
      ASSERT_FALSE(committed.has_value());
      status = committed.error();
    }
    EXPECT_THAT(status, IsError(ErrorCode::kNotFound, "t/data"));
  }
  ASSERT_THAT(table.Refresh(), IsOk());
  EXPECT_EQ(table.current_snapshot(), nullptr);
  EXPECT_EQ(CountFiles(), 0U);
}

}  // namespace
}  // namespace gnomon::iceberg
