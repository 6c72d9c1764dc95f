// SPDX-License-Identifier: Apache-2.0
#include "iceberg/day_properties.h"

#include "base/day_set.h"

namespace gnomon::iceberg {

std::set<Day> DaysInProperty(const Table& table, const std::string& property) {
  const auto entry = table.properties().find(property);
  return entry == table.properties().end() ? std::set<Day>() : ParseDaySet(entry->second);
}

}  // namespace gnomon::iceberg
