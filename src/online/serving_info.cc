// SPDX-License-Identifier: Apache-2.0
// The value's schema is not stored: it follows from the inputs' (selectedAvroSchema) and the
// aggregations, as for the original.
#include "online/serving_info.h"

#include "aggregate/snapshot_kernel.h"
#include "avro/schema.h"
#include "codec/aggregation_specs.h"
#include "codec/record_schema.h"
#include "codec/serving_info.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "config/validate.h"
#include "online/stored_schema.h"

namespace gnomon::online {
namespace {

// What the fetcher does not compute yet; windows in hours exist only with TEMPORAL accuracy.
Status CheckSupported(const ServingInfo& info) {
  if (config::AccuracyOf(info.group_by) == config::Accuracy::kTemporal) {
    return Unimplemented(
        "features of TEMPORAL accuracy cannot be fetched yet: {} - set accuracy=Accuracy.SNAPSHOT",
        info.shown_name());
  }
  if (info.group_by.derivations && !info.group_by.derivations->empty()) {
    return Unimplemented("derived features cannot be fetched yet: {} - drop derivations",
                         info.shown_name());
  }
  return Ok();
}

// REQUIRES: info.group_by is set.
Status SetDecoder(ServingInfo& info, const std::string& selected_schema) {
  if (!info.group_by.aggregations || info.group_by.aggregations->empty()) {
    GNOMON_ASSIGN_OR_RETURN(info.values, codec::RowDecoder::Make(selected_schema));
    return Ok();
  }
  GNOMON_ASSIGN_OR_RETURN(const avro::SchemaPtr selected, avro::ParseSchema(selected_schema));
  GNOMON_ASSIGN_OR_RETURN(const Schema inputs, FieldsOf(*selected));
  GNOMON_ASSIGN_OR_RETURN(
      const auto columns,
      aggregate::OutputColumnsOf(codec::AggregationSpecsOf(info.group_by), inputs));
  std::vector<Field> fields;
  for (const aggregate::OutputColumn& column : columns) {
    fields.push_back(Field{.name = column.name, .type = column.type});
  }
  GNOMON_ASSIGN_OR_RETURN(const avro::SchemaPtr schema, codec::RecordSchema("Value", fields));
  GNOMON_ASSIGN_OR_RETURN(info.values, codec::RowDecoder::Make(avro::ToJson(*schema)));
  return Ok();
}

Status Fill(ServingInfo& info, const codec::ServingInfo& stored) {
  GNOMON_ASSIGN_OR_RETURN(info.group_by, config::ParseGroupBy(stored.group_by_json));
  if (!info.group_by.meta_data.name) {
    return Corruption("a stored config has no name: online store - run the upload again");
  }
  info.documented_name = config::DocumentedName(info.group_by.meta_data);
  if (const auto table = config::OutputTable(info.group_by.meta_data)) info.output_table = *table;
  GNOMON_ASSIGN_OR_RETURN(info.batch_end, ParseDay(stored.batch_end_date));
  info.key_schema = stored.key_avro_schema;
  GNOMON_ASSIGN_OR_RETURN(
      info.keys, codec::KeyEncoder::Make(stored.key_avro_schema, info.group_by.key_columns));
  Status servable = CheckSupported(info);
  if (servable) servable = SetDecoder(info, stored.selected_avro_schema);
  if (!servable) info.refusal = std::move(servable).Annotate(info.shown_name()).error();
  return Ok();
}

}  // namespace

Result<std::shared_ptr<const ServingInfo>> ParseServingInfo(const std::string& text) {
  GNOMON_ASSIGN_OR_RETURN(const codec::ServingInfo stored, codec::ParseServingInfo(text));
  auto info = std::make_shared<ServingInfo>();
  info->text = text;
  GNOMON_RETURN_IF_ERROR(Fill(*info, stored));
  return std::shared_ptr<const ServingInfo>(std::move(info));
}

}  // namespace gnomon::online
