"""The 20 operations of SPEC 4, each over the whole list of its values: nothing is merged, nothing is incremental."""
# SPDX-License-Identifier: Apache-2.0
import json
import math
import struct

from .expected import Close, Distinct, Frequent, MostFrequent, Quantiles, Settled, SettledList, TopOfNaN, plain

NAMES = ("min", "max", "first", "last", "unique_count", "approx_unique_count", "count", "sum", "average", "variance",
         "skew", "kurtosis", "approx_percentile", "last_k", "first_k", "top_k", "bottom_k", "histogram",
         "approx_histogram_k", "bounded_unique_count")
TIMED = ("first", "last", "first_k", "last_k")
DELETABLE = ("count", "sum", "average", "histogram")
K_IN_NAME = ("first_k", "last_k", "top_k", "bottom_k")


class Change:
    """A row that arrives, or, if `deleted`, is taken back."""

    __slots__ = ("ts", "row", "deleted")

    def __init__(self, ts, row, deleted=False):
        self.ts, self.row, self.deleted = ts, row, deleted


def name_of(aggregation):
    return NAMES[aggregation["operation"]]


def column_name(aggregation, window, bucket):
    """SPEC 4.6."""
    operation = name_of(aggregation)
    if operation in K_IN_NAME:
        operation = operation.removesuffix("_k") + str(aggregation["argMap"]["k"])
    bounded = window is not None and window["length"] != 2 ** 31 - 1
    suffix = f"_{window['length']}{'hd'[window['timeUnit']]}" if bounded else ""
    return f"{aggregation['inputColumn']}_{operation}{suffix}{f'_by_{bucket}' if bucket else ''}"


def result(aggregation, bucket, changes, rules):
    """The value of one output column over the changes inside its window; None if nothing was counted."""
    if bucket:
        per_bucket = {}
        for change in changes:
            if change.row[bucket] is not None:
                per_bucket.setdefault(change.row[bucket], []).append(change)
        results = {name: _contained(aggregation, group, rules) for name, group in per_bucket.items()}
        return {name: value for name, value in results.items() if value is not None} or None
    value = _contained(aggregation, changes, rules)
    number = plain(value)
    return None if isinstance(number, float) and not math.isfinite(number) else value


def _contained(aggregation, changes, rules):
    """Lists and maps of a simple operation, element by element (4.4); then the operation."""
    operation = name_of(aggregation)
    values = [(c.ts, c.row[aggregation["inputColumn"]], c.deleted) for c in changes]
    values = [entry for entry in values if entry[1] is not None]
    if operation not in TIMED:
        if any(isinstance(value, list) for _, value, _ in values):
            if aggregation.get("elementWise"):
                return _positions(aggregation, values, rules)
            if not any(isinstance(e, (list, dict)) for _, value, _ in values for e in value):
                values = [(ts, e, d) for ts, value, d in values for e in value if e is not None]
        elif any(isinstance(value, dict) for _, value, _ in values):
            return _entries(aggregation, values, rules)
    return _apply(aggregation, values, rules)


def _positions(aggregation, values, rules):
    lengths = {len(value) for _, value, _ in values}
    assert len(lengths) == 1, "lists of different lengths are an error"
    return [_apply(aggregation, [(ts, value[i], d) for ts, value, d in values], rules) for i in range(lengths.pop())]


def _entries(aggregation, values, rules):
    per_key = {}
    for ts, value, deleted in values:
        for key, element in value.items():
            if element is not None:
                per_key.setdefault(key, []).append((ts, element, deleted))
    return {key: _apply(aggregation, entries, rules) for key, entries in per_key.items()}


def _apply(aggregation, values, rules):
    operation, arguments = name_of(aggregation), aggregation.get("argMap") or {}
    if operation not in DELETABLE:
        values = [entry for entry in values if not entry[2]]
    if not values:
        return None
    if operation in TIMED:
        return _timed(operation, arguments, [(ts, value) for ts, value, _ in values], rules)
    if operation in DELETABLE:
        return _OPERATIONS[operation]([(value, -1 if deleted else 1) for _, value, deleted in values], arguments)
    return _OPERATIONS[operation]([value for _, value, _ in values], arguments)


# ---- timed --------------------------------------------------------------------------------------------------------

def rank(value):
    """Orders values of one type as Java does: NaN last, texts by units of UTF-16, lists by elements, null first."""
    if value is None:
        return (0,)
    if isinstance(value, list):
        return (1, [rank(element) for element in value])
    if isinstance(value, dict):
        return (1, [(rank(k), rank(v)) for k, v in value.items()])
    if isinstance(value, float):
        return (1, value != value, 0.0 if value != value else value)
    return (1, value.encode("utf-16-be") if isinstance(value, str) else value)


def _timed(operation, arguments, pairs, rules):
    newest_first = operation.startswith("last")
    by_ts = {}
    for ts, value in pairs:
        by_ts.setdefault(ts, []).append(value)
    groups = [sorted(by_ts[ts], key=rank, reverse=rules.prefers_greatest())
              for ts in sorted(by_ts, key=rules.arrival, reverse=newest_first)]
    if operation.endswith("_k"):
        return SettledList(groups, int(arguments["k"]))
    return Settled(groups[0][0], groups[0])


# ---- deletable: (value, +1 or -1) ---------------------------------------------------------------------------------

def _count(signed, _):
    return sum(sign for _, sign in signed)


def wrapped(number):
    """As a signed 64-bit integer."""
    return (number + 2 ** 63) % 2 ** 64 - 2 ** 63


def _total(numbers):
    """A sum of floats without rounding, or what IEEE says of infinities and NaN."""
    try:
        return math.fsum(numbers) if all(map(math.isfinite, numbers)) else sum(numbers)
    except OverflowError:
        return sum(numbers)


def _sum(signed, _):
    if not isinstance(signed[0][0], float):
        return wrapped(sum(int(value) * sign for value, sign in signed))
    return Close(_total([value * sign for value, sign in signed]), 1e-9 * sum(abs(value) for value, _ in signed))


def _average(signed, _):
    count = sum(sign for _, sign in signed)
    if count == 0:
        return math.nan
    total = _total([float(value) * sign for value, sign in signed])
    return Close(total / count, 1e-9 * sum(abs(float(value)) for value, _ in signed) / abs(count))


def _histogram(signed, arguments):
    counts = {}
    for value, sign in signed:
        counts[value] = counts.get(value, 0) + sign
    return most_frequent({value: n for value, n in counts.items() if n}, arguments)


def most_frequent(counts, arguments):
    """The counts of a histogram that its `k` keeps."""
    k = int(arguments.get("k", 0))
    return MostFrequent(counts, k) if 0 < k < len(counts) else counts


# ---- the rest: values -----------------------------------------------------------------------------------------------

def _moments(values):
    values = [float(value) for value in values]
    if not all(map(math.isfinite, values)):
        return len(values), math.nan, math.nan, math.nan, math.nan
    try:
        mean = math.fsum(values) / len(values)
        return len(values), mean, *(math.fsum((value - mean) ** power for value in values) for power in (2, 3, 4))
    except OverflowError:
        return len(values), math.inf, math.inf, math.nan, math.nan


def _variance(values, _):
    n, mean, m2, _, _ = _moments(values)
    return Close(m2 / n, 1e-6 * m2 / n + 1e-12 * mean * mean)


def _skew(values, _):
    n, mean, m2, m3, _ = _moments(values)
    if n < 3 or _is_zero(m2, n, mean):
        return math.nan
    skew = math.sqrt(n) * m3 / m2 ** 1.5
    return Close(skew, 1e-6 * (1 + abs(skew)) * _condition(m2, n, mean))


def _kurtosis(values, _):
    n, mean, m2, _, m4 = _moments(values)
    if n < 4 or _is_zero(m2, n, mean):
        return math.nan
    kurtosis = n * m4 / m2 ** 2 - 3
    return Close(kurtosis, 1e-6 * (3 + abs(kurtosis)) * _condition(m2, n, mean))


def _is_zero(m2, n, mean):
    return m2 == 0 or m2 / n < 1e-28 * mean * mean


def _condition(m2, n, mean):
    """How much the one-pass formulas lose when the spread is small beside the mean."""
    return 1 + 1e-6 * mean * mean / (m2 / n)


def _extremum(values, greatest):
    """A NaN among the values makes the result NaN, as Java's Math.min does (golden gb_nan_inf)."""
    if any(value != value for value in values):
        return math.nan
    return max(values, key=rank) if greatest else min(values, key=rank)


def _nearest(values, arguments, greatest):
    found = sorted(values, key=rank, reverse=greatest)[:int(arguments["k"])]
    return TopOfNaN(found, values) if any(value != value for value in values) else found


def distinct(values):
    """Equal by content; NaN equals itself, and -0.0 is not 0.0 (the JVM boxes)."""
    return {struct.pack("<d", value) if isinstance(value, float) else value for value in values}


def _float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def _percentile(values, arguments):
    fractions = json.loads(arguments.get("percentiles", "[0.5]"))
    numbers = [_float32(float(value)) for value in values if value == value]
    return Quantiles(numbers, fractions, int(arguments.get("k", 128))) if numbers else None


def _approx_histogram(values, arguments):
    counts, k = {}, int(arguments.get("k", 8))
    for value in values:
        counts[str(value)] = counts.get(str(value), 0) + 1
    return counts if len(counts) <= k else Frequent(counts, k)


_OPERATIONS = {
    "count": _count, "sum": _sum, "average": _average, "histogram": _histogram,
    "min": lambda values, _: _extremum(values, False), "max": lambda values, _: _extremum(values, True),
    "top_k": lambda values, arguments: _nearest(values, arguments, True),
    "bottom_k": lambda values, arguments: _nearest(values, arguments, False),
    "variance": _variance, "skew": _skew, "kurtosis": _kurtosis,
    "unique_count": lambda values, _: len(distinct(values)),
    "bounded_unique_count": lambda values, arguments: min(len(distinct(values)), int(arguments.get("k", 8))),
    "approx_unique_count": lambda values, arguments: Distinct(len(distinct(values)), int(arguments.get("k", 8))),
    "approx_percentile": _percentile, "approx_histogram_k": _approx_histogram,
}
