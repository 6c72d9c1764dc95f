// SPDX-License-Identifier: Apache-2.0
// MIN: the least number, or the least string by bytes.
#include "aggregate/functions/extremum.h"

namespace gnomon::aggregate {

namespace {

struct Min {
  static constexpr const char* kName = "MIN";
  static constexpr const char* kDoc = "The least number or string.";
  static constexpr int kOperationId = 0;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kHasExtremes<In>;
  template <typename In>
  using State = Extremum<In, false, typename In::Stored>;
};

}  // namespace

extern constinit const AggregateFunction kMin = Erase<Min>();

}  // namespace gnomon::aggregate
