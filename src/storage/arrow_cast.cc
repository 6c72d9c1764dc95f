// SPDX-License-Identifier: Apache-2.0
#include "storage/arrow_cast.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>

namespace gnomon {

namespace {

// The type in which every time has the zone that `array_type` has, so that Arrow's cast changes
// only units: it would refuse to give a zone to a time without one.
std::shared_ptr<arrow::DataType> WithZonesOf(const std::shared_ptr<arrow::DataType>& type,
                                             const arrow::DataType& array_type) {
  if (type->id() == arrow::Type::TIMESTAMP && array_type.id() == arrow::Type::TIMESTAMP) {
    return arrow::timestamp(static_cast<const arrow::TimestampType&>(*type).unit(),
                            static_cast<const arrow::TimestampType&>(array_type).timezone());
  }
  if (type->num_fields() == 0 || type->num_fields() != array_type.num_fields()) return type;
  arrow::FieldVector fields;
  for (int i = 0; i < type->num_fields(); ++i) {
    fields.push_back(type->field(i)->WithType(
        WithZonesOf(type->field(i)->type(), *array_type.field(i)->type())));
  }
  if (type->id() == arrow::Type::LIST) return arrow::list(fields[0]);
  if (type->id() == arrow::Type::STRUCT) return arrow::struct_(fields);
  if (type->id() == arrow::Type::MAP) return std::make_shared<arrow::MapType>(fields[0]);
  return type;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> CastArray(
    const std::shared_ptr<arrow::Array>& array, const std::shared_ptr<arrow::DataType>& type) {
  if (array->type()->Equals(*type)) return array;
  arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe();
  options.allow_time_truncate = true;
  const auto castable = WithZonesOf(type, *array->type());
  auto cast = array;
  if (!array->type()->Equals(*castable)) {
    ARROW_ASSIGN_OR_RAISE(cast, arrow::compute::Cast(*array, castable, options));
  }
  if (castable->Equals(*type)) return cast;
  return cast->View(type);
}

}  // namespace gnomon
