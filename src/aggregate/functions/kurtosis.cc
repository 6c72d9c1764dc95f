// SPDX-License-Identifier: Apache-2.0
// KURTOSIS: the excess over the normal distribution's; NaN, hence null, of fewer than four values
// or of equal ones.
#include "aggregate/functions/moments.h"

namespace gnomon::aggregate {

namespace {

struct Kurtosis {
  static constexpr const char* kName = "KURTOSIS";
  static constexpr const char* kDoc =
      "The excess kurtosis of a number; null of fewer than 4 values.";
  static constexpr int kOperationId = 11;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In>;

  template <typename In>
  static double Of(const Moments<In, Kurtosis>& m) {
    if (m.n < 4 || m.m2 == 0) return std::nan("");
    return m.n * m.m4 / (m.m2 * m.m2) - 3;
  }
  template <typename In>
  using State = Moments<In, Kurtosis>;
};

}  // namespace

extern constinit const AggregateFunction kKurtosis = Erase<Kurtosis>();

}  // namespace gnomon::aggregate
