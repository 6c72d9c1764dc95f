# SPDX-License-Identifier: Apache-2.0
# What compiling prints: Chronon's lines, or JSON (docs/formats/json_output.md).
import os

from ai.chronon.api import ttypes


def print_text(root, compiled, flags):
    """Prints what --feature-display and --table-display ask for, and how much was written."""
    import json

    for one in compiled:
        if flags.feature_display and isinstance(one.conf, ttypes.GroupBy):
            print(f"Output columns of {one.name}: {', '.join(_columns(one))}")
        if flags.table_display:
            print("json.start", json.dumps(_tables(one)), "json.end", sep="\n")
    if compiled and not flags.quiet:
        output_root = os.path.join(root, flags.output_root)
        print(f"Successfully wrote {len(compiled)} {compiled[0].class_name} objects to {output_root}")


def print_json(root, compiled, errors, flags):
    """Prints one document about what was written and what failed."""
    import json

    document = {
        "format": 1,
        "output_root": os.path.join(root, flags.output_root),
        "compiled": [_describe(root, one) for one in compiled],
        "errors": [{"message": str(error)} for error in errors],
    }
    print(json.dumps(document, indent=2))


def _describe(root, one):
    return {
        "name": one.name,
        "type": one.class_name,
        "variable": one.variable,
        "source_file": one.source.relative,
        "line": one.lines.get("", 0),
        "conf": os.path.relpath(one.path, root),
        "changed": one.changed,
        "output_table": one.output_table,
        "columns": _columns(one) if isinstance(one.conf, ttypes.GroupBy) else None,
        "tables": _tables(one),
    }


def _columns(one):
    from ai.chronon.group_by import get_output_columns

    return get_output_columns(one.conf)


def _tables(one):
    from ai.chronon import utils

    modes = utils.get_modes_tables(one.conf)
    plain = utils.output_table_name(one.conf, full_name=True)
    return {
        mode: tables and [table.replace(plain, one.output_table) for table in tables]
        for mode, tables in modes.items()
    }
