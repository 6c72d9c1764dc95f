// SPDX-License-Identifier: Apache-2.0
// Avro's binary encoding: zig-zag varints, little-endian floats, length-prefixed bytes.
#include "avro/binary.h"

#include <bit>
#include <cstring>
#include <limits>

namespace gnomon::avro {

namespace {

static_assert(std::endian::native == std::endian::little, "floats are copied as they lie");

constexpr int kVarintBytesMax = 10;

Error Truncated(std::string_view what, std::size_t needed, std::size_t remaining) {
  return Corruption("the Avro data ends inside a {}: {} bytes needed, {} left", what, needed,
                    remaining);
}

}  // namespace

void BinaryWriter::WriteLong(std::int64_t value) {
  // The sign moves to the lowest bit, so that small negative numbers stay short.
  auto rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  char buffer[kVarintBytesMax];
  std::size_t size = 0;
  while (rest >= 0x80) {
    buffer[size++] = static_cast<char>(rest | 0x80);
    rest >>= 7;
  }
  buffer[size++] = static_cast<char>(rest);
  out_.append(buffer, size);
}

void BinaryWriter::WriteFloat(float value) {
  char buffer[sizeof(value)];
  std::memcpy(buffer, &value, sizeof(value));
  out_.append(buffer, sizeof(value));
}

void BinaryWriter::WriteDouble(double value) {
  char buffer[sizeof(value)];
  std::memcpy(buffer, &value, sizeof(value));
  out_.append(buffer, sizeof(value));
}

void BinaryWriter::WriteBytes(std::string_view value) {
  WriteLong(static_cast<std::int64_t>(value.size()));
  out_.append(value);
}

Result<bool> BinaryReader::ReadBoolean() {
  if (remaining() < 1) return Truncated("boolean", 1, 0);
  const char byte = bytes_[position_];
  if (byte != 0 && byte != 1) {
    return Corruption("an Avro boolean is neither 0 nor 1: {}", static_cast<int>(byte));
  }
  ++position_;
  return byte == 1;
}

Result<std::int64_t> BinaryReader::ReadLong() {
  std::uint64_t bits = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    if (remaining() < 1) return Truncated("number", 1, 0);
    const auto byte = static_cast<std::uint8_t>(bytes_[position_++]);
    if (i == kVarintBytesMax - 1 && byte > 1) break;
    bits |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
  }
  return Corruption("an Avro number is longer than 64 bits (at byte {})", position_);
}

Result<std::int32_t> BinaryReader::ReadInt() {
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t value, ReadLong());
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    return Corruption("an Avro int does not fit 32 bits: {}", value);
  }
  return static_cast<std::int32_t>(value);
}

Result<float> BinaryReader::ReadFloat() {
  GNOMON_ASSIGN_OR_RETURN(const std::string_view raw, ReadRaw(sizeof(float)));
  float value = 0;
  std::memcpy(&value, raw.data(), sizeof(value));
  return value;
}

Result<double> BinaryReader::ReadDouble() {
  GNOMON_ASSIGN_OR_RETURN(const std::string_view raw, ReadRaw(sizeof(double)));
  double value = 0;
  std::memcpy(&value, raw.data(), sizeof(value));
  return value;
}

Result<std::string_view> BinaryReader::ReadBytes() {
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t size, ReadLong());
  if (size < 0) return Corruption("a length in Avro data is negative: {}", size);
  return ReadRaw(static_cast<std::size_t>(size));
}

Result<std::string_view> BinaryReader::ReadRaw(std::size_t size_bytes) {
  if (size_bytes > remaining()) return Truncated("value", size_bytes, remaining());
  const std::string_view raw = bytes_.substr(position_, size_bytes);
  position_ += size_bytes;
  return raw;
}

}  // namespace gnomon::avro
