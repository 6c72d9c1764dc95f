#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/expr/spark_functions.inc: every function that Spark 3.5 has, what kind it is, and which
function of the evaluator stands for it. --keep-names asks no Spark, but takes the names and kinds
that the file has: after the evaluator's list or the translator's synonyms changed."""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "src" / "expr" / "spark_functions.inc"
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tools" / "spark_answers")]
sys.path.append(str(ROOT / ".deps/spark/python"))

from gnomon.spark_sql import functions  # noqa: E402

_WINDOWS = frozenset(functions.WINDOW_FUNCTIONS)
_GENERATORS = frozenset(functions.GENERATORS) | {
    "stack_outer", "json_tuple", "range", "sql_keywords", "collations"
}
# Read by a grammar of their own (special_forms.py).
_FORMS = {
    "struct": "named_struct",
    "btrim": "trim_characters",
    "date_part": "year",
    "datepart": "year",
    "extract": "year",
    "position": "locate",
    "when": "case_when",
    "case": "case_when",
    "and": "and",
    "or": "or",
    "not": "not",
    "in": "in",
    "between": "ge",
    "ilike": "like",
    "cast": "cast"
}
# What the translator has beyond aggregates, windows and generators.
_OF_QUERIES = frozenset(("grouping", "grouping_id", "range", "window", "session_window", "make_interval",
                         "make_dt_interval", "make_ym_interval"))
_WHY = {
    "shuffle": "it gives another value each time",
    "randn": "it gives another value each time",
    "monotonically_increasing_id": "its values depend on Spark's partitions",
    "spark_partition_id": "its values depend on Spark's partitions",
    "input_file_name": "its values depend on how Spark reads the files",
    "java_method": "it calls Java",
    "reflect": "it calls Java"
}
_UNPROVEN = "no answer of Spark's proves it"


def kinds_of_spark() -> dict[str, str]:
    from record import start_spark

    spark = start_spark()
    kinds = {}
    for row in spark.sql("SHOW SYSTEM FUNCTIONS").collect():
        name = row[0]
        if re.fullmatch(r"[a-z_0-9]+", name):
            about = spark.sql(f"DESCRIBE FUNCTION EXTENDED `{name}`").collect()
            aggregate = any(".aggregate." in line[0] for line in about if line[0].startswith("Class"))
            kinds[name] = "Aggregate" if aggregate else "Scalar"
    spark.stop()
    return kinds


def kept_kinds() -> dict[str, str]:
    return dict(re.findall(r'SPARK_NAME\("(\w+)", k(\w+)', FILE.read_text("utf-8")))


def stands_for(name: str, kind: str) -> str:
    """The evaluator's function, `cast`, `query` for what queries alone have, or nothing."""
    if name in _OF_QUERIES:
        return "query"
    if kind != "Scalar":
        proven = (functions.AGGREGATES, functions.WINDOW_FUNCTIONS, functions.GENERATORS)
        return "query" if any(name in names for names in proven) else ""
    if name in functions.CAST_FUNCTIONS:
        return "cast"
    if name in _FORMS:
        return _FORMS[name]
    return functions.resolve(name) or ""


def lines(kinds: dict[str, str]):
    yield "// SPDX-License-Identifier: Apache-2.0"
    yield "// Written by tools/spark_answers/function_names.py: every function that Spark 3.5 has, its kind,"
    yield "// the evaluator's function that stands for it, or why none does."
    for name, kind in sorted(kinds.items()):
        if name in _WINDOWS:
            kind = "Window"
        elif name in _GENERATORS:
            kind = "Generator"
        known = stands_for(name, kind)
        why = "" if known else _WHY.get(name, _UNPROVEN)
        yield f'SPARK_NAME("{name}", k{kind}, "{known}", "{why}")'


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keep-names", action="store_true")
    keep = arguments.parse_args().keep_names
    kinds = kept_kinds() if keep else kinds_of_spark()
    FILE.write_text("\n".join(lines(kinds)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
