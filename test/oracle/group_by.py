"""GroupBys: the scan of sources (SPEC 6.1), backfills (6), and features as of a moment (5.2 to 5.5)."""
# SPDX-License-Identifier: Apache-2.0
from . import operations
from .derivations import derived
from .expressions import evaluate
from .operations import Change
from .rules import DAY, Rules, day_of, days_between, length_ms, midnight, shift

# Tables of which every day is present: they are not partitioned by their day (SPEC appendix G 15).
UNPARTITIONED = {"gold.flat"}


class GroupBy:
    """A compiled GroupBy over `tables`: name -> rows, each a dict with its partition in `ds`."""

    def __init__(self, conf, tables, rules=None):
        self.conf, self.tables, self.rules = conf, tables, rules or Rules()
        self.keys = conf["keyColumns"]
        self.sources = [_Source(source) for source in conf["sources"]]
        self.aggregations = conf.get("aggregations")
        self.columns = [(operations.column_name(a, window, bucket), a, bucket, length_ms(window))
                        for a in self.aggregations or [] for bucket in a.get("buckets") or [None]
                        for window in a.get("windows") or [None]]

    @property
    def is_entity(self):
        return self.sources[0].is_entity

    @property
    def is_temporal(self):
        """Accuracy as given, else TEMPORAL iff a source streams (7.1)."""
        if self.conf.get("accuracy") is not None:
            return self.conf["accuracy"] == 0
        return any(source.streams for source in self.sources)

    def value_columns(self):
        """Names of the features before derivations; of an entity without aggregations, what it selects."""
        if self.aggregations is None:
            selects = self.sources[0].query.get("selects")
            names = selects if selects else [n for n in self.tables[self.sources[0].table][0] if n != "ds"]
            return [name for name in names if name not in self.keys]
        return [name for name, *_ in self.columns]

    def output_columns(self):
        """Names of the features after derivations."""
        if not self.conf.get("derivations"):
            return self.value_columns()
        row = dict.fromkeys(self.value_columns())
        return list(derived(self.conf["derivations"], row, {}, names_only=True))

    def longest_window(self):
        """In milliseconds; None if any aggregation is unbounded."""
        lengths = [width for *_, width in self.columns]
        return None if None in lengths else max(lengths)

    def has_day(self, day):
        """Whether any source has a partition of this day."""
        return any(source.cumulative or source.table in UNPARTITIONED
                   or any(source.day(row) == day for row in self.tables[source.table]) for source in self.sources)

    # ---- rows ------------------------------------------------------------------------------------------------------

    def events(self, start, end, by_days=False):
        """(key, Change) of every event that a query over the days start to end scans; `by_days`: of an incremental
        GroupBy outside of a join (6.2)."""
        longest = self.longest_window()
        earliest = None if longest is None else day_of(midnight(start) - DAY - longest)
        found = []
        for source in self.sources:
            rows = self.tables[source.table]
            if source.cumulative:
                last = source.query.get("endPartition") or max(source.day(row) for row in rows)
                rows = [row for row in rows if source.day(row) == last]
            else:
                rows = [row for row in rows if source.has(source.day(row)) and source.day(row) <= end
                        and (earliest is None or source.day(row) >= earliest)]
            for row in rows:
                changes = self._changes(source, row)
                if by_days:
                    # A day's intermediate results come from its own partition alone (deviation of late events).
                    changes = [(key, c) for key, c in changes if day_of(c.ts) == source.day(row)]
                found += changes
        return found

    def snapshot_rows(self, day):
        found = []
        for source in self.sources:
            for row in self.tables[source.table]:
                if source.day(row) == day and source.has(day):
                    found += self._changes(source, row)
        return found

    def mutations(self, day):
        """(key, Change, mutation_ts) of a day's mutations, in the order of mutation_ts."""
        found = []
        for source in self.sources:
            for row in self.tables[source.mutation_table] if source.has(day) else ():
                if row["ds"] == day:
                    at = evaluate(source.query.get("mutationTimeColumn") or "mutation_ts", row)
                    before = evaluate(source.query.get("reversalColumn") or "is_before", row)
                    found += [(key, Change(c.ts, c.row, before), at) for key, c in self._changes(source, row)]
        return sorted(found, key=lambda entry: entry[2])

    def _changes(self, source, row):
        """The row as the GroupBy sees it: none if a where refuses it, or if all its keys are null."""
        query = source.query
        if not all(evaluate(where, row) is True for where in query.get("wheres") or []):
            return []
        selects = query.get("selects")
        seen = {name: evaluate(text, row) for name, text in selects.items()} if selects else dict(row)
        for name in self.keys:
            if name not in seen:
                seen[name] = row[name]
        if query.get("timeColumn"):
            ts = evaluate(query["timeColumn"], row) or 0  # Chronon reads a null as 0: only unbounded windows see it.
        else:
            ts = None if source.is_entity else midnight(source.day(row)) + DAY - 1
        key = tuple(seen[name] for name in self.keys)
        if all(part is None for part in key):
            return []
        copies = 1 if ts is None else self.rules.copies(ts, source.day(row))
        return [(key, Change(ts, seen))] * copies

    # ---- features as of a moment -------------------------------------------------------------------------------------

    def features(self, changes, counts):
        """Column -> expected value over the changes that `counts(change, width)` lets in."""
        inside = {width: [c for c in changes if counts(c, width)] for width in {width for *_, width in self.columns}}
        return {name: operations.result(a, bucket, inside[width], self.rules)
                for name, a, bucket, width in self.columns}

    def snapshot_events(self, rows, day):
        """SPEC 5.3 at the end of `day`: key -> features, keys without any feature left out."""
        end = midnight(day) + DAY
        found = {key: self.features(changes, lambda c, width: self.rules.in_snapshot(c.ts, end, width))
                 for key, changes in by_key(rows).items()}
        return {key: row for key, row in found.items() if any(value is not None for value in row.values())}

    def snapshot_entities(self, day):
        """SPEC 5.4: key -> features of every key of the snapshot."""
        end = midnight(day) + DAY
        return {key: self.features(changes, lambda c, width: width is None or self.rules.in_snapshot(c.ts, end, width))
                for key, changes in by_key(self.snapshot_rows(day)).items()}

    def temporal_events(self, rows, queries):
        """SPEC 5.2: (key, ts) -> features; queries with a null in their key have none."""
        per_key = by_key(rows)
        return {(key, ts): self.features(per_key.get(key, []),
                                         lambda c, width, ts=ts: self.rules.in_sawtooth(c.ts, ts, width))
                for key, ts in queries if None not in key}

    def temporal_entities(self, queries):
        """SPEC 5.5, each query from the snapshot anew (deviation G 14)."""
        found = {}
        for key, ts in queries:
            if None in key:
                continue
            day = day_of(ts)
            begin = midnight(day)
            state = [c for k, c in self.snapshot_rows(shift(day, -1)) if k == key]
            changes = [c for k, c, at in self.mutations(day) if k == key and begin <= at < ts]
            found[key, ts] = self._mutated(state, changes, ts, begin)
        return found

    def _mutated(self, state, changes, ts, begin):
        """The snapshot's rows and then the mutations, as far as the window of each column holds them."""
        rules = self.rules
        inside = {}
        for width in {width for *_, width in self.columns}:
            inside[width] = [c for c in state if rules.in_batch(c.ts or 0, begin, width)
                             and (width is None or rules.in_sawtooth(c.ts, ts, width))]
            inside[width] += [c for c in changes if width is None or rules.in_sawtooth(c.ts, ts, width)]
        return {name: operations.result(a, bucket, inside[width], rules) for name, a, bucket, width in self.columns}

    # ---- backfill ----------------------------------------------------------------------------------------------------

    def source_days(self):
        """Days that at least one source's table has, whatever its query reads of it (9.4); None: a cumulative source
        stands for every day (6, 4)."""
        if any(source.cumulative for source in self.sources):
            return None
        if any(source.table in UNPARTITIONED for source in self.sources):
            return None
        return {source.day(row) for source in self.sources for row in self.tables[source.table]}

    def backfill(self, end, start=None, step_days=30):
        """The rows of a backfill into an empty table (SPEC 6), as dicts with keys, features and ds."""
        wanted = days_between(start or self.conf["backfillStartDate"], end)
        if self.conf["metaData"].get("historicalBackfill") == 0:
            wanted = wanted[-1:]
        present = self.source_days()
        rows = []
        for step in steps([day for day in wanted if present is None or day in present], step_days):
            by_days = bool(self.conf.get("isIncremental"))
            scanned = None if self.is_entity else self.events(step[0], step[-1], by_days)
            for day in step:
                rows += [self._derived({**values, "ds": day}) for values in self.day_rows(scanned, day)]
        return rows

    def day_rows(self, scanned, day):
        if self.aggregations is None:
            return [dict(change.row) for _, change in self.snapshot_rows(day)]
        found = self.snapshot_entities(day) if self.is_entity else self.snapshot_events(scanned, day)
        return [{**dict(zip(self.keys, key)), **features} for key, features in found.items()]

    def _derived(self, row):
        if not self.conf.get("derivations"):
            return row
        kept = {name: row[name] for name in [*self.keys, "ds"]}
        base = {name: value for name, value in row.items() if name not in kept}
        return {**kept, **derived(self.conf["derivations"], base, kept)}


class _Source:
    """One source of a GroupBy."""

    def __init__(self, source):
        (kind, fields), = source.items()
        if kind == "joinSource":
            meta = fields["join"]["metaData"]
            fields = {"table": f"{meta['outputNamespace']}.{meta['name'].replace('.', '_')}", "query": fields["query"]}
        self.is_entity = kind == "entities"
        self.table = fields.get("snapshotTable") or fields["table"]
        self.mutation_table = fields.get("mutationTable")
        self.query = fields["query"]
        self.cumulative = bool(fields.get("isCumulative"))
        self.streams = bool(fields.get("topic") or fields.get("mutationTopic"))

    def day(self, row):
        return row[self.query.get("partitionColumn") or "ds"]

    def has(self, day):
        """Whether a partition lies within the query's own bounds."""
        return (self.query.get("startPartition") or "") <= day <= (self.query.get("endPartition") or "9")


def by_key(rows):
    """key -> its changes, in the order of the rows."""
    found = {}
    for key, change in rows:
        found.setdefault(key, []).append(change)
    return found


def steps(days, step_days):
    """Ascending days cut where one is missing and after `step_days` (6, 5)."""
    found = []
    for day in sorted(days):
        if found and len(found[-1]) < step_days and shift(found[-1][-1], 1) == day:
            found[-1].append(day)
        else:
            found.append([day])
    return found
