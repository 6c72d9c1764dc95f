// SPDX-License-Identifier: Apache-2.0
// FIRST: the oldest value that is not null, of any type.
#include "aggregate/functions/by_time.h"

namespace gnomon::aggregate {

namespace {

struct First {
  static constexpr const char* kName = "FIRST";
  static constexpr const char* kDoc =
      "The value with the smallest ts; of equal ts, the greatest value.";
  static constexpr int kOperationId = 2;
  static constexpr bool kTimed = true;
  template <typename In>
  static constexpr bool kAccepts = true;
  template <typename In>
  using State = ByTime<In, false, typename In::Stored>;
};

}  // namespace

extern constinit const AggregateFunction kFirst = Erase<First>();

}  // namespace gnomon::aggregate
