// SPDX-License-Identifier: Apache-2.0
// Derivations (SPEC 6, point 7): columns computed from a config's base columns. `*` stands for the
// base columns that no derivation uses verbatim.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "expr/expression.h"
#include "types/data_type.h"

namespace gnomon::run {

class Derivations {
 public:
  // Of a config whose side file (or the view of it) is `side`. `base` are the columns that `*`
  // stands for; `others` what expressions may use beside them (keys, ds, ts). Errors:
  // InvalidArgument (two columns of one name, an unknown column) and Unimplemented (not proven
  // equal to Spark), with the place.
  static Result<Derivations> Make(const std::vector<config::Derivation>& derivations,
                                  const config::SideFile& side, const Schema& base,
                                  const Schema& others);

  // The columns that come, in order.
  const Schema& columns() const { return columns_; }
  // For each: its expression as the user wrote it; a base column's own name.
  const std::vector<std::string>& expressions() const { return expressions_; }
  // The columns that column number `index` is computed from.
  std::vector<std::string> used_columns(std::size_t index) const {
    return bound_[index].inputs.names();
  }

  // The columns for the rows of `batch`, which has base and other columns, by name. REQUIRES: it
  // has `ts` if an expression uses it (PlaceOfTimeUse of run/missing_time.h tells). Errors: those
  // of the expressions, with the place.
  Result<arrow::ArrayVector> Evaluate(const arrow::RecordBatch& batch) const;

 private:
  struct Column {
    std::string at;  // In the conf.
    expr::BoundExpression bound;
    Schema inputs;  // What it is bound to.
  };

  Status Add(const std::string& name, const std::string& at, const expr::Expression& tree,
             const Schema& row);

  std::shared_ptr<const config::SideFile> side_;
  Schema columns_;
  std::vector<std::string> expressions_;
  std::vector<Column> bound_;
};

}  // namespace gnomon::run
