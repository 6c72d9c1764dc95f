# SPDX-License-Identifier: Apache-2.0
# What compiling prints: Chronon's lines, or JSON (docs/formats/json_output.md).
import os

from ai.chronon.api import ttypes


def print_text(root, compiled, others, flags):
    """Prints what --feature-display and --table-display ask for, and how much was written."""
    import json

    for one in compiled:
        if flags.feature_display:
            _print_features(one)
        if flags.table_display:
            print("json.start", json.dumps(_tables(one)), "json.end", sep="\n")
    if flags.quiet:
        return
    counts = {}
    for one in compiled + others:
        counts[one.class_name] = counts.get(one.class_name, 0) + 1
    output_root = os.path.join(root, flags.output_root)
    for class_name, count in counts.items():
        print(f"Successfully wrote {count} {class_name} objects to {output_root}")


def _print_features(one):
    if isinstance(one.conf, ttypes.GroupBy):
        print(f"Output columns of {one.name}: {', '.join(_columns(one))}")
    elif isinstance(one.conf, ttypes.Join):
        print(f"Columns of {one.name}")
        for kind, columns in _join_columns(one).items():
            print(f"  {kind}: {', '.join(columns)}")


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
        "columns": _columns(one),
        **({"columns_by_kind": _join_columns(one)} if isinstance(one.conf, ttypes.Join) else {}),
        "tables": _tables(one),
    }


def _columns(one):
    from ai.chronon.group_by import get_output_columns

    if isinstance(one.conf, ttypes.GroupBy):
        return get_output_columns(one.conf)
    return _join_columns(one)["Output Columns"] if isinstance(one.conf, ttypes.Join) else None


def _join_columns(one):
    from ai.chronon.external_api import get_join_output_columns

    return {kind.value: columns for kind, columns in get_join_output_columns(one.conf).items()}


def _tables(one):
    from ai.chronon import utils

    modes = utils.get_modes_tables(one.conf)
    plain = utils.output_table_name(one.conf, full_name=True)
    return {
        mode: tables and [table.replace(plain, one.output_table) for table in tables]
        for mode, tables in modes.items()
    }
