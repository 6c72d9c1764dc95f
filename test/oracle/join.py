"""Joins (SPEC 8): the left, each part's features as of the left row's moment, bootstraps, derivations, labels."""
# SPDX-License-Identifier: Apache-2.0
import re

from .derivations import derived
from .expected import plain
from .expressions import evaluate
from .group_by import GroupBy, steps
from .rules import Rules, day_of, days_between, shift


def table_name(meta):
    """`<namespace>.<sanitised name>` of a conf."""
    return f"{meta['outputNamespace']}.{sanitized(meta['name'])}"


def sanitized(name):
    return re.sub(r"\W", "_", name, flags=re.ASCII)


class Join:
    """A compiled Join over `tables`; parents of its JoinSources are computed first and read as tables."""

    def __init__(self, conf, tables, rules=None):
        self.conf, self.tables, self.rules = conf, dict(tables), rules or Rules()
        (kind, left), = conf["left"].items()
        self.is_entity, self.query = kind == "entities", left["query"]
        self.left_table = left.get("snapshotTable") or left["table"]

    def backfill(self, *ends, step_days=30):
        """The rows of the output table after runs that end on these days, the first into an empty table."""
        start, rows = self.query["startPartition"], []
        present = {row["ds"] for row in self.tables[self.left_table]}
        for end in ends:
            last = min(end, self.query.get("endPartition") or end)
            wanted = days_between(start, last)
            if self.conf["metaData"].get("historicalBackfill") == 0:
                wanted = wanted[-1:]
            for step in steps([day for day in wanted if day in present], step_days):
                rows += self._step(step[0], step[-1])
            start = shift(end, 1)
        return rows

    def _step(self, start, end):
        """The rows of one step, in the order of the left table."""
        left = self._left(start, end)
        features = [_Part(part, self, left, end) for part in self.conf["joinParts"]]
        bootstrapped = [self._bootstrapped(row) for row in left]
        rows = []
        for row, given in zip(left, bootstrapped):
            base = {}
            for part in features:
                computed = part.values_of(row)
                base.update({name: given.get(name) if given.get(name) is not None else value
                             for name, value in computed.items()})
            rows.append(self._derived(row, base))
        return rows

    def _left(self, start, end):
        selects = self.query.get("selects")
        found = []
        for row in self.tables[self.left_table]:
            if not start <= row["ds"] <= min(end, self.query.get("endPartition") or "9"):
                continue
            if not all(evaluate(where, row) is True for where in self.query.get("wheres") or []):
                continue
            seen = {name: evaluate(text, row) for name, text in selects.items()} if selects else dict(row)
            if not self.is_entity:
                seen["ts"] = evaluate(self.query["timeColumn"], row)
                assert seen["ts"] is not None, "ts column cannot be null in left source"
            seen["ds"] = row["ds"]
            if not self.is_skewed(seen):
                found.append(seen)
        return found

    def is_skewed(self, row, keys=None):
        """Several skew keys are OR-ed (8.6): a row stays if any keeps it. A part knows `keys` alone, its own."""
        skew = {name: literals for name, literals in (self.conf.get("skewKeys") or {}).items()
                if keys is None or name in keys}
        if not skew:
            return False
        keeps = []
        for name, literals in skew.items():
            values = [evaluate(text, {}) for text in literals if text.lower() != "null"]
            keeps.append(row[name] is not None and row[name] not in values)
        return not any(keeps)

    def _bootstrapped(self, row):
        """Column -> value that the first bootstrap part with this row gives (8.8)."""
        found = {}
        for part in self.conf.get("bootstrapParts") or []:
            keys = [name for name in part.get("keyColumns") or self.conf["rowIds"] if name != "ds"]
            query = part["query"]
            for other in self.tables[part["table"]]:
                if other["ds"] != row["ds"] or not (query.get("startPartition") or "") <= other["ds"]:
                    continue
                seen = {name: evaluate(text, other) for name, text in query["selects"].items()}
                if all(row[name] is not None and seen[name] == row[name] for name in keys):
                    found = {**{name: value for name, value in seen.items() if name not in keys}, **found}
                    break
        return found

    def _derived(self, left, base):
        derivations = self.conf.get("derivations")
        if not derivations:
            return {**left, **base}
        computed = derived(derivations, base, left)
        return {**computed, **{name: computed[name] if name in computed and value is None else value
                               for name, value in left.items()}}

    # ---- labels (8.10) -----------------------------------------------------------------------------------------------

    def label_rows(self, label_day):
        """The rows of `T_labels` for one label_ds."""
        part = self.conf["labelPart"]
        start, end = (shift(label_day, 1 - part[offset]) for offset in ("leftStartOffset", "leftEndOffset"))
        found = {}
        for row in self._left(start, end):
            identity = {name: row[name] for name in [*self.conf["rowIds"], "ds"]}
            values = {}
            for label in part["labels"]:
                group_by = GroupBy(label["groupBy"], self.tables, self.rules)
                scanned = None if group_by.is_entity else group_by.events(label_day, label_day)
                features = {tuple(r[k] for k in group_by.keys): r for r in group_by.day_rows(scanned, label_day)}
                left_keys = _left_keys(label, group_by)
                is_skewed = self.is_skewed(row, left_keys)
                match = {} if is_skewed else features.get(tuple(row[name] for name in left_keys), {})
                values.update({f"{_full_prefix(label)}_{name}": match.get(name) for name in group_by.output_columns()})
            found.setdefault(tuple(identity.values()), {**identity, **values, "label_ds": label_day})
        return list(found.values())


class _Part:
    """The features of one join part for all left rows."""

    def __init__(self, part, join, left, end):
        tables = _with_parents(part["groupBy"], join, end)
        self.group_by, self.prefix = GroupBy(part["groupBy"], tables, join.rules), _full_prefix(part)
        self.left_keys, self.is_entity_left = _left_keys(part, self.group_by), join.is_entity
        self.left = [row for row in left if not join.is_skewed(row, self.left_keys)]
        self.is_skewed = lambda row: join.is_skewed(row, self.left_keys)
        self.by_moment = self._computed()

    def values_of(self, row):
        """Prefixed feature -> value of a left row; nulls without a match."""
        features = {} if self.is_skewed(row) else self.by_moment.get((self._key(row), self._moment(row)), {})
        return {f"{self.prefix}_{name}": features.get(name) for name in self.group_by.output_columns()}

    def _key(self, row):
        return tuple(row[name] for name in self.left_keys)

    def _moment(self, row):
        """What selects the value of a key: the row's ts, or the day at whose end it is taken (8.1)."""
        if self.is_entity_left:
            return row["ds"]
        return row["ts"] if self.group_by.is_temporal else shift(day_of(row["ts"]), -1)

    def _computed(self):
        group_by, moments = self.group_by, {self._moment(row) for row in self.left}
        if not moments:
            return {}
        if not self.is_entity_left and group_by.is_temporal:
            queries = {(self._key(row), row["ts"]) for row in self.left}
            if group_by.is_entity:
                found = group_by.temporal_entities(queries)
            else:
                found = group_by.temporal_events(group_by.events(day_of(min(moments)), day_of(max(moments))), queries)
            return {(key, ts): self._with_derivations(key, row, day_of(ts), ts) for (key, ts), row in found.items()}
        scanned = None if group_by.is_entity else group_by.events(min(moments), max(moments))
        found = {}
        for day in days_between(min(moments), max(moments)):
            for row in group_by.day_rows(scanned, day):
                key = tuple(row[name] for name in group_by.keys)
                features = {name: row[name] for name in group_by.value_columns()}
                if None not in key:
                    found[key, day] = self._with_derivations(key, features, day, None)
        return found

    def _with_derivations(self, key, features, day, ts):
        derivations = self.group_by.conf.get("derivations")
        if not derivations:
            return features
        context = {**dict(zip(self.group_by.keys, key)), "ds": day, "ts": ts}
        return derived(derivations, features, context)


def _full_prefix(part):
    own = f"{part['prefix']}_" if part.get("prefix") else ""
    return own + sanitized(part["groupBy"]["metaData"]["name"])


def _left_keys(part, group_by):
    """The left's name of each key of the GroupBy."""
    right_to_left = {right: left for left, right in (part.get("keyMapping") or {}).items()}
    return [right_to_left.get(name, name) for name in group_by.keys]


def _with_parents(group_by, join, end):
    """The tables, with the outputs of joins that are sources (8.7): they are backfilled before they are read."""
    tables = dict(join.tables)
    for source in group_by["sources"]:
        if "joinSource" in source:
            parent = source["joinSource"]["join"]
            rows = Join(parent, tables, join.rules).backfill(*join.rules.parent_ends(end))
            tables[table_name(parent["metaData"])] = [
                {name: plain(value) for name, value in row.items()} for row in rows]
    return tables
