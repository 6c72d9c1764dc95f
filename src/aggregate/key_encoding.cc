// SPDX-License-Identifier: Apache-2.0
// Writing and reading back of key bytes; numbers in the machine's own order, since the bytes never
// leave the process's life.
#include "aggregate/key_encoding.h"

#include <arrow/api.h>
// Keys are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "types/type_names.h"

namespace gnomon::aggregate {

namespace {

constexpr char kNull = 0;
constexpr char kValue = 1;

bool IsBytes(TypeKind kind) { return kind == TypeKind::kString || kind == TypeKind::kBinary; }

// Bytes of one value of a fixed width; 0 for others. Booleans count one.
std::size_t WidthOf(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBoolean:
    case TypeKind::kByte:
      return 1;
    case TypeKind::kShort:
      return 2;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kFloat:
      return 4;
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kDouble:
      return 8;
    case TypeKind::kDecimal:
      return 16;
    default:
      return 0;
  }
}

// The raw value of a row of an array whose values are whole bytes.
std::string_view RawValue(const arrow::Array& array, std::size_t width, std::int64_t row) {
  const auto* values = reinterpret_cast<const char*>(array.data()->buffers[1]->data());
  return {values + static_cast<std::size_t>(array.offset() + row) * width, width};
}

template <typename T>
void WriteFloating(std::string_view raw, std::string* out) {
  T value;
  std::memcpy(&value, raw.data(), sizeof(T));
  if (std::isnan(value)) value = std::numeric_limits<T>::quiet_NaN();
  if (value == 0) value = 0;
  out->append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void WriteValue(const arrow::Array& array, TypeKind kind, std::int64_t row, std::string* out) {
  if (array.IsNull(row)) {
    out->push_back(kNull);
    return;
  }
  out->push_back(kValue);
  if (IsBytes(kind)) {
    const std::string_view value = static_cast<const arrow::BinaryArray&>(array).GetView(row);
    const auto length = static_cast<std::uint32_t>(value.size());
    out->append(reinterpret_cast<const char*>(&length), sizeof(length));
    out->append(value);
  } else if (kind == TypeKind::kBoolean) {
    out->push_back(static_cast<const arrow::BooleanArray&>(array).Value(row) ? 1 : 0);
  } else if (kind == TypeKind::kFloat) {
    WriteFloating<float>(RawValue(array, sizeof(float), row), out);
  } else if (kind == TypeKind::kDouble) {
    WriteFloating<double>(RawValue(array, sizeof(double), row), out);
  } else {
    out->append(RawValue(array, WidthOf(kind), row));
  }
}

template <typename Builder>
arrow::Status AppendFixed(std::string_view raw, arrow::ArrayBuilder* builder) {
  typename Builder::value_type value;
  std::memcpy(&value, raw.data(), sizeof(value));
  return static_cast<Builder*>(builder)->Append(value);
}

arrow::Status AppendRaw(TypeKind kind, std::string_view raw, arrow::ArrayBuilder* builder) {
  switch (kind) {
    case TypeKind::kString:
    case TypeKind::kBinary:
      return static_cast<arrow::BinaryBuilder*>(builder)->Append(raw);
    case TypeKind::kBoolean:
      return static_cast<arrow::BooleanBuilder*>(builder)->Append(raw[0] != 0);
    case TypeKind::kByte:
      return AppendFixed<arrow::Int8Builder>(raw, builder);
    case TypeKind::kShort:
      return AppendFixed<arrow::Int16Builder>(raw, builder);
    case TypeKind::kInt:
      return AppendFixed<arrow::Int32Builder>(raw, builder);
    case TypeKind::kDate:
      return AppendFixed<arrow::Date32Builder>(raw, builder);
    case TypeKind::kLong:
      return AppendFixed<arrow::Int64Builder>(raw, builder);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return AppendFixed<arrow::TimestampBuilder>(raw, builder);
    case TypeKind::kFloat:
      return AppendFixed<arrow::FloatBuilder>(raw, builder);
    case TypeKind::kDouble:
      return AppendFixed<arrow::DoubleBuilder>(raw, builder);
    default:
      return static_cast<arrow::FixedSizeBinaryBuilder*>(builder)->Append(raw.data());
  }
}

}  // namespace

Result<KeyEncoding> KeyEncoding::Make(const Schema& keys) {
  std::vector<TypeKind> kinds;
  for (const Field& field : keys.fields) {
    const TypeKind kind = field.type.kind;
    if (!IsBytes(kind) && WidthOf(kind) == 0) {
      return Unimplemented("a key cannot be of type {} - select it as a string: {}",
                           SparkTypeName(field.type), field.name);
    }
    kinds.push_back(kind);
  }
  if (kinds.empty()) return InvalidArgument("an aggregation needs a key column - name one in keys");
  return KeyEncoding(std::move(kinds));
}

bool KeyEncoding::is_direct() const {
  if (kinds_.size() != 1) return false;
  const TypeKind kind = kinds_[0];
  return kind != TypeKind::kBoolean && kind != TypeKind::kFloat && kind != TypeKind::kDouble;
}

std::int64_t KeyEncoding::DropNullKeys(std::span<const arrow::Array* const> columns,
                                       std::vector<std::uint32_t>* rows) const {
  for (const arrow::Array* column : columns) {
    if (column->null_count() == 0) return 0;
  }
  const auto all_null = [&](std::uint32_t row) {
    for (const arrow::Array* column : columns) {
      if (!column->IsNull(row)) return false;
    }
    return true;
  };
  return static_cast<std::int64_t>(std::erase_if(*rows, all_null));
}

std::int64_t KeyEncoding::DropPartlyNullKeys(std::span<const arrow::Array* const> columns,
                                             std::vector<std::uint32_t>* rows) const {
  std::int64_t dropped = 0;
  for (const arrow::Array* column : columns) {
    if (column->null_count() == 0) continue;
    dropped += static_cast<std::int64_t>(
        std::erase_if(*rows, [&](std::uint32_t row) { return column->IsNull(row); }));
  }
  return dropped;
}

void KeyEncoding::Encode(std::span<const arrow::Array* const> columns,
                         std::span<const std::uint32_t> rows, EncodedKeys* encoded) const {
  if (columns[0]->type_id() == arrow::Type::DICTIONARY) {
    return EncodeDictionary(static_cast<const arrow::DictionaryArray&>(*columns[0]), rows, encoded);
  }
  encoded->dictionary = {};
  encoded->bytes.resize(rows.size());
  encoded->hashes.resize(rows.size());
  if (is_direct() && IsBytes(kinds_[0])) {
    const auto& array = static_cast<const arrow::BinaryArray&>(*columns[0]);
    for (std::size_t i = 0; i < rows.size(); ++i) encoded->bytes[i] = array.GetView(rows[i]);
  } else if (is_direct()) {
    const std::size_t width = WidthOf(kinds_[0]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      encoded->bytes[i] = RawValue(*columns[0], width, rows[i]);
    }
  } else {
    std::vector<std::size_t> ends(rows.size());
    encoded->written.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t k = 0; k < kinds_.size(); ++k) {
        WriteValue(*columns[k], kinds_[k], rows[i], &encoded->written);
      }
      ends[i] = encoded->written.size();
    }
    for (std::size_t i = 0, begin = 0; i < rows.size(); begin = ends[i++]) {
      encoded->bytes[i] = std::string_view(encoded->written).substr(begin, ends[i] - begin);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) encoded->hashes[i] = Hash(encoded->bytes[i]);
}

void KeyEncoding::EncodeDictionary(const arrow::DictionaryArray& column,
                                   std::span<const std::uint32_t> rows, EncodedKeys* encoded) {
  const auto& values = static_cast<const arrow::BinaryArray&>(*column.dictionary());
  const std::int32_t* codes = static_cast<const arrow::Int32Array&>(*column.indices()).raw_values();
  KeyDictionary& dictionary = encoded->dictionary;
  if (dictionary.values != values.data()) {
    const auto count = static_cast<std::size_t>(values.length());
    dictionary.values = values.data();
    dictionary.bytes.resize(count);
    dictionary.hashes.assign(count, 0);
    dictionary.ids.assign(count, KeyDictionary::kNotLookedUp);
    dictionary.slots.clear();
  }
  encoded->codes.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto code = static_cast<std::uint32_t>(codes[rows[i]]);
    encoded->codes[i] = code;
    if (dictionary.hashes[code] != 0) continue;  // A hash of 0 is computed each time.
    dictionary.bytes[code] = values.GetView(code);
    dictionary.hashes[code] = Hash(dictionary.bytes[code]);
  }
}

arrow::Status KeyEncoding::AppendAll(
    std::span<const std::string_view> keys,
    std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const {
  if (!is_direct() || !IsBytes(kinds_[0])) {
    for (const std::string_view key : keys) ARROW_RETURN_NOT_OK(Append(key, builders));
    return arrow::Status::OK();
  }
  auto* builder = static_cast<arrow::BinaryBuilder*>(builders[0].get());
  std::int64_t bytes = 0;
  for (const std::string_view key : keys) bytes += static_cast<std::int64_t>(key.size());
  ARROW_RETURN_NOT_OK(builder->Reserve(static_cast<std::int64_t>(keys.size())));
  ARROW_RETURN_NOT_OK(builder->ReserveData(bytes));
  for (const std::string_view key : keys) builder->UnsafeAppend(key);
  return arrow::Status::OK();
}

arrow::Status KeyEncoding::Append(
    std::string_view key, std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const {
  if (is_direct()) return AppendRaw(kinds_[0], key, builders[0].get());
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    const bool is_null = key[0] == kNull;
    key.remove_prefix(1);
    if (is_null) {
      ARROW_RETURN_NOT_OK(builders[k]->AppendNull());
      continue;
    }
    std::uint32_t width = static_cast<std::uint32_t>(WidthOf(kinds_[k]));
    if (IsBytes(kinds_[k])) {
      std::memcpy(&width, key.data(), sizeof(width));
      key.remove_prefix(sizeof(width));
    }
    ARROW_RETURN_NOT_OK(AppendRaw(kinds_[k], key.substr(0, width), builders[k].get()));
    key.remove_prefix(width);
  }
  return arrow::Status::OK();
}

std::uint64_t KeyEncoding::Hash(std::string_view key) {
  return XXH3_64bits(key.data(), key.size());
}

}  // namespace gnomon::aggregate
