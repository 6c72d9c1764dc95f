// SPDX-License-Identifier: Apache-2.0
// BOTTOM_K: the k least numbers or strings, least first; duplicates count.
#include "aggregate/functions/best_k.h"

namespace gnomon::aggregate {

namespace {

struct BottomK {
  static constexpr const char* kName = "BOTTOM_K";
  static constexpr const char* kDoc = "The k least values, least first.";
  static constexpr int kOperationId = 16;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In> || std::same_as<In, StringInput>;
  template <typename In>
  using State = BestK<ByValue<In, false>, typename In::Stored>;
  static Result<BestKParameters> Parse(const ArgumentMap& arguments) {
    return ParseBestK(arguments, kName);
  }
};

}  // namespace

extern constinit const AggregateFunction kBottomK = EraseCollection<BottomK>();

}  // namespace gnomon::aggregate
