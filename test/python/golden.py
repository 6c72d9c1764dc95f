"""The recorded cases of the real Chronon (test/golden): prepares one in a fresh repository, and reads its answers.

    repository = golden.prepare(tmp_path, "gb_cumulative")
    repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path("gb_cumulative"), "--ds", golden.END_DATE)
    expected, actual = golden.answer("gb_cumulative"), repository.table("gold.cases_gb_cumulative")
    assert differences(expected, actual, ["user", "ds"]) == []
"""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow.parquet as pq

from repository import GOLDEN, Repository

INDEX = json.loads((GOLDEN / "index.json").read_text())
END_DATE = "2024-03-10"
# The operation's number is its place.
OPERATIONS = ("min max first last unique_count approx_unique_count count sum average variance skew kurtosis "
              "approx_percentile last_k first_k top_k bottom_k histogram approx_histogram_k "
              "bounded_unique_count").split()
TIMED = ("first", "last", "first_k", "last_k")
FOLDERS = {"group_by": "group_bys", "upload": "group_bys", "join": "joins", "label_join": "joins"}


def conf(case):
    """The compiled config of a case, parsed."""
    return json.loads((GOLDEN / f"cases/{case}/conf.json").read_text())


def conf_path(case):
    """Where `prepare` writes the config, relative to the repository."""
    return f"production/{FOLDERS[INDEX[case]['kind']]}/cases/{case}"


def prepare(tmp_path, case, config=None, inputs=None):
    """A repository with the tables of a case as gold.<table>, partitioned by ds, and its config under production/.

    `config` stands in for the recorded config, `inputs` for the list of tables.
    """
    repository = Repository.empty(tmp_path / "repo")
    for table in INDEX[case]["inputs"] if inputs is None else inputs:
        import_table(repository, table)
    text = (GOLDEN / f"cases/{case}/conf.json").read_text() if config is None else json.dumps(config, indent=2)
    write_conf(repository, conf_path(case), text)
    return repository


def import_table(repository, table):
    """Imports the recorded input `table` as gold.<table>."""
    recorded = str(GOLDEN / f"inputs/{table}.parquet")
    repository.run("gnomon", "import", f"gold.{table}", recorded, "--partition-by", "ds")


def write_conf(repository, path, text):
    """Writes a compiled config; its side file is made by the first command that needs it."""
    target = repository.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text if isinstance(text, str) else json.dumps(text, indent=2))


def answer(case, name="output"):
    """A recorded answer as an Arrow table."""
    return pq.read_table(GOLDEN / f"cases/{case}/{name}.parquet")


def refusal(case):
    """What Chronon said when it refused a case."""
    return (GOLDEN / f"cases/{case}/error.txt").read_text()


def argument(aggregation, name):
    """An argument of an aggregation, None without."""
    return (aggregation.get("argMap") or {}).get(name)


def output_columns(group_by):
    """Chronon's names of a GroupBy's columns (SPEC 4.6) -> (aggregation, window or None, bucket or None), in order."""
    columns = {}
    for aggregation in group_by.get("aggregations") or []:
        suffix = OPERATIONS[aggregation["operation"]]
        if suffix in ("last_k", "first_k", "top_k", "bottom_k"):
            suffix = suffix.removesuffix("_k") + argument(aggregation, "k")
        for bucket in aggregation.get("buckets") or [None]:
            for window in aggregation.get("windows") or [None]:
                length = f"_{window['length']}{'hd'[window['timeUnit']]}" if window else ""
                by = f"_by_{bucket}" if bucket else ""
                columns[f"{aggregation['inputColumn']}_{suffix}{length}{by}"] = (aggregation, window, bucket)
    return columns


class SettledTies:
    """The documented deviation of FIRST, LAST and their K forms: among equal ts, Chronon's answer depends on arrival.

    An `allowed` of answers.differences for the columns of `group_by` over the recorded tables `inputs`: true if each
    value may stand where it stands by the ts of its events, and ours are the greatest among equals
    (docs/deviations.md).
    Inputs are columns of the tables (selects of other expressions are not looked through).
    """

    def __init__(self, group_by, inputs, prefix=""):
        self.columns = {prefix + name: value for name, value in output_columns(group_by).items()}
        self.keys = group_by["keyColumns"]
        self.inputs = inputs
        self.events = {}

    def __call__(self, column, row, expected, actual):
        aggregation, _, bucket = self.columns.get(column, (None, None, None))
        if aggregation is None:
            return False
        operation = OPERATIONS[aggregation["operation"]]
        if operation == "histogram" and bucket is None:
            return is_settled_cut(expected, actual)
        if operation == "approx_histogram_k" and bucket is None:
            return is_settled_cut(expected, actual) or is_tighter(expected, actual)
        if operation in ("sum", "average"):
            by_ts = self.values_by_ts(aggregation["inputColumn"], tuple(row[key] for key in self.keys), None)
            return is_near(expected, actual, 1e-9 * magnitude(list(by_ts.values())))
        if operation not in TIMED:
            return False
        by_ts = self.values_by_ts(aggregation["inputColumn"], tuple(row[key] for key in self.keys), bucket)
        if bucket is None:
            return self.is_settled(by_ts, expected, actual, argument(aggregation, "k") is not None)
        left, right = dict(expected or {}), dict(actual or {})
        return left.keys() == right.keys() and all(
            left[name] == right[name]
            or self.is_settled(by_ts.get(name, {}), left[name], right[name], argument(aggregation, "k") is not None)
            for name in left)

    @staticmethod
    def is_settled(by_ts, expected, actual, is_list):
        if expected is None or actual is None:
            return False
        pairs = zip(expected, actual) if is_list else [(expected, actual)]
        if is_list and len(expected) != len(actual):
            return False
        # A list of the K forms is settled if each of its places is taken by an event of the same ts.
        return all(left == right or any(left in values and right in values and (is_list or right == greatest(values))
                                        for values in by_ts.values()) for left, right in pairs)

    def values_by_ts(self, name, key, bucket):
        """ts -> values that are not null of one key's events; by bucket value first for a bucketed column."""
        if (name, bucket) not in self.events:
            self.events[name, bucket] = self.load(name, bucket)
        return self.events[name, bucket].get(key, {})

    def load(self, name, bucket):
        found = {}
        for table in self.inputs:
            columns = [*dict.fromkeys([*self.keys, "ts", name, *([bucket] if bucket else [])])]
            for event in pq.read_table(GOLDEN / f"inputs/{table}.parquet", columns=columns).to_pylist():
                if event[name] is None:
                    continue
                of_key = found.setdefault(tuple(event[key] for key in self.keys), {})
                if bucket:
                    of_key = of_key.setdefault(event[bucket], {})
                of_key.setdefault(event["ts"], []).append(event[name])
        return found


def is_settled_cut(expected, actual):
    """Whether two maps of counts differ only in which of the values with the least count they show."""
    if not isinstance(expected, dict) or not isinstance(actual, dict) or not expected or not actual:
        return False
    least = min(expected.values())
    return (sorted(expected.values()) == sorted(actual.values())
            and {key for key, n in expected.items() if n > least} == {key for key, n in actual.items() if n > least}
            and all(actual[key] == n for key, n in expected.items() if n > least))


def is_tighter(expected, actual):
    """Whether estimates of frequent items lie at or below Chronon's: both are upper bounds, and follow the merges."""
    if not isinstance(expected, dict) or not isinstance(actual, dict) or len(expected) != len(actual):
        return False
    pairs = zip(sorted(actual.values()), sorted(expected.values()))
    return all(ours <= theirs for ours, theirs in pairs) and len(expected.keys() & actual.keys()) >= len(actual) - 1


def magnitude(values):
    """The sum of the magnitudes of all numbers in nested lists, tuples and dicts."""
    if isinstance(values, dict):
        return magnitude(list(values.values()))
    if isinstance(values, (list, tuple)):
        return sum(map(magnitude, values))
    return abs(values) if isinstance(values, (int, float)) and values == values else 0.0


def is_near(expected, actual, allowance):
    """Whether two floats, or maps of floats, differ by no more than the allowance: sums in another order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(is_near(expected[k], actual[k], allowance) for k in expected)
    return isinstance(expected, float) and isinstance(actual, float) and abs(expected - actual) <= allowance


def greatest(values):
    """The greatest value; lists compare element by element, nulls first."""
    def rank(value):
        return [(item is not None, item) for item in value] if isinstance(value, list) else value

    return max(values, key=rank)


def settled_ties(case):
    """SettledTies of a GroupBy case."""
    return SettledTies(conf(case), INDEX[case]["inputs"])


def merge_colliding_keys(rows, keys):
    """Our rows as Chronon would merge them: (joined key, ds) -> row, and the number of keys that collided.

    Its key hash skips null parts and joins strings without a separator (SPEC appendix I 1): null equals '', and
    ("a", "bc") equals ("ab", "c"). We keep such keys apart (docs/deviations.md), so for SUM and COUNT its one row is
    the sum of ours.
    """
    merged, collided = {}, 0
    for row in rows.to_pylist():
        joined = ("".join(row[key] or "" for key in keys), row["ds"])
        if joined in merged:
            collided += 1
            before = merged[joined]
            for name in set(row) - set(keys) - {"ds"}:
                values = [value for value in (before[name], row[name]) if value is not None]
                before[name] = sum(values) if values else None
        else:
            merged[joined] = dict(row)
    return merged, collided
