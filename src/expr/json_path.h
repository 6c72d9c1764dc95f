// SPDX-License-Identifier: Apache-2.0
// `$.a.b[0]['c d'][*]` in a JSON text, as Spark's get_json_object reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::expr {

struct JsonStep {
  enum class Kind : std::uint8_t {
    kField,
    kElement,
    kElements,  // [*]: every element of an array.
    kNothing    // .*: Spark finds nothing by it.
  };
  Kind kind = Kind::kField;
  std::string name;
  std::size_t index = 0;
};

// nullopt: no path, so that every answer is NULL.
std::optional<std::vector<JsonStep>> ParseJsonPath(std::string_view path);

// Appends what stands there: a text without quotes, all else as compact JSON. False: NULL, because
// nothing stands there or the text is no JSON. Text behind the value is not looked at.
Result<bool> AppendJsonValue(std::string_view json, const std::vector<JsonStep>& path,
                             std::string* out);

}  // namespace gnomon::expr
