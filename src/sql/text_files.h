// SPDX-License-Identifier: Apache-2.0
// CSV and JSON files as one stream of typed rows, for import. All rows are looked at before the
// first is handed out: types are inferred from the whole data, and a value that does not fit is
// told with its file and line while nothing is written yet.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "sql/session.h"
#include "storage/workspace.h"
#include "types/data_type.h"

namespace gnomon::sql {

struct TextFileOptions {
  std::string format;                     // csv or json.
  bool header = true;                     // Of CSV: the first line names the columns.
  std::string delimiter;                  // Of CSV; empty: the one that the first line has most.
  std::string null_text;                  // Of CSV: what stands for null.
  std::string timestamp_pattern;          // Spark's; empty: ISO.
  std::vector<Field> schema;              // The wanted columns; empty: all, inferred.
  std::map<std::string, DataType> types;  // Of single columns, instead of the inferred.
  // Of the table that the rows are for, where the user says nothing; columns that are not in the
  // files do no harm.
  std::map<std::string, DataType> table_types;
  std::set<std::string> millis;  // Times of day that become BIGINT milliseconds.
  bool skip_misfits = false;     // Leave rows out whose values do not fit.
};

struct TextColumn {
  Field field;
  std::string example;  // One of its values as text; empty when there is none.
};

class TextFiles {
 public:
  // Looks through the files, which must exist. Folders `key=value` above them are columns, too.
  // Errors: InvalidArgument (a value that does not fit, a line that is not CSV or JSON, unknown
  // columns), with file and line.
  static Result<std::unique_ptr<TextFiles>> Open(const Workspace& workspace,
                                                 catalog::Catalog& catalog,
                                                 const SessionOptions& session,
                                                 std::vector<std::string> files,
                                                 TextFileOptions options);
  virtual ~TextFiles() = default;

  virtual const std::vector<TextColumn>& columns() const = 0;
  // Rows in all files, and of these the rows that are left out (skip_misfits), with the sentence
  // about the first.
  virtual std::int64_t row_count() const = 0;
  virtual std::int64_t skipped_count() const = 0;
  virtual const std::string& first_misfit() const = 0;
  // The stream of the rows, of the types of columns().
  virtual Result<QueryResult> Read() = 0;
};

}  // namespace gnomon::sql
