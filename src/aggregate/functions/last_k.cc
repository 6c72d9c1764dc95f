// SPDX-License-Identifier: Apache-2.0
// LAST_K: the k newest values that are not null, of any type, newest first.
#include "aggregate/functions/best_k.h"

namespace gnomon::aggregate {

namespace {

struct LastK {
  static constexpr const char* kName = "LAST_K";
  static constexpr const char* kDoc = "The k values with the largest ts, newest first.";
  static constexpr int kOperationId = 13;
  static constexpr bool kTimed = true;
  template <typename In>
  static constexpr bool kAccepts = true;
  template <typename In>
  using State = BestK<ByTimeThenValue<In, true>, typename In::Stored>;
  static Result<BestKParameters> Parse(const ArgumentMap& arguments) {
    return ParseBestK(arguments, kName);
  }
};

}  // namespace

extern constinit const AggregateFunction kLastK = EraseCollection<LastK>();

}  // namespace gnomon::aggregate
