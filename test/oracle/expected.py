"""What the model expects of a value: the value itself, or how far and in what way an answer may differ from it.

Integers, strings, booleans and structure are plain Python values and must be equal. Where the specification leaves
something open there is a class here: `accepts` is what gnomon owes, `accepts_recorded` what the real Chronon may have
answered, which leaves ties to the order of its rows.
"""
# SPDX-License-Identifier: Apache-2.0
import math


class Expected:
    """A value that has more than one right answer; `value` is the best one, which derivations compute with."""

    value = None

    def accepts(self, actual):
        raise NotImplementedError

    def accepts_recorded(self, actual):
        return self.accepts(actual)

    def __repr__(self):
        return f"{type(self).__name__}({self.value!r})"


class Close(Expected):
    """A float within `allowance`, which the operation derives from the magnitudes that went in."""

    def __init__(self, value, allowance):
        self.value, self.allowance = value, allowance

    def accepts(self, actual):
        if not isinstance(actual, float):
            return False
        return same(self.value, actual) or abs(self.value - actual) <= self.allowance

    def __repr__(self):
        return f"{self.value!r} within {self.allowance:.3g}"


class Settled(Expected):
    """One of the values that share a `ts`: gnomon takes the greatest (design, invariant 5), Chronon any."""

    def __init__(self, value, candidates):
        self.value, self.candidates = value, candidates

    def accepts(self, actual):
        return same(self.value, actual)

    def accepts_recorded(self, actual):
        return any(same(candidate, actual) for candidate in self.candidates)


class SettledList(Expected):
    """FIRST_K or LAST_K: `groups` are the values per `ts`, nearest first, each sorted as gnomon sorts them."""

    def __init__(self, groups, k):
        self.groups, self.k = groups, k
        self.value = [value for group in groups for value in group][:k]

    def accepts(self, actual):
        return same(self.value, actual)

    def accepts_recorded(self, actual):
        """Each place may hold any value of the place's `ts` that no other place holds."""
        if not isinstance(actual, list) or len(actual) != len(self.value):
            return False
        rest = list(actual)
        for group in self.groups:
            left, taken, rest = list(group), rest[:len(group)], rest[len(group):]
            for value in taken:
                match = next((i for i, other in enumerate(left) if same(other, value)), None)
                if match is None:
                    return False
                del left[match]
        return True


class MostFrequent(Expected):
    """HISTOGRAM with k: the k greatest counts; gnomon settles ties by the key, Chronon by its hash table."""

    def __init__(self, counts, k):
        order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        self.counts, self.k, self.value = counts, k, dict(order[:k])
        self.least = order[k - 1][1]

    def accepts(self, actual):
        return actual == self.value

    def accepts_recorded(self, actual):
        return (isinstance(actual, dict) and len(actual) == self.k
                and all(self.counts.get(key) == n and n >= self.least for key, n in actual.items()))


class TopOfNaN(Expected):
    """TOP_K or BOTTOM_K over values among which is a NaN: the greatest for gnomon; Chronon's heap loses its order."""

    def __init__(self, value, values):
        self.value, self.values = value, values

    def accepts(self, actual):
        return same(self.value, actual)

    def accepts_recorded(self, actual):
        return (isinstance(actual, list) and len(actual) == len(self.value)
                and all(any(same(value, other) for other in self.values) for value in actual))


class Distinct(Expected):
    """An estimate of a CPC sketch: 5 standard errors of lgK, and exact for the few."""

    def __init__(self, value, lg_k):
        self.value, self.error = value, 5 * 0.65 / math.sqrt(2 ** lg_k)

    def accepts(self, actual):
        return isinstance(actual, int) and abs(actual - self.value) <= max(1, self.error * self.value)


class Quantiles(Expected):
    """Quantiles of a KLL sketch: exact up to k values, then within 4 times its normalised rank error."""

    def __init__(self, values, fractions, k):
        self.ordered, self.fractions, self.k = sorted(values), fractions, k
        self.value = [self.at(fraction) for fraction in fractions]

    def at(self, fraction):
        n = len(self.ordered)
        return self.ordered[min(int(fraction * n), n - 1)]

    def accepts(self, actual):
        if not isinstance(actual, list) or len(actual) != len(self.fractions):
            return False
        n = len(self.ordered)
        error = 0 if n <= self.k else 4 * 2.3 / self.k ** 0.9
        for fraction, value in zip(self.fractions, actual):
            below = sum(other < value for other in self.ordered) / n
            through = sum(other <= value for other in self.ordered) / n
            # One row of slack: whether the fraction counts the value itself differs between versions of the library.
            if not below - error - 1 / n <= fraction <= through + error + 1 / n or value not in self.ordered:
                return False
        return True


class Frequent(Expected):
    """A frequent-items sketch beyond its exact size: no key that never came, estimates within the bound."""

    def __init__(self, counts, k):
        self.counts, self.k, self.value = counts, k, dict(counts)
        map_size = max(8, 2 ** math.ceil(math.log2(max(k, 2))))
        self.error = 3.5 / map_size * sum(counts.values())

    def accepts(self, actual):
        return (isinstance(actual, dict) and len(actual) <= self.k
                and all(abs(n - self.counts.get(key, math.inf)) <= self.error for key, n in actual.items()))


def same(left, right):
    """Equal, with NaN equal to itself, -0.0 to 0.0, and no bool passing for an int or an int for a float."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if type(left) is not type(right):
        return False
    return left == right or (left != left and right != right)


def agrees(expected, actual, recorded=False):
    """Whether an answer is right; `recorded` if it is the real Chronon's."""
    if isinstance(expected, Expected):
        return expected.accepts_recorded(actual) if recorded else expected.accepts(actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(agrees(expected[k], actual[k], recorded) for k in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(agrees(e, a, recorded) for e, a in zip(expected, actual))
    return same(expected, actual)


def plain(expected):
    """The value without its allowances, for what computes with it."""
    if isinstance(expected, Expected):
        return plain(expected.value)
    if isinstance(expected, dict):
        return {key: plain(value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [plain(value) for value in expected]
    return expected
