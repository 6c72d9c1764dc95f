// SPDX-License-Identifier: Apache-2.0
// Partition values in the names of folders, as Hive and Spark write them:
// `.../ds=2023-12-01/hr=5/part-0.parquet`. Values are percent-encoded there, and null has a name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

// Column and value; nullopt is null.
using PathPartition = std::vector<std::pair<std::string, std::optional<std::string>>>;

// The partition of a file: the folders `key=value` directly above it, outermost first.
PathPartition PartitionOfPath(std::string_view file);

// Errors: InvalidArgument when the files do not lie in folders of the same keys.
Status CheckSamePartitionKeys(const std::vector<std::string>& files);

// The narrowest type that keeps every text as it is written: date, bigint (no leading zeros),
// else string.
DataType TypeOfPartitionValues(const std::vector<std::optional<std::string>>& values);

}  // namespace gnomon
