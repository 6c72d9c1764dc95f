// SPDX-License-Identifier: Apache-2.0
// Values of table properties that look like secrets are shown to nobody.
#pragma once

#include <string>

namespace gnomon::sql {

// `value`, or Spark's `*********(redacted)` if the key says that it is a secret.
std::string MaskedProperty(const std::string& key, const std::string& value);

}  // namespace gnomon::sql
