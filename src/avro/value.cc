// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes trees of values. Decoding trusts nothing: depth is bounded, and a budget of
// nodes in proportion to the input stops schemas whose values take no bytes from filling memory.
#include "avro/value.h"

#include <limits>

#include "avro/type_name.h"

namespace gnomon::avro {

namespace {

bool Fits(const Schema& schema, const Value& value, int depth);

bool FitsRecord(const Schema& schema, const Value& value, int depth) {
  const auto* values = std::get_if<Values>(&value.data);
  if (values == nullptr || values->size() != schema.fields.size()) return false;
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (!Fits(*schema.fields[i].schema, (*values)[i], depth + 1)) return false;
  }
  return true;
}

bool FitsNumber(const Schema& schema, const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value.data);
  if (number == nullptr) return false;
  if (schema.type == Type::kInt) {
    return *number >= std::numeric_limits<std::int32_t>::min() &&
           *number <= std::numeric_limits<std::int32_t>::max();
  }
  if (schema.type == Type::kEnum) {
    return *number >= 0 && static_cast<std::uint64_t>(*number) < schema.symbols.size();
  }
  return true;
}

bool Fits(const Schema& schema, const Value& value, int depth) {
  if (depth > kNestingDepthMax) return false;
  switch (schema.type) {
    case Type::kNull:
      return value.is_null();
    case Type::kBoolean:
      return std::holds_alternative<bool>(value.data);
    case Type::kInt:
    case Type::kLong:
    case Type::kEnum:
      return FitsNumber(schema, value);
    case Type::kFloat:
      return std::holds_alternative<float>(value.data);
    case Type::kDouble:
      return std::holds_alternative<double>(value.data);
    case Type::kBytes:
    case Type::kString:
      return std::holds_alternative<std::string>(value.data);
    case Type::kFixed: {
      const auto* bytes = std::get_if<std::string>(&value.data);
      return bytes != nullptr && bytes->size() == schema.fixed_size;
    }
    case Type::kRecord:
      return FitsRecord(schema, value, depth);
    case Type::kArray: {
      const auto* items = std::get_if<Values>(&value.data);
      return items != nullptr && std::all_of(items->begin(), items->end(), [&](const Value& item) {
               return Fits(*schema.items, item, depth + 1);
             });
    }
    case Type::kMap: {
      const auto* entries = std::get_if<MapEntries>(&value.data);
      return entries != nullptr &&
             std::all_of(entries->begin(), entries->end(), [&](const auto& entry) {
               return Fits(*schema.items, entry.second, depth + 1);
             });
    }
    case Type::kUnion:
      return std::any_of(schema.branches.begin(), schema.branches.end(),
                         [&](const SchemaPtr& branch) { return Fits(*branch, value, depth + 1); });
  }
  return false;
}

// REQUIRES: Fits(schema, value).
void EncodeFitting(const Schema& schema, const Value& value, int depth, BinaryWriter& writer) {
  switch (schema.type) {
    case Type::kNull:
      return;
    case Type::kBoolean:
      return writer.WriteBoolean(std::get<bool>(value.data));
    case Type::kInt:
    case Type::kLong:
    case Type::kEnum:
      return writer.WriteLong(std::get<std::int64_t>(value.data));
    case Type::kFloat:
      return writer.WriteFloat(std::get<float>(value.data));
    case Type::kDouble:
      return writer.WriteDouble(std::get<double>(value.data));
    case Type::kBytes:
    case Type::kString:
      return writer.WriteBytes(std::get<std::string>(value.data));
    case Type::kFixed:
      return writer.WriteRaw(std::get<std::string>(value.data));
    case Type::kRecord: {
      const Values& values = std::get<Values>(value.data);
      for (std::size_t i = 0; i < values.size(); ++i) {
        EncodeFitting(*schema.fields[i].schema, values[i], depth + 1, writer);
      }
      return;
    }
    case Type::kArray: {
      const Values& items = std::get<Values>(value.data);
      if (!items.empty()) writer.WriteLong(static_cast<std::int64_t>(items.size()));
      for (const Value& item : items) EncodeFitting(*schema.items, item, depth + 1, writer);
      return writer.WriteLong(0);
    }
    case Type::kMap: {
      const MapEntries& entries = std::get<MapEntries>(value.data);
      if (!entries.empty()) writer.WriteLong(static_cast<std::int64_t>(entries.size()));
      for (const auto& [key, item] : entries) {
        writer.WriteBytes(key);
        EncodeFitting(*schema.items, item, depth + 1, writer);
      }
      return writer.WriteLong(0);
    }
    case Type::kUnion:
      for (std::size_t i = 0; i < schema.branches.size(); ++i) {
        if (!Fits(*schema.branches[i], value, depth + 1)) continue;
        writer.WriteLong(static_cast<std::int64_t>(i));
        return EncodeFitting(*schema.branches[i], value, depth + 1, writer);
      }
      GNOMON_CHECK(false);
  }
}

class Decoder {
 public:
  explicit Decoder(BinaryReader& reader)
      : reader_(reader), nodes_left_(std::size_t{1 << 16} + 8 * reader.remaining()) {}

  Result<Value> Read(const Schema& schema, int depth) {
    if (depth > kNestingDepthMax) {
      return Corruption("Avro data nests deeper than {} levels", kNestingDepthMax);
    }
    if (nodes_left_-- == 0) return Corruption("Avro data holds more values than bytes");
    switch (schema.type) {
      case Type::kNull:
        return Value();
      case Type::kBoolean:
        return Wrap<bool>(reader_.ReadBoolean());
      case Type::kInt:
        return Wrap<std::int64_t>(reader_.ReadInt());
      case Type::kLong:
        return Wrap<std::int64_t>(reader_.ReadLong());
      case Type::kFloat:
        return Wrap<float>(reader_.ReadFloat());
      case Type::kDouble:
        return Wrap<double>(reader_.ReadDouble());
      case Type::kBytes:
      case Type::kString:
        return Wrap<std::string>(reader_.ReadBytes());
      case Type::kFixed:
        return Wrap<std::string>(reader_.ReadRaw(schema.fixed_size));
      case Type::kEnum:
        return ReadEnum(schema);
      case Type::kRecord:
        return ReadRecord(schema, depth);
      case Type::kArray:
        return ReadArray(schema, depth);
      case Type::kMap:
        return ReadMap(schema, depth);
      case Type::kUnion:
        return ReadUnion(schema, depth);
    }
    return Internal("an Avro schema has an unknown type");
  }

 private:
  template <typename T, typename Read>
  static Result<Value> Wrap(Result<Read> read) {
    if (!read) return std::move(read).error();
    return Value(T(*read));
  }

  Result<Value> ReadEnum(const Schema& schema) {
    GNOMON_ASSIGN_OR_RETURN(const std::int32_t ordinal, reader_.ReadInt());
    if (ordinal < 0 || static_cast<std::size_t>(ordinal) >= schema.symbols.size()) {
      return Corruption("the Avro enum {} has no symbol of number {}", schema.name, ordinal);
    }
    return Value(std::int64_t{ordinal});
  }

  Result<Value> ReadRecord(const Schema& schema, int depth) {
    Values values;
    values.reserve(schema.fields.size());
    for (const RecordField& field : schema.fields) {
      auto value = Read(*field.schema, depth + 1);
      if (!value) return std::move(value).Annotate("field " + field.name).error();
      values.push_back(*std::move(value));
    }
    return Value(std::move(values));
  }

  // Reads the head of a block of an array or map: its count of items, 0 at the end.
  Result<std::int64_t> ReadBlockCount() {
    GNOMON_ASSIGN_OR_RETURN(std::int64_t count, reader_.ReadLong());
    if (count < 0) {
      if (count == std::numeric_limits<std::int64_t>::min()) {
        return Corruption("a block of Avro items has an impossible count: {}", count);
      }
      // A negative count announces the block's size in bytes, which only helps to skip it.
      GNOMON_ASSIGN_OR_RETURN(const std::int64_t size, reader_.ReadLong());
      if (size < 0) return Corruption("a block of Avro items has a negative size: {}", size);
      count = -count;
    }
    if (static_cast<std::uint64_t>(count) > nodes_left_) {
      return Corruption("a block of Avro items is longer than the data: {} items, {} bytes left",
                        count, reader_.remaining());
    }
    return count;
  }

  Result<Value> ReadArray(const Schema& schema, int depth) {
    Values items;
    for (;;) {
      GNOMON_ASSIGN_OR_RETURN(const std::int64_t count, ReadBlockCount());
      if (count == 0) return Value(std::move(items));
      for (std::int64_t i = 0; i < count; ++i) {
        GNOMON_ASSIGN_OR_RETURN(Value item, Read(*schema.items, depth + 1));
        items.push_back(std::move(item));
      }
    }
  }

  Result<Value> ReadMap(const Schema& schema, int depth) {
    MapEntries entries;
    for (;;) {
      GNOMON_ASSIGN_OR_RETURN(const std::int64_t count, ReadBlockCount());
      if (count == 0) return Value(std::move(entries));
      for (std::int64_t i = 0; i < count; ++i) {
        GNOMON_ASSIGN_OR_RETURN(const std::string_view key, reader_.ReadBytes());
        GNOMON_ASSIGN_OR_RETURN(Value item, Read(*schema.items, depth + 1));
        entries.emplace_back(std::string(key), std::move(item));
      }
    }
  }

  Result<Value> ReadUnion(const Schema& schema, int depth) {
    GNOMON_ASSIGN_OR_RETURN(const std::int64_t branch, reader_.ReadLong());
    if (branch < 0 || static_cast<std::uint64_t>(branch) >= schema.branches.size()) {
      return Corruption("an Avro union of {} branches has no branch {}", schema.branches.size(),
                        branch);
    }
    return Read(*schema.branches[static_cast<std::size_t>(branch)], depth + 1);
  }

  BinaryReader& reader_;
  std::size_t nodes_left_;
};

}  // namespace

Status Encode(const Schema& schema, const Value& value, BinaryWriter& writer) {
  if (schema.type == Type::kRecord) {
    // Field by field, so that the message can name the one that does not fit.
    const auto* values = std::get_if<Values>(&value.data);
    for (std::size_t i = 0; values != nullptr && i < schema.fields.size(); ++i) {
      if (i < values->size() && Fits(*schema.fields[i].schema, (*values)[i], 1)) continue;
      return InvalidArgument("a value does not fit its Avro schema: field {} of record {}",
                             schema.fields[i].name, schema.name);
    }
  }
  if (!Fits(schema, value, 0)) {
    return InvalidArgument("a value does not fit its Avro schema: {}", ToJson(schema));
  }
  EncodeFitting(schema, value, 0, writer);
  return Ok();
}

Result<Value> Decode(const Schema& schema, BinaryReader& reader) {
  return Decoder(reader).Read(schema, 0);
}

}  // namespace gnomon::avro
