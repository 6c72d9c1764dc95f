// SPDX-License-Identifier: Apache-2.0
// Rows as the bytes that the online store keeps: plain Avro datums, without header (SPEC 7.3).
// Encoding takes Arrow batches and lies in a file of its own, so that a program that only decodes
// needs nothing of Arrow.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "avro/schema.h"
#include "base/result.h"
#include "codec/record_schema.h"
#include "types/data_type.h"

namespace arrow {
class BinaryArray;
class RecordBatch;
}  // namespace arrow

namespace gnomon::codec {

// Encodes rows of batches. Safe to share between threads.
class RowEncoder {
 public:
  // Errors: InvalidArgument for a type that Chronon can not store.
  static Result<RowEncoder> Make(const std::string& record_name, Schema fields);

  const avro::Schema& schema() const { return *schema_; }

  // One value per row. Columns are found by name and may be in any order, among others. Errors:
  // InvalidArgument for a missing column, one of another type, and a null inside a list or map
  // (Chronon has none there).
  Result<std::shared_ptr<arrow::BinaryArray>> Encode(const arrow::RecordBatch& batch) const;

 private:
  RowEncoder(Schema fields, avro::SchemaPtr schema)
      : fields_(std::move(fields)), schema_(std::move(schema)) {}

  Schema fields_;
  avro::SchemaPtr schema_;
};

// Decodes rows to JSON objects. Safe to share between threads.
class RowDecoder {
 public:
  // Errors: Corruption for a malformed schema; InvalidArgument when it is no record.
  static Result<RowDecoder> Make(std::string_view schema_json);

  const avro::Schema& schema() const { return *schema_; }

  // Name -> value, in the schema's order and by clean names: numbers exact, bytes in base64,
  // structs as objects. A float inside a list may be NaN or infinite; JSON text has no such number
  // and shows null. Errors: Corruption.
  Result<nlohmann::ordered_json> Decode(std::string_view bytes) const;

  // The row as Chronon prints it into key_json and value_json: {"user":{"string":"5"}}. Errors:
  // Corruption.
  Result<std::string> DecodeToChrononJson(std::string_view bytes) const;

 private:
  explicit RowDecoder(avro::SchemaPtr schema) : schema_(std::move(schema)) {}

  avro::SchemaPtr schema_;
};

// Encodes the keys of requests. Safe to share between threads.
class KeyEncoder {
 public:
  // `key_columns` are the names in requests, in the schema's order; empty takes the schema's own.
  // Errors: as RowDecoder, and InvalidArgument when the counts differ.
  static Result<KeyEncoder> Make(std::string_view schema_json,
                                 std::vector<std::string> key_columns = {});

  const std::vector<std::string>& key_columns() const { return key_columns_; }

  // The key's bytes from an object name -> value; other names are ignored, a missing one is null.
  // Values are cast to the key's type as SPEC 10.3 says (edge case 69): "5" is a long, 5 a
  // string, 5.0 a long; 5.5 is none, which the original would cut. Bytes come in base64. Errors:
  // InvalidArgument with the original's words.
  Result<std::string> Encode(const nlohmann::ordered_json& keys) const;

 private:
  KeyEncoder(avro::SchemaPtr schema, std::vector<std::string> key_columns)
      : schema_(std::move(schema)), key_columns_(std::move(key_columns)) {}

  avro::SchemaPtr schema_;
  std::vector<std::string> key_columns_;
};

}  // namespace gnomon::codec
