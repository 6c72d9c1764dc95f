// SPDX-License-Identifier: Apache-2.0
// Single values: binary form, truncation, order.
#include "iceberg/values.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "base/calendar.h"
#include "types/arrow_mapping.h"

namespace gnomon::iceberg {

static_assert(std::endian::native == std::endian::little, "bounds are stored little-endian");

namespace {

constexpr std::size_t kBoundLength = 16;

template <typename T>
std::string BytesOf(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

template <typename T>
T FromBytes(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

// Big-endian two's complement, 16 bytes.
std::string BigEndian(const arrow::Decimal128& value) {
  const auto little = value.ToBytes();
  return std::string(little.rbegin(), little.rend());
}

std::string MinimalDecimal(const arrow::Decimal128& value) {
  const std::string bytes = BigEndian(value);
  std::size_t begin = 0;
  // A leading byte is redundant when it only repeats the sign bit of the next one.
  while (begin + 1 < bytes.size()) {
    const bool next_negative = (bytes[begin + 1] & '\x80') != 0;
    if (bytes[begin] != (next_negative ? '\xff' : '\0')) break;
    ++begin;
  }
  return bytes.substr(begin);
}

Result<ScalarPtr> DecimalFromBytes(std::string_view bytes, const DataType& type) {
  auto value = arrow::Decimal128::FromBigEndian(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<std::int32_t>(bytes.size()));
  if (!value.ok()) return Corruption("a decimal value has {} bytes", bytes.size());
  return ScalarPtr(std::make_shared<arrow::Decimal128Scalar>(*value, ToArrow(type)));
}

ScalarPtr BytesScalar(const DataType& type, std::string_view bytes) {
  auto buffer = arrow::Buffer::FromString(std::string(bytes));
  if (type.kind == TypeKind::kString) return std::make_shared<arrow::StringScalar>(buffer);
  return std::make_shared<arrow::BinaryScalar>(buffer);
}

std::string_view ViewOf(const arrow::Scalar& value) {
  return static_cast<const arrow::BaseBinaryScalar&>(value).view();
}

bool IsBytes(const arrow::Scalar& value) {
  return value.type->id() == arrow::Type::STRING || value.type->id() == arrow::Type::BINARY;
}

// The end of the first `count` code points of UTF-8 text.
std::size_t PrefixEnd(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const bool starts = (text[end] & '\xc0') != '\x80';
    if (starts && count-- == 0) break;
  }
  return end;
}

void AppendUtf8(std::string& out, std::uint32_t code) {
  const auto push = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xc0 | (code >> 6));
    push(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    push(0xe0 | (code >> 12));
    push(0x80 | ((code >> 6) & 0x3f));
    push(0x80 | (code & 0x3f));
  } else {
    push(0xf0 | (code >> 18));
    push(0x80 | ((code >> 12) & 0x3f));
    push(0x80 | ((code >> 6) & 0x3f));
    push(0x80 | (code & 0x3f));
  }
}

// Whether the bytes, of which only the first may begin a code point, are one.
bool IsCodePoint(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  switch (bytes.size()) {
    case 1:
      return first < 0x80;
    case 2:
      return (first & 0xe0) == 0xc0;
    case 3:
      return (first & 0xf0) == 0xe0;
    default:
      return bytes.size() == 4 && (first & 0xf8) == 0xf0;
  }
}

// REQUIRES: IsCodePoint(bytes).
std::uint32_t DecodeUtf8(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  std::uint32_t code = static_cast<unsigned char>(bytes[0]) & (0xffU >> (bytes.size() + 1));
  for (const char c : bytes.substr(1)) code = (code << 6) | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

// The least text of at most this length that is greater than all texts with this prefix. None where
// it ends in bytes that are no UTF-8: another code point does not sort after those.
std::optional<std::string> IncrementText(std::string prefix) {
  while (!prefix.empty()) {
    std::size_t begin = prefix.size() - 1;
    while (begin > 0 && (prefix[begin] & '\xc0') == '\x80') --begin;
    const std::string_view last = std::string_view(prefix).substr(begin);
    if (!IsCodePoint(last)) return std::nullopt;
    std::uint32_t code = DecodeUtf8(last);
    prefix.resize(begin);
    if (code >= 0x10ffff) continue;
    // Surrogates are no characters: the one after U+D7FF is U+E000.
    code = code + 1 == 0xd800 ? 0xe000 : code + 1;
    AppendUtf8(prefix, code);
    return prefix;
  }
  return std::nullopt;
}

std::optional<std::string> IncrementBytes(std::string prefix) {
  while (!prefix.empty()) {
    if (prefix.back() != '\xff') {
      prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return std::nullopt;
}

template <typename T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

template <typename ScalarType>
auto ValueOf(const arrow::Scalar& scalar) {
  return static_cast<const ScalarType&>(scalar).value;
}

Error BadSize(std::string_view bytes) {
  return Corruption("a bound has {} bytes, which does not fit its column's type", bytes.size());
}

}  // namespace

bool IsNullScalar(const ScalarPtr& value) { return value == nullptr || !value->is_valid; }

std::optional<std::string> ToSingleValue(const ScalarPtr& value) {
  if (IsNullScalar(value)) return std::nullopt;
  switch (value->type->id()) {
    case arrow::Type::BOOL:
      return BytesOf(ValueOf<arrow::BooleanScalar>(*value));
    case arrow::Type::INT32:
      return BytesOf(ValueOf<arrow::Int32Scalar>(*value));
    case arrow::Type::DATE32:
      return BytesOf(ValueOf<arrow::Date32Scalar>(*value));
    case arrow::Type::INT64:
      return BytesOf(ValueOf<arrow::Int64Scalar>(*value));
    case arrow::Type::TIMESTAMP:
      return BytesOf(ValueOf<arrow::TimestampScalar>(*value));
    case arrow::Type::FLOAT:
      return BytesOf(ValueOf<arrow::FloatScalar>(*value));
    case arrow::Type::DOUBLE:
      return BytesOf(ValueOf<arrow::DoubleScalar>(*value));
    case arrow::Type::DECIMAL128:
      return MinimalDecimal(ValueOf<arrow::Decimal128Scalar>(*value));
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return std::string(ViewOf(*value));
    default:
      return std::nullopt;
  }
}

Result<ScalarPtr> FromSingleValue(std::string_view bytes, const DataType& type) {
  switch (type.kind) {
    case TypeKind::kString:
    case TypeKind::kBinary:
      return BytesScalar(type, bytes);
    case TypeKind::kDecimal:
      return DecimalFromBytes(bytes, type);
    case TypeKind::kBoolean:
      if (bytes.size() != 1) return BadSize(bytes);
      return ScalarPtr(std::make_shared<arrow::BooleanScalar>(bytes[0] != '\0'));
    case TypeKind::kFloat:
      if (bytes.size() != 4) return BadSize(bytes);
      return ScalarPtr(std::make_shared<arrow::FloatScalar>(FromBytes<float>(bytes)));
    case TypeKind::kDouble:
      if (bytes.size() == 4) {
        return ScalarPtr(std::make_shared<arrow::DoubleScalar>(FromBytes<float>(bytes)));
      }
      if (bytes.size() != 8) return BadSize(bytes);
      return ScalarPtr(std::make_shared<arrow::DoubleScalar>(FromBytes<double>(bytes)));
    case TypeKind::kInt:
    case TypeKind::kDate:
      if (bytes.size() != 4) return BadSize(bytes);
      return MakeIntegerScalar(type, FromBytes<std::int32_t>(bytes));
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      if (bytes.size() == 4) return MakeIntegerScalar(type, FromBytes<std::int32_t>(bytes));
      if (bytes.size() != 8) return BadSize(bytes);
      return MakeIntegerScalar(type, FromBytes<std::int64_t>(bytes));
    default:
      return ScalarPtr();
  }
}

ScalarPtr TruncateLower(const ScalarPtr& value) {
  if (IsNullScalar(value) || !IsBytes(*value)) return value;
  const std::string_view bytes = ViewOf(*value);
  const bool text = value->type->id() == arrow::Type::STRING;
  const std::size_t end =
      text ? PrefixEnd(bytes, kBoundLength) : std::min(bytes.size(), kBoundLength);
  if (end == bytes.size()) return value;
  return BytesScalar(text ? TypeKind::kString : TypeKind::kBinary, bytes.substr(0, end));
}

std::optional<ScalarPtr> TruncateUpper(const ScalarPtr& value) {
  const ScalarPtr prefix = TruncateLower(value);
  if (prefix == value) return value;
  const bool text = value->type->id() == arrow::Type::STRING;
  std::string bytes(ViewOf(*prefix));
  const auto upper = text ? IncrementText(std::move(bytes)) : IncrementBytes(std::move(bytes));
  if (!upper) return std::nullopt;
  return BytesScalar(text ? TypeKind::kString : TypeKind::kBinary, *upper);
}

bool IsNanScalar(const ScalarPtr& value) {
  if (IsNullScalar(value)) return false;
  if (value->type->id() == arrow::Type::FLOAT) {
    return std::isnan(ValueOf<arrow::FloatScalar>(*value));
  }
  return value->type->id() == arrow::Type::DOUBLE &&
         std::isnan(ValueOf<arrow::DoubleScalar>(*value));
}

std::optional<int> CompareScalars(const ScalarPtr& a, const ScalarPtr& b) {
  if (IsNullScalar(a) || IsNullScalar(b) || a->type->id() != b->type->id()) return std::nullopt;
  if (IsNanScalar(a) || IsNanScalar(b)) return std::nullopt;
  switch (a->type->id()) {
    case arrow::Type::BOOL:
      return Sign(ValueOf<arrow::BooleanScalar>(*a), ValueOf<arrow::BooleanScalar>(*b));
    case arrow::Type::FLOAT:
      return Sign(ValueOf<arrow::FloatScalar>(*a), ValueOf<arrow::FloatScalar>(*b));
    case arrow::Type::DOUBLE:
      return Sign(ValueOf<arrow::DoubleScalar>(*a), ValueOf<arrow::DoubleScalar>(*b));
    case arrow::Type::DECIMAL128:
      return Sign(ValueOf<arrow::Decimal128Scalar>(*a), ValueOf<arrow::Decimal128Scalar>(*b));
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return Sign(ViewOf(*a), ViewOf(*b));
    default: {
      const auto left = IntegerOf(a);
      const auto right = IntegerOf(b);
      if (!left || !right) return std::nullopt;
      return Sign(*left, *right);
    }
  }
}

bool SamePartitionValue(const ScalarPtr& a, const ScalarPtr& b) {
  if (IsNullScalar(a) || IsNullScalar(b)) return IsNullScalar(a) && IsNullScalar(b);
  if (IsNanScalar(a) || IsNanScalar(b)) return IsNanScalar(a) && IsNanScalar(b);
  // A value read with the type that its column had before it was promoted.
  const auto left = IntegerOf(a);
  const auto right = IntegerOf(b);
  if (left && right) return *left == *right;
  return CompareScalars(a, b) == 0;
}

ScalarPtr MakeIntegerScalar(const DataType& type, std::int64_t value) {
  switch (type.kind) {
    case TypeKind::kInt:
      return std::make_shared<arrow::Int32Scalar>(static_cast<std::int32_t>(value));
    case TypeKind::kDate:
      return std::make_shared<arrow::Date32Scalar>(static_cast<std::int32_t>(value));
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return std::make_shared<arrow::TimestampScalar>(value, ToArrow(type));
    default:
      return std::make_shared<arrow::Int64Scalar>(value);
  }
}

std::optional<std::int64_t> IntegerOf(const ScalarPtr& value) {
  if (IsNullScalar(value)) return std::nullopt;
  switch (value->type->id()) {
    case arrow::Type::INT32:
      return ValueOf<arrow::Int32Scalar>(*value);
    case arrow::Type::DATE32:
      return ValueOf<arrow::Date32Scalar>(*value);
    case arrow::Type::INT64:
      return ValueOf<arrow::Int64Scalar>(*value);
    case arrow::Type::TIMESTAMP:
      return ValueOf<arrow::TimestampScalar>(*value);
    default:
      return std::nullopt;
  }
}

std::size_t DecimalSizeBytes(int precision) {
  // The least n with 2^(8n-1) > 10^precision.
  return static_cast<std::size_t>(std::floor(precision * std::log2(10.0) / 8.0 + 1.0 / 8.0)) + 1;
}

}  // namespace gnomon::iceberg
