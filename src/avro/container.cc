// SPDX-License-Identifier: Apache-2.0
// Avro container files: zlib's raw deflate for blocks, one adapter for both directions.
#include "avro/container.h"

#include <zlib.h>

#include <array>

namespace gnomon::avro {

namespace {

constexpr std::string_view kMagic("Obj\1", 4);
constexpr std::size_t kSyncBytes = 16;
constexpr std::size_t kBlockBytes = 64 << 10;
constexpr std::int64_t kBlockRecordsMax = 1000;
// A block of a manifest inflates to some 64 KiB; this only stops bombs.
constexpr std::size_t kInflatedBytesMax = std::size_t{256} << 20;

std::string Deflate(std::string_view bytes) {
  z_stream stream{};
  GNOMON_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                            Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  GNOMON_CHECK(code == Z_STREAM_END);
  return out;
}

Result<std::string> Inflate(std::string_view bytes) {
  z_stream stream{};
  GNOMON_CHECK(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 32 << 10> chunk;
  int code = Z_OK;
  while (code == Z_OK && out.size() <= kInflatedBytesMax) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (code != Z_STREAM_END) return Corruption("a deflated block of an Avro file is damaged");
  return out;
}

std::string EncodeHeader(const std::map<std::string, std::string>& metadata,
                         std::string_view sync) {
  std::string out(kMagic);
  BinaryWriter writer(out);
  writer.WriteLong(static_cast<std::int64_t>(metadata.size()));
  for (const auto& [key, value] : metadata) {
    writer.WriteBytes(key);
    writer.WriteBytes(value);
  }
  writer.WriteLong(0);
  writer.WriteRaw(sync);
  return out;
}

// FNV-1a, twice with different starts: enough to mark blocks, and equal for equal content.
std::string SyncMarkerOf(const std::string& header, const std::vector<std::string>& blocks) {
  std::array<std::uint64_t, 2> hashes = {0xcbf29ce484222325u, 0x84222325cbf29ce4u};
  const auto add = [&](const std::string& bytes) {
    for (const char byte : bytes) {
      for (auto& hash : hashes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3u;
    }
  };
  add(header);
  for (const std::string& block : blocks) add(block);
  std::string marker;
  for (const std::uint64_t hash : hashes) {
    for (int i = 0; i < 8; ++i) marker.push_back(static_cast<char>(hash >> (8 * i)));
  }
  return marker;
}

// Decodes one block's records from its inflated bytes.
Status ReadBlock(const Schema& schema, std::int64_t count, std::string_view data, Values& records) {
  if (count < 0 || (count > kBlockRecordsMax && static_cast<std::uint64_t>(count) > data.size())) {
    return Corruption("a block of an Avro file has an impossible count of records: {} in {} bytes",
                      count, data.size());
  }
  BinaryReader reader(data);
  for (std::int64_t i = 0; i < count; ++i) {
    GNOMON_ASSIGN_OR_RETURN(Value record, Decode(schema, reader));
    records.push_back(std::move(record));
  }
  if (reader.remaining() != 0) {
    return Corruption("a block of an Avro file has {} bytes too many", reader.remaining());
  }
  return Ok();
}

Result<std::map<std::string, std::string>> ReadMetadata(BinaryReader& reader) {
  GNOMON_ASSIGN_OR_RETURN(const Value value, Decode(*MapOf(Primitive(Type::kBytes)), reader));
  std::map<std::string, std::string> metadata;
  for (const auto& [key, bytes] : std::get<MapEntries>(value.data)) {
    metadata.insert_or_assign(key, std::get<std::string>(bytes.data));
  }
  return metadata;
}

}  // namespace

Result<ContainerFile> ReadContainer(std::string_view bytes) {
  BinaryReader reader(bytes);
  const auto magic = reader.ReadRaw(kMagic.size());
  if (!magic || *magic != kMagic) return Corruption("not an Avro file: it lacks the head Obj1");
  ContainerFile file;
  GNOMON_ASSIGN_OR_RETURN(file.metadata, ReadMetadata(reader));
  const auto schema = file.metadata.extract("avro.schema");
  if (schema.empty()) return Corruption("an Avro file lacks its schema");
  GNOMON_ASSIGN_OR_RETURN(file.schema, ParseSchema(schema.mapped()));
  const auto codec_node = file.metadata.extract("avro.codec");
  const std::string codec = codec_node.empty() ? "null" : codec_node.mapped();
  if (codec != "null" && codec != "deflate") {
    return Unimplemented("an Avro file is compressed with a codec other than null and deflate: {}",
                         codec);
  }
  GNOMON_ASSIGN_OR_RETURN(const std::string_view sync, reader.ReadRaw(kSyncBytes));
  while (reader.remaining() > 0) {
    GNOMON_ASSIGN_OR_RETURN(const std::int64_t count, reader.ReadLong());
    GNOMON_ASSIGN_OR_RETURN(const std::string_view stored, reader.ReadBytes());
    if (codec == "deflate") {
      GNOMON_ASSIGN_OR_RETURN(const std::string data, Inflate(stored));
      GNOMON_RETURN_IF_ERROR(ReadBlock(*file.schema, count, data, file.records));
    } else {
      GNOMON_RETURN_IF_ERROR(ReadBlock(*file.schema, count, stored, file.records));
    }
    GNOMON_ASSIGN_OR_RETURN(const std::string_view marker, reader.ReadRaw(kSyncBytes));
    if (marker != sync) return Corruption("a block of an Avro file lacks its end marker");
  }
  return file;
}

Result<std::string> WriteContainer(const Schema& schema,
                                   const std::map<std::string, std::string>& metadata,
                                   const Values& records) {
  std::map<std::string, std::string> entries = metadata;
  entries["avro.schema"] = ToJson(schema);
  entries["avro.codec"] = "deflate";

  std::vector<std::string> blocks;  // Each with its head, without the marker.
  std::string pending;
  std::int64_t pending_count = 0;
  const auto flush = [&] {
    if (pending_count == 0) return;
    std::string& block = blocks.emplace_back();
    BinaryWriter writer(block);
    writer.WriteLong(pending_count);
    writer.WriteBytes(Deflate(pending));
    pending.clear();
    pending_count = 0;
  };
  BinaryWriter writer(pending);
  for (const Value& record : records) {
    GNOMON_RETURN_IF_ERROR(Encode(schema, record, writer));
    ++pending_count;
    if (pending.size() >= kBlockBytes || pending_count >= kBlockRecordsMax) flush();
  }
  flush();

  const std::string sync = SyncMarkerOf(EncodeHeader(entries, ""), blocks);
  std::string out = EncodeHeader(entries, sync);
  for (const std::string& block : blocks) out += block + sync;
  return out;
}

}  // namespace gnomon::avro
