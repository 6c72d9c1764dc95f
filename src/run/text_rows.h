// SPDX-License-Identifier: Apache-2.0
// A few rows of texts for a table that jobs write beside their work: schemas, metadata.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/write_transaction.h"

namespace gnomon::run {

class TextRows {
 public:
  // All columns are STRING; the last one must be `ds`, by which the table is partitioned.
  explicit TextRows(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  // REQUIRES: as many values as columns.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::size_t size() const { return rows_.size(); }

  // Replaces the partitions that the rows name, in one commit; makes the table first if need be.
  Result<iceberg::CommitResult> Write(catalog::Catalog& catalog, const catalog::TableName& name,
                                      std::map<std::string, std::string> properties) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace gnomon::run
