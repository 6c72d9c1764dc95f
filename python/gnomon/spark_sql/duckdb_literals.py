# SPDX-License-Identifier: Apache-2.0
"""Names and constants as DuckDB reads them."""

from . import nodes


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def string(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def literal(node: nodes.Literal) -> str:
    if node.type == "void":
        return "NULL"
    if node.type == "boolean":
        return "true" if node.value else "false"
    if node.type == "int":
        return str(node.value) if node.value >= 0 else f"CAST('{node.value}' AS INTEGER)"
    if node.type == "string":
        return string(node.value)
    if node.type == "timestamp":
        return f"CAST('{node.value}+00' AS TIMESTAMP WITH TIME ZONE)"
    if node.type == "binary":
        escaped = "".join(f"\\x{node.value[i:i + 2]}" for i in range(0, len(node.value), 2))
        return f"CAST('{escaped}' AS BLOB)"
    value = repr(node.value) if node.type == "double" else node.value
    return f"CAST('{value}' AS {node.type.upper()})"
