#!/usr/bin/env python3
# Offline benchmarks. Workloads:
#   group_by_backfill   SUM, COUNT, AVERAGE of price over 1, 7, 30 days; 30 output days; 10 M events of 100,000 users
#   temporal_join       the same features point in time: 100,000 left rows (--zipf: 1,000,000) over the last 7 days
#   scaling             how the backfill grows with events (a hundredth, a tenth, all), windows, aggregations, days, and
#                       a daily run with the history before it
#   memory              a backfill within a budget: --memory=4G --events 100000000 --users 10000000
# Contenders answer first and their answers are compared; only then they are timed: medians of some
# runs with their spread, the runs of all contenders in turn. One that passes --limit is not run again.
# SPDX-License-Identifier: Apache-2.0
"""python bench/offline/run.py [--workload NAME] [--events 10000000] [--zipf] [--runs 5] [--data DIR] [--build DIR]
[--output FILE]"""
from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from group_by_backfill.memory import Memory  # noqa: E402
from group_by_backfill.scaling import Scaling  # noqa: E402
from group_by_backfill.workload import GroupByBackfill  # noqa: E402
from measure import machine  # noqa: E402
from temporal_join.workload import TemporalJoin  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
WORKLOADS = {"group_by_backfill": GroupByBackfill, "temporal_join": TemporalJoin, "scaling": Scaling, "memory": Memory}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/tmp/gnomon-bench"),
                        help="folder for inputs and answers, kept between runs")
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build/release", help="CMake's build folder")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zipf", action="store_true", help="users by Zipf's law instead of evenly")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a peer is given up")
    parser.add_argument("--output", type=pathlib.Path, help="also write the result here")
    parser.add_argument("--workload", choices=WORKLOADS, default="group_by_backfill")
    parser.add_argument("--memory", help="EXECUTOR_MEMORY of scaling and memory, as 4G")
    parser.add_argument("--output-days", type=int, default=3, help="of memory: how many of the last days")
    parser.add_argument("--series", nargs="+", help="of scaling: events, windows, aggregations, days, daily_run; all")
    parser.add_argument("--left-rows", type=int, help="of temporal_join; 100,000, or 1,000,000 by Zipf's law")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    workload = WORKLOADS[options.workload](options)
    result = {
        "workload": options.workload,
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "input": {"events": options.events, "users": options.users, "seed": options.seed, "zipf": options.zipf,
                  **workload.more_input()},
        "threads": options.threads,
        "runs": options.runs,
        "rows_out": workload.check_answers(),
    }
    begin, load = time.time(), os.getloadavg()
    result |= workload.measure()
    # Beside our own threads: a load of more than them says that the figures are not to be trusted.
    result["load_average"] = {"before": load[0], "after": os.getloadavg()[0], "seconds": round(time.time() - begin)}
    text = json.dumps(result, indent=2)
    if options.output:
        options.output.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
