// SPDX-License-Identifier: Apache-2.0
// MAX: the greatest number, or the greatest string by bytes.
#include "aggregate/functions/extremum.h"

namespace gnomon::aggregate {

namespace {

struct Max {
  static constexpr const char* kName = "MAX";
  static constexpr const char* kDoc = "The greatest number or string.";
  static constexpr int kOperationId = 1;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kHasExtremes<In>;
  template <typename In>
  using State = Extremum<In, true, typename In::Stored>;
};

}  // namespace

extern constinit const AggregateFunction kMax = Erase<Max>();

}  // namespace gnomon::aggregate
