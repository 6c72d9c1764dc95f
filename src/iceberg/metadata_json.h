// SPDX-License-Identifier: Apache-2.0
// Table metadata as JSON: reads format versions 1 and 2, writes 2 (and 1 unchanged in kind).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "iceberg/table_metadata.h"

namespace gnomon::iceberg {

// Errors: Corruption; Unimplemented for format versions above 2.
Result<TableMetadata> ParseTableMetadata(std::string_view json);

// REQUIRES: format_version == 2.
std::string TableMetadataToJson(const TableMetadata& metadata);

// Reads and parses a metadata file: plain, or gzip as `.gz.metadata.json` and `.metadata.json.gz`.
Result<TableMetadata> ReadTableMetadata(const std::string& location);

}  // namespace gnomon::iceberg
