// SPDX-License-Identifier: Apache-2.0
// md5, sha1, sha2, crc32 of bytes; hash (Murmur3) and xxhash64 of values of any type but maps, as
// Spark computes them: seed 42, each value hashed with what was hashed before as its seed, NULLs
// skipped.
#include <openssl/evp.h>
#include <xxhash.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <cstring>

#include "expr/coercion.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);
const DataType kBytes(TypeKind::kBinary);

bool AppendDigest(const EVP_MD* algorithm, Text bytes, std::string* out) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1)
    return false;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(*out), "{:02x}", digest[i]);
  return true;
}

// Spark casts texts to binary; other types have no such cast proven here.
bool IsBytes(const DataType& type) {
  return type.kind == TypeKind::kString || type.kind == TypeKind::kBinary ||
         type.kind == TypeKind::kVoid;
}

Result<BoundFunction> BindDigest(std::string_view name, std::span<const Argument> arguments,
                                 const EVP_MD* algorithm) {
  if (!IsBytes(arguments[0].type)) return RefuseTypes(name, arguments);
  return BindFixed(name, arguments.first(1), {kBytes}, kText,
                   ElementwiseText<Text>([algorithm](std::string* out, Failure*, Text bytes) {
                     return AppendDigest(algorithm, bytes, out);
                   }));
}

Result<BoundFunction> BindMd5(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return BindDigest(name, arguments, EVP_md5());
}

Result<BoundFunction> BindSha1(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return BindDigest(name, arguments, EVP_sha1());
}

Result<BoundFunction> BindSha2(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const auto bits = ConstantInteger(arguments[1]);
  if (!bits) return Unimplemented("the bits of sha2 are not a constant - write 256");
  switch (*bits) {
    case 224:
      return BindDigest(name, arguments, EVP_sha224());
    case 0:
    case 256:
      return BindDigest(name, arguments, EVP_sha256());
    case 384:
      return BindDigest(name, arguments, EVP_sha384());
    case 512:
      return BindDigest(name, arguments, EVP_sha512());
    default:
      return Unimplemented("sha2 with {} bits does not exist - use 224, 256, 384 or 512", *bits);
  }
}

Result<BoundFunction> BindCrc32(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (!IsBytes(arguments[0].type)) return RefuseTypes(name, arguments);
  const DataType whole(TypeKind::kLong);
  return BindFixed(
      name, arguments, {kBytes}, whole, Elementwise<std::int64_t, Text>(whole, [](Text bytes) {
        return static_cast<std::int64_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()),
                                               static_cast<uInt>(bytes.size())));
      }));
}

// Murmur3 as Spark has it: the last bytes, short of four, are mixed one by one, with their sign.
struct Murmur3 {
  using Hash = std::int32_t;
  static DataType ResultType() { return TypeKind::kInt; }

  static std::uint32_t MixKey(std::uint32_t key) {
    return std::rotl(key * 0xcc9e2d51U, 15) * 0x1b873593U;
  }
  static std::uint32_t Mix(std::uint32_t hash, std::uint32_t key) {
    return std::rotl(hash ^ MixKey(key), 13) * 5 + 0xe6546b64U;
  }
  static Hash Finish(std::uint32_t hash, std::uint32_t length) {
    hash ^= length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bU;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
    return static_cast<Hash>(hash ^ hash >> 16);
  }
  static Hash Int(std::int32_t value, Hash seed) {
    return Finish(Mix(static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(value)), 4);
  }
  static Hash Long(std::int64_t value, Hash seed) {
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint32_t low =
        Mix(static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(bits));
    return Finish(Mix(low, static_cast<std::uint32_t>(bits >> 32)), 8);
  }
  static Hash Bytes(Text bytes, Hash seed) {
    auto hash = static_cast<std::uint32_t>(seed);
    std::size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, bytes.data() + at, 4);
      hash = Mix(hash, word);
    }
    for (; at < bytes.size(); ++at) {
      const std::int32_t byte = static_cast<signed char>(bytes[at]);
      hash = Mix(hash, static_cast<std::uint32_t>(byte));
    }
    return Finish(hash, static_cast<std::uint32_t>(bytes.size()));
  }
};

struct XxHash64 {
  using Hash = std::int64_t;
  static DataType ResultType() { return TypeKind::kLong; }

  static Hash Of(const void* bytes, std::size_t size, Hash seed) {
    return static_cast<Hash>(XXH64(bytes, size, static_cast<XXH64_hash_t>(seed)));
  }
  static Hash Int(std::int32_t value, Hash seed) { return Of(&value, sizeof(value), seed); }
  static Hash Long(std::int64_t value, Hash seed) { return Of(&value, sizeof(value), seed); }
  static Hash Bytes(Text bytes, Hash seed) { return Of(bytes.data(), bytes.size(), seed); }
};

// The bytes of Java's BigInteger: big-endian, as few as hold the sign.
std::string JavaBytes(const arrow::Decimal128& value) {
  const auto little = value.ToBytes();
  std::string bytes(little.rbegin(), little.rend());
  std::size_t skip = 0;
  while (skip + 1 < bytes.size()) {
    const bool negative = (static_cast<unsigned char>(bytes[skip + 1]) & 0x80) != 0;
    const auto byte = static_cast<unsigned char>(bytes[skip]);
    if (byte != (negative ? 0xff : 0)) break;
    ++skip;
  }
  return bytes.substr(skip);
}

template <typename T>
T Normalized(T value) {
  if (value != value) return std::numeric_limits<T>::quiet_NaN();
  return value == 0 ? T{0} : value;
}

template <typename Algorithm>
typename Algorithm::Hash HashValue(const DataType& type, const arrow::Array& array,
                                   std::int64_t row, typename Algorithm::Hash seed) {
  if (array.IsNull(row)) return seed;
  switch (type.kind) {
    case TypeKind::kBoolean:
      return Algorithm::Int(static_cast<const arrow::BooleanArray&>(array).Value(row) ? 1 : 0,
                            seed);
    case TypeKind::kByte:
      return Algorithm::Int(static_cast<const arrow::Int8Array&>(array).Value(row), seed);
    case TypeKind::kShort:
      return Algorithm::Int(static_cast<const arrow::Int16Array&>(array).Value(row), seed);
    case TypeKind::kInt:
      return Algorithm::Int(static_cast<const arrow::Int32Array&>(array).Value(row), seed);
    case TypeKind::kDate:
      return Algorithm::Int(static_cast<const arrow::Date32Array&>(array).Value(row), seed);
    case TypeKind::kLong:
      return Algorithm::Long(static_cast<const arrow::Int64Array&>(array).Value(row), seed);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return Algorithm::Long(static_cast<const arrow::TimestampArray&>(array).Value(row), seed);
    case TypeKind::kFloat:
      return Algorithm::Int(std::bit_cast<std::int32_t>(Normalized(
                                static_cast<const arrow::FloatArray&>(array).Value(row))),
                            seed);
    case TypeKind::kDouble:
      return Algorithm::Long(std::bit_cast<std::int64_t>(Normalized(
                                 static_cast<const arrow::DoubleArray&>(array).Value(row))),
                             seed);
    case TypeKind::kString:
    case TypeKind::kBinary:
      return Algorithm::Bytes(static_cast<const arrow::BinaryArray&>(array).GetView(row), seed);
    case TypeKind::kDecimal: {
      const arrow::Decimal128 value(
          static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
      if (type.precision <= 18)
        return Algorithm::Long(static_cast<std::int64_t>(value.low_bits()), seed);
      return Algorithm::Bytes(JavaBytes(value), seed);
    }
    case TypeKind::kList: {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      for (std::int64_t k = list.value_offset(row); k < list.value_offset(row + 1); ++k)
        seed = HashValue<Algorithm>(type.element(), *list.values(), k, seed);
      return seed;
    }
    case TypeKind::kStruct: {
      const auto& structs = static_cast<const arrow::StructArray&>(array);
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        seed = HashValue<Algorithm>(type.children[i].type, *structs.field(static_cast<int>(i)), row,
                                    seed);
      }
      return seed;
    }
    default:
      return seed;
  }
}

bool HasMap(const DataType& type) {
  return type.kind == TypeKind::kMap ||
         std::any_of(type.children.begin(), type.children.end(),
                     [](const Field& child) { return HasMap(child.type); });
}

template <typename Algorithm>
Result<BoundFunction> BindHash(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 10'000));
  std::vector<DataType> types;
  for (const Argument& argument : arguments) {
    if (HasMap(argument.type)) return RefuseTypes(name, arguments);
    types.push_back(argument.type);
  }
  Kernel kernel = [types](std::span<const Operand> operands,
                          std::int64_t rows) -> Result<ArrayPtr> {
    using Hash = typename Algorithm::Hash;
    GNOMON_ASSIGN_OR_RETURN(auto buffer, AllocateValues<Hash>(rows));
    auto* hashes = reinterpret_cast<Hash*>(buffer->mutable_data());
    std::fill(hashes, hashes + rows, Hash{42});
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::int64_t mask = operands[i].index_mask();
      for (std::int64_t row = 0; row < rows; ++row)
        hashes[row] = HashValue<Algorithm>(types[i], *operands[i].array, row & mask, hashes[row]);
    }
    return MakeFixedArray(Algorithm::ResultType(), rows, nullptr, std::move(buffer));
  };
  return BoundFunction{types, Algorithm::ResultType(), std::move(kernel), {}};
}

}  // namespace

const ScalarFunction kMd5{"md5", "the MD5 of bytes, hexadecimal", &BindMd5};
const ScalarFunction kSha1{"sha1", "the SHA-1 of bytes, hexadecimal", &BindSha1};
const ScalarFunction kSha2{"sha2", "sha2(bytes, 224 | 256 | 384 | 512), hexadecimal", &BindSha2};
const ScalarFunction kCrc32{"crc32", "the CRC-32 of bytes", &BindCrc32};
const ScalarFunction kHash{"hash", "Spark's Murmur3 hash of values", &BindHash<Murmur3>};
const ScalarFunction kXxhash64{"xxhash64", "Spark's xxHash of values", &BindHash<XxHash64>};

}  // namespace gnomon::expr::functions
