"""What the tests of the edge cases share: a repository of small tables, and configs in the form that compiles write.

The edge cases are SPEC section 12; a test carries the numbers of those that it shows (test_edge_case_007_...).
"""
# SPDX-License-Identifier: Apache-2.0
import datetime
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq

from oracle import tables
from oracle.operations import NAMES
from repository import Repository

DAY = 86_400_000


def ms(text):
    """`2023-12-04 14:27:00[.001]`, UTC, in milliseconds."""
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(milliseconds=1)


def aggregation(column, operation, *windows, buckets=None, element_wise=False, **arguments):
    """`aggregation("v", "last_k", "7d", "6h", k=3)`."""
    found = {"inputColumn": column, "operation": NAMES.index(operation),
             "argMap": {name: str(value) for name, value in arguments.items()}}
    if windows:
        found["windows"] = [{"length": int(text[:-1]), "timeUnit": "hd".index(text[-1])} for text in windows]
    if buckets:
        found["buckets"] = buckets
    return {**found, "elementWise": 1} if element_wise else found


def query(selects, **fields):
    """A Query; `selects` is a dict or a list of names, other fields by Chronon's names."""
    selects = selects if isinstance(selects, dict) else {name: name for name in selects}
    return {"selects": selects, **fields, "setups": []}


def events(table, selects, timeColumn="ts", **fields):
    source = {name: fields.pop(name) for name in ("topic", "isCumulative") if name in fields}
    time = {"timeColumn": timeColumn} if timeColumn else {}
    return {"events": {"table": table, **source, "query": query(selects, **time, **fields)}}


def entities(table, selects, **fields):
    source = {name: fields.pop(name) for name in ("mutationTable", "mutationTopic") if name in fields}
    return {"entities": {"snapshotTable": table, **source, "query": query(selects, **fields)}}


def meta(name, **fields):
    return {"name": f"edge.{name}", "online": 1, "customJson": '{"lag": 0}', "dependencies": [],
            "outputNamespace": "edge", "team": "edge", "offlineSchedule": "@daily", **fields}


SNAPSHOT, TEMPORAL = 1, 0


def group_by(name, sources, keys, aggregations, start="2023-12-01", accuracy=SNAPSHOT, metaData=None, **fields):
    """A GroupBy; `start` is its backfillStartDate."""
    sources = sources if isinstance(sources, list) else [sources]
    found = {"metaData": meta(name, **(metaData or {})), "sources": sources, "keyColumns": keys,
             "aggregations": aggregations, "accuracy": accuracy, "backfillStartDate": start, **fields}
    return {name: value for name, value in found.items() if value is not None}


def part(conf, **fields):
    return {"groupBy": conf, **fields}


def join(name, left, parts, metaData=None, **fields):
    return {"metaData": meta(name, **(metaData or {})), "left": left, "joinParts": parts, **fields}


class EdgeRepository(Repository):
    """A repository whose configs are compiled ones, with the names that Chronon gives."""

    def add(self, name, columns, rows):
        """Registers a table. `columns` is a text like `key:string ts:long`, `rows` tuples; it must have a `ds`."""
        fields = [tuple(field.split(":", 1)) for field in columns.split()]
        schema = pa.schema([(column, TYPES[kind]) for column, kind in fields])
        data = [pa.array([row[i] for row in rows], schema.field(i).type) for i in range(len(fields))]
        path = self.root / f"{name}.parquet"
        pq.write_table(pa.Table.from_arrays(data, schema=schema), path)
        self.run("gnomon", "import", name, str(path), "--partition-by", "ds")

    def put(self, conf):
        """Writes a compiled config and returns its path."""
        folder = "joins" if "left" in conf else "group_bys"
        path = self.root / "production" / folder / conf["metaData"]["name"].replace(".", "/", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(conf, indent=2))
        return str(path.relative_to(self.root))

    def run_conf(self, conf, ds, *flags, mode="backfill", status=0):
        return self.run("run.py", f"--mode={mode}", f"--conf={self.put(conf)}", f"--ds={ds}", *flags, status=status)

    def output(self, conf, suffix=""):
        """The rows of a config's output table, as dicts."""
        return tables.rows_of(self.table(f"edge.{re.sub(r'[^A-Za-z0-9_]', '_', conf['metaData']['name'])}{suffix}"))

    def answer(self, conf, ds, *flags):
        """Backfills, and returns the rows."""
        self.run_conf(conf, ds, *flags)
        return self.output(conf)


TYPES = {"string": pa.string(), "long": pa.int64(), "int": pa.int32(), "short": pa.int16(), "double": pa.float64(),
         "float": pa.float32(), "bool": pa.bool_(), "binary": pa.binary(), "date": pa.date32(),
         "timestamp": pa.timestamp("us", "UTC"), "strings": pa.list_(pa.string()), "doubles": pa.list_(pa.float64()),
         "longs": pa.list_(pa.int64()), "string_long_map": pa.map_(pa.string(), pa.int64()),
         "string_double_map": pa.map_(pa.string(), pa.float64())}


def by(rows, *names):
    """The rows by the values of some columns: one row each."""
    found = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        key = key[0] if len(key) == 1 else key
        assert key not in found, f"two rows for {key}"
        found[key] = row
    return found
