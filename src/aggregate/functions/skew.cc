// SPDX-License-Identifier: Apache-2.0
// SKEW: NaN, hence null, of fewer than three values or of equal ones.
#include "aggregate/functions/moments.h"

namespace gnomon::aggregate {

namespace {

struct Skew {
  static constexpr const char* kName = "SKEW";
  static constexpr const char* kDoc = "The skewness of a number; null of fewer than 3 values.";
  static constexpr int kOperationId = 10;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In>;

  template <typename In>
  static double Of(const Moments<In, Skew>& m) {
    if (m.n < 3 || m.m2 == 0) return std::nan("");
    return std::sqrt(m.n) * m.m3 / std::pow(m.m2, 1.5);
  }
  template <typename In>
  using State = Moments<In, Skew>;
};

}  // namespace

extern constinit const AggregateFunction kSkew = Erase<Skew>();

}  // namespace gnomon::aggregate
