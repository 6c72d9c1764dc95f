// SPDX-License-Identifier: Apache-2.0
// Mode group-by-upload (SPEC 7): what the online store needs of a GroupBy as of the end of one day,
// as Avro bytes, into the table `<output>_upload` and, as one batch that becomes visible in one
// step, into the store. SNAPSHOT accuracy: the features themselves; TEMPORAL: intermediate results.
#include <arrow/api.h>

#include "base/error_place.h"
#include "base/log.h"
#include "codec/serving_info.h"
#include "config/any_conf.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "config/side_file.h"
#include "config/validate.h"
#include "run/batch_ir.h"
#include "run/group_by_computation.h"
#include "run/run_context.h"
#include "run/setups.h"
#include "run/streamed_columns.h"
#include "run/upload_faults.h"
#include "run/upload_writer.h"

namespace gnomon::run {

namespace {

class GroupByUpload {
 public:
  GroupByUpload(RunContext& context, config::GroupBy conf, config::SideFile side)
      : context_(context),
        conf_(std::move(conf)),
        side_(std::move(side)),
        day_(context.end() - 1) {}

  Status Run();

 private:
  Status CheckSourceHasDay(GroupByComputation& computation) const;
  Status WriteRows(GroupByComputation& computation);
  Result<codec::ServingInfo> MakeServingInfo(const GroupByComputation& computation);
  // What passes through has no intermediate results.
  bool is_temporal() const {
    return config::AccuracyOf(conf_) == config::Accuracy::kTemporal && conf_.aggregations &&
           !conf_.aggregations->empty();
  }

  RunContext& context_;
  config::GroupBy conf_;
  config::SideFile side_;
  Day day_;
};

Status GroupByUpload::Run() {
  GNOMON_RETURN_IF_ERROR(config::ValidateForUpload(conf_, side_));
  GNOMON_RETURN_IF_ERROR(RunSetups(context_, side_));
  GNOMON_ASSIGN_OR_RETURN(GroupByComputation computation,
                          GroupByComputation::Make(context_, conf_, side_, {.from_day_irs = true}));
  const DayRange days{day_, day_ + 1};
  context_.report.wanted = days;
  GNOMON_RETURN_IF_ERROR(computation.WaitForSources(days));
  GNOMON_RETURN_IF_ERROR(CheckSourceHasDay(computation));
  return WriteRows(computation);
}

Status GroupByUpload::CheckSourceHasDay(GroupByComputation& computation) const {
  GNOMON_ASSIGN_OR_RETURN(const auto source_days, computation.SourceDays());
  if (!source_days || source_days->contains(day_)) return Ok();
  // Windows that run out would replace good features by worse ones.
  return PlacedAt(side_.Where("sources"),
                  NotFound("nothing is uploaded for {}: {}", FormatDay(day_),
                           computation.MissingSourceRemedy({day_})));
}

Status GroupByUpload::WriteRows(GroupByComputation& computation) {
  GNOMON_ASSIGN_OR_RETURN(const std::string output, config::OutputTable(conf_.meta_data));
  const std::string dataset = config::DatasetName(conf_.meta_data, "BATCH");
  std::unique_ptr<BatchIr> batch_ir;
  Schema values = computation.base_columns();
  if (is_temporal()) {
    GNOMON_ASSIGN_OR_RETURN(batch_ir, BatchIr::Make(context_, computation, side_, day_));
    values = batch_ir->value_schema();
  }
  // First what may be refused, so that nothing is begun then.
  GNOMON_ASSIGN_OR_RETURN(const codec::ServingInfo serving_info, MakeServingInfo(computation));
  GNOMON_RETURN_IF_ERROR(
      PlacedAt(side_.Where(computation.has_aggregations() ? "aggregations" : "sources"),
               UploadWriter::CheckTypes(computation.keys(), values)));
  if (context_.request.dry_run) {
    LogInfo("{}: a dry run, nothing was changed; without --dry-run it would upload {}", dataset,
            FormatDay(day_));
    return Ok();
  }
  GNOMON_ASSIGN_OR_RETURN(
      const auto opened,
      UploadWriter::Open(context_, day_, output + "_upload", dataset, computation.keys(), values));
  UploadWriter& writer = *opened;
  context_.report.output = fmt::format("{} and dataset {}", writer.table_name(), dataset);
  LogInfo("{}: uploading the features at the end of {}", dataset, FormatDay(day_));
  const auto add = [&](const arrow::RecordBatch& rows) -> Status {
    const Status added = writer.AddRows(rows);
    if (added) return added;
    return PlacedAtFeature(added.error(), computation, side_, values, rows);
  };
  if (batch_ir != nullptr) {
    GNOMON_RETURN_IF_ERROR(batch_ir->Compute(add));
  } else {
    GNOMON_RETURN_IF_ERROR(computation.ComputeBase(
        {day_, day_ + 1}, [&](Day, const arrow::RecordBatch& rows) { return add(rows); }));
  }
  GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult committed, writer.Finish(serving_info));
  context_.report.computed.push_back(day_);
  context_.report.rows_written = committed.rows_written - 1;  // The serving info is no feature.
  context_.report.bytes_written = committed.bytes_written;
  return Ok();
}

Result<codec::ServingInfo> GroupByUpload::MakeServingInfo(const GroupByComputation& computation) {
  GNOMON_ASSIGN_OR_RETURN(const auto streamed, StreamedColumns(context_, conf_, side_));
  const Schema& selected =
      computation.has_aggregations() ? computation.inputs() : computation.base_columns();
  return PlacedAt(side_.Where("sources"),
                  codec::MakeServingInfo(config::ToCompactJson(conf_), FormatDay(day_ + 1),
                                         computation.keys().fields, selected.fields, streamed));
}

Status RunGroupByUpload(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(auto loaded,
                          config::LoadConfOf<config::GroupBy>(context.request.conf_path));
  return GroupByUpload(context, std::move(loaded.conf), std::move(loaded.side)).Run();
}

}  // namespace

extern const RunMode kGroupByUpload;
const RunMode kGroupByUpload = {
    .name = "group-by-upload",
    .doc =
        "put a GroupBy's features as of the end of a day into the upload table and the online "
        "store",
    .run = &RunGroupByUpload,
};

}  // namespace gnomon::run
