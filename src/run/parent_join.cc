// SPDX-License-Identifier: Apache-2.0
#include "run/parent_join.h"

namespace gnomon::run {

Status ComputeParentJoin(RunContext& context, const config::Join& join,
                         const config::SideFile& side, const std::string& path) {
  (void)context;
  (void)join;
  return Unimplemented(
      "a Join as a source is not supported yet: {} - write the join into a table first",
      side.Where(path));
}

}  // namespace gnomon::run
