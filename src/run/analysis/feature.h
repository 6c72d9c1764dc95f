// SPDX-License-Identifier: Apache-2.0
// What is known of a column that a config gives: for people, and for catalogs of features.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "types/data_type.h"

namespace gnomon::run {

struct Feature {
  std::string name;  // In the config's output.
  DataType type;
  std::string group_by;      // The config that computes it.
  std::string operation;     // SUM; empty for what is passed through or derived.
  std::string window;        // `7d`, `6h`, empty: unbounded.
  std::string bucket;        // Empty without.
  std::string input_column;  // What is aggregated or passed through.
  std::string expression;    // Of that column in the source, or of the derivation.
  bool is_derived = false;
  std::vector<std::string> sources;  // `db.table.column`: the columns that it is computed from.

  // "SUM of price over 7d", "price / qty".
  std::string Meaning() const;
  nlohmann::ordered_json ToJson() const;
};

// [{"name": ..., "type": ...}] as Spark names types.
nlohmann::ordered_json SchemaJson(const Schema& schema);

}  // namespace gnomon::run
