// SPDX-License-Identifier: Apache-2.0
#include "run/upload_faults.h"

#include <arrow/api.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/error_place.h"
#include "codec/avro_rows.h"

namespace gnomon::run {

namespace {

// What one aggregation gave.
struct Part {
  Field field;
  std::shared_ptr<arrow::Array> values;
  std::size_t aggregation = 0;
};

std::vector<Part> PartsOfSnapshot(const std::vector<aggregate::OutputColumn>& outputs,
                                  const arrow::RecordBatch& rows) {
  std::vector<Part> parts;
  for (const aggregate::OutputColumn& output : outputs) {
    auto values = rows.GetColumnByName(output.name);
    if (values == nullptr) continue;
    parts.push_back(
        {{.name = output.name, .type = output.type}, std::move(values), output.aggregation});
  }
  return parts;
}

// Of a batch IR: the collapsed parts, one for each output, and those of the hops, one for each
// aggregation and bucket.
std::vector<Part> PartsOfBatchIr(const std::vector<aggregate::OutputColumn>& outputs,
                                 const Schema& values, const arrow::RecordBatch& rows) {
  std::vector<Part> parts;
  const auto& collapsed =
      static_cast<const arrow::StructArray&>(*rows.GetColumnByName(values.fields[0].name));
  const auto& tails =
      static_cast<const arrow::ListArray&>(*rows.GetColumnByName(values.fields[1].name));
  const auto& sizes = static_cast<const arrow::ListArray&>(*tails.values());
  const auto& hops = static_cast<const arrow::StructArray&>(*sizes.values());
  const DataType& hop_type = values.fields[1].type.element().element();
  std::size_t hop = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    parts.push_back({{.name = outputs[i].name, .type = values.fields[0].type.children[i].type},
                     collapsed.field(static_cast<int>(i)),
                     outputs[i].aggregation});
    const bool is_next = i == 0 || outputs[i].aggregation != outputs[i - 1].aggregation ||
                         outputs[i].bucket != outputs[i - 1].bucket;
    if (!is_next) continue;
    parts.push_back(
        {hop_type.children[hop], hops.field(static_cast<int>(hop)), outputs[i].aggregation});
    ++hop;
  }
  return parts;
}

Status CheckEncodable(const Part& part) {
  GNOMON_ASSIGN_OR_RETURN(const auto encoder,
                          codec::RowEncoder::Make("Value", Schema{{part.field}}));
  const auto batch =
      arrow::RecordBatch::Make(arrow::schema({arrow::field(part.field.name, part.values->type())}),
                               part.values->length(), {part.values});
  if (const auto encoded = encoder.Encode(*batch); !encoded) return encoded.error();
  return Ok();
}

}  // namespace

Error PlacedAtFeature(Error error, const GroupByComputation& computation,
                      const config::SideFile& side, const Schema& values,
                      const arrow::RecordBatch& rows) {
  const auto& outputs = computation.outputs();
  if (error.code != ErrorCode::kInvalidArgument) return error;
  const bool is_batch_ir = !outputs.empty() && values.Find("tailHopIrs") != nullptr;
  const std::vector<Part> parts =
      is_batch_ir ? PartsOfBatchIr(outputs, values, rows) : PartsOfSnapshot(outputs, rows);
  for (const Part& part : parts) {
    const Status encodable = CheckEncodable(part);
    if (!encodable) {
      return PlacedAt(side.Where(fmt::format("aggregations[{}]", part.aggregation)),
                      encodable.error());
    }
  }
  return PlacedAt(side.Where("sources"), std::move(error));
}

}  // namespace gnomon::run
