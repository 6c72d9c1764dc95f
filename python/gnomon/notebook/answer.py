# SPDX-License-Identifier: Apache-2.0
# The answer of a query: rows that stream, or that are kept once and then given in any form.
import json

from gnomon.notebook import markup, texts

PREVIEW_ROWS = 20


def _native(engine, statement):
    return engine.execute(json.dumps(statement))


class Answer:
    """The rows of one statement.

    The statement ran when this was made, so its errors are known. Rows come as they are asked for:
    `to_arrow`, `to_pandas` and `to_polars` read all of them once and keep them; `reader` and
    `__arrow_c_stream__` stream them without keeping any, each stream after the first by running the
    query again.
    """

    def __init__(self, engine, statement):
        self._engine = engine
        self._statement = statement
        self._rows = _native(engine, statement)

    @property
    def schema(self):
        """[(column, Spark type)], in order."""
        return self._rows.columns

    @property
    def columns(self):
        """Names of the columns, in order."""
        return [name for name, _ in self.schema]

    def preview(self, count=PREVIEW_ROWS):
        """Returns the first `count` rows as lists of texts, as spark-sql prints them with None for
        NULL, and whether there are more. They are not lost for what reads the rows later.
        """
        return self._unspent().preview(count)

    def to_arrow(self):
        """Returns all rows as a pyarrow.Table, which shares memory with this answer."""
        import pyarrow

        return pyarrow.table(self._kept())

    def to_pandas(self, **options):
        """Returns all rows as a pandas.DataFrame; `options` are those of
        pyarrow.Table.to_pandas.
        """
        return self.to_arrow().to_pandas(**options)

    def to_polars(self):
        """Returns all rows as a polars.DataFrame. Needs no pyarrow."""
        import polars

        return polars.DataFrame(self._kept())

    def reader(self):
        """Returns a pyarrow.RecordBatchReader: rows in batches, none of them kept."""
        import pyarrow

        return pyarrow.RecordBatchReader.from_stream(self)

    def __arrow_c_stream__(self, requested_schema=None):
        return self._unspent().__arrow_c_stream__(requested_schema)

    def _unspent(self):
        if self._rows.is_spent:
            self._rows = _native(self._engine, self._statement)
        return self._rows

    def _kept(self):
        rows = self._unspent()
        rows.keep()
        return rows

    def __repr__(self):
        if not self.columns:
            return "<no rows: the statement has no answer>"
        rows, has_more = self.preview()
        text = texts.aligned(self.columns, rows)
        return text + (f"\n... more than {PREVIEW_ROWS} rows" if has_more else "")

    def _repr_html_(self):
        if not self.columns:
            return markup.page("done", subtitle="the statement has no answer")
        rows, has_more = self.preview()
        return markup.page(
            f"first {PREVIEW_ROWS} rows of more" if has_more else texts.count(len(rows), "row"),
            rows_table(self.schema, rows),
        )


_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


def rows_table(schema, rows):
    """Returns rows of texts as an HTML table, with the types below the names."""
    headers = [
        markup.Html(f"{markup.escape(name)}<br>{markup.quiet(type_name)}")
        for name, type_name in schema
    ]
    numbers = [i for i, (_, t) in enumerate(schema) if t.partition("(")[0] in _NUMBERS]
    return markup.table(headers, rows, numbers)
