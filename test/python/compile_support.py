# SPDX-License-Identifier: Apache-2.0
# What the tests of the compiler share: a small repository on disk, and the mission's two configs in
# it. The translator of SQL is the real one unless a test says otherwise.
import json
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "python"))

from gnomon import compile as compiler  # noqa: E402
from gnomon.errors import CommandError  # noqa: E402

STAGING = "staging_queries/bootcamp/purchases_from_s3.py"
FEATURES = "group_bys/bootcamp/user_purchase_features.py"

STAGING_TEXT = '''from ai.chronon.api.ttypes import StagingQuery, MetaData

v1 = StagingQuery(
    query="""
    SELECT
        user_id,
        purchase_price,
        ts,
        DATE(FROM_UNIXTIME(ts / 1000)) as ds
    FROM purchases_raw
    WHERE DATE(FROM_UNIXTIME(ts / 1000)) BETWEEN '{{ start_date }}' AND '{{ end_date }}'
    """,
    startPartition="2023-12-01",
    setups=[
        """
        CREATE OR REPLACE TEMPORARY VIEW purchases_raw
        USING parquet OPTIONS (path 's3a://chronon/warehouse/data/purchases/purchases.parquet')
        """
    ],
    metaData=MetaData(
        name="purchases_from_s3",
        outputNamespace="bootcamp",
        dependencies=[],
        tableProperties={"provider": "iceberg", "format-version": "2"},
    ),
)
'''

FEATURES_TEXT = """from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from staging_queries.bootcamp.purchases_from_s3 import v1 as purchases_staging_query

source = StagingQueryEventSource(
    staging_query=purchases_staging_query,
    query=Query(
        selects=select("user_id", "purchase_price"),
        time_column="ts",
    ),
)

window_sizes = [
    Window(length=1, timeUnit=TimeUnit.DAYS),
    Window(length=7, timeUnit=TimeUnit.DAYS),
]

v1 = GroupBy(
    sources=[source],
    keys=["user_id"],
    online=True,
    backfill_start_date="2023-12-01",
    output_namespace="bootcamp_features",
    aggregations=[
        Aggregation(input_column="purchase_price", operation=Operation.SUM, windows=window_sizes),
        Aggregation(
            input_column="purchase_price", operation=Operation.COUNT, windows=window_sizes
        ),
    ],
)
"""


class Repository:
    """A repository below a folder; `teams` is the content of its teams.json."""

    def __init__(self, root, teams=None):
        self.root = root
        self.write("teams.json", json.dumps(teams or {"bootcamp": {"namespace": "bootcamp"}}))
        for folder in ("group_bys", "staging_queries"):
            self.write(f"{folder}/__init__.py", "")
            self.write(f"{folder}/bootcamp/__init__.py", "")
        self.write(STAGING, STAGING_TEXT)
        self.write(FEATURES, FEATURES_TEXT)

    def write(self, relative, text):
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def edit(self, relative, old, new):
        text = (self.root / relative).read_text()
        assert old in text
        self.write(relative, text.replace(old, new))

    def line_of(self, relative, text):
        lines = (self.root / relative).read_text().split("\n")
        return next(i for i, line in enumerate(lines, 1) if text in line)

    def compile(self, relative=FEATURES, **options):
        return compiler.compile_conf(str(self.root), relative, compiler.CompileOptions(**options))

    def error(self, relative=FEATURES, **options):
        """Returns the sentence of the error that compiling ends with."""
        try:
            self.compile(relative, **options)
        except CommandError as error:
            assert "\n" not in str(error)
            return str(error)
        raise AssertionError(f"{relative} compiled")

    def side(self, conf_type="group_bys", name="user_purchase_features.v1"):
        path = self.root / "production" / ".gnomon" / conf_type / "bootcamp" / f"{name}.json"
        return json.loads(path.read_text())

    def conf_path(self, conf_type="group_bys", name="user_purchase_features.v1"):
        return self.root / "production" / conf_type / "bootcamp" / name


def run(program, *arguments, cwd, environment=None, stdin=""):
    """Runs a program of bin/ in the interpreter of the tests."""
    import os

    return subprocess.run(
        [sys.executable, str(PROJECT / "bin" / program), *arguments],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        input=stdin,
        text=True,
        capture_output=True,
    )
