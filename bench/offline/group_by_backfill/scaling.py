# Workload: how `gnomon run` grows: with the events, with windows, with aggregations, with output days.
# Each figure is the median of some runs; seconds and CPU seconds, since the latter say more on a busy machine.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse
import statistics

from group_by_backfill import events, gnomon_run
from measure import cpu_seconds

# SUM alone, then COUNT, AVERAGE, MIN, MAX, FIRST, LAST beside.
OPERATIONS = (7, 6, 8, 0, 1, 2, 3)
WINDOWS = (1, 2, 3, 7, 14, 30)
DAYS = ("2024-01-30", "2024-01-29", "2024-01-28", "2024-01-23", "2024-01-01")


class Scaling:
    """Inputs of a hundredth, a tenth and all of options.events; series over the middle one."""

    def __init__(self, options: argparse.Namespace):
        self.options, self.runs = options, options.runs
        self.sizes = [options.events // 100, options.events // 10, options.events]
        self.runners = {rows: self._runner(rows) for rows in self.sizes}

    def more_input(self) -> dict[str, object]:
        return {"sizes": self.sizes}

    def check_answers(self) -> int:
        runner, source = self.runners[self.sizes[0]]
        runner.prepare(source)
        runner.run()
        return len(runner.answer_files())

    def measure(self) -> dict[str, object]:
        middle = self.sizes[1]
        return {
            "events": [self._point(rows, rows) for rows in self.sizes],
            "windows": [self._point(middle, count, windows=WINDOWS[-count:]) for count in (1, 2, 3, 6)],
            "aggregations": [self._point(middle, count, operations=OPERATIONS[:count]) for count in (1, 2, 3, 5, 7)],
            "days": [self._point(middle, 31 - int(day[-2:]), first=day) for day in DAYS],
        }

    def _runner(self, rows: int):
        options = self.options
        source = options.data / f"events_{rows}_{options.users}_uniform_{options.seed}.parquet"
        events.make(source, rows, options.users, options.seed, zipf=False)
        root = options.data / f"repository_{source.stem}"
        return gnomon_run.GnomonRun(options.build / "gnomon", root, options.threads, options.memory), source

    def _point(self, rows: int, x: int, windows=gnomon_run.WINDOWS, operations=gnomon_run.OPERATIONS,
               first: str = events.FIRST_DAY) -> dict[str, float]:
        runner, source = self.runners[rows]
        runner.prepare(source, windows, operations)
        seconds, cpu = [], []
        for _ in range(self.runs):
            before = cpu_seconds()
            seconds.append(runner.run(first=first))
            cpu.append(cpu_seconds() - before)
        return {"x": x, "seconds": round(statistics.median(seconds), 3), "cpu": round(statistics.median(cpu), 3)}
