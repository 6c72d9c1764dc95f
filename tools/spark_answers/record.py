#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts every case to a real Spark 3.5 (UTC, ansi off) and writes its answers down for the tests of
evaluator and translator: see test/spark_answers/README.md. tools/peers/setup.sh brings Spark in.
With --retranslate nothing is put to Spark: only the trees in the recorded files are renewed."""

import argparse
import datetime
import json
import os
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(Path(__file__).resolve().parent)]
sys.path.append(str(ROOT / ".deps/spark/python"))

from gnomon.spark_sql import SqlError, translate_expression, translate_query  # noqa: E402

import cases  # noqa: E402
import function_cases  # noqa: E402
import generated  # noqa: E402
import inputs  # noqa: E402
import queries  # noqa: E402

BATCH = 40
# What is recorded: the file of answers -> its expressions and the table they read.
EXPRESSIONS = {
    "expressions": (cases.expressions, inputs),
    "functions": (function_cases.expressions, inputs),
    "generated": (generated.expressions, generated),
}
EPOCH = datetime.datetime(1970, 1, 1)
# Types whose values leave Spark as integers: days and microseconds since 1970.
_AS_NUMBERS = {
    "date": "unix_date(`{0}`)",
    "timestamp": "unix_micros(`{0}`)",
    "timestamp_ntz": "unix_micros(CAST(`{0}` AS timestamp))"
}


def type_name(type_) -> str:
    """As simpleString has it, but with all fields of a wide struct."""
    return re.sub(r"... \d+ more fields", "...", type_.simpleString())


def readable(column: str, type_name: str) -> str:
    """The column as what Python can take exactly."""
    if type_name.startswith("interval"):
        return f"CAST(`{column}` AS string) AS `{column}`"
    return f"{_AS_NUMBERS.get(type_name, '`{0}`').format(column)} AS `{column}`"


def start_spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC").config(
            "spark.sql.ansi.enabled",
            "false").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1")
        # Neither the calendar of old files nor Parquet's statistics (which know no NaN) may change
        # an answer.
        .config("spark.sql.parquet.datetimeRebaseModeInRead",
                "CORRECTED").config("spark.sql.parquet.filterPushdown",
                                    "false").config("spark.driver.extraJavaOptions",
                                                    "-Duser.timezone=UTC").getOrCreate())
    session.sparkContext.setLogLevel("OFF")
    return session


def exact(value, type_):
    """A value of Spark's as JSON; what JSON cannot hold exactly as a string. Arrays and structs are
    lists, maps lists of pairs, binary values hexadecimal digits."""
    name = type_.simpleString()
    if value is None:
        return None
    if name in ("float", "double") or name.startswith("decimal"):
        return repr(value) if isinstance(value, float) else format(value, "f")
    if name.startswith("array<"):
        return [exact(element, type_.elementType) for element in value]
    if name.startswith("map<"):
        return [[exact(key, type_.keyType), exact(item, type_.valueType)]
                for key, item in value.items()]
    if name.startswith("struct<"):
        return [exact(item, field.dataType) for item, field in zip(value, type_.fields)]
    if name == "binary":
        return bytes(value).hex()
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // datetime.timedelta(microseconds=1)
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()).days
    return value


def first_line(error: Exception) -> str:
    """Spark's error class, or the cause as the JVM tells it."""
    condition = getattr(error, "getErrorClass", lambda: None)()
    if condition:
        return condition
    causes = re.findall(r"([\w.]+(?:Exception|Error)): ([^\n]*)", str(error))
    return ": ".join(causes[-1])[:160] if causes else str(error).strip().split("\n")[0][:160]


class Recorder:

    def __init__(self, spark, table) -> None:
        self._spark = spark
        self._table = table
        self._count = table.count()
        self._types = {}

    def record(self, expressions: list[str]) -> list[dict]:
        lines = [self._typed(expression) for expression in expressions]
        open_lines = [line for line in lines if "error" not in line]
        for begin in range(0, len(open_lines), BATCH):
            self._evaluate(open_lines[begin:begin + BATCH])
            print(f"{begin + BATCH} of {len(open_lines)}", file=sys.stderr)
        return lines

    def _typed(self, expression: str) -> dict:
        try:
            field = self._spark.sql(f"SELECT {expression} FROM inputs").schema.fields[0]
        except Exception as error:  # Spark's errors come from the JVM in many classes
            return {"expression": expression, "error": first_line(error)}
        self._types[expression] = field.dataType
        return {"expression": expression, "type": type_name(field.dataType), "name": field.name}

    def _evaluate(self, lines: list[dict]) -> None:
        try:
            columns = [f"{line['expression']} AS `c{i}`" for i, line in enumerate(lines)]
            outputs = [readable(f"c{i}", line["type"]) for i, line in enumerate(lines)]
            rows = self._table.selectExpr("id", *columns).selectExpr("id", *outputs).collect()
        except Exception as error:
            if len(lines) > 1:
                for line in lines:
                    self._evaluate([line])
                return
            lines[0]["error"] = first_line(error)
            self._evaluate_rows(lines[0])
            return
        if len(rows) != self._count:  # one of them makes several rows of one
            for line in lines if len(lines) > 1 else ():
                self._evaluate([line])
            if len(lines) == 1:
                lines[0]["error"] = "it gives another number of rows"
            return
        rows.sort(key=lambda row: row["id"])
        for i, line in enumerate(lines):
            line["values"] = [exact(row[f"c{i}"], self._read_type(line)) for row in rows]

    def _read_type(self, line: dict):
        """The type in which a value arrives: dates and timestamps leave Spark as integers."""
        from pyspark.sql.types import LongType
        return LongType() if line["type"] in _AS_NUMBERS else self._types[line["expression"]]

    def _evaluate_rows(self, line: dict) -> None:
        """Which rows of a raising expression raise; one alone tells, since Spark stops at the
        first."""
        output = readable("c", line["type"])
        line["values"], line["raises"] = [], []
        for row_id in range(self._count):
            try:
                row = self._table.where(f"id = {row_id}").selectExpr(
                    f"{line['expression']} AS c").selectExpr(output).collect()[0]
                line["values"].append(exact(row["c"], self._read_type(line)))
            except Exception:  # as above; the line holds the first of them
                line["values"].append(None)
                line["raises"].append(row_id)


def translate(line: dict, source: str, target: str, translator) -> dict:
    """The line with what the translator makes of it: `target`, or `refused`."""
    line = {key: value for key, value in line.items() if key not in (target, "refused")}
    try:
        line[target] = translator(line[source])
    except SqlError as error:
        line[target], line["refused"] = None, error.message
    return line


def record_query(spark, text: str) -> dict:
    try:
        frame = spark.sql(text)
        fields = frame.schema.fields
        columns = [{"name": field.name, "type": type_name(field.dataType)} for field in fields]
        numbered = frame.toDF(*(f"c{i}" for i in range(len(fields))))
        rows = numbered.selectExpr(
            *(readable(f"c{i}", c["type"]) for i, c in enumerate(columns))).collect()
        types = [field.dataType for field in numbered.selectExpr(
            *(readable(f"c{i}", c["type"]) for i, c in enumerate(columns))).schema.fields]
    except Exception as error:  # as above
        if spark.sparkContext._jsc.sc().isStopped():
            raise  # that is no answer
        return {"query": text, "error": first_line(error)}
    return {
        "query": text,
        "columns": columns,
        "ordered": "ORDER BY" in text.upper().rsplit(")", 1)[-1],
        "rows": [[exact(value, type_) for value, type_ in zip(row, types)] for row in rows]
    }


def write_inputs(spark, folder: Path, source) -> object:
    """Writes a table of inputs and makes it the view `inputs`."""
    import pyarrow
    import pyarrow.parquet

    table = source.table()
    parquet = folder / f"{source.__name__}.parquet"
    pyarrow.parquet.write_table(table, str(parquet), compression="zstd")
    # The same table for tests of modules that read no Parquet.
    with pyarrow.ipc.new_file(str(parquet.with_suffix(".arrow")), table.schema) as file:
        file.write_table(table)
    frame = spark.read.parquet(str(parquet))
    frame.createOrReplaceTempView("inputs")
    return frame


def write(path: Path, lines: list[dict]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=ROOT / "test" / "spark_answers")
    arguments.add_argument("--retranslate", action="store_true")
    arguments.add_argument("--only", nargs="+", choices=(*EXPRESSIONS, "queries"),
                           default=(*EXPRESSIONS, "queries"), help="record these, keep the others")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = () if options.retranslate else options.only
    os.environ["TZ"] = "UTC"  # Python's datetimes are in the local zone
    time.tzset()
    spark = start_spark() if wanted else None
    for name, (expressions, source) in EXPRESSIONS.items():
        path = options.out / f"{name}.jsonl"
        if name in wanted:
            table = write_inputs(spark, options.out, source)
            write(path, Recorder(spark, table).record(list(dict.fromkeys(expressions()))))
        write(path, [translate(line, "expression", "tree", translate_expression)
                     for line in read(path)])
    path = options.out / "queries.jsonl"
    if "queries" in wanted:
        write_inputs(spark, options.out, inputs)
        write(path, [record_query(spark, text) for text in queries.queries()])
    write(path, [translate(line, "query", "translation", translate_query) for line in read(path)])
    if spark is not None:
        spark.stop()


if __name__ == "__main__":
    main()
