// SPDX-License-Identifier: Apache-2.0
// Aggregation over parts (SPEC 4.4), as wrappers around an aggregation that is bound to the type of
// one part: the elements of a list, the values of a map, rows by bucket, lists position by
// position.
#pragma once

#include "aggregate/aggregate_function.h"

namespace gnomon::aggregate {

// Feeds each element of a list that is not null as if it were a row. REQUIRES: `part` is bound to
// the element's type and not timed.
BoundAggregation OverElements(BoundAggregation part, const DataType& list);

// Aggregates the values of map<string, V> that are not null by their key: map<string, out(V)>.
// REQUIRES: `part` is bound to V and not timed.
BoundAggregation OverMapValues(BoundAggregation part, const DataType& map);

// Aggregates by the bucket that stands beside the value: map<string, out>. It is updated with a
// struct<bucket: string, value: T>; a null bucket or value does nothing.
BoundAggregation ByBucket(BoundAggregation part);

// Aggregates lists position by position: list<out>. Null elements and lists of differing lengths
// are errors of Update and Merge (InvalidArgument). REQUIRES: as OverElements.
BoundAggregation ByPosition(BoundAggregation part, const DataType& list);

}  // namespace gnomon::aggregate
