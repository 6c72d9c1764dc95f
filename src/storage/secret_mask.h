// SPDX-License-Identifier: Apache-2.0
// Hides secrets in settings before they are shown or logged (the design's invariant 6).
#pragma once

#include <string>
#include <string_view>

namespace gnomon {

// What is shown in place of a secret.
inline constexpr std::string_view kSecretMask = "****";

// True for names such as AWS_SECRET_ACCESS_KEY, DB_PASSWORD, api_token.
bool IsSecretName(std::string_view name);

// The value of the setting `name` with its secrets masked: all of it if the name says that it is
// one, else the password of each URL (`mongodb://user:****@host`) and the value of each assignment
// with such a name (`-Zpassword=****`).
std::string MaskSecrets(std::string_view name, std::string_view value);

}  // namespace gnomon
