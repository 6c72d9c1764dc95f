// SPDX-License-Identifier: Apache-2.0
// Base64 of RFC 4648 with padding: how bytes travel in JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gnomon::codec {

std::string EncodeBase64(std::string_view bytes);

// nullopt for anything but whole, padded groups.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace gnomon::codec
