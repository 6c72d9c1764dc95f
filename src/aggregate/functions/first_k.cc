// SPDX-License-Identifier: Apache-2.0
// FIRST_K: the k oldest values that are not null, of any type, oldest first.
#include "aggregate/functions/best_k.h"

namespace gnomon::aggregate {

namespace {

struct FirstK {
  static constexpr const char* kName = "FIRST_K";
  static constexpr const char* kDoc = "The k values with the smallest ts, oldest first.";
  static constexpr int kOperationId = 14;
  static constexpr bool kTimed = true;
  template <typename In>
  static constexpr bool kAccepts = true;
  template <typename In>
  using State = BestK<ByTimeThenValue<In, false>, typename In::Stored>;
  static Result<BestKParameters> Parse(const ArgumentMap& arguments) {
    return ParseBestK(arguments, kName);
  }
};

}  // namespace

extern constinit const AggregateFunction kFirstK = EraseCollection<FirstK>();

}  // namespace gnomon::aggregate
