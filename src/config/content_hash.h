// SPDX-License-Identifier: Apache-2.0
// SHA-256 of a file's bytes, by OpenSSL (this is its only adapter).
#pragma once

#include <string>
#include <string_view>

namespace gnomon::config {

// 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace gnomon::config
