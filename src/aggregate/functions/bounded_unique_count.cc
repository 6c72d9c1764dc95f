// SPDX-License-Identifier: Apache-2.0
// BOUNDED_UNIQUE_COUNT: how many distinct values, at most k. Strings are kept as MD5 of their
// Java-serialised form, 16 bytes each, which is what Chronon exchanges (SPEC 4.3); a full set of
// them is the list ["__SENTINEL__"]. A full set of numbers or bytes is written as its k values,
// since the sentinel is no value of their type.
#include <openssl/evp.h>

#include <array>
#include <charconv>

#include "aggregate/functions/distinct.h"

namespace gnomon::aggregate {

namespace {

constexpr std::string_view kSentinel = "__SENTINEL__";
constexpr std::size_t kDigestBytes = 16;

// ObjectOutputStream's bytes of a String. Modified UTF-8 differs from UTF-8 beyond the Basic
// Multilingual Plane (pairs of surrogates, three bytes each) and for NUL (two bytes).
std::string ModifiedUtf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0) {
      out += "\xc0\x80";
    } else if (byte >= 0xf0 && i + 3 < text.size()) {
      const auto bits = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]) & 0x3f);
      };
      const std::uint32_t code =
          ((byte & 0x07U) << 18) | (bits(i + 1) << 12) | (bits(i + 2) << 6) | bits(i + 3);
      const std::uint32_t offset = code - 0x10000;
      for (const std::uint32_t unit : {0xd800 + (offset >> 10), 0xdc00 + (offset & 0x3ff)}) {
        out += static_cast<char>(0xe0 | (unit >> 12));
        out += static_cast<char>(0x80 | ((unit >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (unit & 0x3f));
      }
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string JavaSerialized(std::string_view text) {
  const std::string utf = ModifiedUtf8(text);
  const bool is_long = utf.size() > 0xffff;
  std::string out =
      is_long ? std::string("\xac\xed\x00\x05\x7c", 5) : std::string("\xac\xed\x00\x05\x74", 5);
  for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) {
    out += static_cast<char>((std::uint64_t{utf.size()} >> shift) & 0xff);
  }
  return out + utf;
}

std::string Digest(std::string_view text) {
  const std::string bytes = JavaSerialized(text);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  GNOMON_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) ==
                   1 &&
               size == kDigestBytes);
  return std::string(reinterpret_cast<const char*>(digest.data()), kDigestBytes);
}

std::string Hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::optional<std::string> FromHex(std::string_view text) {
  if (text.size() != 2 * kDigestBytes) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned int byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc() || end != text.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

struct BoundedUniqueCount {
  static constexpr const char* kName = "BOUNDED_UNIQUE_COUNT";
  static constexpr const char* kDoc = "The number of distinct values, at most k (8).";
  static constexpr int kOperationId = 19;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsCountable<In>;
  struct Parameters {
    std::size_t k = 0;
  };
  static Result<Parameters> Parse(const ArgumentMap& arguments) {
    GNOMON_ASSIGN_OR_RETURN(const std::int32_t k, ParseK(arguments, kName, 8, 1, 1'000'000));
    return Parameters{static_cast<std::size_t>(k)};
  }

  template <typename In>
  class State {
   public:
    static constexpr bool kDigests = std::same_as<In, StringInput>;
    using Parameters = BoundedUniqueCount::Parameters;
    using Set = ValueTable<In, typename In::Stored, NoPayload>;
    using Window = SlidingWindow<State, SlidingSet<State, In>, Parameters>;

    static DataType OutputType(const DataType&) { return TypeKind::kLong; }
    static DataType IntermediateType(const DataType& input) { return DataType::List(input); }
    static std::int64_t Limited(std::size_t count, bool is_full, const Parameters& parameters) {
      return static_cast<std::int64_t>(is_full ? parameters.k : std::min(count, parameters.k));
    }
    const Set& set() const { return set_; }
    bool is_full() const { return is_full_; }
    std::int64_t Update(typename In::View value, std::int64_t, const Parameters& parameters) {
      if (is_full_) return 0;
      if constexpr (kDigests) {
        return Add(Digest(value), parameters);
      } else {
        return Add(value, parameters);
      }
    }
    std::int64_t Merge(const State& later, const Parameters& parameters) {
      if (is_full_ || &later == this) return 0;
      const std::int64_t before = set_.heap_bytes();
      if (later.is_full_) {
        set_ = later.set_;
        is_full_ = true;
      }
      for (const auto& entry : later.set_.entries()) {
        if (!is_full_) Add(Set::ViewOf(entry), parameters);
      }
      return set_.heap_bytes() - before;
    }
    bool empty() const { return set_.size() == 0 && !is_full_; }
    std::int64_t heap_bytes() const { return set_.heap_bytes(); }
    arrow::Status Finalize(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
      return static_cast<arrow::Int64Builder*>(builder)->Append(
          Limited(set_.size(), is_full_, parameters));
    }
    arrow::Status Encode(const Parameters&, arrow::ArrayBuilder* builder) const;
    static Result<State> Decode(const arrow::Array& array, std::int64_t row,
                                const Parameters& parameters);

   private:
    // REQUIRES: not full.
    std::int64_t Add(typename In::View value, const Parameters& parameters) {
      const std::int64_t before = set_.heap_bytes();
      set_.FindOrInsert(value);
      is_full_ = set_.size() >= parameters.k;
      if (kDigests && is_full_) set_ = Set();
      return set_.heap_bytes() - before;
    }

    Set set_;  // Without values once digests are full.
    bool is_full_ = false;
  };
};

template <typename In>
arrow::Status BoundedUniqueCount::State<In>::Encode(const Parameters&,
                                                    arrow::ArrayBuilder* builder) const {
  auto* list = static_cast<arrow::ListBuilder*>(builder);
  ARROW_RETURN_NOT_OK(list->Append());
  auto* values = static_cast<typename In::Builder*>(list->value_builder());
  ARROW_RETURN_NOT_OK(values->Reserve(static_cast<std::int64_t>(set_.size() + 1)));
  if constexpr (kDigests) {
    if (is_full_) return In::Append(values, kSentinel);
    for (const auto& entry : set_.entries()) {
      ARROW_RETURN_NOT_OK(In::Append(values, Hex(Set::ViewOf(entry))));
    }
  } else {
    for (const auto& entry : set_.entries()) {
      ARROW_RETURN_NOT_OK(In::Append(values, Set::ViewOf(entry)));
    }
  }
  return arrow::Status::OK();
}

template <typename In>
Result<BoundedUniqueCount::State<In>> BoundedUniqueCount::State<In>::Decode(
    const arrow::Array& array, std::int64_t row, const Parameters& parameters) {
  const auto& list = static_cast<const arrow::ListArray&>(array);
  const auto& values = static_cast<const typename In::Array&>(*list.values());
  State state;
  for (std::int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
    if (values.IsNull(i)) return Corruption("a set of distinct values holds a null");
    if (state.is_full_) break;
    if constexpr (kDigests) {
      if (In::Get(values, i) == kSentinel) {
        state.set_ = Set();
        state.is_full_ = true;
        break;
      }
      const auto digest = FromHex(In::Get(values, i));
      if (!digest) return Corruption("a set of distinct strings holds what is no MD5");
      state.Add(*digest, parameters);
    } else {
      state.Add(In::Get(values, i), parameters);
    }
  }
  return state;
}

}  // namespace

extern constinit const AggregateFunction kBoundedUniqueCount =
    EraseCollection<BoundedUniqueCount>();

}  // namespace gnomon::aggregate
