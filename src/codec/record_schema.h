// SPDX-License-Identifier: Apache-2.0
// The Avro record schemas that Chronon derives from columns (SPEC 7.3). The names are part of the
// contract: printed JSON shows them, and field and record names of one schema share a single set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "avro/schema.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::codec {

// A record of namespace ai.chronon.data whose fields are all unions with null. A struct in a column
// `x` becomes the record `XStruct`, as golden case up_temporal shows. Errors: InvalidArgument for a
// type that Chronon can not store (date, timestamp, decimal, maps with keys other than strings).
Result<avro::SchemaPtr> RecordSchema(const std::string& record_name,
                                     const std::vector<Field>& fields);

// The name without the ending that made it unique: `count` of `count_REPEATED_NAME_0`.
std::string_view CleanName(std::string_view name);

// Every character outside of [0-9a-zA-Z_] replaced by `_`.
std::string SanitizeName(std::string_view name);

}  // namespace gnomon::codec
