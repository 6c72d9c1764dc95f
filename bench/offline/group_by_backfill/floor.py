# Contender: the floor. Decodes the columns that the workload needs and writes a table of the
# answer's shape; nothing that reads and writes Parquet can be faster by much.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib
import time

import pyarrow
import pyarrow.parquet


def run(events: pathlib.Path, answer: pathlib.Path, output: pathlib.Path, threads: int) -> dict[str, float]:
    """Returns the seconds of decoding and of writing."""
    pyarrow.set_cpu_count(threads)
    table = pyarrow.parquet.read_table(answer)
    begin = time.perf_counter()
    pyarrow.parquet.read_table(events, columns=["user", "price", "ts"])
    decoded = time.perf_counter()
    pyarrow.parquet.write_table(table, output, compression="zstd", row_group_size=131_072)
    return {"decode": decoded - begin, "write": time.perf_counter() - decoded}
