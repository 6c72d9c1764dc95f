// SPDX-License-Identifier: Apache-2.0
#include "expr/value_order.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <gtest/gtest.h>

#include "support/source_file.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {
namespace {

int Sign(int value) { return (value > 0) - (value < 0); }

// DuckDB sorts nested values by these bytes, with NULL, NaN, -0.0 and texts with \0 inside.
TEST(ValueOrder, KeysCompareAsTheirValues) {
  const std::string path = SourcePath("test/spark_answers/inputs.arrow");
  const auto file = arrow::io::ReadableFile::Open(path).ValueOrDie();
  const auto reader = arrow::ipc::RecordBatchFileReader::Open(file).ValueOrDie();
  const auto batch = reader->ReadRecordBatch(0).ValueOrDie();
  const Schema schema = *FromArrow(*batch->schema());
  int ordered = 0;
  for (int column = 0; column < batch->num_columns(); ++column) {
    const Field& field = schema.fields[static_cast<std::size_t>(column)];
    const auto order = ValueOrder::Of(field.type);
    if (!order) continue;
    ++ordered;
    const arrow::Array& values = *batch->column(column);
    for (std::int64_t a = 0; a < values.length(); ++a) {
      for (std::int64_t b = 0; b < values.length(); ++b) {
        std::string left;
        std::string right;
        order->AppendKey(values, a, &left);
        order->AppendKey(values, b, &right);
        EXPECT_EQ(Sign(left.compare(right)), Sign(order->Compare(values, a, values, b)))
            << field.name << " rows " << a << " and " << b;
      }
    }
  }
  EXPECT_GT(ordered, 30);
}

}  // namespace
}  // namespace gnomon::expr
