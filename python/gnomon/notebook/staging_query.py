# SPDX-License-Identifier: Apache-2.0
# A StagingQuery in a notebook.
import textwrap

from gnomon.notebook import markup
from gnomon.notebook.config_view import ConfigView


class StagingQuery(ConfigView):
    """A StagingQuery of a repository; `repo.staging_query(name)` makes it."""

    _subtitle = "StagingQuery"
    _maker, _runner = "staging_query", "run"

    @property
    def query(self):
        """The SQL as the user wrote it, macros included."""
        return self.conf.get("query") or ""

    @property
    def setups(self):
        """The statements that run before the query."""
        return list(self.conf.get("setups") or [])

    def rows(self, start_date=None, end_date=None, *, ds=None, columns=None, limit=None):
        """Returns the written rows as an Answer: those of the days from `start_date` to `end_date`,
        both included, of one day `ds`, or all. Raises NotFoundError before the first run.
        """
        return self._rows_of(start_date, end_date, ds, columns, limit)

    def run(self, start_date=None, end_date=None, *, step_days=None, quiet=False):
        """Runs the query for the days from `start_date` (else the config's) to `end_date` (else
        today) as `run.py --mode=staging-query-backfill` does, and prints its progress. Returns its
        Run.
        """
        return self._run("backfill", start_date=start_date, end_date=end_date, step_days=step_days,
                         quiet=quiet)

    def __repr__(self):
        return f"<StagingQuery {self.name}: writes {self.table}>"

    def _parts(self):
        meta = self._config.meta
        yield self._stale_note()
        yield markup.facts([
            ("description", meta.get("description") or ""),
            ("name", self.chronon_name),
            ("team", meta.get("team") or ""),
            ("source file", self.source_file),
            ("starts at", self.conf.get("startPartition") or ""),
        ])
        for setup in self.setups:
            yield markup.section("Setup", markup.preformatted(textwrap.dedent(setup).strip()))
        yield markup.section("Query", markup.preformatted(textwrap.dedent(self.query).strip("\n")))
        yield self._schema_section()
        yield self._runs_section()
