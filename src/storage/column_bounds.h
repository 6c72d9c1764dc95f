// SPDX-License-Identifier: Apache-2.0
// Running minimum and maximum of the columns of a file while it is written. Parquet's own
// statistics would be truncated and know no NaN, so bounds are kept here, exactly.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace gnomon {

// Follows one leaf column. Not thread safe.
class BoundsTracker {
 public:
  // A tracker for the type; nullptr where no bounds are kept (nested types).
  static std::unique_ptr<BoundsTracker> Make(const std::shared_ptr<arrow::DataType>& type);
  virtual ~BoundsTracker() = default;

  // Takes in an array of the tracker's type.
  virtual void Add(const arrow::Array& array) = 0;

  // nullptr while no value counted. NaN never counts; a bound of zero is the wider one, -0.0 below
  // and 0.0 above.
  virtual std::shared_ptr<arrow::Scalar> lower() const = 0;
  virtual std::shared_ptr<arrow::Scalar> upper() const = 0;
  // Of float and double only.
  virtual std::optional<std::int64_t> nan_count() const { return std::nullopt; }
};

// Follows all leaf columns of a schema that have a field id and do not lie inside a list or map.
class SchemaBounds {
 public:
  explicit SchemaBounds(const arrow::Schema& schema);

  // REQUIRES: the batch has the schema.
  void Add(const arrow::RecordBatch& batch);

  const std::map<std::int32_t, std::unique_ptr<BoundsTracker>>& trackers() const {
    return trackers_;
  }

 private:
  void Register(const arrow::Field& field);
  void Add(const arrow::Field& field, const arrow::Array& array);

  std::map<std::int32_t, std::unique_ptr<BoundsTracker>> trackers_;
};

// The id under PARQUET:field_id, -1 when there is none.
std::int32_t FieldIdOf(const arrow::Field& field);

}  // namespace gnomon
