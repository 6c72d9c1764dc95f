// SPDX-License-Identifier: Apache-2.0
// The rows of an upload (SPEC 7.2): keys and values as Avro bytes into the table
// `<output>_upload` and into one batch of the online store, both visible at the end in one step
// each.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "codec/avro_rows.h"
#include "codec/serving_info.h"
#include "iceberg/write_transaction.h"
#include "kv/kv_store.h"
#include "run/run_context.h"
#include "types/data_type.h"

namespace gnomon::run {

class UploadWriter {
 public:
  // Whether rows of these keys and values can be uploaded. Errors: what the encoder of rows
  // refuses.
  static Status CheckTypes(const Schema& keys, const Schema& values);
  // Opens the table `table_name` (made if there is none) and the dataset's batch. Errors:
  // InvalidArgument for a type that Chronon can not store.
  static Result<std::unique_ptr<UploadWriter>> Open(RunContext& context, Day day,
                                                    const std::string& table_name,
                                                    const std::string& dataset, const Schema& keys,
                                                    const Schema& values);

  const std::string& table_name() const { return table_name_; }

  // Rows with the key and value columns, by name.
  Status AddRows(const arrow::RecordBatch& rows);
  // Makes all visible, with what the batch tells of itself.
  Result<iceberg::CommitResult> Finish(const codec::ServingInfo& serving_info);

 private:
  UploadWriter(codec::RowEncoder key_encoder, codec::RowEncoder value_encoder,
               codec::RowDecoder key_decoder, codec::RowDecoder value_decoder)
      : key_encoder_(std::move(key_encoder)),
        value_encoder_(std::move(value_encoder)),
        key_decoder_(std::move(key_decoder)),
        value_decoder_(std::move(value_decoder)) {}

  Day day_;
  std::string table_name_;
  codec::RowEncoder key_encoder_, value_encoder_;
  codec::RowDecoder key_decoder_, value_decoder_;
  std::optional<iceberg::Table> table_;  // The transaction keeps a reference to it.
  std::unique_ptr<iceberg::WriteTransaction> transaction_;
  std::unique_ptr<kv::BulkLoader> loader_;
};

}  // namespace gnomon::run
