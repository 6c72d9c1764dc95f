# SPDX-License-Identifier: Apache-2.0
# A repository in a notebook: where all else begins.
import os

from ai.chronon.errors import did_you_mean
from gnomon.exceptions import NotFoundError
from gnomon.notebook import markup
from gnomon.notebook.configs import config_names, find_config
from gnomon.notebook.failures import as_gnomon_errors
from gnomon.notebook.group_by import GroupBy
from gnomon.notebook.runs import load_runs, runs_table
from gnomon.notebook.staging_query import StagingQuery
from gnomon.notebook.statements import run_script
from gnomon.notebook.table import Table
from gnomon.repository import ROOT_MARKS

_SHOWN_RUNS = 5


class Names(list):
    """Names in their order; a notebook shows them below each other."""

    def _repr_html_(self):
        return markup.table(["name"], [[name] for name in self])


class Repository:
    """A repository with its tables, runs, configs and features. May be shared by threads: statements
    take turns until their first rows are there.
    """

    def __init__(self, path=None):
        engine = _load_engine()
        self._engine = engine.Engine(_checked_root(path))
        self.root = self._engine.root

    def sql(self, text):
        """Runs Spark SQL and returns its Answer; of several statements, separated by semicolons, the
        last one's. Temporary views last as long as this object.
        """
        return run_script(self._engine, text)

    def tables(self, namespace=None):
        """Returns the names of all tables, or of those of a namespace, as `namespace.table`."""
        namespaces = self._engine.namespaces()
        if namespace is not None and namespace not in namespaces:
            remedy = did_you_mean(namespace, namespaces, "run a staging query first"
                                  if not namespaces else "")
            raise NotFoundError(f"namespace {namespace} does not exist - {remedy}")
        return Names(
            f"{one}.{table}"
            for one in ([namespace] if namespace is not None else namespaces)
            for table in self._engine.tables(one)
        )

    def table(self, name):
        """Returns the Table `namespace.table`. Raises NotFoundError, with the nearest names."""
        return Table(self._engine, name)

    def group_bys(self):
        """Returns the names of all GroupBys, `team/file.variable`; `team/file` of a file that is not
        compiled yet.
        """
        return Names(config_names(self.root, "group_bys"))

    def group_by(self, name):
        """Returns the GroupBy of a name: `user_purchase_features`,
        `bootcamp/user_purchase_features.v1`, its output table or its file. It is compiled first, so
        that it is today's.
        """
        with as_gnomon_errors():
            return GroupBy(self._engine, find_config(self.root, "group_bys", name))

    def staging_queries(self):
        """Returns the names of all StagingQueries, as `group_bys` does."""
        return Names(config_names(self.root, "staging_queries"))

    def staging_query(self, name):
        """Returns the StagingQuery of a name, which may be written as for `group_by`."""
        with as_gnomon_errors():
            return StagingQuery(self._engine, find_config(self.root, "staging_queries", name))

    def runs(self, limit=None):
        """Returns the Runs of this repository, newest first, at most `limit`."""
        runs = load_runs(self.root)
        if limit is not None:
            del runs[limit:]
        return runs

    def interrupt(self):
        """Stops all statements of this object that run now; call it from another thread."""
        self._engine.interrupt()

    def __repr__(self):
        return f"<gnomon repository {self.root}>"

    def _repr_html_(self):
        lists = [
            (title, markup.join(names, "\n"))
            for title, names in (
                ("tables", self.tables()),
                ("staging queries", self.staging_queries()),
                ("GroupBys", self.group_bys()),
            )
        ]
        return markup.page(
            self.root,
            markup.facts(lists),
            markup.section("Last runs", runs_table(self.runs(_SHOWN_RUNS))),
            subtitle="gnomon repository",
        )


def _load_engine():
    try:
        from gnomon import _engine
    except ImportError as failure:
        raise ImportError(
            f"the native module of gnomon cannot be loaded ({failure}) - run: make build"
        ) from failure
    return _engine


def _checked_root(path):
    """Returns the absolute root of `path`; "" lets the engine find it."""
    if path is None:
        return ""
    root = os.path.abspath(os.path.expanduser(os.fspath(path)))
    if not any(os.path.exists(os.path.join(root, mark)) for mark in ROOT_MARKS):
        what = "it has neither teams.json nor gnomon.toml" if os.path.isdir(root) else "no folder"
        raise NotFoundError(f"no repository there: {root} ({what}) - give its root, or make one:"
                            f" gnomon init {root}")
    return root
