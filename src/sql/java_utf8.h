// SPDX-License-Identifier: Apache-2.0
// Bytes as the text that a JVM makes of them, for Spark prints BINARY so.
#pragma once

#include <string>
#include <string_view>

namespace gnomon::sql {

// Appends `bytes`, with U+FFFD where they are no UTF-8, exactly as often as Java 17's
// `new String(bytes, UTF_8)` has it.
void AppendJavaUtf8(std::string_view bytes, std::string* out);

}  // namespace gnomon::sql
