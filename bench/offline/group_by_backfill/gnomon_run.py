# Contender: `gnomon run`, as a user has it: from a committed Iceberg table of events to a committed
# feature table. The repository is made once per input; each timed run starts without the feature table.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import time

from group_by_backfill import events

WINDOWS = (1, 7, 30)
OPERATIONS = (7, 6, 8)  # SUM, COUNT, AVERAGE
SOURCE, OUTPUT = "bench.events", "bench_features.bench_price_v1"
CONF = "production/group_bys/bench/price.v1"
SIDE = "production/.gnomon/group_bys/bench/price.v1.json"


class GnomonRun:
    def __init__(self, program: pathlib.Path, root: pathlib.Path, threads: int, memory: str | None = None):
        self.program, self.root, self.threads = program.resolve(), root.resolve(), threads
        self.memory = memory

    def prepare(self, source: pathlib.Path, windows: tuple[int, ...] = WINDOWS,
                operations: tuple[int, ...] = OPERATIONS) -> None:
        """Imports the events, partitioned by ds, unless that was done; writes the config."""
        if not (self.root / "ready").exists():
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.mkdir(parents=True)
            (self.root / "teams.json").write_text(json.dumps({"default": {"namespace": "default"}}))
            self._gnomon("import", SOURCE, str(source.resolve()), "--partition-by", "ds")
            (self.root / "ready").touch()
        text = json.dumps(conf(windows, operations), indent=2)
        self._write(CONF, text)
        self._write(SIDE, json.dumps(side_file(text), indent=1))

    def run(self, first: str = events.FIRST_DAY, last: str = events.LAST_DAY) -> float:
        """Returns the seconds of the whole program, its start and the commit included."""
        self._forget_answer()
        command = ["run", "--mode=group-by-backfill", f"--conf={self.root / CONF}",
                   f"--start-date={first}", f"--end-date={last}"]
        begin = time.perf_counter()
        self._gnomon(*command)
        return time.perf_counter() - begin

    def source_files(self) -> list[str]:
        return self._files(SOURCE)

    def answer_files(self) -> list[str]:
        """The data files that the committed snapshot names."""
        return self._files(OUTPUT)

    def _gnomon(self, *arguments: str) -> None:
        environment = {**os.environ, "EXECUTOR_CORES": str(self.threads)}
        environment.pop("CHRONON_REPO_PATH", None)
        if self.memory:
            environment["EXECUTOR_MEMORY"] = self.memory
        done = subprocess.run([str(self.program), *arguments], cwd=self.root, env=environment,
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"gnomon {' '.join(arguments)} failed:\n{done.stderr}")

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def _catalog(self):
        from pyiceberg.catalog.sql import SqlCatalog
        state = self.root / ".gnomon"
        return SqlCatalog("gnomon", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}")

    def _files(self, table: str) -> list[str]:
        tasks = self._catalog().load_table(table).scan().plan_files()
        return sorted(task.file.file_path.removeprefix("file://") for task in tasks)

    def _forget_answer(self) -> None:
        catalog = self._catalog()
        if catalog.table_exists(OUTPUT):
            location = catalog.load_table(OUTPUT).location().removeprefix("file://")
            catalog.drop_table(OUTPUT)
            shutil.rmtree(location)


def conf(windows_days: tuple[int, ...], operations: tuple[int, ...]) -> dict[str, object]:
    """The GroupBy as the compiler writes it (docs/formats/compiled.md)."""
    windows = [{"length": days, "timeUnit": 1} for days in windows_days]
    return {
        "metaData": {"name": "bench.price.v1", "online": 0, "customJson": "{}", "dependencies": [],
                     "outputNamespace": "bench_features", "team": "bench", "offlineSchedule": "@daily"},
        "sources": [{"events": {"table": SOURCE, "query": {"selects": {"user": "user", "price": "price"},
                                                           "timeColumn": "ts", "setups": []}, "isCumulative": 0}}],
        "keyColumns": ["user"],
        "aggregations": [{"inputColumn": "price", "operation": operation, "argMap": {}, "windows": windows}
                         for operation in operations],
        "backfillStartDate": events.FIRST_DAY,
    }


def side_file(text: str) -> dict[str, object]:
    query = "sources[0].events.query"
    columns = {f"{query}.selects.user": "user", f"{query}.selects.price": "price", f"{query}.timeColumn": "ts"}
    return {
        "format": 1,
        "conf_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "conf_hash": "0000000001",
        "compiler": "1",
        "source_file": "",
        "lines": {},
        "dependencies": [],
        "expressions": {place: {"op": "column", "name": name} for place, name in columns.items()},
        "setups": [],
    }
