// SPDX-License-Identifier: Apache-2.0
#include "run/setups.h"

#include <nlohmann/json.hpp>

#include "base/error_place.h"

namespace gnomon::run {

Status RunSetups(const RunContext& context, const config::SideFile& side, sql::Session& session) {
  for (std::size_t i = 0; i < side.setups.size(); ++i) {
    const std::string where = side.Where(fmt::format("setups[{}]", i));
    const std::string kind = side.setups[i].value("kind", "");
    if (context.request.dry_run && kind != "create_view" && kind != "create_view_over_path") {
      return Unimplemented(
          "a dry run cannot look at a config whose setups change tables: {} - run it without "
          "--dry-run",
          where);
    }
    auto result = session.Execute(side.setups[i]);
    if (!result) return PlacedAt(where, std::move(result).error());
  }
  return Ok();
}

Status RunSetups(const RunContext& context, const config::SideFile& side) {
  if (side.setups.empty()) return Ok();
  const sql::SessionOptions options{.memory_bytes = context.memory_bytes / 4,
                                    .threads = context.threads};
  GNOMON_ASSIGN_OR_RETURN(const auto session,
                          sql::Session::Open(context.workspace, context.catalog, options));
  return RunSetups(context, side, *session);
}

}  // namespace gnomon::run
