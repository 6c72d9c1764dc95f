// SPDX-License-Identifier: Apache-2.0
// Avro object container files in memory: header with metadata, sync-marked blocks, codecs null and
// deflate. Iceberg's manifests and manifest lists are such files.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "avro/schema.h"
#include "avro/value.h"
#include "base/result.h"

namespace gnomon::avro {

struct ContainerFile {
  SchemaPtr schema;                             // As the writer had it.
  std::map<std::string, std::string> metadata;  // Without avro.schema and avro.codec.
  Values records;
};

// Reads a whole container file. Errors: Corruption; Unimplemented for another codec.
Result<ContainerFile> ReadContainer(std::string_view bytes);

// Writes a whole container file, deflated. The sync marker is derived from the content, so equal
// input gives equal bytes. Errors: InvalidArgument when a record does not fit the schema.
Result<std::string> WriteContainer(const Schema& schema,
                                   const std::map<std::string, std::string>& metadata,
                                   const Values& records);

}  // namespace gnomon::avro
