// SPDX-License-Identifier: Apache-2.0
// The columns of a Join's tables (SPEC 8.3, 8.8, 8.9), known before any row is read: so a type that
// does not fit, a name that stands twice or an expression that is refused stops a run at its start.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/derivations.h"
#include "run/join/bootstrap_part.h"
#include "run/join/join_shape.h"
#include "types/data_type.h"

namespace gnomon::run {

// Of a part's table: keys and values by the GroupBy's names, derivations applied.
struct PartColumns {
  Schema keys;
  Schema values;
};

// Where a bootstrapped value of a derivation stands among the joined columns.
std::string BootstrappedName(const std::string& derived);

struct JoinLayout {
  Schema left;  // As scanned, `ds` last.
  std::vector<PartColumns> parts;
  Schema values;     // Features and external fields, by their names in the output.
  Schema bootstrap;  // T_bootstrap.
  Schema joined;     // What the final join gives to derivations; `ds` last.
  std::optional<Derivations> derivations;
  Schema output;  // T.

  // The columns of T_bootstrap that bootstrap parts give.
  std::set<std::string> bootstrapped;
};

// Errors: InvalidArgument: a key that the left side lacks or has in another type (both named), a
// column of two types, a bootstrapped column that the join does not have; Unimplemented.
Result<JoinLayout> LayOut(const JoinShape& shape, Schema left, std::vector<PartColumns> parts,
                          const std::vector<BootstrapSource>& bootstraps);

// Chronon's type as ours. Errors: InvalidArgument for a malformed one.
Result<DataType> FromThriftType(const config::ThriftType& type);

}  // namespace gnomon::run
