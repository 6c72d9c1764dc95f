// SPDX-License-Identifier: Apache-2.0
#include "run/text_rows.h"

#include <arrow/api.h>

#include "iceberg/write_transaction.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

Result<iceberg::CommitResult> TextRows::Write(catalog::Catalog& catalog,
                                              const catalog::TableName& name,
                                              std::map<std::string, std::string> properties) const {
  Schema schema;
  arrow::ArrayVector arrays;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    schema.fields.push_back(Field{.name = columns_[i], .type = TypeKind::kString});
    arrow::StringBuilder builder;
    for (const auto& row : rows_)
      GNOMON_ARROW_RETURN_NOT_OK(builder.Append(row[i]), "building rows");
    GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "building rows");
    arrays.push_back(std::move(array));
  }
  iceberg::CreateTableOptions options{.schema = schema,
                                      .partition_columns = {columns_.back()},
                                      .location = "",
                                      .properties = std::move(properties)};
  auto table = catalog.CreateTable(name, options);
  if (!table && table.error().code == ErrorCode::kAlreadyExists) table = catalog.LoadTable(name);
  if (!table) return std::move(table).error();
  GNOMON_ASSIGN_OR_RETURN(
      auto transaction,
      iceberg::WriteTransaction::Begin(*table, {.mode = iceberg::WriteMode::kOverwritePartitions}));
  GNOMON_RETURN_IF_ERROR(transaction->Write(*arrow::RecordBatch::Make(
      ToArrow(schema), static_cast<std::int64_t>(rows_.size()), std::move(arrays))));
  return transaction->Commit();
}

}  // namespace gnomon::run
