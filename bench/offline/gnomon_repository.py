# Contender: gnomon, as a user has it: a repository with configs in Python, compiled by the compiler; a run goes from
# committed Iceberg tables to a committed one. Imports are kept between benchmarks; runs start without their answer.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
COMPILE = PROJECT / "bin/compile.py"
UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
SPILLED = re.compile(r"; ([0-9.]+) (\w+) spilled to disk")


@dataclasses.dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float
    peak_bytes: int  # The largest resident memory, VmHWM; a child's usage begins with that of its parent.
    spilled_bytes: int
    report: dict[str, object]


class GnomonRepository:
    def __init__(self, program: pathlib.Path, root: pathlib.Path, threads: int, memory: str | None = None):
        self.program, self.root = program.resolve(), root.resolve()
        self.environment = {**os.environ, "EXECUTOR_CORES": str(threads), "GNOMON_BIN": str(self.program)}
        for setting in ("CHRONON_REPO_PATH", "EXECUTOR_MEMORY"):
            self.environment.pop(setting, None)
        if memory:
            self.environment["EXECUTOR_MEMORY"] = memory

    def import_tables(self, files: dict[str, pathlib.Path]) -> None:
        """Imports each file as a table partitioned by ds, unless that was done; a failed import is begun anew."""
        ready = self.root / "ready"
        wanted = json.dumps({table: str(file.resolve()) for table, file in files.items()})
        if ready.exists() and ready.read_text() == wanted:
            return
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        (self.root / "teams.json").write_text(json.dumps({"bench": {"namespace": "bench"}}))
        for table, file in files.items():
            self.gnomon("import", table, str(file.resolve()), "--partition-by", "ds")
        ready.write_text(wanted)

    def compile(self, configs: dict[str, str]) -> None:
        """Writes the Python files (paths below the repository) and compiles them in this order."""
        for name, text in configs.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.root, path.parent, path.parent.parent):
                (folder / "__init__.py").touch()
            path.write_text(text)
        for name in configs:
            self._call([str(COMPILE), f"--conf={name}"])

    def gnomon(self, *arguments: str) -> str:
        """Returns what the program printed on stdout."""
        return self._call([str(self.program), *arguments]).stdout

    def run(self, mode: str, conf: str, first: str, last: str) -> Run:
        """One `gnomon run` of a compiled conf, its start and its commits included."""
        command = [str(self.program), "run", f"--mode={mode}", f"--conf={self.root / conf}", "--json", "--verbose",
                   f"--start-date={first}", f"--end-date={last}"]
        with open(self.root / "stdout", "w+") as stdout, open(self.root / "stderr", "w+") as stderr:
            begin = time.perf_counter()
            child = subprocess.Popen(command, cwd=self.root, env=self.environment, stdout=stdout, stderr=stderr)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - begin
            child.returncode = os.waitstatus_to_exitcode(status)
            for file in (stdout, stderr):
                file.seek(0)
            said = stderr.read()
            if child.returncode:
                raise SystemExit(f"{' '.join(command)} failed with {child.returncode}:\n{said}")
            spilled = sum(int(float(number) * UNITS[unit]) for number, unit in SPILLED.findall(said))
            report = json.loads(stdout.read())
            return Run(seconds, usage.ru_utime + usage.ru_stime, report["memory_peak_bytes"], spilled, report)

    def files(self, table: str) -> list[str]:
        """The data files that the table's current snapshot names."""
        tasks = self._catalog().load_table(table).scan().plan_files()
        return sorted(task.file.file_path.removeprefix("file://") for task in tasks)

    def drop(self, namespace: str) -> None:
        """Forgets all tables of a namespace and their files."""
        catalog = self._catalog()
        if (namespace,) not in catalog.list_namespaces():
            return
        for table in catalog.list_tables(namespace):
            location = catalog.load_table(table).location().removeprefix("file://")
            catalog.drop_table(table)
            shutil.rmtree(location)

    def _call(self, command: list[str]) -> subprocess.CompletedProcess:
        done = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done

    def _catalog(self):
        from pyiceberg.catalog.sql import SqlCatalog
        state = self.root / ".gnomon"
        return SqlCatalog("gnomon", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}")
