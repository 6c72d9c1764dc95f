// SPDX-License-Identifier: Apache-2.0
// The mapping table of scalar types: one row per kind with its name in each system that names types
// by text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

// One scalar kind in every vocabulary; empty where the system has no such type. Iceberg and Avro
// hold bytes and shorts as int, so their column is what we write, and reading gives kInt.
struct ScalarTypeNames {
  TypeKind kind;
  std::string_view spark;    // As DESCRIBE prints it.
  std::string_view iceberg;  // In table metadata.
  std::string_view duckdb;
  std::string_view avro;
  int chronon_data_kind;  // SPEC 1.2, -1 where Chronon has none.
};

// Returns the row of a scalar kind; nullptr for kDecimal and the nested kinds.
const ScalarTypeNames* FindScalarTypeNames(TypeKind kind);

// The type as Spark prints it: `bigint`, `decimal(10,2)`, `array<string>`, `map<string,double>`,
// `struct<a:int>`.
std::string SparkTypeName(const DataType& type);

// Parses Spark's spelling of a type, aliases included (`long`, `integer`, `real`, `numeric(10,2)`,
// any case). Errors: InvalidArgument for an unknown or malformed type.
Result<DataType> ParseSparkTypeName(std::string_view text);

// The name that Chronon puts into TimePair_<type> records (SPEC 4.1): int, long, list_string,
// map_string_double.
std::string ChrononTypeName(const DataType& type);

}  // namespace gnomon
