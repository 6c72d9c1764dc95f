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
    """Returns the seconds of decoding, of writing, and of both."""
    decoded, written = decode(source, threads), write(answer, output, threads)
    return {"decode": decoded, "write": written, "": decoded + written}


def decode(source: list[str], threads: int) -> float:
    pyarrow.set_cpu_count(threads)

    def one(file: str) -> int:
        columns = ["user", "price", "ts"]
        return pyarrow.parquet.read_table(file, columns=columns, use_threads=False, partitioning=None).num_rows

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        begin = time.perf_counter()
        list(pool.map(one, source))
        return time.perf_counter() - begin


def write(answer: list[str], output: pathlib.Path, threads: int) -> float:
    """The seconds of writing rows that were read before, as many files as they came from."""
    pyarrow.set_cpu_count(threads)
    tables = [pyarrow.parquet.read_table(file, partitioning=None) for file in answer]
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()

    def one(numbered: tuple[int, pyarrow.Table]) -> None:
        number, table = numbered
        texts = [field.name for field in table.schema if not pyarrow.types.is_floating(field.type)]
        pyarrow.parquet.write_table(table, output / f"{number}.parquet", compression="zstd", use_dictionary=texts)

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        begin = time.perf_counter()
        list(pool.map(one, enumerate(tables)))
        return time.perf_counter() - begin
