"""A case: a config, its tables and a day, small enough to print, run through gnomon, and checked with the model."""
# SPDX-License-Identifier: Apache-2.0
import copy
import json
import random

from . import configs, datasets, operations, shapes, uploads
from .comparison import differences
from .expected import agrees
from .group_by import GroupBy
from .join import Join, table_name

FOLDERS = {"group_by": "group_bys", "upload": "group_bys", "join": "joins", "label": "joins"}


class Case:
    """`kind` is group_by, upload, join or label; `conf` a compiled config; `end` the last day; `step_days` the flag."""

    def __init__(self, kind, conf, tables, end, step_days=30):
        self.kind, self.conf, self.tables, self.end, self.step_days = kind, conf, tables, end, step_days

    @property
    def name(self):
        return self.conf["metaData"]["name"]

    @property
    def table(self):
        return table_name(self.conf["metaData"]) + {"upload": "_upload", "label": "_labels"}.get(self.kind, "")

    def used_tables(self):
        """The tables that the config names."""
        text = json.dumps(self.conf)
        return {name: rows for name, rows in self.tables.items() if f'"{name}"' in text}

    # ---- what is right -------------------------------------------------------------------------------------------

    def expected(self, rules=None):
        """The rows of the output; of an upload key -> value."""
        if self.kind == "label":
            return Join(self.conf, self.tables, rules).label_rows(self.end)
        if self.kind == "join":
            return Join(self.conf, self.tables, rules).backfill(self.end, step_days=self.step_days)
        group_by = GroupBy(self.conf, self.tables, rules)
        if self.kind == "upload":
            return uploads.expected(group_by, self.end)
        return group_by.backfill(self.end, step_days=self.step_days)

    def refusal(self):
        """What the program says instead of an answer; None if it answers. The upload of a day that no source has would
        replace good features by worse ones (docs/deviations.md)."""
        is_refused = self.kind == "upload" and not GroupBy(self.conf, self.tables).has_day(self.end)
        return f"nothing is uploaded for {self.end}" if is_refused else None

    def keys(self):
        """The columns that tell rows of the output apart."""
        if self.kind == "group_by":
            return [*self.conf["keyColumns"], "ds"]
        if self.kind == "label":
            return ["row_id", "ds"]
        return ["k1", "ds"] if "entities" in self.conf["left"] else ["row_id", "ts", "ds"]

    def check(self, actual, rules=None):
        """Sentences of what is wrong with rows (of an upload: key -> value) that a program answered."""
        expected = self.expected(rules)
        if self.kind == "upload":
            return [f"{key}: expected {expected.get(key)!r}, found {actual.get(key)!r}"
                    for key in sorted(expected.keys() | actual.keys(), key=repr)
                    if key not in expected or key not in actual or not agrees(expected[key], actual[key])][:20]
        return differences(expected, actual, self.keys())

    def decoded(self, rows):
        """The rows of an upload table as key -> value."""
        group_by = GroupBy(self.conf, self.tables)
        types = {name: avro_type(kind) for schema in datasets.SCHEMAS.values() for name, kind in schema.items()}
        info = next(json.loads(row["value_bytes"]) for row in rows if row["key_bytes"] == b"group_by_serving_info")
        kind, found = uploads.value_type(group_by, types, info), {}
        for row in rows:
            if row["key_bytes"] != b"group_by_serving_info":
                key = uploads.read(row["key_bytes"], ("record", [(name, types[name]) for name in group_by.keys]))
                found[tuple(key.values())] = uploads.value_of(group_by, row["value_bytes"], kind)
        return found

    # ---- on paper --------------------------------------------------------------------------------------------------

    def to_json(self):
        fields = {"kind": self.kind, "end": self.end, "step_days": self.step_days, "conf": self.conf,
                  "tables": self.used_tables()}
        return json.dumps(fields, indent=1, ensure_ascii=False, default=lambda data: {"hex": data.hex()})

    @classmethod
    def from_json(cls, text):
        fields = json.loads(text, object_hook=lambda o: bytes.fromhex(o["hex"]) if o.keys() == {"hex"} else o)
        return cls(fields["kind"], fields["conf"], fields["tables"], fields["end"], fields["step_days"])


def avro_type(kind):
    """The type of `uploads.Reader` for an Arrow type."""
    import pyarrow as pa
    if pa.types.is_list(kind):
        return ("list", avro_type(kind.value_type))
    if pa.types.is_map(kind):
        return ("map", avro_type(kind.item_type))
    return {"int32": "int", "int64": "long", "bool": "boolean", "binary": "bytes"}.get(str(kind), str(kind))


def generate(seed, kinds=("group_by", "upload", "join"), operations_known=operations.NAMES, count=6):
    """The cases of a seed: several configs over one data set. Seeds that are odd have configs of unusual shapes."""
    draw = random.Random(seed)
    tables = datasets.generate(draw)
    builder = (shapes.ShapeBuilder if seed % 2 else configs.Builder)(draw, operations_known)
    found = []
    for _ in range(count):
        kind = draw.choice(kinds)
        if kind == "join" and seed % 2 and draw.random() < 0.2:
            kind = "label"
        conf = {"group_by": builder.backfilled, "upload": builder.uploaded, "join": builder.join,
                "label": getattr(builder, "labelled", None)}[kind]()
        if kind == "upload":
            conf["aggregations"] = _readable(conf)
            conf.pop("derivations", None)
            if conf["aggregations"] is None:
                del conf["aggregations"]
        end = draw.choice(datasets.DAYS[9:11])
        step_days = draw.choice([30, 30, 2])
        # How far a parent join's steps reach is a matter of its own run.
        found.append(Case(kind, conf, tables, end, 30 if "joinSource" in json.dumps(conf) else step_days))
    return found


def _readable(conf):
    """Aggregations of an upload that can be read back. Sketches have no reader here: the golden uploads and the laws of
    aggregations cover them. FIRST and LAST of lists may hold nulls, which Avro's lists of Chronon do not (7.3)."""
    if conf.get("aggregations") is None:
        return None
    kept = [a for a in conf["aggregations"] if operations.name_of(a) not in uploads.UNREADABLE
            and not a.get("elementWise")
            and not (a["inputColumn"] in ("tags", "nums") and operations.name_of(a) in operations.TIMED)]
    return kept or [{"inputColumn": conf["aggregations"][0]["inputColumn"], "operation": 6, "argMap": {}}]


def shrink(case, fails, budget=60):
    """A smaller case that still `fails`: aggregations, parts, windows and rows are left out while it does."""
    tries = 0
    progress = True
    while progress and tries < budget:
        progress = False
        for smaller in _smaller(case):
            tries += 1
            if fails(smaller):
                case, progress = smaller, True
                break
            if tries >= budget:
                break
    return case


def _smaller(case):
    for table, rows in case.used_tables().items():
        for size in (2, 4, 8):
            width = -(-len(rows) // size)
            for start in range(0, len(rows), width) if len(rows) >= size else ():
                yield _with(case, tables={**case.tables, table: rows[:start] + rows[start + width:]})
    for path in _lists(case.conf):
        items = _at(case.conf, path)
        for i in range(len(items)) if len(items) > 1 else ():
            conf = copy.deepcopy(case.conf)
            del _at(conf, path)[i]
            yield _with(case, conf=conf)
    for removed in ("derivations", "skewKeys", "bootstrapParts"):
        if removed in case.conf:
            yield _with(case, conf={name: value for name, value in case.conf.items() if name != removed})


def _lists(conf):
    """Paths of the lists of a config of which an element may go."""
    found = [[name] for name in ("aggregations", "sources", "joinParts") if conf.get(name)]
    for i, aggregation in enumerate(conf.get("aggregations") or []):
        found += [["aggregations", i, name] for name in ("windows", "buckets") if aggregation.get(name)]
    for i, part in enumerate(conf.get("joinParts") or []):
        found += [["joinParts", i, "groupBy", *path] for path in _lists(part["groupBy"])]
    return found


def _at(conf, path):
    for step in path:
        conf = conf[step]
    return conf


def _with(case, **changes):
    fields = {"kind": case.kind, "conf": case.conf, "tables": case.tables, "end": case.end,
              "step_days": case.step_days, **changes}
    return Case(**fields)
