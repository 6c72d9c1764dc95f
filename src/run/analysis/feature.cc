// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/feature.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "types/type_names.h"

namespace gnomon::run {

std::string Feature::Meaning() const {
  if (is_derived) return expression;
  if (operation.empty()) return expression == name ? "" : expression;
  std::string text = fmt::format("{} of {}", operation, input_column);
  if (!window.empty()) text += " over " + window;
  if (!bucket.empty()) text += " by " + bucket;
  return text;
}

nlohmann::ordered_json Feature::ToJson() const {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
  };
  return {{"name", name},
          {"columnType", SparkTypeName(type)},
          {"groupBy", or_null(group_by)},
          {"operation", or_null(operation)},
          {"window", or_null(window)},
          {"bucket", or_null(bucket)},
          {"inputColumn", or_null(input_column)},
          {"expression", or_null(expression)},
          {"derived", is_derived},
          {"sources", sources}};
}

nlohmann::ordered_json SchemaJson(const Schema& schema) {
  nlohmann::ordered_json columns = nlohmann::ordered_json::array();
  for (const Field& field : schema.fields) {
    columns.push_back({{"name", field.name}, {"type", SparkTypeName(field.type)}});
  }
  return columns;
}

}  // namespace gnomon::run
