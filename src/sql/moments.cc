// SPDX-License-Identifier: Apache-2.0
// Central moments in one pass, merged pairwise (Pébay, Formulas for robust, one-pass parallel
// computation of covariances and arbitrary-order statistical moments, 2008), as Spark's
// CentralMomentAgg computes them.
#include "sql/moments.h"

#include <cmath>
#include <duckdb/function/aggregate_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>

namespace gnomon::sql {

namespace {

struct Moments {
  double count;
  double mean;
  double second;
  double third;
  double fourth;
};

void Merge(const Moments& b, Moments& a) {
  if (b.count == 0) return;
  if (a.count == 0) {
    a = b;
    return;
  }
  const double count = a.count + b.count;
  const double delta = b.mean - a.mean;
  const double step = delta / count;
  const double product = a.count * b.count;
  const double fourth =
      a.fourth + b.fourth +
      step * step * step * delta * product * (a.count * a.count - product + b.count * b.count) +
      6 * step * step * (a.count * a.count * b.second + b.count * b.count * a.second) +
      4 * step * (a.count * b.third - b.count * a.third);
  const double third = a.third + b.third + step * step * delta * product * (a.count - b.count) +
                       3 * step * (a.count * b.second - b.count * a.second);
  a = {count, a.mean + step * b.count, a.second + b.second + delta * step * product, third, fourth};
}

template <typename Result>
struct MomentAggregate {
  template <typename State>
  static void Initialize(State& state) {
    state = {};
  }
  template <typename Input, typename State, typename>
  static void Operation(State& state, const Input& value, duckdb::AggregateUnaryInput&) {
    Merge({1, value, 0, 0, 0}, state);
  }
  template <typename Input, typename State, typename>
  static void ConstantOperation(State& state, const Input& value, duckdb::AggregateUnaryInput&,
                                duckdb::idx_t count) {
    Merge({static_cast<double>(count), value, 0, 0, 0}, state);
  }
  template <typename State, typename>
  static void Combine(const State& source, State& target, duckdb::AggregateInputData&) {
    Merge(source, target);
  }
  template <typename T, typename State>
  static void Finalize(State& state, T& target, duckdb::AggregateFinalizeData& data) {
    if (Result::IsNull(state)) {
      data.ReturnNull();
    } else {
      target = Result::Of(state);
    }
  }
  static bool IgnoreNull() { return true; }
};

// Of no values, or of equal ones, there is no shape.
struct Shape {
  static bool IsNull(const Moments& moments) { return moments.count == 0 || moments.second == 0; }
};

struct Skewness : Shape {
  static double Of(const Moments& moments) {
    const double second = moments.second;
    return std::sqrt(moments.count) * moments.third / std::sqrt(second * second * second);
  }
};

struct Kurtosis : Shape {
  static double Of(const Moments& moments) {
    return moments.count * moments.fourth / (moments.second * moments.second) - 3;
  }
};

// Unlike DuckDB's, NaN where an infinity or NaN is among the values, as in Spark.
template <int kMissing>
struct Variance {
  static bool IsNull(const Moments& moments) { return moments.count <= kMissing; }
  static double Of(const Moments& moments) { return moments.second / (moments.count - kMissing); }
};

template <int kMissing>
struct Deviation : Variance<kMissing> {
  static double Of(const Moments& moments) { return std::sqrt(Variance<kMissing>::Of(moments)); }
};

template <typename Result>
void Register(duckdb::ExtensionLoader& loader, const char* name) {
  auto function =
      duckdb::AggregateFunction::UnaryAggregate<Moments, double, double, MomentAggregate<Result>>(
          duckdb::LogicalType::DOUBLE, duckdb::LogicalType::DOUBLE);
  function.name = name;
  loader.RegisterFunction(std::move(function));
}

}  // namespace

void RegisterMoments(duckdb::DatabaseInstance& database) {
  duckdb::ExtensionLoader loader(database, "gnomon");
  Register<Skewness>(loader, "spark_skewness");
  Register<Kurtosis>(loader, "spark_kurtosis");
  Register<Variance<0>>(loader, "spark_var_pop");
  Register<Variance<1>>(loader, "spark_var_samp");
  Register<Deviation<0>>(loader, "spark_stddev_pop");
  Register<Deviation<1>>(loader, "spark_stddev_samp");
}

}  // namespace gnomon::sql
