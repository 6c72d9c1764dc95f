// SPDX-License-Identifier: Apache-2.0
#include "sql/secret_properties.h"

#include "storage/secret_mask.h"

namespace gnomon::sql {

std::string MaskedProperty(const std::string& key, const std::string& value) {
  // Spark's own words for it.
  return MaskSecrets(key, value) == value ? value : "*********(redacted)";
}

}  // namespace gnomon::sql
