// SPDX-License-Identifier: Apache-2.0
// What a run knows of the table that it writes before it looks at it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "types/data_type.h"

namespace gnomon::run {

struct OutputTableSpec {
  catalog::TableName name;
  std::string partition_column = "ds";
  std::vector<std::string> partition_columns = {"ds"};
  std::map<std::string, std::string> properties;  // Of the conf.
  std::string conf_hash;
  std::string compared_conf;  // ComparedConf() of the conf's text.
  DayRange wanted;            // The days of this run; none for a query that is run as a whole.
  // Column -> what it is computed from.
  std::map<std::string, std::string> features;
  // For a staging query, whose columns are known only by asking its query: called when the conf
  // changed.
  std::function<Result<Schema>()> columns_of_query;
};

}  // namespace gnomon::run
