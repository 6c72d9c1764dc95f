// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/schema_table.h"

#include <arrow/api.h>

#include "base/log.h"
#include "iceberg/write_transaction.h"
#include "run/text_rows.h"
#include "types/type_names.h"

namespace gnomon::run {

Status WriteSchemaTable(RunContext& context, const AnalysisReport& report, Day day) {
  TextRows rows({"section", "position", "column_name", "column_type", "meaning", "ds"});
  const auto add = [&](const char* section, const Schema& schema) {
    int position = 0;
    for (const Field& field : schema.fields) {
      std::string meaning;
      for (const Feature& feature : report.features) {
        if (feature.name == field.name) meaning = feature.Meaning();
      }
      rows.Add({section, std::to_string(position++), field.name, SparkTypeName(field.type), meaning,
                FormatDay(day)});
    }
  };
  add("left", report.left);
  add("key", report.keys);
  add("output", report.output);
  GNOMON_ASSIGN_OR_RETURN(const auto name,
                          catalog::ParseTableName(report.output_table + "_analyzer_schema"));
  GNOMON_RETURN_IF_ERROR(rows.Write(context.catalog, name, {{"chronon_generated", "true"}}));
  LogInfo("the schemas are in {}", name.ToString());
  return Ok();
}

}  // namespace gnomon::run
