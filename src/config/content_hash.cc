// SPDX-License-Identifier: Apache-2.0
// The one-shot digests of libcrypto; they fail only when the library is built without SHA-256 or
// MD5.
#include "config/content_hash.h"

#include <openssl/evp.h>

#include <fmt/format.h>

#include <array>

#include "base/check.h"

namespace gnomon::config {

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  GNOMON_CHECK(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::string ShortHash(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  GNOMON_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) ==
               1);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  constexpr std::size_t kShownChars = 10;
  return {base64.begin(), base64.begin() + kShownChars};
}

}  // namespace gnomon::config
