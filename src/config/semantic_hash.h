// SPDX-License-Identifier: Apache-2.0
// Chronon's semantic hashes of a Join (SPEC 1.3, 8.5), bit for bit: so a table that Chronon wrote
// is known to be up to date, or not. Topics do not count, nor does the metadata of GroupBys.
#pragma once

#include <string>
#include <vector>

#include "config/conf.h"

namespace gnomon::config {

std::string SemanticHash(const Source& left);
std::string SemanticHash(const GroupBy& group_by);
std::string SemanticHash(const std::vector<BootstrapPart>& parts);
// Ours: Chronon takes Java's hash codes here.
std::string SemanticHash(const std::vector<Derivation>& derivations);

}  // namespace gnomon::config
