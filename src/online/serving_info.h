// SPDX-License-Identifier: Apache-2.0
// What a batch says about itself (SPEC 7.2, GroupByServingInfo), made ready for fetching: the
// config, how keys are encoded and how values are decoded. Immutable, shared by all requests of a
// batch.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "codec/avro_rows.h"
#include "config/conf.h"

namespace gnomon::online {

struct ServingInfo {
  std::string text;  // As stored: another text means another batch.
  config::GroupBy group_by;
  std::string documented_name;  // Empty under the chronon rule.
  std::string output_table;     // Empty when the config names none.
  std::string key_schema;       // As stored.
  std::optional<codec::KeyEncoder> keys;
  std::optional<codec::RowDecoder> values;  // Set unless there is a refusal.
  Day batch_end;
  // Set when these features cannot be fetched yet, or their config is wrong: every request fails
  // with it.
  std::optional<Error> refusal;

  // The name that errors use: the documented one, else team.file.variable.
  const std::string& shown_name() const {
    return documented_name.empty() ? *group_by.meta_data.name : documented_name;
  }
};

// A `refusal` is Unimplemented (TEMPORAL accuracy, derivations: they come with online serving) or
// one of the aggregations' errors. Errors: Corruption, InvalidArgument: this is no serving info.
Result<std::shared_ptr<const ServingInfo>> ParseServingInfo(const std::string& text);

}  // namespace gnomon::online
