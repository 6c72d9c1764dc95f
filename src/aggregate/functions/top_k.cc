// SPDX-License-Identifier: Apache-2.0
// TOP_K: the k greatest numbers or strings, greatest first; duplicates count.
#include "aggregate/functions/best_k.h"

namespace gnomon::aggregate {

namespace {

struct TopK {
  static constexpr const char* kName = "TOP_K";
  static constexpr const char* kDoc = "The k greatest values, greatest first.";
  static constexpr int kOperationId = 15;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In> || std::same_as<In, StringInput>;
  template <typename In>
  using State = BestK<ByValue<In, true>, typename In::Stored>;
  static Result<BestKParameters> Parse(const ArgumentMap& arguments) {
    return ParseBestK(arguments, kName);
  }
};

}  // namespace

extern constinit const AggregateFunction kTopK = EraseCollection<TopK>();

}  // namespace gnomon::aggregate
