# Workload: how `gnomon run` grows: with the events, with windows, with aggregations, with output days, and with the
# history that lies before the one new day of a daily run.
# Each figure is the median of some runs; seconds and CPU seconds, since the latter say more on a busy machine.
# Windows and aggregations add columns to the output, so beside them stand the kernel's own time and that of only
# writing the same columns.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse
import pathlib
import statistics

import configs
from answers import compare, rows
from gnomon_repository import GnomonRepository
from group_by_backfill import duckdb_sql, events, floor, kernel
from measure import build

# SUM alone, then COUNT, AVERAGE, MIN, MAX, FIRST, LAST beside.
OPERATIONS = ("SUM", "COUNT", "AVERAGE", "MIN", "MAX", "FIRST", "LAST")
WINDOWS = (1, 2, 3, 7, 14, 30)
DAYS = ("2024-01-30", "2024-01-29", "2024-01-28", "2024-01-23", "2024-01-01")
HISTORIES_DAYS = (30, 60, 120)
KINDS = {"plain": False, "incremental": True}


class Scaling:
    """Inputs of a hundredth, a tenth and all of options.events; series over the middle one, daily runs over as many
    events a day."""

    def __init__(self, options: argparse.Namespace):
        self.options, self.runs = options, options.runs
        self.program = build(options.build, "group_by_kernel_bench")
        self.sizes = [options.events // 100, options.events // 10, options.events]
        self.inputs = {rows: self._input(rows) for rows in self.sizes}

    def more_input(self) -> dict[str, object]:
        return {"sizes": self.sizes, "events_a_day": self.sizes[1] // events.DAYS}

    def check_answers(self) -> int:
        source, gnomon = self.inputs[self.sizes[0]]
        gnomon.compile({configs.GROUP_BY_FILE: configs.group_by()})
        self._backfill(gnomon, events.FIRST_DAY, events.LAST_DAY)
        ours = rows(gnomon.files(configs.GROUP_BY_TABLE), prefix=configs.GROUP_BY_PREFIX)
        return compare("DuckDB", ours, theirs(source))

    def measure(self) -> dict[str, object]:
        middle = self.sizes[1]
        series = {
            "events": lambda: [self._point(rows, rows) for rows in self.sizes],
            "windows": lambda: [self._columns(count, WINDOWS[-count:], configs.OPERATIONS) for count in (1, 2, 3, 6)],
            "aggregations": lambda: [
                self._columns(count, configs.WINDOWS, OPERATIONS[:count]) for count in (1, 2, 3, 5, 7)],
            "days": lambda: [self._point(middle, 31 - int(day[-2:]), first=day) for day in DAYS],
            "daily_run": lambda: [self._daily(days) for days in HISTORIES_DAYS],
        }
        wanted = self.options.series or series
        return {name: take() for name, take in series.items() if name in wanted}

    def _input(self, events_count: int, days: int = events.DAYS) -> tuple[pathlib.Path, GnomonRepository]:
        options = self.options
        source = events.file(options.data, events_count, options.users, options.seed, days=days)
        root = options.data / f"repository_{source.stem}"
        gnomon = GnomonRepository(options.build / "gnomon", root, options.threads, options.memory)
        gnomon.import_tables({configs.SOURCE: source})
        return source, gnomon

    def _backfill(self, gnomon: GnomonRepository, first: str, last: str):
        gnomon.drop(configs.FEATURES)
        return gnomon.run("group-by-backfill", configs.GROUP_BY_CONF, first, last)

    def _point(self, events_count: int, x: int, windows=configs.WINDOWS, operations=configs.OPERATIONS,
               first: str = events.FIRST_DAY) -> dict[str, float]:
        _, gnomon = self.inputs[events_count]
        gnomon.compile({configs.GROUP_BY_FILE: configs.group_by(windows, operations)})
        runs = [self._backfill(gnomon, first, events.LAST_DAY) for _ in range(self.runs)]
        return {"x": x, **medians(seconds=[run.seconds for run in runs], cpu=[run.cpu_seconds for run in runs]),
                "bytes_written": runs[-1].report["bytes_written"]}

    def _columns(self, x: int, windows: tuple[int, ...], operations: tuple[str, ...]) -> dict[str, float]:
        """A point of the middle input, with the kernel alone and with only writing the same columns."""
        middle, options = self.sizes[1], self.options
        point = self._point(middle, x, windows, operations)
        source, gnomon = self.inputs[middle]
        answer = gnomon.files(configs.GROUP_BY_TABLE)
        alone, written = [], []
        for _ in range(self.runs):
            said = kernel.run(self.program, source, None, options.threads, windows, operations)
            alone.append(said["in memory"])
            written.append(floor.write(answer, options.data / "answer_floor", options.threads))
        return point | medians(kernel=alone, write=written)

    def _daily(self, history_days: int) -> dict[str, float]:
        """Runs of one more day each, with all days of the history filled; the last answer is compared."""
        days = history_days + self.runs
        source, gnomon = self._input(self.sizes[1] // events.DAYS * days, days)
        point: dict[str, float] = {"x": history_days}
        for kind, incremental in KINDS.items():
            gnomon.compile({configs.GROUP_BY_FILE: configs.group_by(incremental=incremental)})
            self._backfill(gnomon, events.FIRST_DAY, events.day(history_days - 1))
            runs = [gnomon.run("group-by-backfill", configs.GROUP_BY_CONF, events.FIRST_DAY, events.day(number))
                    for number in range(history_days, days)]
            last = events.day(days - 1)
            ours = rows(gnomon.files(configs.GROUP_BY_TABLE), prefix=configs.GROUP_BY_PREFIX, where=f"ds = '{last}'")
            compare(f"DuckDB ({kind}, {last})", ours, theirs(source, days - 1, days - 1))
            taken = medians(seconds=[run.seconds for run in runs], cpu=[run.cpu_seconds for run in runs])
            point |= {f"{kind}_{name}": value for name, value in taken.items()}
            point[f"{kind}_rows_read"] = runs[-1].report["rows_read"]
        return point


def theirs(source: pathlib.Path, first: int = 0, last: int = events.DAYS - 1) -> str:
    return duckdb_sql.query(f"read_parquet('{source}', hive_partitioning = false)", first, last)


def medians(**taken: list[float]) -> dict[str, float]:
    return {name: round(statistics.median(values), 3) for name, values in taken.items()}
