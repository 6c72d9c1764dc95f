# Contender: the floor. Decodes the columns that the workload needs and writes a table of the
# answer's shape, both on all threads, with the writer's own choices (zstd, no dictionary for
# measures); what computes and also commits can hardly be faster.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import concurrent.futures
import pathlib
import shutil
import time

import pyarrow
import pyarrow.parquet


def run(source: list[str], answer: list[str], output: pathlib.Path, threads: int) -> dict[str, float]:
    """Returns the seconds of decoding and of writing."""
    pyarrow.set_cpu_count(threads)
    tables = [pyarrow.parquet.read_table(file, partitioning=None) for file in answer]
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()

    def decode(file: str) -> int:
        columns = ["user", "price", "ts"]
        return pyarrow.parquet.read_table(file, columns=columns, use_threads=False, partitioning=None).num_rows

    def write(numbered: tuple[int, pyarrow.Table]) -> None:
        number, table = numbered
        texts = [field.name for field in table.schema if not pyarrow.types.is_floating(field.type)]
        pyarrow.parquet.write_table(table, output / f"{number}.parquet", compression="zstd", use_dictionary=texts)

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        begin = time.perf_counter()
        list(pool.map(decode, source))
        decoded = time.perf_counter()
        list(pool.map(write, enumerate(tables)))
        return {"decode": decoded - begin, "write": time.perf_counter() - decoded}
