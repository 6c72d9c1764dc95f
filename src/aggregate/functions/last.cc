// SPDX-License-Identifier: Apache-2.0
// LAST: the newest value that is not null, of any type.
#include "aggregate/functions/by_time.h"

namespace gnomon::aggregate {

namespace {

struct Last {
  static constexpr const char* kName = "LAST";
  static constexpr const char* kDoc =
      "The value with the largest ts; of equal ts, the greatest value.";
  static constexpr int kOperationId = 3;
  static constexpr bool kTimed = true;
  template <typename In>
  static constexpr bool kAccepts = true;
  template <typename In>
  using State = ByTime<In, true, typename In::Stored>;
};

}  // namespace

extern constinit const AggregateFunction kLast = Erase<Last>();

}  // namespace gnomon::aggregate
