# SPDX-License-Identifier: Apache-2.0
# Query: what is read of a table: selected expressions, filters, the time column and the range of
# partitions.
from ai.chronon.api import ttypes


def Query(
    selects=None,
    wheres=None,
    start_partition=None,
    end_partition=None,
    time_column=None,
    setups=None,
    mutation_time_column=None,
    reversal_column=None,
    partition_column=None,
):
    """Returns a Query. `selects` maps an output column to a Spark SQL expression; see `select`."""
    return ttypes.Query(
        selects,
        wheres,
        start_partition,
        end_partition,
        time_column,
        setups or [],
        mutation_time_column,
        reversal_column,
        partition_column,
    )


def select(*args, **kwargs):
    """Returns selects: `select("a", b="upper(c)")` is `{"a": "a", "b": "upper(c)"}`."""
    return {**{column: column for column in args}, **kwargs}
