#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts every case to a real Spark 3.5 (UTC, ansi off) and writes its answers down for the tests of
evaluator and translator: see test/spark_answers/README.md. tools/peers/setup.sh brings Spark in.
With --new only the expressions that have no answer yet are put to it; with --retranslate nothing is:
only the trees in the recorded files are renewed."""

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
import library_cases  # noqa: E402
import library_inputs  # noqa: E402
import queries  # noqa: E402
import staging_queries  # noqa: E402
import staging_tables  # noqa: E402
import written_cases  # noqa: E402
import written_inputs  # noqa: E402

BATCH = 40
# What is recorded: the file of answers -> its expressions and the table they read.
EXPRESSIONS = {
    "expressions": (cases.expressions, inputs),
    "functions": (function_cases.expressions, inputs),
    "generated": (generated.expressions, generated),
    "library": (library_cases.expressions, library_inputs),
    "written": (written_cases.expressions, written_inputs),
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
        # Each expression is asked once or twice, so that compiling it costs more than it saves; Spark's
        # own tests hold both ways of evaluation equal.
        .config("spark.sql.codegen.wholeStage",
                "false").config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
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
    """Spark's error class, or the cause as the JVM tells it. A JVM that is gone has no answers."""
    from py4j.protocol import Py4JNetworkError

    if isinstance(error, (ConnectionError, Py4JNetworkError)):
        raise error
    condition = getattr(error, "getErrorClass", lambda: None)()
    if condition:
        return condition
    causes = re.findall(r"([\w.]+(?:Exception|Error)): ([^\n]*)", str(error))
    return ": ".join(causes[-1])[:160] if causes else str(error).strip().split("\n")[0][:160]


class Recorder:

    def __init__(self, spark, table) -> None:
        self._spark = spark
        self._table = table.cache()
        self._count = table.count()
        self._types = {}

    def record(self, expressions: list[str]) -> list[dict]:
        lines = []
        for begin in range(0, len(expressions), BATCH):
            typed = self._typed(expressions[begin:begin + BATCH])
            self._evaluate([line for line in typed if "error" not in line])
            lines += typed
            print(f"{begin + len(typed)} of {len(expressions)}", file=sys.stderr)
        return lines

    def _typed(self, expressions: list[str]) -> list[dict]:
        """All at once; where Spark refuses, in halves, down to the one that it refuses."""
        try:
            fields = self._spark.sql(f"SELECT {', '.join(expressions)} FROM inputs").schema.fields
        except Exception as error:  # Spark's errors come from the JVM in many classes
            if len(expressions) > 1:
                half = len(expressions) // 2
                return self._typed(expressions[:half]) + self._typed(expressions[half:])
            return [{"expression": expressions[0], "error": first_line(error)}]
        if len(fields) != len(expressions):  # one of them makes several columns
            return [line for expression in expressions for line in self._typed([expression])
                    ] if len(expressions) > 1 else [{"expression": expressions[0],
                                                     "error": "it gives another number of columns"}]
        self._types.update(zip(expressions, (field.dataType for field in fields)))
        return [{"expression": expression, "type": type_name(field.dataType), "name": field.name}
                for expression, field in zip(expressions, fields)]

    def _evaluate(self, lines: list[dict]) -> None:
        if not lines:
            return
        half = len(lines) // 2
        try:
            columns = [f"{line['expression']} AS `c{i}`" for i, line in enumerate(lines)]
            outputs = [readable(f"c{i}", line["type"]) for i, line in enumerate(lines)]
            rows = self._table.selectExpr("id", *columns).selectExpr("id", *outputs).collect()
        except Exception as error:
            if half:
                self._evaluate(lines[:half])
                self._evaluate(lines[half:])
                return
            lines[0]["error"] = first_line(error)
            self._evaluate_rows(lines[0])
            return
        if len(rows) != self._count:  # one of them makes several rows of one
            if half:
                self._evaluate(lines[:half])
                self._evaluate(lines[half:])
            else:
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
        """Which rows of a raising expression raise; Spark stops at the first, so halves are asked.
        Where the first rows and the last one raise, all are taken to."""
        line["values"], line["raises"] = [None] * self._count, []
        for row in (0, 1, 2, self._count - 1):
            self._evaluate_range(line, row, row + 1)
        if len(line["raises"]) == 4:
            del line["values"], line["raises"]
            return
        line["raises"] = []
        self._evaluate_range(line, 0, self._count)

    def _evaluate_range(self, line: dict, begin: int, end: int) -> None:
        try:
            rows = self._table.where(f"id >= {begin} AND id < {end}").selectExpr(
                "id", f"{line['expression']} AS c").selectExpr("id", readable("c", line["type"])).collect()
        except Exception as error:  # as above; the line holds the first of them
            first_line(error)
            if end - begin == 1:
                line["raises"].append(begin)
                return
            half = (begin + end) // 2
            self._evaluate_range(line, begin, half)
            self._evaluate_range(line, half, end)
            return
        for row in rows:
            line["values"][row["id"]] = exact(row["c"], self._read_type(line))


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


def write_inputs(spark, folder: Path, source, keep: bool = False) -> object:
    """Writes a table of inputs and makes it the view `inputs`; with `keep` it must be what is there."""
    import pyarrow
    import pyarrow.parquet

    table = source.table()
    parquet = folder / f"{source.__name__}.parquet"
    if keep and parquet.exists():
        with pyarrow.ipc.open_file(str(parquet.with_suffix(".arrow"))) as file:
            if file.schema != table.schema or str(file.read_all().to_pydict()) != str(table.to_pydict()):
                sys.exit(f"{source.__name__} changed: its answers must all be asked again, without --new")
    else:
        pyarrow.parquet.write_table(table, str(parquet), compression="zstd")
        # The same table for tests of modules that read no Parquet.
        with pyarrow.ipc.new_file(str(parquet.with_suffix(".arrow")), table.schema) as file:
            file.write_table(table)
    frame = spark.read.parquet(str(parquet))
    frame.createOrReplaceTempView("inputs")
    return frame


def record_staging(spark, folder: Path, new: bool) -> list[dict]:
    """The staging queries over their own tables, which stay beside the answers."""
    import pyarrow.parquet

    for name, table in staging_tables.tables().items():
        path = folder / f"staging_{name}.parquet"
        if not new or not path.exists():
            pyarrow.parquet.write_table(table, str(path), compression="zstd")
        elif str(pyarrow.parquet.read_table(str(path)).to_pydict()) != str(table.to_pydict()):
            sys.exit(f"the staging table {name} changed: the answers must all be asked again, without --new")
        spark.read.parquet(str(path)).createOrReplaceTempView(name)
    path = folder / "staging.jsonl"
    known = {line["query"]: line for line in read(path)} if new and path.exists() else {}
    for text in staging_queries.queries():
        if text not in known:
            known[text] = {**record_query(spark, staging_queries.filled(text)), "query": text}
    return [known[text] for text in staging_queries.queries()]


def record_new(recorder, expressions: list[str], path: Path) -> list[dict]:
    """One line per expression, in their order: an answer that is there is kept."""
    known = {line["expression"]: line for line in read(path)} if path.exists() else {}
    wanted = [text for text in expressions if text not in known]
    for begin in range(0, len(wanted), BATCH):  # so that a stopped recording is gone on with
        known.update((line["expression"], line) for line in recorder.record(wanted[begin:begin + BATCH]))
        write(path, [known[text] for text in expressions if text in known])
        print(f"{min(begin + BATCH, len(wanted))} of {len(wanted)} that are new", file=sys.stderr)
    return [known[text] for text in expressions]


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
    arguments.add_argument("--new", action="store_true", help="keep the answers that are there")
    arguments.add_argument("--only", nargs="+", choices=(*EXPRESSIONS, "queries", "staging"),
                           default=(*EXPRESSIONS, "queries", "staging"), help="record these, keep the others")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = () if options.retranslate else options.only
    os.environ["TZ"] = "UTC"  # Python's datetimes are in the local zone
    time.tzset()
    spark = start_spark() if wanted else None
    for name, (expressions, source) in EXPRESSIONS.items():
        path = options.out / f"{name}.jsonl"
        if name in wanted:
            recorder = Recorder(spark, write_inputs(spark, options.out, source, keep=options.new))
            texts = list(dict.fromkeys(expressions()))
            write(path, record_new(recorder, texts, path) if options.new else recorder.record(texts))
        write(path, [translate(line, "expression", "tree", translate_expression)
                     for line in read(path)])
    path = options.out / "queries.jsonl"
    if "queries" in wanted:
        write_inputs(spark, options.out, inputs, keep=options.new)
        known = {line["query"]: line for line in read(path)} if options.new else {}
        write(path, [known.get(text) or record_query(spark, text) for text in queries.queries()])
    write(path, [translate(line, "query", "translation", translate_query) for line in read(path)])
    if "staging" in wanted:
        write(options.out / "staging.jsonl", record_staging(spark, options.out, options.new))
    if spark is not None:
        spark.stop()


if __name__ == "__main__":
    main()
