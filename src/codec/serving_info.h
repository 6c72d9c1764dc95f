// SPDX-License-Identifier: Apache-2.0
// What an upload tells the serving side about itself (SPEC 7.2): the conf, its end date and the
// schemas, as one JSON text under a fixed key of the dataset.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::codec {

inline constexpr std::string_view kServingInfoKey = "group_by_serving_info";

struct ServingInfo {
  std::string group_by_json;                     // The conf in compact JSON.
  std::optional<std::string> input_avro_schema;  // Only with a streaming source.
  std::string selected_avro_schema;              // Of what is aggregated, or passed through.
  std::string key_avro_schema;
  std::string batch_end_date;  // The day after the upload's ds.

  bool operator==(const ServingInfo&) const = default;
};

// Fills in the schemas, printed as the original prints them, and compacts the conf's text.
// `streamed` are the columns of a streaming source. Errors: InvalidArgument when the conf is not
// JSON or a column's type can not be stored.
Result<ServingInfo> MakeServingInfo(
    std::string_view group_by_json, std::string batch_end_date, const std::vector<Field>& keys,
    const std::vector<Field>& selected,
    const std::optional<std::vector<Field>>& streamed = std::nullopt);

// The text as the original writes it, byte for byte.
std::string ToJson(const ServingInfo& info);

// Errors: Corruption.
Result<ServingInfo> ParseServingInfo(std::string_view text);

}  // namespace gnomon::codec
