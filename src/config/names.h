// SPDX-License-Identifier: Apache-2.0
// What a config's outputs are called. Two rules exist (design, "Two names for the same things");
// the compiler decides by the key `gnomon_name` in customJson, and only these functions look at it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/conf.h"

namespace gnomon::config {

enum class NamingRule { kChronon, kDocumented };

// Replaces each byte outside [A-Za-z0-9_] by '_', one for one (SPEC 0).
std::string Sanitize(std::string_view name);

// The documented name of a config, empty under the chronon rule.
std::string DocumentedName(const MetaData& meta);
NamingRule NamingRuleOf(const MetaData& meta);

// `<outputNamespace>.<name>` by the rule in force. Errors: InvalidArgument when metaData.name or
// outputNamespace is not set, or when a part is not a plain identifier.
Result<std::string> OutputTable(const MetaData& meta);

// `DatasetName(meta, "BATCH")` is BOOTCAMP_USER_PURCHASE_FEATURES_V1_BATCH under either rule.
std::string DatasetName(const MetaData& meta, std::string_view suffix);
std::string DatasetName(std::string_view conf_name, std::string_view suffix);

// What a backfill table's feature columns begin with: `user_purchase_features_` under the
// documented rule, else empty.
std::string FeaturePrefix(const MetaData& meta);

}  // namespace gnomon::config
