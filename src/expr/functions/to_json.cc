// SPDX-License-Identifier: Apache-2.0
// to_json, as Spark's JacksonGenerator writes: null fields of structs are left out, nulls in arrays
// and maps are written, NaN and the infinities stand in quotes.
#include <arrow/util/base64.h>

#include <cmath>

#include "expr/compute_call.h"
#include "expr/datetime_text.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/json_text.h"
#include "types/arrow_mapping.h"
#include "types/java_number_text.h"

namespace gnomon::expr::functions {

namespace {

using AppendValue =
    std::function<void(const arrow::Array& array, std::int64_t row, std::string* out)>;

void AppendOrNull(const AppendValue& append, const arrow::Array& array, std::int64_t row,
                  std::string* out) {
  if (array.IsNull(row)) {
    out->append("null");
  } else {
    append(array, row, out);
  }
}

// Quoted where JSON has no such number.
template <typename Array>
void AppendFloating(const arrow::Array& array, std::int64_t row, std::string* out) {
  const auto value = static_cast<const Array&>(array).Value(row);
  const bool quoted = !std::isfinite(value);
  if (quoted) out->push_back('"');
  AppendJavaNumber(value, out);
  if (quoted) out->push_back('"');
}

template <typename Array>
void AppendInteger(const arrow::Array& array, std::int64_t row, std::string* out) {
  out->append(std::to_string(std::int64_t{static_cast<const Array&>(array).Value(row)}));
}

// `2023-11-30T10:20:30.123Z`: milliseconds, and no zone for a wall clock.
void AppendMoment(std::int64_t micros, bool zone, std::string* out) {
  const std::int64_t days = FloorDiv(micros, kMicrosInDay);
  const std::int64_t of_day = FloorMod(micros, kMicrosInDay);
  const std::int64_t seconds = of_day / kMicrosInSecond;
  out->push_back('"');
  AppendDate(days, out);
  fmt::format_to(std::back_inserter(*out), "T{:02}:{:02}:{:02}.{:03}", seconds / 3600,
                 seconds / 60 % 60, seconds % 60, of_day % kMicrosInSecond / 1000);
  out->append(zone ? "Z\"" : "\"");
}

AppendValue ScalarWriter(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return [](const arrow::Array& array, std::int64_t row, std::string* out) {
        out->append(static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false");
      };
    case TypeKind::kByte:
      return &AppendInteger<arrow::Int8Array>;
    case TypeKind::kShort:
      return &AppendInteger<arrow::Int16Array>;
    case TypeKind::kInt:
      return &AppendInteger<arrow::Int32Array>;
    case TypeKind::kLong:
      return &AppendInteger<arrow::Int64Array>;
    case TypeKind::kFloat:
      return &AppendFloating<arrow::FloatArray>;
    case TypeKind::kDouble:
      return &AppendFloating<arrow::DoubleArray>;
    case TypeKind::kString:
      return [](const arrow::Array& array, std::int64_t row, std::string* out) {
        AppendJsonString(static_cast<const arrow::StringArray&>(array).GetView(row), out);
      };
    case TypeKind::kBinary:
      return [](const arrow::Array& array, std::int64_t row, std::string* out) {
        out->push_back('"');
        out->append(
            arrow::util::base64_encode(static_cast<const arrow::BinaryArray&>(array).GetView(row)));
        out->push_back('"');
      };
    case TypeKind::kDate:
      return [](const arrow::Array& array, std::int64_t row, std::string* out) {
        out->push_back('"');
        AppendDate(static_cast<const arrow::Date32Array&>(array).Value(row), out);
        out->push_back('"');
      };
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return [zone = type.kind == TypeKind::kTimestamp](const arrow::Array& array, std::int64_t row,
                                                        std::string* out) {
        AppendMoment(static_cast<const arrow::TimestampArray&>(array).Value(row), zone, out);
      };
    case TypeKind::kDecimal:
      return [scale = type.scale](const arrow::Array& array, std::int64_t row, std::string* out) {
        const arrow::Decimal128 value(
            static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
        AppendJavaDecimal({value.low_bits(), value.high_bits()}, scale, out);
      };
    case TypeKind::kVoid:
      return [](const arrow::Array&, std::int64_t, std::string* out) { out->append("null"); };
    default:
      return {};
  }
}

AppendValue WriterOf(const DataType& type, bool null_fields);

AppendValue ListWriter(AppendValue element) {
  return [element = std::move(element)](const arrow::Array& array, std::int64_t row,
                                        std::string* out) {
    const auto& list = static_cast<const arrow::ListArray&>(array);
    out->push_back('[');
    for (std::int64_t k = list.value_offset(row); k < list.value_offset(row + 1); ++k) {
      if (k > list.value_offset(row)) out->push_back(',');
      AppendOrNull(element, *list.values(), k, out);
    }
    out->push_back(']');
  };
}

AppendValue MapWriter(const DataType& key, AppendValue name, AppendValue value) {
  const bool quoted = key.kind != TypeKind::kString;
  return [quoted, name = std::move(name), value = std::move(value)](
             const arrow::Array& array, std::int64_t row, std::string* out) {
    const auto& map = static_cast<const arrow::MapArray&>(array);
    out->push_back('{');
    for (std::int64_t k = map.value_offset(row); k < map.value_offset(row + 1); ++k) {
      if (k > map.value_offset(row)) out->push_back(',');
      if (quoted) out->push_back('"');
      name(*map.keys(), k, out);
      out->append(quoted ? "\":" : ":");
      AppendOrNull(value, *map.items(), k, out);
    }
    out->push_back('}');
  };
}

struct FieldWriter {
  std::string name;  // Quoted, with its colon.
  AppendValue append;
};

AppendValue StructWriter(std::vector<FieldWriter> fields, bool null_fields) {
  return [fields = std::move(fields), null_fields](const arrow::Array& array, std::int64_t row,
                                                   std::string* out) {
    const auto& structs = static_cast<const arrow::StructArray&>(array);
    out->push_back('{');
    bool first = true;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const ArrayPtr values = structs.field(static_cast<int>(i));
      if (values->IsNull(row) && !null_fields) continue;
      if (!first) out->push_back(',');
      first = false;
      out->append(fields[i].name);
      AppendOrNull(fields[i].append, *values, row, out);
    }
    out->push_back('}');
  };
}

// Keys as Spark writes them: texts, and what has the same digits in it.
bool IsProvenKey(TypeKind kind) {
  return kind == TypeKind::kString || IsInteger(kind) || kind == TypeKind::kBoolean;
}

AppendValue WriterOf(const DataType& type, bool null_fields) {
  if (type.kind == TypeKind::kList) {
    AppendValue element = WriterOf(type.element(), null_fields);
    return element ? ListWriter(std::move(element)) : AppendValue();
  }
  if (type.kind == TypeKind::kMap) {
    AppendValue value = WriterOf(type.value(), null_fields);
    if (!value || !IsProvenKey(type.key().kind)) return {};
    return MapWriter(type.key(), ScalarWriter(type.key()), std::move(value));
  }
  if (type.kind != TypeKind::kStruct) return ScalarWriter(type);
  std::vector<FieldWriter> fields;
  for (const Field& field : type.children) {
    FieldWriter& writer = fields.emplace_back();
    AppendJsonString(field.name, &writer.name);
    writer.name.push_back(':');
    writer.append = WriterOf(field.type, null_fields);
    if (!writer.append) return {};
  }
  return StructWriter(std::move(fields), null_fields);
}

Result<BoundFunction> BindToJson(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  const bool nested =
      type.kind == TypeKind::kStruct || type.kind == TypeKind::kList || type.kind == TypeKind::kMap;
  AppendValue append = nested ? WriterOf(type, false) : AppendValue();
  if (!append) return RefuseTypes(name, arguments);
  return BoundFunction{
      {type},
      TypeKind::kString,
      [append](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        arrow::StringBuilder texts;
        std::string text;
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t at = row & operands[0].index_mask();
          text.clear();
          const bool null = operands[0].array->IsNull(at);
          if (!null) append(*operands[0].array, at, &text);
          GNOMON_ARROW_RETURN_NOT_OK(null ? texts.AppendNull() : texts.Append(text),
                                     "writing JSON");
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, texts.Finish(), "writing JSON");
        return array;
      },
      {}};
}

}  // namespace

const ScalarFunction kToJson{"to_json", "a struct, array or map as JSON", &BindToJson};

}  // namespace gnomon::expr::functions
