// SPDX-License-Identifier: Apache-2.0
// Iceberg's JSON form of schemas, and the assignment of field ids.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/table_metadata.h"

namespace gnomon::iceberg {

// Parses one schema. uuid and fixed become kBinary; the JSON text is kept for writing back.
// Errors: Corruption; Unimplemented for a type without a counterpart (time, variant).
Result<TableSchema> ParseTableSchema(const nlohmann::json& json);

// The JSON of a schema whose fields all have ids.
nlohmann::ordered_json SchemaToJson(const Schema& schema, std::int32_t schema_id);

// The schema `base` with more columns, under another id; types that ours cannot say (uuid) keep
// their JSON.
TableSchema WithMoreFields(const TableSchema& base, const std::vector<Field>& fields,
                           std::int32_t schema_id);

// Gives every field without a meaningful id a fresh one, level by level as the Java library does:
// first the fields of a level, then their children. `last_id` is the greatest id in use and is
// advanced.
void AssignFieldIds(std::vector<Field>& fields, std::int32_t& last_id);

// Maps byte and short to int, which Iceberg has instead, at any depth.
// Errors: InvalidArgument for a column of type void.
Status MakeIcebergTypes(std::vector<Field>& fields);

}  // namespace gnomon::iceberg
