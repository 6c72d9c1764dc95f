# SPDX-License-Identifier: Apache-2.0
# What GroupBys and StagingQueries have in common in a notebook: names, the table they write, runs.
import json

from gnomon.exceptions import NotFoundError
from gnomon.notebook import commands, markup, texts
from gnomon.notebook.runs import load_runs, runs_table
from gnomon.notebook.statements import select
from gnomon.notebook.table import Table, schema_table

_SHOWN_RUNS = 5


class ConfigView:
    """A config and what became of it. `name` is the documented name, `chronon_name`
    `team.file.variable`, `table` the name of the table that it writes, `conf` Chronon's JSON.
    """

    def __init__(self, engine, config):
        self._engine = engine
        self._config = config
        self.name = config.name
        self.chronon_name = config.chronon_name
        self.table = config.output_table
        self.conf = config.conf
        self.source_file = config.source_file

    def output(self):
        """Returns the Table that it writes. Raises NotFoundError before its first run."""
        return Table(self._engine, self.table)

    def runs(self):
        """Returns the Runs of this config, newest first."""
        return load_runs(
            self._config.root, lambda report: report.get("name") == self.chronon_name
            or report.get("name") == self.name)

    def _rows_of(self, start_date, end_date, ds, columns, limit):
        """Returns the Answer of the table's rows of a range of days, or of one."""
        where = []
        if ds is not None:
            where.append(f"ds = '{texts.day_text(ds, 'ds')}'")
        for operator, name, day in ((">=", "start_date", start_date), ("<=", "end_date", end_date)):
            if day is not None:
                where.append(f"ds {operator} '{texts.day_text(day, name)}'")
        condition = " AND ".join(where) or None
        try:
            return select(self._engine, self.table, columns, condition, limit)
        except NotFoundError:
            if self._has_table():
                raise
            raise NotFoundError(
                f"nothing is computed yet: {self.table} - run"
                f" repo.{self._maker}({self.name!r}).{self._runner}()"
            ) from None

    def _has_table(self):
        return self._table_info() is not None

    def _table_info(self):
        try:
            return json.loads(self._engine.table_info(self.table))
        except NotFoundError:
            return None

    def _run(self, mode, *, quiet, with_dependencies=False, step_days=None, **days):
        arguments = [f"--mode={mode}", f"--conf={self._config.source_file or self._config.path}"]
        if self._config.source_file:
            arguments[1] += f":{self.chronon_name.rpartition('.')[2]}"
        for name, day in days.items():
            text = texts.day_text(day, name)
            arguments += [f"--{name.replace('_', '-')}={text}"] if text else []
        arguments += ["--with-dependencies"] if with_dependencies else []
        arguments += [f"--step-days={step_days}"] if step_days is not None else []
        return commands.run_config(self._config.root, arguments, quiet=quiet)

    def _repr_html_(self):
        return markup.page(self.name, *self._parts(), subtitle=self._subtitle)

    def _stale_note(self):
        if not self._config.stale:
            return ""
        return markup.paragraph(
            f"Shown as it was last compiled; today's source does not compile: {self._config.stale}")

    def _schema_section(self):
        info = self._table_info()
        if info is None:
            return markup.section(
                f"Output table {self.table}", markup.paragraph(markup.quiet("not computed yet")))
        return markup.section(f"Output table {self.table}", schema_table(info))

    def _runs_section(self):
        table = runs_table(self.runs()[:_SHOWN_RUNS])
        return markup.section("Last runs", table or markup.paragraph(markup.quiet("none")))
