"""Uploads (SPEC 7): what a key's value holds for each kind of GroupBy, and how to read it back from its Avro bytes."""
# SPDX-License-Identifier: Apache-2.0
import io
import json
import math
import struct

from . import operations
from .expected import plain
from .group_by import GroupBy, by_key
from .rules import DAY, HOUR, MINUTE, length_ms, midnight, shift

HOPS = (DAY, HOUR, 5 * MINUTE)


def expected(group_by, day):
    """key -> value of the upload for `day`: a dict of features, or of `collapsedIr` and `tailHopIrs`."""
    if group_by.is_temporal and group_by.aggregations is not None:
        return batch_states(group_by, day)
    rows = group_by.day_rows(None if group_by.is_entity else group_by.events(day, day), day)
    return {tuple(row[name] for name in group_by.keys): {name: row[name] for name in group_by.value_columns()}
            for row in rows}


def batch_states(group_by, day):
    """SPEC 5.6 with B = the end of `day`; intermediate results are shown as the results they would end in."""
    batch_end, rules = midnight(day) + DAY, group_by.rules
    rows = group_by.snapshot_rows(day) if group_by.is_entity else group_by.events(shift(day, 1), shift(day, 1))
    found = {}
    for key, changes in by_key(rows).items():
        collapsed, tails = {}, {hop: {} for hop in HOPS}
        for field, aggregation, bucket in hop_fields(group_by):
            for window in aggregation.get("windows") or [None]:
                width = length_ms(window)
                seen = [c for c in changes if rules.in_batch(c.ts or 0, batch_end, width)]
                inside = [c for c in seen if rules.in_collapsed(c.ts or 0, batch_end, width)]
                name = operations.column_name(aggregation, window, bucket)
                collapsed[name] = operations.result(aggregation, bucket, inside, rules)
                for change in seen if width is not None else []:
                    if not rules.in_collapsed(change.ts, batch_end, width):
                        hop = rules.tail_hop(width)
                        cell = tails[hop].setdefault(rules.round(change.ts, hop), {})
                        cell.setdefault(field, (aggregation, bucket, {}))[2][id(change)] = change
        found[key] = {"collapsedIr": collapsed,
                      "tailHopIrs": [_hops(group_by, tails[hop]) for hop in HOPS]}
    return found


def hop_fields(group_by):
    """(field of a hop, aggregation, bucket): one for each aggregation and bucket, whatever others are called (7.3)."""
    found = {}
    for aggregation in group_by.aggregations:
        for bucket in aggregation.get("buckets") or [None]:
            name = operations.column_name(aggregation, None, bucket)
            names = [name, *(f"{name}_REPEATED_NAME_{i}" for i in range(len(found)))]
            found[next(one for one in names if one not in found)] = (aggregation, bucket)
    return [(name, *of) for name, of in found.items()]


def _hops(group_by, cells):
    found = []
    for start, cell in sorted(cells.items()):
        states = {name: None for name, *_ in hop_fields(group_by)}
        for name, (aggregation, bucket, changes) in cell.items():
            states[name] = operations.result(aggregation, bucket, list(changes.values()), group_by.rules)
        found.append({**states, "ts": start})
    return found


# ---- Avro ----------------------------------------------------------------------------------------------------------

class Reader:
    """Reads Avro binary by types: a name, ("list", t), ("map", t) or ("record", [(name, t)...]) of nullable fields."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def at_end(self):
        return not self.data.read(1)

    def number(self):
        shift_by, value = 0, 0
        while True:
            byte = self.data.read(1)[0]
            value |= (byte & 127) << shift_by
            shift_by += 7
            if byte < 128:
                return (value >> 1) ^ -(value & 1)

    def value(self, kind):
        if kind in ("int", "long", "short"):
            return self.number()
        if kind == "boolean":
            return self.data.read(1) == b"\1"
        if kind in ("float", "double"):
            size = 4 if kind == "float" else 8
            return struct.unpack("<f" if size == 4 else "<d", self.data.read(size))[0]
        if kind in ("string", "bytes"):
            raw = self.data.read(self.number())
            return raw.decode() if kind == "string" else raw
        if kind[0] == "list":
            return [self.value(kind[1]) for _ in self.blocks()]
        if kind[0] == "map":
            return {self.value("string"): self.value(kind[1]) for _ in self.blocks()}
        return {name: self.value(child) if self.number() else None for name, child in kind[1]}

    def blocks(self):
        while count := self.number():
            if count < 0:
                self.number()
            yield from range(abs(count))


def read(data, kind):
    """The value of `kind` that the bytes hold, all of them."""
    reader = Reader(data)
    value = reader.value(kind)
    assert reader.at_end(), "bytes behind the value"
    return value


def output_type(aggregation, bucket, inputs):
    """The Avro type of a finalised column; `inputs` gives the type of each selected column."""
    return _shaped(aggregation, bucket, inputs, _output)


def intermediate_type(aggregation, bucket, inputs):
    """The Avro type of a column's intermediate result (4.1)."""
    return _shaped(aggregation, bucket, inputs, _intermediate)


def _shaped(aggregation, bucket, inputs, type_of):
    operation, kind = operations.name_of(aggregation), inputs[aggregation["inputColumn"]]
    shape = None
    if operation not in operations.TIMED and isinstance(kind, tuple):
        shape = "map" if kind[0] == "map" else "list" if aggregation.get("elementWise") else None
        kind = kind[1]
    found = type_of(operation, kind)
    found = (shape, found) if shape else found
    return ("map", found) if bucket else found


def _output(operation, kind):
    if operation in ("count", "unique_count", "approx_unique_count", "bounded_unique_count"):
        return "long"
    if operation == "sum":
        return "double" if kind in ("float", "double") else "long"
    if operation in ("average", "variance", "skew", "kurtosis"):
        return "double"
    if operation.endswith("_k") and operation != "approx_histogram_k":
        return ("list", kind)
    return {"histogram": ("map", "int"), "approx_histogram_k": ("map", "long"),
            "approx_percentile": ("list", "float")}.get(operation, kind)


def _intermediate(operation, kind):
    pair = ("record", [("epochMillis", "long"), ("payload", kind)])
    if operation in ("first", "last"):
        return pair
    if operation in ("first_k", "last_k"):
        return ("list", pair)
    if operation == "unique_count":
        return ("list", kind)
    return {"average": ("record", [("sum", "double"), ("count", "int")]),
            "variance": ("record", [("count", "int"), ("mean", "double"), ("m2", "double")]),
            "skew": ("list", "double"), "kurtosis": ("list", "double")}.get(operation, _output(operation, kind))


UNREADABLE = ("approx_unique_count", "approx_percentile", "approx_histogram_k", "bounded_unique_count")


def batch_type(group_by, inputs):
    """The Avro type of a batch IR. Sketches have no reader here: their columns are refused."""
    assert not any(operations.name_of(a) in UNREADABLE for a in group_by.aggregations)
    collapsed = [(name, intermediate_type(a, bucket, inputs)) for name, a, bucket, _ in group_by.columns]
    tail = [(name, intermediate_type(a, bucket, inputs)) for name, a, bucket in hop_fields(group_by)]
    hop = ("record", [*tail, ("ts", "long")])
    return ("record", [("collapsedIr", ("record", collapsed)), ("tailHopIrs", ("list", ("list", hop)))])


def value_type(group_by, inputs, serving_info):
    """The Avro type of the values of an upload. The order of passed-through columns is the serving info's."""
    if group_by.aggregations is None:
        fields = json.loads(serving_info["selectedAvroSchema"])["fields"]
        return ("record", [(field["name"], inputs[field["name"]]) for field in fields])
    if group_by.is_temporal:
        return batch_type(group_by, inputs)
    return ("record", [(name, output_type(a, bucket, inputs)) for name, a, bucket, _ in group_by.columns])


def value_of(group_by, data, kind):
    """A value of an upload as `expected` shows it."""
    value = read(data, kind)
    return finalised(group_by, value) if group_by.is_temporal and group_by.aggregations is not None else value


def finalised(group_by, batch):
    """A decoded batch IR with each intermediate result as the result it would end in: a NaN as null."""
    short = {name: (a, bucket) for name, a, bucket in hop_fields(group_by)}
    collapsed = {name: _result(a, bucket, batch["collapsedIr"][name]) for name, a, bucket, _ in group_by.columns}
    tails = [[{name: state if name == "ts" else _result(*short[name], state) for name, state in hop.items()}
              for hop in hops] for hops in batch["tailHopIrs"]]
    return {"collapsedIr": collapsed, "tailHopIrs": tails}


def _result(aggregation, bucket, state):
    value = _final(aggregation, bucket, state)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _final(aggregation, bucket, state):
    if state is None:
        return None
    if bucket:
        return {name: _final(aggregation, None, value) for name, value in state.items()}
    operation = operations.name_of(aggregation)
    per_key = isinstance(state, dict) and all(isinstance(value, dict) for value in state.values())
    if per_key or isinstance(state, dict) and operation not in ("histogram", "first", "last", "average", "variance"):
        return {name: _final(aggregation, None, value) for name, value in state.items()}  # A map: one state per key.
    if operation == "average":
        return state["sum"] / state["count"] if state["count"] else math.nan
    if operation == "variance":
        return state["m2"] / state["count"]
    if operation in ("skew", "kurtosis"):
        return _moment(operation, state)
    if operation in ("first", "last"):
        return state["payload"]
    if operation in ("first_k", "last_k"):
        newest = operation == "last_k"
        order = sorted(state, key=lambda pair: operations.rank(pair["payload"]), reverse=True)
        return [pair["payload"] for pair in sorted(order, key=lambda pair: pair["epochMillis"], reverse=newest)]
    if operation in ("top_k", "bottom_k"):
        return sorted(state, key=operations.rank, reverse=operation == "top_k")
    if operation == "histogram":
        # The state holds all keys: what a k keeps is known when all hops are merged.
        return plain(operations.most_frequent(state, aggregation.get("argMap") or {}))
    return len(state) if operation == "unique_count" else state


def _moment(operation, state):
    n, _, m2, m3, m4 = state
    if m2 == 0 or n < (3 if operation == "skew" else 4):
        return math.nan
    return math.sqrt(n) * m3 / m2 ** 1.5 if operation == "skew" else n * m4 / m2 ** 2 - 3
