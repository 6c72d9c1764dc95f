// SPDX-License-Identifier: Apache-2.0
#include "run/parent_join.h"

#include "run/join/join_backfill.h"

namespace gnomon::run {

Result<std::optional<iceberg::Table>> ComputeParentJoin(RunContext& context,
                                                        const config::Join& join,
                                                        const config::SideFile& side,
                                                        const std::string& path, Day last) {
  return BackfillJoin(context, join, side.At(path), last + 1);
}

}  // namespace gnomon::run
