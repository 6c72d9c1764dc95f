// SPDX-License-Identifier: Apache-2.0
#include "run/parent_join.h"

namespace gnomon::run {

Status ComputeParentJoin(RunContext& context, const config::Join& join,
                         const config::SideFile& side, const std::string& path, Day last) {
  (void)context;
  (void)join;
  (void)last;
  return Unimplemented(
      "a Join as a source is not supported yet: {} - write the join into a table first",
      side.Where(path));
}

}  // namespace gnomon::run
