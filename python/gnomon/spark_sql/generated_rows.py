# SPDX-License-Identifier: Apache-2.0
"""The calls that make several rows of one."""

from . import nodes
from .errors import error_at


def generated_rows(text: str, generator: nodes.Generator, columns: list[str],
                   arguments: list[str]) -> tuple[str, list[str]]:
    """The call that makes the rows, and the names of their columns: those given, else Spark's."""
    if generator.name == "stack":
        rows = generator.args[0]
        if not (isinstance(rows, nodes.Literal) and rows.type == "int" and rows.value > 0):
            raise error_at(text, generator.begin, "stack needs a number of rows - write one, like 2")
        width = -(-(len(generator.args) - 1) // rows.value)
        names = columns or [f"col{i}" for i in range(width)]
        wanted, call = (width,), f"spark_stack_rows({', '.join(arguments[:len(generator.args)])})"
    elif generator.name == "json_tuple":
        width = len(generator.args) - 1
        names = columns or [f"c{i}" for i in range(width)]
        wanted, call = (width,), f"spark_json_tuple_rows({', '.join(arguments[:width + 1])})"
    elif generator.name == "inline":
        names, wanted = columns, (len(columns),)
        # Without names the columns have those of the fields.
        call = f"spark_inline_rows({', '.join([arguments[0], *([str(len(columns))] if columns else [])])})"
    else:
        position = generator.name == "posexplode"
        names = columns or (["pos", "col"] if position else ["col"])
        wanted = (2, 3) if position else (1, 2)
        of = "map" if len(names) == wanted[1] else "array"
        call = f"spark_{generator.name}_{of}({arguments[0]})"
    if len(names) not in wanted:
        raise error_at(
            text, generator.begin,
            f"{generator.name} gives {' or '.join(map(str, wanted))} columns, and {len(names)} are "
            "named - name each one")
    return call, names
