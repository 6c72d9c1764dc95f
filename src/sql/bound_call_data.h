// SPDX-License-Identifier: Apache-2.0
// What DuckDB keeps with one bound call of a Spark function.
#pragma once

#include <duckdb/function/function.hpp>
#include <duckdb/function/table/arrow/arrow_duck_schema.hpp>
#include <string>
#include <utility>
#include <vector>

#include "expr/expression.h"
#include "types/data_type.h"

namespace gnomon::sql {

struct BoundCallData final : public duckdb::FunctionData {
  BoundCallData(std::string function_name, expr::BoundCall bound_call)
      : name(std::move(function_name)), call(std::move(bound_call)) {}

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<BoundCallData>(*this);
  }
  // DuckDB compares the arguments itself; a call is determined by them and these types.
  bool Equals(const duckdb::FunctionData& other_data) const override {
    const auto& other = other_data.Cast<BoundCallData>();
    return name == other.name && argument_types == other.argument_types &&
           call.type() == other.call.type();
  }

  std::string name;  // Without the prefix.
  expr::BoundCall call;
  std::vector<DataType> argument_types;
  duckdb::shared_ptr<duckdb::ArrowType> result_type;
};

}  // namespace gnomon::sql
