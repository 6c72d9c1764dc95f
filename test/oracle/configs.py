"""Random configs over the tables of `datasets`, as the compiler writes them."""
# SPDX-License-Identifier: Apache-2.0
from .datasets import DAYS
from .operations import NAMES, column_name

_FLOATS = ["count", "sum", "average", "variance", "skew", "kurtosis", "min", "max", "first", "last", "first_k",
           "last_k", "top_k", "bottom_k", "unique_count", "bounded_unique_count", "approx_unique_count"]
_TEXTS = ["count", "min", "max", "first", "last", "first_k", "last_k", "top_k", "bottom_k", "unique_count",
          "bounded_unique_count", "approx_unique_count", "histogram", "approx_histogram_k"]
# What each column may be fed to. NaN stays away from sketches, whose treatment of it is not specified.
OPERATIONS = {
    "price": [name for name in _FLOATS if name != "approx_unique_count"], "cents": [*_FLOATS, "approx_percentile"],
    "qty": [*_FLOATS, "approx_percentile", "approx_histogram_k"], "amount": _FLOATS, "score": _FLOATS,
    "flag": ["count", "sum", "first", "last", "first_k", "last_k"], "item": _TEXTS,
    "blob": ["count", "first", "last", "unique_count", "bounded_unique_count", "approx_unique_count"],
    "tags": ["count", "min", "max", "first", "last", "last_k", "unique_count", "histogram", "top_k"],
    "nums": ["count", "sum", "average", "variance", "min", "max", "last", "bottom_k", "unique_count"],
    "vec": ["sum", "average", "min", "max", "count", "variance"],
    "attrs": ["sum", "count", "average", "min", "max", "variance"], "counts": ["sum", "count", "average", "max"],
    "cost": _FLOATS, "page": _TEXTS, "city": _TEXTS, "age": _FLOATS, "tier": _FLOATS,
}
_BUCKETED = {"price", "qty", "cents", "flag", "nums", "cost"}
_EXACT = {"first_k", "last_k", "top_k", "bottom_k"}
# By the left's name of a key: few rows have none of them, many have one and not the other.
_SKEWED_TEXTS = [["'a'"], ["'a'", "''"], ["'ab'", "null"]]
SKEWED_VALUES = {"k1": _SKEWED_TEXTS, "other": _SKEWED_TEXTS, "item": [["'fig'", "'z'"], ["NULL", "''"]],
                 "kn": [["0"], ["-1", "9007199254740993"]]}
TEAM = "cases"


class Builder:
    """Draws configs; `operations` limits them to what a program has."""

    def __init__(self, random, operations=NAMES):
        self.random, self.operations, self.count = random, set(operations), 0

    def meta(self, stem):
        self.count += 1
        name = f"{TEAM}.{stem}{self.count}"
        return {"name": name, "online": 1, "customJson": '{"lag": 0, "groupby_tags": null, "column_tags": {}}',
                "dependencies": [], "outputNamespace": "gold", "team": TEAM, "offlineSchedule": "@daily"}

    def windows(self, hours):
        """Up to three distinct windows; none is unbounded."""
        random = self.random
        if random.random() < 0.2:
            return None
        units = [{"length": length, "timeUnit": 1} for length in (1, 2, 3, 7, 11, 12, 30)]
        if hours:
            units += [{"length": length, "timeUnit": 0} for length in (1, 6, 11, 12, 25)]
        return random.sample(units, random.randint(1, 3))

    def aggregation(self, columns, hours, buckets):
        random = self.random
        column = random.choice(columns)
        operation = random.choice([name for name in OPERATIONS[column] if name in self.operations])
        arguments = {}
        if operation in _EXACT or operation == "bounded_unique_count":
            arguments = {"k": str(random.randint(1, 4))}
        elif operation == "histogram" and random.random() < 0.4:
            arguments = {"k": "2"}
        elif operation == "approx_histogram_k":
            arguments = {"k": "16"}
        elif operation == "approx_percentile":
            arguments = {"k": "128", "percentiles": "[0.1, 0.5, 0.9]"}
        found = {"inputColumn": column, "operation": NAMES.index(operation), "argMap": arguments}
        windows = self.windows(hours)
        if windows:
            found["windows"] = windows
        if column == "vec":
            found["elementWise"] = 1
        elif buckets and column in _BUCKETED and random.random() < 0.25:
            found["buckets"] = random.sample(["region", "item"], random.randint(1, 2))
        return found

    def aggregations(self, columns, hours, buckets=False, count=8):
        """Aggregations whose columns have distinct names."""
        found, names = [], set()
        columns = [c for c in columns if any(name in self.operations for name in OPERATIONS[c])]
        while len(found) < count:
            aggregation = self.aggregation(columns, hours, buckets)
            own = {column_name(aggregation, window, bucket) for bucket in aggregation.get("buckets") or [None]
                   for window in [None, *(aggregation.get("windows") or [])]}
            if not own & names:
                names |= own
                found.append(aggregation)
            count -= self.random.random() < 0.1
        return found

    # ---- GroupBys --------------------------------------------------------------------------------------------------

    def query(self, selects, **more):
        random = self.random
        found = {"selects": selects}
        if random.random() < 0.25 and "price" in selects:
            found["wheres"] = random.sample(["price > -20", "region is not null", "qty <> 3 or flag"], 1)
        if random.random() < 0.3:
            found["startPartition"] = random.choice(DAYS[:6])
        if random.random() < 0.15:
            found["endPartition"] = random.choice(DAYS[8:])
        return {**found, **more, "setups": []}

    def group_by(self, sources, keys, aggregations, accuracy, stem="g"):
        found = {"metaData": self.meta(stem), "sources": sources, "keyColumns": keys}
        if aggregations is not None:
            found["aggregations"] = aggregations
        if accuracy is not None:
            found["accuracy"] = accuracy
        found["backfillStartDate"] = self.random.choice(DAYS[4:8])
        if aggregations and self.random.random() < 0.2:
            found["derivations"] = self.derivations(found)
        return found

    def derivations(self, group_by):
        simple = [a for a in group_by["aggregations"] if not a.get("buckets") and a["inputColumn"] in ("qty", "cents")
                  and NAMES[a["operation"]] in ("count", "sum", "average")]
        names = [column_name(a, window, None) for a in simple for window in a.get("windows") or [None]]
        found = [{"name": "*", "expression": "*"}] if self.random.random() < 0.7 or not names else []
        for i, name in enumerate(self.random.sample(names, min(len(names), 2))):
            expression = name if i == 0 else f"{name} * 2"
            found.append({"name": f"derived_{i}", "expression": expression})
        return found

    def event_columns(self):
        columns = [c for c in OPERATIONS if c not in ("cost", "page", "city", "age", "tier")]
        return self.random.sample(columns, 6)

    def events(self, accuracy, keys=None, stem="g"):
        """A GroupBy over events: one source, two, a cumulative one, or one without a time column."""
        random = self.random
        hours = accuracy == 0
        keys = keys or random.choice([["k1"], ["k1"], ["k2"], ["k1", "k2"], ["k1", "item"]])
        kind = random.random()
        if kind < 0.15 and keys == ["k1"]:
            return self.two_sources(accuracy, stem)
        if kind < 0.25 and keys == ["k1"] and accuracy == 1:
            query = self.query({name: name for name in ("k1", "price", "item")}, timeColumn="ts")
            query.pop("startPartition", None), query.pop("endPartition", None), query.pop("wheres", None)
            return self.group_by([{"events": {"table": "gold.totals", "query": query, "isCumulative": 1}}], keys,
                                 self.aggregations(["price"], hours), accuracy, stem)
        columns = self.event_columns()
        selects = {name: name for name in [*keys, *columns, "region", "item", "price", "qty", "flag"]}
        time = {} if kind > 0.92 and accuracy == 1 else {"timeColumn": "ts"}
        source = {"events": {"table": "gold.events", "query": self.query(selects, **time)}}
        return self.group_by([source], keys, self.aggregations(columns, hours, True), accuracy, stem)

    def two_sources(self, accuracy, stem):
        first = {"k1": "k1", "cost": "price", "page": "item", "region": "region", "item": "item"}
        second = {"k1": "visitor", "cost": "cost", "page": "upper(page)", "region": "'eu'", "item": "page"}
        sources = [{"events": {"table": "gold.events", "query": self.query(first, timeColumn="ts")}},
                   {"events": {"table": "gold.visits", "query": self.query(second, timeColumn="seconds * 1000")}}]
        return self.group_by(sources, ["k1"], self.aggregations(["cost", "page"], accuracy == 0, True), accuracy, stem)

    def entities(self, accuracy, stem="g"):
        """A GroupBy over daily snapshots: by city, or by key; with mutations if TEMPORAL; or passed through."""
        random = self.random
        selects = {name: name for name in ("k1", "city", "age", "tier")}
        entity = {"snapshotTable": "gold.people"}
        if accuracy == 0:
            entity |= {"mutationTable": "gold.changes", "mutationTopic": "t"}
            more = {"timeColumn": "upd", "mutationTimeColumn": "mutation_ts", "reversalColumn": "is_before"}
            keys = random.choice([["k1"], ["city"]])
            aggregations = self.aggregations([c for c in ("city", "age", "tier") if c not in keys], True)
        elif random.random() < 0.4:
            more, keys, aggregations = {}, ["k1"], None
        else:
            more, keys = {"timeColumn": "upd"}, random.choice([["k1"], ["city"]])
            aggregations = self.aggregations([c for c in ("city", "age", "tier") if c not in keys], False)
        query = {"selects": selects, **more, "setups": []}
        return self.group_by([{"entities": {**entity, "query": query}}], keys, aggregations, accuracy, stem)

    def backfilled(self):
        return self.entities(1) if self.random.random() < 0.25 else self.events(1)

    def uploaded(self):
        accuracy = self.random.randint(0, 1)
        return self.entities(accuracy, "u") if self.random.random() < 0.3 else self.events(accuracy, stem="u")

    # ---- joins -----------------------------------------------------------------------------------------------------

    def part(self, entity_left):
        random = self.random
        accuracy = 1 if entity_left else random.choice([0, 0, 1])
        group_by = self.entities(accuracy, "p") if random.random() < 0.3 else self.events(accuracy, ["k1"], "p")
        found = {"groupBy": group_by}
        if group_by["keyColumns"] == ["city"]:
            group_by["keyColumns"] = ["k1"]
            group_by["aggregations"] = self.aggregations(["city", "age", "tier"], accuracy == 0)
            group_by.pop("derivations", None)
        if not entity_left and random.random() < 0.35:
            found["keyMapping"] = {"other": "k1"}
        if random.random() < 0.4:
            found["prefix"] = random.choice(["pre", "my"])
        return found

    def join(self):
        random = self.random
        entity_left = random.random() < 0.25
        if entity_left:
            left = {"entities": {"snapshotTable": "gold.left_people", "query": {
                "selects": {"k1": "k1", "segment": "segment"}, "startPartition": random.choice(DAYS[3:8]),
                "setups": []}}}
        else:
            names = ("row_id", "k1", "other", "item", "ts")
            left = {"events": {"table": "gold.left_rows", "query": {
                "selects": {name: name for name in names}, "startPartition": random.choice(DAYS[3:8]),
                "timeColumn": "ts", "setups": []}}}
        found = {"metaData": self.meta("j"), "left": left,
                 "joinParts": [self.part(entity_left) for _ in range(random.randint(1, 3))]}
        if random.random() < 0.25:
            self.skew(found)
        counts = self.counts_of(found)
        if not entity_left and random.random() < 0.5:
            found["rowIds"] = ["row_id"]
            if counts and random.random() < 0.6:
                selects = {"row_id": "row_id", random.choice(counts): "given"}
                found["bootstrapParts"] = [{"table": "gold.boots", "query": {"selects": selects, "setups": []}}]
        if counts and random.random() < 0.3:
            found["derivations"] = [{"name": "*", "expression": "*"}] if random.random() < 0.7 else []
            found["derivations"] += [{"name": "renamed", "expression": counts[0]},
                                     {"name": "computed", "expression": f"coalesce({counts[-1]}, 0) * 2 - 1"}]
        return found

    def skew(self, join):
        """Skew keys are keys of some part by their names on the left; each part knows its own."""
        used = sorted({key for part in join["joinParts"] for key in left_keys(part) if key in SKEWED_VALUES})
        if used:
            keys = self.random.sample(used, self.random.randint(1, len(used)))
            join["skewKeys"] = {key: self.random.choice(SKEWED_VALUES[key]) for key in keys}

    def counts_of(self, join):
        """The prefixed COUNT columns of the parts: what bootstraps and derivations use."""
        found = []
        for part in join["joinParts"]:
            group_by = part["groupBy"]
            if group_by.get("aggregations") is None or group_by.get("derivations"):
                continue
            prefix = f"{part['prefix']}_" if part.get("prefix") else ""
            prefix += group_by["metaData"]["name"].replace(".", "_")
            found += [f"{prefix}_{column_name(a, window, None)}" for a in group_by["aggregations"]
                      for window in a.get("windows") or [None] if NAMES[a["operation"]] == "count"
                      and not a.get("buckets") and a["inputColumn"] not in ("attrs", "counts", "vec")]
        return found


def left_keys(part):
    """The left's names of a part's keys."""
    to_left = {right: left for left, right in part.get("keyMapping", {}).items()}
    return [to_left.get(name, name) for name in part["groupBy"]["keyColumns"]]
