// SPDX-License-Identifier: Apache-2.0
// What `gnomon import` reads: files of one format as a stream of rows, whose columns are known
// before the first row is.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/open_repository.h"
#include "sql/text_files.h"

namespace gnomon::cli {

class ImportSource {
 public:
  virtual ~ImportSource() = default;
  virtual const std::vector<sql::TextColumn>& columns() const = 0;
  // Rows in the files; of these so many are left out, the first for this reason.
  virtual std::int64_t row_count() const = 0;
  virtual std::int64_t skipped_count() const { return 0; }
  virtual std::string first_misfit() const { return ""; }
  virtual Result<std::unique_ptr<arrow::RecordBatchReader>> Read() = 0;

  Schema schema() const;
};

// The format of the files, by `asked` or by their extensions (`.csv.gz` is csv): parquet, csv or
// json. Errors: InvalidArgument for names that tell none and for files of several.
Result<std::string> FormatOf(const std::string& asked, const std::vector<std::string>& files);

// `options` are for CSV and JSON. Errors: InvalidArgument, Corruption.
Result<std::unique_ptr<ImportSource>> OpenImportSource(Repository& repository,
                                                       std::vector<std::string> files,
                                                       sql::TextFileOptions options);

}  // namespace gnomon::cli
