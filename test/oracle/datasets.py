"""Random tables: few keys and few moments, so that the boundaries meet, and every kind of value that is awkward."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import math
import random as random_numbers
import struct

import pyarrow as pa

from .rules import DAY, HOUR, MINUTE, day_of, days_between, midnight

DAYS = days_between("2024-02-26", "2024-03-08")
KEYS = ["a", "b", "", "ab", "ü", "o'k", "c\\d"]
TEXTS = ["apple", "fig", "", "😀", "｡", "Äpfel"]

SCHEMAS = {
    "events": {"k1": pa.string(), "k2": pa.string(), "price": pa.float64(), "cents": pa.float64(), "qty": pa.int32(),
               "amount": pa.int64(), "score": pa.float32(), "flag": pa.bool_(), "item": pa.string(),
               "region": pa.string(), "blob": pa.binary(), "tags": pa.list_(pa.string()),
               "nums": pa.list_(pa.float64()), "vec": pa.list_(pa.float64()),
               "attrs": pa.map_(pa.string(), pa.float64()), "counts": pa.map_(pa.string(), pa.int64()),
               "kn": pa.int64(), "kd": pa.float64(), "kb": pa.binary(), "kt": pa.date32(), "kf": pa.bool_(),
               "ts": pa.int64(), "ds": pa.string()},
    "visits": {"visitor": pa.string(), "cost": pa.float64(), "page": pa.string(), "seconds": pa.int64(),
               "ds": pa.string()},
    "totals": {"k1": pa.string(), "price": pa.float64(), "item": pa.string(), "ts": pa.int64(), "ds": pa.string()},
    "people": {"k1": pa.string(), "city": pa.string(), "age": pa.int32(), "tier": pa.int64(), "upd": pa.int64(),
               "ds": pa.string()},
    "changes": {"k1": pa.string(), "city": pa.string(), "age": pa.int32(), "tier": pa.int64(), "upd": pa.int64(),
                "mutation_ts": pa.int64(), "is_before": pa.bool_(), "ds": pa.string()},
    "left_rows": {"row_id": pa.string(), "k1": pa.string(), "other": pa.string(), "item": pa.string(),
                  "kn": pa.int64(), "kd": pa.float64(), "kb": pa.binary(), "kt": pa.date32(), "kf": pa.bool_(),
                  "ts": pa.int64(), "ds": pa.string()},
    "boots": {"row_id": pa.string(), "given": pa.int64(), "ds": pa.string()},
    "more_boots": {"k1": pa.string(), "item": pa.string(), "given": pa.int64(), "second": pa.int64(),
                   "ds": pa.string()},
    "gaps": {"k1": pa.string(), "price": pa.float64(), "item": pa.string(), "kn": pa.int64(), "ts": pa.int64(),
             "day": pa.string()},
    "flat": {"k1": pa.string(), "price": pa.float64(), "item": pa.string(), "kn": pa.int64(), "ts": pa.int64(),
             "ds": pa.string()},
    "people_gaps": {"k1": pa.string(), "city": pa.string(), "age": pa.int32(), "tier": pa.int64(), "upd": pa.int64(),
                    "ds": pa.string()},
    "busy": {"k1": pa.string(), "price": pa.float64(), "item": pa.string(), "ts": pa.int64(), "ds": pa.string()},
    "left_people": {"k1": pa.string(), "segment": pa.string(), "ds": pa.string()},
}


# How a table is partitioned where it is not by `ds`.
PARTITIONS = {"gold.gaps": "day", "gold.flat": None}


def arrow_table(name, rows):
    """The rows of a table as Arrow; in rows maps are dicts, and dates are texts."""
    schema = pa.schema(list(SCHEMAS[name.removeprefix("gold.")].items()))

    def plain(column, value):
        if isinstance(value, str) and pa.types.is_date(schema.field(column).type):
            return datetime.date.fromisoformat(value)
        return list(value.items()) if isinstance(value, dict) else value
    return pa.Table.from_pylist([{column: plain(column, value) for column, value in row.items()} for row in rows],
                                schema)


def generate(random, rows=90):
    """name -> rows of one data set."""
    moments = _Moments(random)
    events = [_event(random, moments) for _ in range(rows)]
    people, changes = _people(random, moments)
    tables = {"events": events, "visits": [_visit(random, moments) for _ in range(rows // 3)],
              "totals": _totals(events), "people": people, "changes": changes,
              "left_rows": _left_rows(random, moments, rows // 2), "left_people": _left_people(random)}
    tables["boots"] = _boots(random, tables["left_rows"])
    tables["more_boots"] = _more_boots(random, tables["left_rows"])
    tables["gaps"] = [_gap(random, moments) for _ in range(rows // 3)]
    tables["flat"] = [_flat(random, moments) for _ in range(rows // 3)]
    tables["busy"] = _busy(random_numbers.Random(repr(events[0])), rows * 3)
    missing = random.sample(DAYS[3:10], 2)
    tables["people_gaps"] = [dict(row) for row in people if row["ds"] not in missing]
    return {f"gold.{name}": found for name, found in tables.items()}


class _Moments:
    """Times of which a good third lie on a boundary, next to one, or on a moment drawn before."""

    def __init__(self, random):
        self.random, self.drawn = random, []

    def draw(self):
        random, first = self.random, midnight(DAYS[0])
        ts = first + random.randrange(len(DAYS) * DAY)
        choice = random.random()
        if choice < 0.30:
            step = random.choice([DAY, DAY, HOUR, 5 * MINUTE])
            ts = max(first, ts // step * step + random.choice([0, 0, -1, 1]))
        elif choice < 0.45 and self.drawn:
            ts = random.choice(self.drawn) + random.choice([0, 0, 0, -1, 1, HOUR, DAY])
        elif choice < 0.60:
            # In the first hop of a window that ends with a day: where a lost tail shows.
            end = midnight(random.choice(DAYS[9:11])) + DAY
            ts = end - random.choice([HOUR, 6 * HOUR, 11 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY])
            ts += random.choice([0, 1, 4 * MINUTE])
        ts = min(max(ts, first), first + len(DAYS) * DAY - 1)
        self.drawn.append(ts)
        return ts

    def partition(self, ts):
        """Mostly the day of ts; some rows are late, few are early."""
        day = DAYS.index(day_of(ts))
        choice = self.random.random()
        day += self.random.randint(1, 2) if choice < 0.1 else -1 if choice < 0.12 else 0
        return DAYS[min(max(day, 0), len(DAYS) - 1)]


def _or_null(random, value, share=0.08):
    return None if random.random() < share else value


def _event(random, moments):
    ts = moments.draw()
    special = random.random()
    partition = moments.partition(ts)
    if random.random() < 0.03:
        # Before 1970: at the begin of a window of 20,000 days, whose hops are rounded towards zero (5.1).
        ts = -random.randrange(205, 222) * DAY + random.choice([0, 1, -1, random.randrange(DAY)])
    price = random.randrange(-200, 600) / 4
    price = math.nan if special < 0.02 else math.inf if special < 0.03 else -0.0 if special < 0.04 else price
    amount = random.choice([random.randrange(-9, 9), random.randrange(-10 ** 12, 10 ** 12), 2 ** 62, -2 ** 62])
    score = struct.unpack("<f", struct.pack("<f", random.uniform(-5, 5)))[0]
    return {
        "k1": _or_null(random, random.choice(KEYS), 0.03), "k2": _or_null(random, random.choice(KEYS[:4]), 0.1),
        "price": _or_null(random, price), "cents": _or_null(random, round(random.uniform(-20, 80), 2)),
        "qty": _or_null(random, random.randrange(-5, 10)), "amount": _or_null(random, amount),
        "score": _or_null(random, score), "flag": _or_null(random, random.random() < 0.5),
        "item": _or_null(random, random.choice(TEXTS)), "region": _or_null(random, random.choice(["eu", "us", ""])),
        "blob": _or_null(random, bytes(random.randrange(256) for _ in range(random.randrange(3)))),
        "tags": _or_null(random, [_or_null(random, random.choice(TEXTS)) for _ in range(random.randrange(4))]),
        "nums": _or_null(random, [_or_null(random, random.randrange(-40, 40) / 8) for _ in range(random.randrange(4))]),
        "vec": _or_null(random, [random.randrange(-40, 40) / 8 for _ in range(3)]),
        "attrs": _or_null(random, {key: _or_null(random, random.randrange(-40, 40) / 8)
                                   for key in random.sample(["x", "y", "é", ""], random.randrange(4))}),
        "counts": _or_null(random, {key: random.randrange(-3, 9) for key in random.sample("mno", random.randrange(3))}),
        **_typed_keys(random), "ts": _or_null(random, ts, 0.02), "ds": partition}


def _typed_keys(random):
    """Keys of other types than texts."""
    return {"kn": _or_null(random, random.choice([0, 1, -1, 2 ** 53 + 1, 2 ** 53, -2 ** 63])),
            "kd": _or_null(random, random.choice([0.0, 0.5, -1.25, 1e300, math.inf])),
            "kb": _or_null(random, random.choice([b"", b"\0", b"\0\0", b"a", b"\xff"])),
            "kt": _or_null(random, random.choice(["1969-12-31", "2024-02-29", "0099-01-01"])),
            "kf": _or_null(random, random.random() < 0.5)}


def _visit(random, moments):
    ts = moments.draw()
    return {"visitor": _or_null(random, random.choice(KEYS), 0.03),
            "cost": _or_null(random, random.randrange(400) / 4), "page": _or_null(random, random.choice(TEXTS)),
            "seconds": ts // 1000, "ds": moments.partition(ts // 1000 * 1000)}


def _totals(events):
    """A cumulative table: each of three partitions holds every event up to its day."""
    found = []
    for day in (DAYS[5], DAYS[8], DAYS[11]):
        for event in events:
            if event["ts"] is not None and day_of(event["ts"]) <= day:
                found.append({name: event[name] for name in ("k1", "price", "item", "ts")} | {"ds": day})
    return found


def _person(random, key, ts):
    return {"k1": key, "city": _or_null(random, random.choice(TEXTS)), "age": _or_null(random, random.randrange(1, 90)),
            "tier": random.randrange(4), "upd": ts}


def _people(random, moments):
    """Daily snapshots and the mutations between them: what a mutation deletes was there before."""
    first = midnight(DAYS[0])
    state = {key: _person(random, key, first - random.randrange(DAY)) for key in KEYS[:5]}
    snapshots, changes = [], []
    times = sorted({moments.draw() for _ in range(40)})
    for day in DAYS:
        for ts in [ts for ts in times if day_of(ts) == day]:
            key = random.choice(KEYS[:6])
            before, after = state.pop(key, None), _person(random, key, ts)
            if before is not None:
                changes.append({**before, "mutation_ts": ts, "is_before": True, "ds": day})
            if before is None or random.random() < 0.85:
                state[key] = after
                changes.append({**after, "mutation_ts": ts, "is_before": False, "ds": day})
        snapshots += [{**person, "ds": day} for person in state.values()]
    return snapshots, changes


def _left_rows(random, moments, count):
    found = []
    for i in range(count):
        ts = moments.draw()
        row = {"row_id": f"r{i:03}", "k1": _or_null(random, random.choice([*KEYS, "nobody"])),
               "other": _or_null(random, random.choice(KEYS)), "item": _or_null(random, random.choice(TEXTS)),
               **_typed_keys(random), "ts": ts, "ds": moments.partition(ts)}
        found += [row, dict(row)] if random.random() < 0.05 else [row]
    return found


def _boots(random, left_rows):
    """Values for some of the left rows, each row id once."""
    ids = {row["row_id"]: row["ds"] for row in left_rows if random.random() < 0.4}
    return [{"row_id": row_id, "given": random.randrange(1000, 2000), "ds": ds} for row_id, ds in ids.items()]


def _more_boots(random, left_rows):
    """Values for pairs of keys and days, each pair once; some values are null."""
    pairs = {(row["k1"], row["item"], row["ds"]) for row in left_rows if random.random() < 0.4}
    return [{"k1": key, "item": item, "given": random.randrange(2000, 3000),
             "second": random.randrange(3000, 4000), "ds": ds}
            for key, item, ds in sorted(pairs, key=repr)]


def _small_event(random, ts):
    return {"k1": _or_null(random, random.choice(KEYS), 0.03), "price": _or_null(random, random.randrange(99) / 4),
            "item": _or_null(random, random.choice(TEXTS)), "kn": _or_null(random, random.choice([0, 1, -1, 2 ** 53])),
            "ts": _or_null(random, ts, 0.02)}


def _gap(random, moments):
    """An event of a table with days that have no rows, partitioned by `day`."""
    ts = moments.draw()
    return {**_small_event(random, ts), "day": random.choice([DAYS[0], DAYS[3], DAYS[4], DAYS[8], DAYS[10]])}


def _flat(random, moments):
    """An event of a table that is not partitioned."""
    ts = moments.draw()
    return {**_small_event(random, ts), "ds": moments.partition(ts)}


def _busy(random, rows):
    """Three days on which each key has many rows. Drawn apart, so that the other tables are what they were."""
    found = []
    for _ in range(rows):
        day = random.choice([DAYS[5], DAYS[6], DAYS[8]])
        ts = midnight(day) + random.choice([0, DAY - 1, random.randrange(DAY)])
        found.append({**_small_event(random, ts), "ts": ts, "ds": day})
        del found[-1]["kn"]
    return found


def _left_people(random):
    return [{"k1": key, "segment": random.choice("AB"), "ds": day}
            for day in DAYS for key in [*KEYS, "nobody", None] if random.random() < 0.6]
