"""A bootcamp repository with every kind of table that gnomon writes, for the suites in which others read them."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import decimal
import re

from repository import Repository

GROUP_BY = "group_bys/bootcamp/user_purchase_features.py"
UTC = datetime.timezone.utc


def decimals(*texts):
    return [decimal.Decimal(text) if text else None for text in texts]


def types_table():
    """An Arrow table with a column of each type, and in it what engines get wrong: the ends of ranges, NaN and -0.0,
    times before 1970, texts outside of ASCII, nulls inside of nested values."""
    import pyarrow as pa
    point = pa.struct([("x", pa.int32()), ("y", pa.string())])
    columns = {
        "id": (pa.int64(), [1, 2, 3, 4]),
        "bool": (pa.bool_(), [True, False, None, True]),
        "tiny": (pa.int8(), [-128, 127, None, 0]),
        "small": (pa.int16(), [-32768, 32767, None, 0]),
        "int": (pa.int32(), [-2**31, 2**31 - 1, None, 0]),
        "long": (pa.int64(), [-2**63, 2**63 - 1, None, 0]),
        "float": (pa.float32(), [1.5, float("nan"), None, -0.0]),
        "double": (pa.float64(), [0.1, float("-inf"), None, float("nan")]),
        "text": (pa.string(), ["", "Grüße 語 😀", None, "a\\b\"c'd"]),
        "bytes": (pa.binary(), [b"", b"bytes", None, "ü".encode()]),
        "day": (pa.date32(), [datetime.date(1969, 12, 31), datetime.date(9999, 12, 31), None, datetime.date(1, 1, 1)]),
        "ts": (pa.timestamp("us", "UTC"), [datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),
                                           datetime.datetime(2023, 12, 1, 12, 30, tzinfo=UTC), None,
                                           datetime.datetime(2038, 1, 19, 3, 14, 8, 1, UTC)]),
        "ntz": (pa.timestamp("us"), [datetime.datetime(1960, 2, 29, 1, 2, 3, 400000),
                                     datetime.datetime(2023, 12, 1), None, datetime.datetime(2024, 2, 29, 23, 59)]),
        "price": (pa.decimal128(9, 2), decimals("-12.34", "9999999.99", None, "0.00")),
        "amount": (pa.decimal128(18, 4), decimals("-1.0001", "99999999999999.9999", None, "-256.0000")),
        "huge": (pa.decimal128(38, 10), decimals(f"-{'9' * 28}.{'9' * 10}", "0.0000000001", None, "-128")),
        "longs": (pa.list_(pa.int64()), [[1, None, 3], [], None, [-1]]),
        "points": (pa.list_(point), [[{"x": 1, "y": "a"}, None, {"x": None, "y": None}], [], None,
                                     [{"x": 2, "y": ""}]]),
        "scores": (pa.map_(pa.string(), pa.float64()), [[("k", 1.5), ("l", None)], [], None, [("ü", -0.5)]]),
        "st": (pa.struct([("a", pa.int32()), ("p", point), ("tags", pa.list_(pa.string()))]),
               [{"a": 1, "p": {"x": 2, "y": "z"}, "tags": ["t", None]}, {"a": None, "p": None, "tags": None}, None,
                {"a": 3, "p": {"x": None, "y": "q"}, "tags": []}]),
        "region": (pa.string(), ["a b/c", "ü=%", None, "a b/c"]),
        "ds": (pa.date32(), [datetime.date(2023, 12, 1)] * 2 + [datetime.date(2023, 12, 2)] * 2),
    }
    return pa.table([pa.array(values, kind) for kind, values in columns.values()], names=list(columns))


def write_types_file(repository):
    """Puts types_table() into a bucket and returns its path as a user writes it."""
    import pyarrow.parquet
    folder = repository.root / ".gnomon/buckets/chronon/warehouse/data/types"
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(types_table(), folder / "types.parquet")
    return "s3a://chronon/warehouse/data/types/types.parquet"


def edit(path, pattern, replacement):
    text = path.read_text()
    changed = re.sub(pattern, replacement, text, count=1)
    assert changed != text, f"{pattern} is not in {path}"
    path.write_text(changed)


def add_feature(repository):
    """The mission's "Adding a New Feature"."""
    edit(repository.root / GROUP_BY, r"(aggregations=\[\n)",
         r"\1        Aggregation(input_column='purchase_price', operation=Operation.MAX, windows=window_sizes),\n")


def change_window(repository):
    """A change after which the table is archived and built anew."""
    edit(repository.root / GROUP_BY, r"length=7", "length=3")


def add_column(repository):
    """A staging query that gives one more column."""
    edit(repository.root / "staging_queries/bootcamp/purchases_from_s3.py", r"(\n\s+)ts,\n",
         r"\1ts,\1purchase_price * 2 AS double_price,\n")


def make(root):
    """The repository, and the names of all its tables."""
    repository = Repository.bootcamp(root)
    repository.staging("--start-date=2023-12-01", "--end-date=2023-12-03")
    repository.staging()
    repository.run("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/users_from_s3.py",
                   "--end-date=2023-12-07")
    repository.backfill()
    repository.upload()
    add_feature(repository)
    repository.backfill("--end-date=2023-12-07")
    change_window(repository)
    # The config is online: its served columns change only when the user says so.
    repository.run("run.py", "--mode=compile", f"--conf={GROUP_BY}", "--force-overwrite")
    repository.backfill()
    add_column(repository)
    repository.staging()
    path = write_types_file(repository)
    repository.sql("CREATE TABLE data.types USING iceberg PARTITIONED BY (region, ds) AS "
                   f"SELECT * FROM parquet.`{path}`")
    repository.sql("CREATE TABLE data.no_rows USING iceberg PARTITIONED BY (ds) AS "
                   f"SELECT * FROM parquet.`{path}` WHERE id < 0")
    repository.run("gnomon", "import", "data.imported", path, "--partition-by", "ds")
    repository.run("gnomon", "import", "data.imported", path, "--append")
    tables = [f"{space}.{row[1]}" for space in ("bootcamp", "bootcamp_features", "data")
              for row in repository.sql(f"SHOW TABLES IN {space}")]
    return repository, sorted(tables)
