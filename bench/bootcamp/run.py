"""Times the bootcamp's four commands from a cold repository and says where the time goes.

Beside each command, in the same run, stand its parts and its floor:
  python   the Python half alone: run.py up to the point where it becomes gnomon (which is replaced by `true`);
  floor    a program that only loads what the command loads: the same interpreter importing the same modules, then
           `gnomon --version` with its libraries.
The answers are compared first: the feature table's rows with a count made by DuckDB over the Parquet file. Five runs,
median and spread; the aim is at most twice the floor.

Usage: bench/bootcamp/run.py [--runs 5] [--json FILE]
"""
# SPDX-License-Identifier: Apache-2.0
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = str(PROJECT / ".deps/venv/bin/python")
GNOMON = str(PROJECT / "build/release/gnomon")
GROUP_BY = "--conf=group_bys/bootcamp/user_purchase_features.py"
DATES = ["--start-date=2023-12-01", "--end-date=2023-12-07"]
COMMANDS = {
    "staging": ["run.py", "--mode=staging-query-backfill",
                "--conf=staging_queries/bootcamp/purchases_from_s3.py", *DATES],
    "backfill": ["run.py", "--mode=backfill", GROUP_BY, *DATES],
    "upload": ["run.py", "--mode=upload", GROUP_BY, "--end-date=2023-12-07"],
    "fetch": ["run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features",
              "-k", '{"user_id":"user_1"}'],
}
# What a command's Python half imports; a first compile needs the SQL translator, a fetch nothing.
IMPORTS = {
    "staging": "import gnomon.run_py, gnomon.compile, gnomon.spark_sql, ai.chronon.api.ttypes",
    "backfill": "import gnomon.run_py, gnomon.compile, gnomon.spark_sql, ai.chronon.group_by, "
                "ai.chronon.staging_query",
    "upload": "import gnomon.run_py, gnomon.compile, ai.chronon.group_by, ai.chronon.staging_query",
    "fetch": "import gnomon.run_py",
}


def timed(command, cwd, **environment):
    env = {**os.environ, "PATH": f"{PROJECT / 'bin'}:{os.environ['PATH']}", **environment}
    begin = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=env, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def make_repository(folder):
    shutil.copytree(PROJECT / "examples/bootcamp", folder, ignore=shutil.ignore_patterns(".gnomon", "production"))
    subprocess.run([PYTHON, "-m", "gnomon.sample_data", folder], check=True, capture_output=True)


def check_answers(folder):
    """Feature rows of the last day against DuckDB over the source file: one per user, the same sum."""
    import duckdb
    path = f"{folder}/.gnomon/buckets/chronon/warehouse/data/purchases/*.parquet"
    expected = duckdb.sql(f"SELECT count(DISTINCT user_id), round(sum(purchase_price), 6) FROM '{path}'").fetchone()
    query = ("SELECT COUNT(*), ROUND(SUM(user_purchase_features_purchase_price_sum_7d), 6) "
             "FROM bootcamp_features.user_purchase_features WHERE ds = '2023-12-07'")
    out = subprocess.run([str(PROJECT / "bin/spark-sql"), "-e", query], cwd=folder, check=True,
                         capture_output=True, text=True)
    count, total = out.stdout.split()
    if (int(count), float(total)) != expected:
        sys.exit(f"answers differ: DuckDB says {expected}, the feature table {count} {total}")


def measure(runs):
    samples = {name: {"total": [], "python": [], "floor": []} for name in COMMANDS}
    for run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            repository = f"{folder}/repo"
            make_repository(repository)
            for name, command in COMMANDS.items():
                floor = timed([PYTHON, "-c", IMPORTS[name]], repository) + timed([GNOMON, "--version"], repository)
                samples[name]["floor"].append(floor)
                samples[name]["total"].append(timed(command, repository))
                samples[name]["python"].append(timed(command, repository, GNOMON_BIN="/bin/true"))
            if run == 0:
                check_answers(repository)
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    samples = measure(arguments.runs)
    print(f"{platform.machine()}, {os.cpu_count()} cores, {arguments.runs} runs, medians in ms (min..max)")
    print(f"{'command':<10}{'total':>20}{'python':>10}{'engine':>10}{'floor':>10}{'ratio':>8}")
    sums = {"total": 0.0, "floor": 0.0}
    for name, values in samples.items():
        median = {part: statistics.median(times) * 1000 for part, times in values.items()}
        spread = f"{median['total']:.0f} ({min(values['total']) * 1000:.0f}..{max(values['total']) * 1000:.0f})"
        print(f"{name:<10}{spread:>20}{median['python']:>10.0f}{median['total'] - median['python']:>10.0f}"
              f"{median['floor']:>10.0f}{median['total'] / median['floor']:>8.2f}")
        for part in sums:
            sums[part] += median[part]
    ratio = sums["total"] / sums["floor"]
    print(f"{'all four':<10}{sums['total']:>13.0f} ms{'':>27}{sums['floor']:>10.0f}{ratio:>8.2f}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(samples, indent=1))


if __name__ == "__main__":
    main()
