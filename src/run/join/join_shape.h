// SPDX-License-Identifier: Apache-2.0
// A Join as its computation sees it: which tables it reads and writes, how each part is computed
// and matched to the left side (SPEC 8.1), and what its columns are called (SPEC 8.3). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "config/conf.h"
#include "config/side_file.h"

namespace gnomon::run {

// How the rows of a part are computed.
enum class PartAlgorithm : std::uint8_t {
  kSnapshot,          // The GroupBy's daily snapshots, of events or of entities.
  kTemporalEvents,    // SPEC 5.2.
  kTemporalEntities,  // SPEC 5.5.
};

// Which row of a part belongs to a left row of the same keys.
enum class LeftMatch : std::uint8_t {
  kDay,        // Of the left row's ds.
  kDayBefore,  // Of the day before the left row's ts.
  kTime,       // Of the left row's ts and ds.
};

struct PartShape {
  const config::GroupBy* group_by = nullptr;
  std::string path;           // `joinParts[0]`, for places.
  std::string group_by_path;  // `joinParts[0].groupBy`, whose expressions the side file has.
  std::string full_prefix;    // `fav_cases_g_km`: what users select it by.
  std::string column_prefix;  // Of the output's columns: `fav_cases_g_km_`.
  catalog::TableName table;
  std::vector<std::pair<std::string, std::string>> keys;  // Left name, the GroupBy's name.
  PartAlgorithm algorithm = PartAlgorithm::kSnapshot;
  LeftMatch match = LeftMatch::kDay;
};

// A column that only a fetch or a bootstrap gives.
struct ExternalField {
  std::string name;  // `ext_payments_amount`.
  config::ThriftType type;
  bool is_contextual = false;
  std::string contextual_key;  // The bare name of a contextual field.
};

struct JoinShape {
  const config::Join* join = nullptr;
  const config::SideFile* side = nullptr;
  bool left_is_events = false;
  config::Query left_query;
  std::string left_path;  // `left.events.query`
  std::string left_table_path;
  catalog::TableName left_table;
  catalog::TableName output;
  catalog::TableName bootstrap;
  std::vector<PartShape> parts;  // Of joinParts, then external parts that have an offline GroupBy.
  std::vector<ExternalField> external_fields;

  std::vector<std::string> part_names() const;
};

// REQUIRES: `join` is validated; it and `side` outlive the shape. Errors: InvalidArgument when two
// parts get the same prefix or when a name is no table's.
Result<JoinShape> ShapeOf(const config::Join& join, const config::SideFile& side);

// A part of a Join whose left side is events or not, `keys` and names included. Errors:
// InvalidArgument for a prefix that no table's name may have.
Result<PartShape> ShapeOfPart(const config::JoinPart& part, const std::string& path,
                              const config::SideFile& side, const catalog::TableName& output,
                              bool left_is_events);

// Chronon's columns of an external source (SPEC 8.3).
std::vector<ExternalField> ExternalFieldsOf(const config::ExternalPart& part);

}  // namespace gnomon::run
