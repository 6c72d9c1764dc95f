// SPDX-License-Identifier: Apache-2.0
// Digests of bytes, by OpenSSL (this is its only adapter).
#pragma once

#include <string>
#include <string_view>

namespace gnomon::config {

// 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

// The first 10 characters of the Base64 of the MD5: Chronon's short hash (SPEC 1.3).
std::string ShortHash(std::string_view bytes);

}  // namespace gnomon::config
