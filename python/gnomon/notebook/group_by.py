# SPDX-License-Identifier: Apache-2.0
# A GroupBy in a notebook: what it computes, from what, and the features themselves.
from ai.chronon.api import ttypes
from ai.chronon.group_by import get_output_col_names, get_output_columns
from ai.chronon.repo.serializer import from_plain
from gnomon import naming
from gnomon.notebook import markup
from gnomon.notebook.config_view import ConfigView
from gnomon.notebook.failures import as_gnomon_errors

_OPERATIONS = ttypes.Operation._VALUES_TO_NAMES
_UNITS = {ttypes.TimeUnit.HOURS: "hour", ttypes.TimeUnit.DAYS: "day"}
_ACCURACIES = {ttypes.Accuracy.TEMPORAL: "TEMPORAL", ttypes.Accuracy.SNAPSHOT: "SNAPSHOT"}


class GroupBy(ConfigView):
    """A GroupBy of a repository; `repo.group_by(name)` makes it."""

    _subtitle = "GroupBy"
    _maker, _runner = "group_by", "backfill"

    def __init__(self, engine, config):
        super().__init__(engine, config)
        with as_gnomon_errors():
            self._group_by = from_plain(config.conf, ttypes.GroupBy)

    @property
    def keys(self):
        """Names of the key columns."""
        return list(self._group_by.keyColumns or [])

    @property
    def sources(self):
        """The tables it reads, in order."""
        return [_table_of(inner) for _, inner in self._sources()]

    @property
    def feature_names(self):
        """Names of the features as `fetch` gives them, keys aside."""
        return get_output_columns(self._group_by)

    def features(self, start_date=None, end_date=None, *, ds=None, columns=None, limit=None):
        """Returns the computed features as an Answer: those of the days from `start_date` to
        `end_date`, both included, of one day `ds`, or all. Days are dates or 'YYYY-MM-DD'. Raises
        NotFoundError before the first backfill.
        """
        return self._rows_of(start_date, end_date, ds, columns, limit)

    def backfill(self, start_date=None, end_date=None, *, step_days=None, with_dependencies=False,
                 quiet=False):
        """Computes the features of the days from `start_date` (else the config's) to `end_date`
        (else today) as `run.py --mode=backfill` does, and prints its progress. Days that are filled
        are not computed again. Returns its Run.
        """
        return self._run("backfill", start_date=start_date, end_date=end_date, step_days=step_days,
                         with_dependencies=with_dependencies, quiet=quiet)

    def upload(self, end_date=None, *, quiet=False):
        """Loads the features as of the end of `end_date` (else today) into the online store, as
        `run.py --mode=upload` does. Returns its Run.
        """
        return self._run("upload", end_date=end_date, quiet=quiet)

    def fetch(self, keys):
        """Returns the features of one key from the online store as a dict, or None when there are
        none: `fetch({"user_id": "user_1"})`. Raises NotFoundError before the first upload.
        """
        from ai.chronon.fetcher import Fetcher

        with as_gnomon_errors():
            name = self.chronon_name.replace(".", "/", 1)
            return Fetcher(repo=self._config.root).fetch_group_by(name=name, keys=keys)

    def _sources(self):
        """Returns (kind, source): events, entities or a join."""
        for source in self._group_by.sources or []:
            for kind in ("events", "entities", "joinSource"):
                if getattr(source, kind) is not None:
                    yield kind, getattr(source, kind)

    def __repr__(self):
        return (f"<GroupBy {self.name}: {len(self.feature_names)} features"
                f" by {', '.join(self.keys)}>")

    def _parts(self):
        meta = self._config.meta
        accuracy = _ACCURACIES.get(self._group_by.accuracy, "SNAPSHOT")
        yield self._stale_note()
        yield markup.facts([
            ("description", meta.get("description") or ""),
            ("name", self.chronon_name),
            ("team", meta.get("team") or ""),
            ("source file", self.source_file),
            ("keys", markup.join(self.keys)),
            ("accuracy", accuracy),
            ("online", "yes" if meta.get("online") else "no"),
            ("backfilled from", self._group_by.backfillStartDate or ""),
        ])
        yield markup.section("Sources", self._sources_table())
        yield markup.section("Features", self._features_table())
        yield self._schema_section()
        yield self._runs_section()

    def _sources_table(self):
        rows = []
        for kind, source in self._sources():
            query = _query_of(source)
            selects = [
                name if name == text else f"{name} = {text}"
                for name, text in sorted((query.selects or {}).items())
            ] if query else []
            rows.append([
                _table_of(source), kind.replace("joinSource", "join"),
                markup.join(selects, "\n"),
                markup.join(query.wheres or [], "\n") if query else "",
                (query.timeColumn or "") if query else "",
            ])
        return markup.table(["table", "kind", "selects", "wheres", "time column"], rows)

    def _features_table(self):
        prefix = f"{self.name}_" if naming.NAME_KEY in self._custom() else ""
        if not self._group_by.aggregations:
            rows = [[name, "", "", "", prefix + name] for name in self.feature_names]
        else:
            rows = [
                [name, aggregation.inputColumn, _operation_text(aggregation), window, prefix + name]
                for aggregation in self._group_by.aggregations
                for name, window in zip(
                    get_output_col_names(aggregation), _windows_of(aggregation))
            ]
        derived = [
            [derivation.name, derivation.expression, "derivation", "", prefix + derivation.name]
            for derivation in self._group_by.derivations or []
            if derivation.name != "*"
        ]
        headers = ["feature", "input", "operation", "window", "column of the table"]
        return markup.table(headers, rows + derived)

    def _custom(self):
        with as_gnomon_errors():
            return naming.custom_values(self._config.meta.get("customJson"))


def _query_of(source):
    return getattr(source, "query", None)


def _table_of(source):
    for name in ("table", "snapshotTable"):
        if getattr(source, name, None):
            return getattr(source, name)
    join = getattr(source, "join", None)
    meta = join.metaData if join else None
    return (meta.name if meta else None) or ""


def _operation_text(aggregation):
    text = _OPERATIONS.get(aggregation.operation, str(aggregation.operation))
    arguments = ", ".join(f"{k}={v}" for k, v in sorted((aggregation.argMap or {}).items()))
    return f"{text}({arguments})" if arguments else text


def _windows_of(aggregation):
    """Returns a text for each output column of an aggregation, in the order of their names."""
    windows = [_window_text(window) for window in aggregation.windows or []] or ["unbounded"]
    if not aggregation.buckets:
        return windows
    return [f"{window}, by {b}" for b in aggregation.buckets for window in windows]


def _window_text(window):
    unit = _UNITS.get(window.timeUnit, "unit")
    return f"{window.length} {unit}{'' if window.length == 1 else 's'}"
