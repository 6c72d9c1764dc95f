# SPDX-License-Identifier: Apache-2.0
# The runs of a repository, from the reports that each run leaves (docs/formats/run_report.md).
from __future__ import annotations

import datetime
import json
import os
from typing import TYPE_CHECKING

from gnomon.notebook import markup, texts

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_FRAME_COLUMNS = (
    "id", "status", "mode", "name", "output", "begin", "end", "elapsed_ms", "rows_read",
    "rows_written", "bytes_read", "bytes_written", "memory_peak_bytes", "days_computed", "error",
)


class Run:
    """One run, as its report tells it; `report` is the whole report.

    `begin` and `end` are datetimes in UTC, `end` is None while it runs; sizes are bytes. `status` is
    running, succeeded, failed, cancelled, or died (it left no end).
    """

    def __init__(self, report: dict):
        self.report = report
        self.id: str = report.get("id", "")
        self.mode: str = report.get("mode", "")
        self.name: str = report.get("name", "")
        self.output: str = report.get("output", "")
        self.begin: datetime.datetime | None = _time(report.get("begin"))
        self.end: datetime.datetime | None = _time(report.get("end"))
        self.elapsed_ms: int | None = report.get("elapsed_ms")
        self.rows_read: int | None = report.get("rows_read")
        self.rows_written: int | None = report.get("rows_written")
        self.days: dict[str, list] = report.get("days") or {}
        self.error: str | None = (report.get("error") or {}).get("message")

    @property
    def status(self) -> str:
        status = self.report.get("status", "")
        return "died" if status == "running" and not _is_alive(self.report.get("pid")) else status

    def record(self) -> dict:
        """Returns the run as a flat dict, one row of the frame of all runs."""
        record = {name: self.report.get(name) for name in _FRAME_COLUMNS}
        record.update(
            status=self.status, begin=self.begin, end=self.end, error=self.error,
            days_computed=", ".join(self.days.get("computed") or []),
        )
        return record

    def __repr__(self):
        return f"<run {self.id} {self.mode} of {self.name}: {self.status}>"

    def _repr_html_(self) -> str:
        report = self.report
        settings = [[s.get("name"), s.get("value"), s.get("origin")]
                    for s in report.get("settings") or []]
        return markup.page(
            self.name,
            markup.facts([
                ("status", self.status),
                ("error", self.error or ""),
                ("mode", self.mode),
                ("output", self.output),
                ("begun", f"{texts.time_text(self.begin)} UTC"),
                ("took", texts.elapsed_text(self.elapsed_ms)),
                *((label, _days_text(self.days.get(key))) for label, key in _DAYS),
                ("rows", _flow_text(self.rows_read, self.rows_written, "{:,}".format)),
                ("bytes", _flow_text(report.get("bytes_read"), report.get("bytes_written"),
                                     texts.bytes_text)),
                ("peak memory", texts.bytes_text(report.get("memory_peak_bytes"))),
                ("notes", markup.join(report.get("notes") or [], "\n")),
            ]),
            markup.section("Settings", settings and markup.table(["name", "value", "origin"],
                                                                 settings)),
            subtitle=f"run {self.id}",
        )


_DAYS = (
    ("computed", "computed"),
    ("empty", "empty"),
    ("filled before", "already_filled"),
    ("not computed", "not_computed"),
)


class Runs(list):
    """Runs, newest first."""

    def to_pandas(self) -> pandas.DataFrame:
        """Returns a pandas.DataFrame, one row per run; begin and end are UTC timestamps."""
        import pandas

        frame = pandas.DataFrame([run.record() for run in self], columns=list(_FRAME_COLUMNS))
        for name in ("begin", "end"):
            frame[name] = pandas.to_datetime(frame[name], utc=True)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow.Table, one row per run."""
        import pyarrow

        time = pyarrow.timestamp("ms", "UTC")
        types = {"begin": time, "end": time}
        schema = pyarrow.schema([
            (name, types.get(name) or (pyarrow.int64() if _is_number(name) else pyarrow.string()))
            for name in _FRAME_COLUMNS
        ])
        return pyarrow.Table.from_pylist([run.record() for run in self], schema)

    def to_polars(self) -> polars.DataFrame:
        """Returns a polars.DataFrame, one row per run."""
        import polars

        time = polars.Datetime("ms", "UTC")
        schema = {
            name: time if name in ("begin", "end")
            else polars.Int64 if _is_number(name) else polars.String
            for name in _FRAME_COLUMNS
        }
        return polars.DataFrame([run.record() for run in self], schema)

    def _repr_html_(self) -> str:
        return markup.page(texts.count(len(self), "run"), runs_table(self))


def runs_table(runs):
    """Returns runs as an HTML table, or nothing if there are none."""
    rows = [
        [
            texts.time_text(run.begin), run.mode, run.name, run.status,
            _days_text(run.days.get("computed")), f"{run.rows_written or 0:,}",
            texts.elapsed_text(run.elapsed_ms), run.id,
        ]
        for run in runs
    ]
    headers = ["begun (UTC)", "mode", "config", "status", "days computed", "rows", "took", "id"]
    return markup.table(headers, rows, (5, 6), wraps=False) if rows else ""


def load_runs(root, wanted=lambda report: True):
    """Returns the Runs whose reports `wanted` accepts. Damaged and foreign files are passed over."""
    folder = os.path.join(root, ".gnomon", "logs")
    names = sorted(os.listdir(folder), reverse=True) if os.path.isdir(folder) else []
    runs = Runs()
    for name in names:
        report = _read_report(os.path.join(folder, name)) if name.endswith(".json") else None
        if report is not None and wanted(report):
            runs.append(Run(report))
    return runs


def _read_report(path):
    try:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) and report.get("format") == 1 else None


def _is_number(name):
    return name.startswith(("rows_", "bytes_")) or name in ("elapsed_ms", "memory_peak_bytes")


def _is_alive(pid):
    return isinstance(pid, int) and os.path.exists(f"/proc/{pid}")


def _time(text):
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None


def _days_text(days):
    """Returns days of a report; those not computed come with the reason."""
    shown = []
    for entry in days or []:
        if isinstance(entry, dict):
            shown.append(f"{', '.join(entry.get('days') or [])}: {entry.get('reason', '')}")
        else:
            shown.append(str(entry))
    return ("\n" if any(": " in text for text in shown) else ", ").join(shown)


def _flow_text(read, written, text):
    parts = [(read, "read"), (written, "written")]
    return ", ".join(f"{text(value)} {word}" for value, word in parts if value is not None)
