"""The rules of windows and ties (SPEC 5.1 to 5.6), in one class, so that a test can plant a fault by overriding one."""
# SPDX-License-Identifier: Apache-2.0
import datetime

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TAIL_BUFFER = 2 * DAY


def midnight(day):
    """The first millisecond of a `yyyy-MM-dd`."""
    date = datetime.date.fromisoformat(day)
    return (date - datetime.date(1970, 1, 1)).days * DAY


def day_of(ts):
    """The UTC day of a millisecond."""
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=ts // DAY)).isoformat()


def shift(day, days):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


def days_between(start, end):
    """Every day from start to end, both included."""
    count = (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days
    return [shift(start, i) for i in range(count + 1)]


def length_ms(window):
    """The length of a window of a config; None if it is unbounded."""
    if window is None or window["length"] == 2 ** 31 - 1:
        return None
    return window["length"] * (HOUR, DAY)[window["timeUnit"]]


class Rules:
    """The rules as they are meant."""

    def tail_hop(self, width):
        """The hop at the old edge of a window of `width` ms (5.1); the thresholds are inclusive."""
        return DAY if width >= 12 * DAY else HOUR if width >= 12 * HOUR else 5 * MINUTE

    def round(self, ts, hop):
        return ts // hop * hop if ts >= 0 else -(-ts // hop * hop)

    def in_sawtooth(self, ts, query, width):
        """TEMPORAL (5.2): round(q - w, h) <= ts < q."""
        if width is None:
            return ts < query
        return self.round(query - width, self.tail_hop(width)) <= ts < query

    def in_snapshot(self, ts, end, width):
        """SNAPSHOT (5.3, 5.4): [E - w, E)."""
        return ts < end and (width is None or end - width <= ts)

    def in_batch(self, ts, batch_end, width):
        """Upload (5.6) with deviation G 1: ts >= B - w; Chronon drops a row exactly there."""
        return ts < batch_end and (width is None or ts >= batch_end - width)

    def in_collapsed(self, ts, batch_end, width):
        return width is None or ts >= batch_end - width + TAIL_BUFFER

    def copies(self, ts, partition):
        """How often a row counts that lies in the partition of a day."""
        return 1

    def arrival(self, ts):
        """What orders the rows of FIRST, LAST and their K forms."""
        return ts

    def prefers_greatest(self):
        """Equal `ts` in FIRST, LAST and their K forms: the greatest value (design, invariant 5)."""
        return True

    def parent_ends(self, end):
        """Until when the join of a JoinSource is filled before it is read: the day before the last (golden
        join_chained), so its rows of the last day are not seen."""
        return [shift(end, -1)]


class ChrononRules(Rules):
    """Where the recorded Chronon differs: the strict tail of uploads."""

    def in_batch(self, ts, batch_end, width):
        return ts < batch_end and (width is None or ts > batch_end - width)
