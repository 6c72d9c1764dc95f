// SPDX-License-Identifier: Apache-2.0
#include "types/dictionary_batch.h"

#include <arrow/api.h>

namespace gnomon {

arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchWithDictionaries(
    std::shared_ptr<arrow::Schema> schema, std::int64_t rows,
    std::vector<std::shared_ptr<arrow::Array>> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]->type_id() != arrow::Type::DICTIONARY) continue;
    const auto at = static_cast<int>(i);
    const auto field = schema->field(at)->WithType(columns[i]->type());
    ARROW_ASSIGN_OR_RAISE(schema, schema->SetField(at, field));
  }
  return arrow::RecordBatch::Make(std::move(schema), rows, std::move(columns));
}

}  // namespace gnomon
