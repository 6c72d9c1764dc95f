#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts every case to a real Spark 3.5 (UTC, ansi off) and writes its answers down for the tests of
evaluator and translator: see test/spark_answers/README.md. tools/peers/setup.sh brings Spark in.
With --retranslate nothing is put to Spark: only the trees in the recorded files are renewed."""

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(Path(__file__).resolve().parent)]
sys.path.append(str(ROOT / ".deps/spark/python"))

from gnomon.spark_sql import SqlError, translate_expression, translate_query  # noqa: E402

import cases  # noqa: E402
import inputs  # noqa: E402
import queries  # noqa: E402

BATCH = 40
# Types whose values leave Spark as integers: days and microseconds since 1970.
_AS_NUMBERS = {
    "date": "unix_date(`{0}`)",
    "timestamp": "unix_micros(`{0}`)",
    "timestamp_ntz": "unix_micros(CAST(`{0}` AS timestamp))"
}


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


def exact(value, type_name: str):
    """A value of Spark's as JSON; what JSON cannot hold exactly as a string."""
    if value is None:
        return None
    if type_name in ("float", "double") or type_name.startswith("decimal"):
        return repr(value) if isinstance(value, float) else format(value, "f")
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
        return {"expression": expression, "type": field.dataType.simpleString(), "name": field.name}

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
        rows.sort(key=lambda row: row["id"])
        for i, line in enumerate(lines):
            line["values"] = [exact(row[f"c{i}"], line["type"]) for row in rows]

    def _evaluate_rows(self, line: dict) -> None:
        """Which rows of a raising expression raise; one alone tells, since Spark stops at the
        first."""
        output = readable("c", line["type"])
        line["values"], line["raises"] = [], []
        for row_id in range(self._table.count()):
            try:
                row = self._table.where(f"id = {row_id}").selectExpr(
                    f"{line['expression']} AS c").selectExpr(output).collect()[0]
                line["values"].append(exact(row["c"], line["type"]))
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
        columns = [{"name": field.name, "type": field.dataType.simpleString()} for field in fields]
        numbered = frame.toDF(*(f"c{i}" for i in range(len(fields))))
        rows = numbered.selectExpr(
            *(readable(f"c{i}", c["type"]) for i, c in enumerate(columns))).collect()
    except Exception as error:  # as above
        return {"query": text, "error": first_line(error)}
    return {
        "query": text,
        "columns": columns,
        "ordered": "ORDER BY" in text.upper().rsplit(")", 1)[-1],
        "rows": [[exact(value, c["type"]) for value, c in zip(row, columns)] for row in rows]
    }


def ask_spark(inputs_file: Path, lines: list[dict] | None) -> tuple[list[dict], list[dict]]:
    """Answers to the expressions, unless `lines` has them, and to the queries."""
    import pyarrow
    import pyarrow.parquet

    table = inputs.table()
    pyarrow.parquet.write_table(table, inputs_file, compression="zstd")
    # The same table for tests of modules that read no Parquet.
    with pyarrow.ipc.new_file(str(inputs_file.with_suffix(".arrow")), table.schema) as file:
        file.write_table(table)
    spark = start_spark()
    table = spark.read.parquet(str(inputs_file))
    table.createOrReplaceTempView("inputs")
    if lines is None:
        lines = Recorder(spark, table).record(cases.expressions())
    query_lines = [record_query(spark, text) for text in queries.queries()]
    spark.stop()
    return lines, query_lines


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
    arguments.add_argument("--queries-only", action="store_true", help="keep the expressions")
    options = arguments.parse_args()
    expressions_file = options.out / "expressions.jsonl"
    queries_file = options.out / "queries.jsonl"
    keep = options.retranslate or options.queries_only
    lines = read(expressions_file) if keep else None
    if options.retranslate:
        query_lines = read(queries_file)
    else:
        options.out.mkdir(parents=True, exist_ok=True)
        lines, query_lines = ask_spark(options.out / "inputs.parquet", lines)
    write(expressions_file,
          [translate(line, "expression", "tree", translate_expression) for line in lines])
    write(queries_file,
          [translate(line, "query", "translation", translate_query) for line in query_lines])


if __name__ == "__main__":
    main()
