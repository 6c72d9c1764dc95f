// SPDX-License-Identifier: Apache-2.0
// The one-shot digest of libcrypto; it fails only when the library is built without SHA-256.
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

}  // namespace gnomon::config
