"""Faults of the kinds that window code has had, each planted into the rules: the comparison must see every one."""
# SPDX-License-Identifier: Apache-2.0
from .rules import DAY, HOUR, MINUTE, Rules, day_of


class HopOffByOne(Rules):
    """The old edge is rounded up to the next hop."""

    def in_sawtooth(self, ts, query, width):
        if width is None:
            return ts < query
        hop = self.tail_hop(width)
        return self.round(query - width, hop) + hop <= ts < query


class ExclusiveThresholds(Rules):
    """12 days and 12 hours take the finer hop, as the comment in Chronon's IDL says."""

    def tail_hop(self, width):
        return DAY if width > 12 * DAY else HOUR if width > 12 * HOUR else 5 * MINUTE


class QueryTimeCounts(Rules):
    """An event at the row's own time counts."""

    def in_sawtooth(self, ts, query, width):
        return super().in_sawtooth(ts, query + 1, width) and (
            width is None or self.round(query - width, self.tail_hop(width)) <= ts)


class LostTailHop(Rules):
    """An upload forgets the oldest hop of each window."""

    def in_batch(self, ts, batch_end, width):
        return super().in_batch(ts, batch_end, width) and (
            width is None or ts >= batch_end - width + self.tail_hop(width))


class StrictTail(Rules):
    """An upload drops the row exactly at B - w, as Chronon does (G 1)."""

    def in_batch(self, ts, batch_end, width):
        return ts < batch_end and (width is None or ts > batch_end - width)


class SwappedMerge(Rules):
    """Days are merged in the wrong order: within a day the order is right."""

    def arrival(self, ts):
        return -(ts // DAY * DAY) + ts % DAY


class LeastWinsTies(Rules):
    def prefers_greatest(self):
        return False


class LateRowsTwice(Rules):
    """A row in a later partition than its day counts in both."""

    def copies(self, ts, partition):
        return 2 if day_of(ts) < partition else 1


class MidnightBelongsToBoth(Rules):
    """The end of a day's window is inclusive."""

    def in_snapshot(self, ts, end, width):
        return ts <= end and (width is None or end - width <= ts)


class LostFirstMillisecond(Rules):
    """The begin of a day's window is exclusive."""

    def in_snapshot(self, ts, end, width):
        return ts < end and (width is None or end - width < ts)


ALL = (HopOffByOne, ExclusiveThresholds, QueryTimeCounts, LostTailHop, StrictTail, SwappedMerge, LeastWinsTies,
       LateRowsTwice, MidnightBelongsToBoth, LostFirstMillisecond)
