// SPDX-License-Identifier: Apache-2.0
// A datum as text in Avro's JSON encoding, letter for letter as the Java library prints it: values
// of unions are wrapped as {"double":1.5}, doubles look as Java prints them. Chronon's key_json
// and value_json hold this.
#pragma once

#include <string>
#include <string_view>

#include "avro/value.h"
#include "base/result.h"

namespace gnomon::avro {

// Decodes one datum and prints it. Errors: Corruption, also when bytes are left over.
Result<std::string> DatumToJson(const Schema& schema, std::string_view bytes);

// A double or float as Java's toString prints it: 326.78999999999996, 1.0E10, NaN, -Infinity.
std::string JavaText(double value);
std::string JavaText(float value);

}  // namespace gnomon::avro
