// SPDX-License-Identifier: Apache-2.0
// The Avro schemas of manifests and manifest lists, with the ids of the Iceberg spec.
#pragma once

#include "avro/schema.h"
#include "iceberg/table_metadata.h"

namespace gnomon::iceberg {

// Record `manifest_entry`, whose partition record follows `spec`.
avro::SchemaPtr ManifestEntrySchema(const TableMetadata& metadata, const PartitionSpec& spec);

// Record `manifest_file`.
avro::SchemaPtr ManifestFileSchema();

}  // namespace gnomon::iceberg
