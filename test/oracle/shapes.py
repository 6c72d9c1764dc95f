"""Configs of unusual shapes: what `configs` draws, changed by one rule after the other."""
# SPDX-License-Identifier: Apache-2.0
import copy

from .configs import Builder
from .datasets import DAYS
from .operations import NAMES, column_name

TYPED_KEYS = ("kn", "kd", "kb", "kt", "kf")
# An upload writes keys as Avro, which has no dates (7.3).
AVRO_KEYS = ("kn", "kd", "kb", "kf")
_SMALL_STATES = {"count", "sum", "average", "variance", "skew", "kurtosis", "min", "max", "first", "last"}
_LEFT_COLUMNS = ("row_id", "k1", "other", "item", *TYPED_KEYS, "ts")


class ShapeBuilder(Builder):
    """Draws configs like its base; each then passes the rules that its kind has."""

    def query(self, selects, **more):
        """Small tables have neither region nor qty."""
        found = super().query(selects, **more)
        if "wheres" in found and "qty" not in selects:
            found["wheres"] = ["price > 3 or item = 'fig'"]
        return found

    def windows(self, hours):
        """One may begin before 1970."""
        found = super().windows(hours)
        if found and self.random.random() < 0.1:
            unit = self.random.choice([0, 1] if hours else [1])
            found[0] = {"length": (480_000, 20_000)[unit], "timeUnit": unit}
        return found

    # ---- GroupBys --------------------------------------------------------------------------------------------------

    def backfilled(self):
        random = self.random
        choice = random.random()
        if choice < 0.15:
            found = self.small_events(1)
        elif choice < 0.3:
            found = self.overlapping(1)
        elif choice < 0.5:
            found = self.people(1)
        elif choice < 0.65:
            return self.incremental()
        elif choice < 0.93:
            found = self.events(1, random.choice([["kn"], ["kd"], ["kb"], ["kt"], ["kf"], ["k1", "kn"], ["kb", "kd"]]))
        else:
            found = self.busy()
        if random.random() < 0.2:
            found["metaData"]["historicalBackfill"] = 0
        if "events" in found["sources"][0] and "timeColumn" in found["sources"][0]["events"]["query"]:
            accuracy = random.choice([0, 1, None])  # A backfill is of SNAPSHOT whatever the accuracy (6, 1).
            found.pop("accuracy")
            if accuracy is not None:
                found["accuracy"] = accuracy
        return found

    def uploaded(self):
        random = self.random
        accuracy = random.randint(0, 1)
        choice = random.random()
        if choice < 0.2:
            return self.small_events(accuracy, "u")
        if choice < 0.4:
            return self.overlapping(accuracy, "u")
        if choice < 0.6:
            return self.people(accuracy, "u")
        keys = random.choice([[name] for name in AVRO_KEYS] + [["k1", "kn"], ["kb", "kd"]])
        return self.events(accuracy, keys, "u")

    def small_events(self, accuracy, stem="g", keys=None):
        """Over a table of another partition column with empty days, or one that is not partitioned."""
        random = self.random
        table = random.choice(["gold.gaps", "gold.flat"])
        keys = keys or random.choice([["k1"], ["kn"], ["item"]])
        names = {name: name for name in ("k1", "price", "item", "kn")}
        more = {"partitionColumn": "day"} if table == "gold.gaps" else {}
        if random.random() < 0.85 or accuracy == 0 or table == "gold.flat":
            more["timeColumn"] = "ts"
        query = self.query(names, **more)
        columns = [name for name in ("price", "item") if name not in keys]
        return self.group_by([{"events": {"table": table, "query": query}}], keys,
                             self.aggregations(columns, accuracy == 0), accuracy, stem)

    def busy(self):
        """Many rows a key and day, and only operations whose states are small: such rows are added up by batch."""
        query = self.query({name: name for name in ("k1", "price", "item")}, timeColumn="ts")
        aggregations = Builder(self.random, self.operations & _SMALL_STATES).aggregations(("price",), False)
        return self.group_by([{"events": {"table": "gold.busy", "query": query}}], ["k1"], aggregations, 1)

    def overlapping(self, accuracy, stem="g", keys=None):
        """One table twice with other bounds: rows in both count twice (edge case 55); and a third of other columns."""
        random = self.random
        keys = keys or ["k1"]
        names = {name: name for name in {*keys, "price", "item"}}
        sources = []
        for table in random.choices(["gold.events", "gold.events", "gold.gaps"], k=random.randint(2, 3)):
            more = {"partitionColumn": "day"} if table == "gold.gaps" else {}
            sources.append({"events": {"table": table, "query": self.query(dict(names), timeColumn="ts", **more)}})
            for bound in ("startPartition", "endPartition"):
                if random.random() < 0.4:
                    sources[-1]["events"]["query"][bound] = random.choice(DAYS[1:9])
        return self.group_by(sources, keys, self.aggregations(["price", "item"], accuracy == 0), accuracy, stem)

    def people(self, accuracy, stem="g"):
        """Snapshots with missing days, with wheres, of two tables, without a time column."""
        random = self.random
        found = self.entities(accuracy, stem)
        for source in found["sources"]:
            entity = source["entities"]
            if random.random() < 0.6 and stem != "u":
                entity["snapshotTable"] = "gold.people_gaps"
            if random.random() < 0.3:
                entity["query"]["wheres"] = [random.choice(["tier > 0", "city is not null", "age < 50 or tier = 2"])]
            if random.random() < 0.2:
                entity["query"]["startPartition"] = random.choice(DAYS[3:8])
        aggregations = found.get("aggregations")
        if accuracy == 1 and aggregations and random.random() < 0.3:
            for aggregation in aggregations:
                aggregation.pop("windows", None)
            timed = ("first", "last", "first_k", "last_k")
            kept = [a for a in aggregations if NAMES[a["operation"]] not in timed]
            distinct = {column_name(a, None, None): a for a in kept}
            if distinct:
                found["aggregations"] = list(distinct.values())
                found.pop("derivations", None)
                found["sources"][0]["entities"]["query"].pop("timeColumn")
        if accuracy == 1 and found.get("aggregations") and random.random() < 0.25:
            found["sources"].append(copy.deepcopy(found["sources"][0]))
            found["sources"][1]["entities"]["snapshotTable"] = "gold.people"
        return found

    def incremental(self, keys=None):
        random = self.random
        keys = keys or random.choice([["k1"], ["kn"], ["k1", "kd"]])
        found = self.events(1, keys)
        while not _can_be_incremental(found):
            found = self.events(1, keys)
        found["isIncremental"] = 1
        return found

    # ---- joins -----------------------------------------------------------------------------------------------------

    def part(self, entity_left):
        random = self.random
        if entity_left:
            choice = random.random()
            if choice < 0.3:
                return self.named({"groupBy": self.small_events(1, "p", ["k1"])})
            if choice < 0.5:
                return self.named({"groupBy": self.overlapping(1, "p")})
            if choice < 0.6:
                group_by = self.people(random.randint(0, 1), "p")
                mapping = {"keyMapping": {"k1": "city"}} if group_by["keyColumns"] == ["city"] else {}
                return self.named({"groupBy": group_by, **mapping})
            found = super().part(True)
            # The accuracy changes nothing: an entity's row sees the end of its day (8.1).
            if "timeColumn" in next(iter(found["groupBy"]["sources"][0].values()))["query"]:
                found["groupBy"]["accuracy"] = random.randint(0, 1)
            return found
        choice, accuracy = random.random(), random.randint(0, 1)
        if choice < 0.3:
            keys = random.choice([[name] for name in TYPED_KEYS] + [["k1", "kn"], ["kb", "kd"]])
            return self.named({"groupBy": self.events(accuracy, keys, "p")})
        if choice < 0.45:
            # Two keys under other names on the left, which may be the names of one another.
            group_by = self.events(accuracy, ["k1", "item"], "p")
            mapping = random.choice([{"other": "k1"}, {"item": "k1", "k1": "item"}, {"other": "item", "item": "k1"},
                                     {"other": "item"}])
            return self.named({"groupBy": group_by, "keyMapping": mapping})
        if choice < 0.6:
            keys = random.choice([["k1"], ["kn"], ["item"]])
            return self.named({"groupBy": self.small_events(accuracy, "p", keys)})
        if choice < 0.7:
            return self.named({"groupBy": self.overlapping(accuracy, "p")})
        if choice < 0.75:
            # Its days are not read from their table of intermediate results (6.2).
            group_by = self.events(1, ["k1"], "p")
            if _can_be_incremental(group_by):
                group_by["isIncremental"] = 1
            return self.named({"groupBy": group_by})
        if choice < 0.8:
            return self.named({"groupBy": self.chained(accuracy)})
        if choice < 0.88:
            group_by = self.people(accuracy, "p")
            if group_by["keyColumns"] == ["city"]:
                return self.named({"groupBy": group_by, "keyMapping": {"item": "city"}})
            return self.named({"groupBy": group_by})
        return super().part(False)

    def chained(self, accuracy):
        """Of what another join gives: counts and a column of its left side."""
        parent = self.plain_join()
        while not self.counts_of(parent):
            parent = self.plain_join()
        parent["left"]["events"]["topic"] = "t"
        query = {"selects": {"k1": "k1", "city": "item", "tier": self.counts_of(parent)[0]}, "timeColumn": "ts",
                 "setups": []}
        aggregations = self.aggregations(["city", "tier"], accuracy == 0)
        return self.group_by([{"joinSource": {"join": parent, "query": query}}], ["k1"], aggregations, accuracy, "p")

    def plain_join(self):
        """Events with parts over tables."""
        found = {"metaData": self.meta("j"), "left": self.left_events(), "rowIds": ["row_id"],
                 "joinParts": [{"groupBy": self.events(self.random.randint(0, 1), ["k1"], "p")}]}
        return found

    def left_events(self):
        return {"events": {"table": "gold.left_rows", "query": {
            "selects": {name: name for name in _LEFT_COLUMNS}, "startPartition": self.random.choice(DAYS[3:8]),
            "timeColumn": "ts", "setups": []}}}

    def labelled(self):
        """A join of whose rows a later day tells the labels."""
        random = self.random
        found = self.plain_join()
        if random.random() < 0.5:
            keys = random.choice([["k1"], ["kn"], ["kb"]])
            group_by = self.events(1, keys, "l")
            while "timeColumn" not in next(iter(group_by["sources"][0].values()))["query"]:
                group_by = self.events(1, keys, "l")
            window = {"length": random.randint(1, 3), "timeUnit": 1}
            group_by["aggregations"] = [{**group_by["aggregations"][0], "windows": [window]}]
            group_by.pop("derivations", None)
            offsets = [window["length"]] * 2
        else:
            selects = {name: name for name in ("k1", "city", "age", "tier")}
            source = {"entities": {"snapshotTable": "gold.people", "query": {"selects": selects, "setups": []}}}
            group_by = self.group_by([source], ["k1"], None, 1, "l")
            offsets = sorted((random.randint(1, 5), random.randint(1, 5)), reverse=True)
        label = {"groupBy": group_by}
        if group_by["keyColumns"] == ["k1"] and random.random() < 0.4:
            label["keyMapping"] = {"other": "k1"}
        if random.random() < 0.3:
            label["prefix"] = "seen"
        found["labelPart"] = {"labels": [label], "leftStartOffset": offsets[0], "leftEndOffset": offsets[1],
                              "metaData": self.meta("label")}
        if random.random() < 0.3:
            found["joinParts"].append({**found["joinParts"][0], "prefix": "again", "keyMapping": {"other": "k1"}})
            self.skew(found)
        return found

    def named(self, part):
        if self.random.random() < 0.3:
            part["prefix"] = self.random.choice(["pre", "my", "_score"])
        return part

    def join(self):
        random = self.random
        found = super().join()
        (kind, left), = found["left"].items()
        if kind == "events":
            left["query"]["selects"] = {name: name for name in _LEFT_COLUMNS}
            if random.random() < 0.1:
                del left["query"]["selects"]
        if random.random() < 0.15:
            left["query"]["endPartition"] = random.choice(DAYS[7:9])
        if random.random() < 0.2:
            left["query"]["wheres"] = ["k1 <> 'a' or k1 is null"]
        if random.random() < 0.25:
            part = copy.deepcopy(random.choice(found["joinParts"]))
            part["prefix"] = "again"
            if kind == "events" and part["groupBy"]["keyColumns"] == ["k1"]:
                part["keyMapping"] = random.choice([{"other": "k1"}, {"item": "k1"}, {"k1": "k1"}])
            found["joinParts"].append(part)
        if random.random() < 0.1 and "endPartition" not in left["query"]:
            found["metaData"]["historicalBackfill"] = 0
        counts = self.counts_of(found)
        if kind == "events" and counts and random.random() < 0.4:
            self.bootstrap(found, counts)
        if counts and random.random() < 0.3:
            self.derive(found, counts, kind)
        return found

    def bootstrap(self, join, counts):
        """Up to two tables, for one or two columns, by the row's id and by columns of the left."""
        random = self.random
        join["rowIds"] = ["row_id"]
        columns = random.sample(counts, min(len(counts), 2))
        parts = [{"table": "gold.boots", "query": {"selects": {"row_id": "row_id", columns[0]: "given"}, "setups": []}},
                 {"table": "gold.more_boots", "keyColumns": ["k1", "item"],
                  "query": {"selects": {"k1": "k1", "item": "item", **dict(zip(columns, ("given", "second")))},
                            "setups": []}}]
        if random.random() < 0.3:
            parts[1]["query"]["startPartition"] = random.choice(DAYS[4:8])
        join["bootstrapParts"] = random.choice([parts, parts[::-1], parts[1:]])

    def derive(self, join, counts, kind):
        """A derivation may have the name of a column of the left, use it, and use another's columns."""
        random = self.random
        found = [{"name": "*", "expression": "*"}] if random.random() < 0.5 else []
        found.append({"name": "total", "expression": " + ".join(f"coalesce({name}, 0)" for name in counts[:3])})
        if kind == "events":
            found.append({"name": "kn", "expression": f"{counts[0]} + 5"})
            found.append({"name": "later", "expression": "ts + 1"})
        else:
            found.append({"name": "segment", "expression": f"if({counts[0]} > 1, 'many', 'few')"})
        takes_a_name = found[0]["name"] != "*" and len(counts) > 1
        found.append({"name": counts[0], "expression": f"{counts[-1]} * 3"} if takes_a_name
                     else {"name": "same", "expression": counts[-1]})
        random.shuffle(found)
        join["derivations"] = found


def _can_be_incremental(group_by):
    """Events day by day, in windows (6.2)."""
    return (any(a.get("windows") for a in group_by["aggregations"])
            and all("events" in s and not s["events"].get("isCumulative") for s in group_by["sources"]))
