// SPDX-License-Identifier: Apache-2.0
// The way back from a stored Avro record schema (codec/record_schema.h) to our types: a batch
// stores the schema of the aggregations' inputs, and the types of the features follow from them.
#pragma once

#include "avro/schema.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::online {

// The fields of a record, by their clean names. Errors: Corruption when an upload never writes such
// a schema.
Result<Schema> FieldsOf(const avro::Schema& record);

}  // namespace gnomon::online
