// SPDX-License-Identifier: Apache-2.0
// Avro's binary encoding: a writer onto a string and a bounds-checked reader over bytes from
// outside.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon::avro {

// Appends encoded values to a string that the caller owns and reuses.
class BinaryWriter {
 public:
  explicit BinaryWriter(std::string& out) : out_(out) {}

  void WriteBoolean(bool value) { out_.push_back(value ? '\1' : '\0'); }
  void WriteLong(std::int64_t value);  // Also ints: zig-zag varint.
  void WriteFloat(float value);
  void WriteDouble(double value);
  void WriteBytes(std::string_view value);  // Also strings: length, then bytes.
  void WriteRaw(std::string_view bytes) { out_.append(bytes); }

 private:
  std::string& out_;
};

// Reads from bytes that it does not own. Every truncation or overlong number is Corruption, never a
// read past the end.
class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes) : bytes_(bytes) {}

  Result<bool> ReadBoolean();
  Result<std::int64_t> ReadLong();
  Result<std::int32_t> ReadInt();  // Corruption when the number does not fit.
  Result<float> ReadFloat();
  Result<double> ReadDouble();
  Result<std::string_view> ReadBytes();  // Points into the input.
  Result<std::string_view> ReadRaw(std::size_t size_bytes);
  std::size_t remaining() const { return bytes_.size() - position_; }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace gnomon::avro
