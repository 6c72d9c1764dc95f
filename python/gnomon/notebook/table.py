# SPDX-License-Identifier: Apache-2.0
# A table in a notebook.
import json

from gnomon.notebook import markup, texts
from gnomon.notebook.statements import select

_SHOWN_SNAPSHOTS = 5
_SHOWN_PARTITIONS = 10
_READ_PARTITIONS = 100_000


class Table:
    """An Iceberg table of a repository, looked up anew by each call.

    `to_arrow`, `to_pandas` and `to_polars` take `columns` (names), `where` (a Spark SQL condition,
    "ds >= '2023-12-05'") and `limit` (rows): only what is needed is read.
    """

    def __init__(self, engine, name):
        self._engine = engine
        self.name = name
        self._info()  # Known to exist, or NotFoundError says what is near.

    def _info(self):
        return json.loads(self._engine.table_info(self.name))

    @property
    def schema(self):
        """[(column, Spark type)], in order."""
        return [(column["name"], column["type"]) for column in self._info()["columns"]]

    @property
    def columns(self):
        """Names of the columns, in order."""
        return [name for name, _ in self.schema]

    @property
    def partition_columns(self):
        """Names of the columns by which the table is partitioned."""
        return [field["column"] for field in self._info()["partitioning"]]

    @property
    def properties(self):
        """The table's properties as texts; those that look like secrets are masked."""
        return self._info()["properties"]

    @property
    def location(self):
        """The URI of the table's folder."""
        return self._info()["location"]

    @property
    def partitions(self):
        """An Answer: one row per partition, with its number of rows and files."""
        return select(self._engine, self.name + ".partitions")

    @property
    def snapshots(self):
        """An Answer: one row per snapshot."""
        return select(self._engine, self.name + ".snapshots")

    @property
    def history(self):
        """An Answer: which snapshot was the current one since when."""
        return select(self._engine, self.name + ".history")

    @property
    def files(self):
        """An Answer: one row per data file."""
        return select(self._engine, self.name + ".files")

    def select(self, columns=None, *, where=None, limit=None):
        """Returns the chosen rows as an Answer."""
        return select(self._engine, self.name, columns, where, limit)

    def to_arrow(self, columns=None, *, where=None, limit=None):
        """Returns the chosen rows as a pyarrow.Table."""
        return self.select(columns, where=where, limit=limit).to_arrow()

    def to_pandas(self, columns=None, *, where=None, limit=None):
        """Returns the chosen rows as a pandas.DataFrame."""
        return self.select(columns, where=where, limit=limit).to_pandas()

    def to_polars(self, columns=None, *, where=None, limit=None):
        """Returns the chosen rows as a polars.DataFrame."""
        return self.select(columns, where=where, limit=limit).to_polars()

    def __arrow_c_stream__(self, requested_schema=None):
        return self.select().__arrow_c_stream__(requested_schema)

    def __repr__(self):
        columns = "\n".join(f"  {name}: {type_name}" for name, type_name in self.schema)
        return f"{self.name}\n{columns}"

    def _repr_html_(self):
        info = self._info()
        summary = info["snapshots"][0]["summary"] if info["snapshots"] else {}
        facts = markup.facts([
            ("comment", info["comment"]),
            ("partitioned by", markup.join(_transform_text(f) for f in info["partitioning"])),
            ("rows", _number_text(summary.get("total-records"))),
            ("files", _number_text(summary.get("total-data-files"))),
            ("size", texts.bytes_text(_number(summary.get("total-files-size")))),
            ("changed", texts.time_text(info["last_updated_ms"]) + " UTC"),
        ])
        return markup.page(
            self.name,
            facts,
            markup.section("Schema", schema_table(info)),
            markup.section("Partitions", self._partitions_table(info)),
            markup.section("Snapshots", _snapshots_table(info["snapshots"])),
            subtitle="Iceberg table",
        )

    def _partitions_table(self, info):
        if not info["partitioning"] or not info["snapshots"]:
            return None
        answer = self.partitions
        rows, has_more = answer.preview(_READ_PARTITIONS)
        shown = [answer.columns.index(c) for c in ("partition", "record_count", "file_count")]
        last = sorted(([row[i] for i in shown] for row in rows), key=lambda r: r[0])
        note = ""
        if len(last) > _SHOWN_PARTITIONS or has_more:
            note = markup.paragraph(markup.quiet(f"the last {_SHOWN_PARTITIONS} of {len(last)}"))
        body = markup.table(["partition", "rows", "files"], last[-_SHOWN_PARTITIONS:], (1, 2))
        return markup.Html(body + note)


def schema_table(info):
    """Returns the columns of a table's info as an HTML table."""
    has_comments = any(column["comment"] for column in info["columns"])
    partitioned = {field["column"] for field in info["partitioning"]}
    rows = []
    for column in info["columns"]:
        name = column["name"]
        marked = name if name not in partitioned else markup.join([name, " (partition)"], "")
        rows.append([marked, column["type"]] + ([column["comment"]] if has_comments else []))
    return markup.table(["column", "type"] + (["comment"] if has_comments else []), rows)


def _snapshots_table(snapshots):
    if not snapshots:
        return markup.paragraph(markup.quiet("none: the table is empty"))
    rows = [
        [
            texts.time_text(snapshot["timestamp_ms"]),
            snapshot["operation"],
            _number_text(snapshot["summary"].get("added-records", "0")),
            _number_text(snapshot["summary"].get("deleted-records", "0")),
            snapshot["id"],
        ]
        for snapshot in snapshots[:_SHOWN_SNAPSHOTS]
    ]
    body = markup.table(["committed (UTC)", "operation", "rows added", "removed", "id"], rows,
                        (2, 3))
    more = len(snapshots) - _SHOWN_SNAPSHOTS
    return body if more <= 0 else markup.Html(
        body + markup.paragraph(markup.quiet(f"and {texts.count(more, 'earlier one')}")))


def _transform_text(field):
    if field["transform"] == "identity":
        return field["column"]
    return f"{field['transform']}({field['column']})"


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() else None


def _number_text(text):
    number = _number(text)
    return f"{number:,}" if number is not None else ""
