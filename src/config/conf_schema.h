// SPDX-License-Identifier: Apache-2.0
// The shape of every struct of Chronon's compiled JSON (SPEC 1.1) as one table. Reading checks
// against it and writing takes the order of fields from it, so that a new field is one line in
// conf_schema.cc.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace gnomon::config {

using Json = nlohmann::ordered_json;

// Checks `value` against the struct of that name and returns it in Chronon's form: fields by
// ascending id, booleans as 1 and 0, whole-numbered doubles with a decimal point, null members left
// out. Errors: InvalidArgument naming the path inside the value
// (`sources[0].events.query.selcts`), with the nearest known name for an unknown field.
Result<Json> CheckStruct(const Json& value, std::string_view struct_name);

}  // namespace gnomon::config
