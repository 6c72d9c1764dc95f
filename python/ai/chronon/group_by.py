# SPDX-License-Identifier: Apache-2.0
# GroupBy and its parts. GroupBy() completes its sources (missing keys and inputs are selected as
# they are) on copies, so that two GroupBys may share one source, and validates; the compiler names
# it and applies the team's settings.
import json
import sys

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, closest_name
from ai.chronon.group_by_rules import check_columns_are_meant, check_group_by

Accuracy = ttypes.Accuracy
TimeUnit = ttypes.TimeUnit
Window = ttypes.Window

DEFAULT_OPERATION = ttypes.Operation.LAST
_NO_K_SUFFIX = ("LAST_K", "FIRST_K", "TOP_K", "BOTTOM_K")
_RESERVED_COLUMNS = ("ts", "is_before", "mutation_ts", "ds")


def _with_k(operation):
    return staticmethod(lambda k: (operation, {"k": str(k)}))


def _percentile(percentiles, k=128, **kwargs):
    arguments = {"k": k, "percentiles": list(percentiles), **kwargs}
    return ttypes.Operation.APPROX_PERCENTILE, {key: str(v) for key, v in arguments.items()}


class Operation:
    """The operations of an aggregation; those that take an argument are functions."""

    MIN = ttypes.Operation.MIN
    MAX = ttypes.Operation.MAX
    FIRST = ttypes.Operation.FIRST
    LAST = ttypes.Operation.LAST
    APPROX_UNIQUE_COUNT = ttypes.Operation.APPROX_UNIQUE_COUNT
    APPROX_UNIQUE_COUNT_LGK = _with_k(ttypes.Operation.APPROX_UNIQUE_COUNT)
    UNIQUE_COUNT = ttypes.Operation.UNIQUE_COUNT
    BOUNDED_UNIQUE_COUNT = ttypes.Operation.BOUNDED_UNIQUE_COUNT
    BOUNDED_UNIQUE_COUNT_K = _with_k(ttypes.Operation.BOUNDED_UNIQUE_COUNT)
    COUNT = ttypes.Operation.COUNT
    SUM = ttypes.Operation.SUM
    AVERAGE = ttypes.Operation.AVERAGE
    VARIANCE = ttypes.Operation.VARIANCE
    SKEW = ttypes.Operation.SKEW
    KURTOSIS = ttypes.Operation.KURTOSIS
    HISTOGRAM = ttypes.Operation.HISTOGRAM
    HISTOGRAM_K = _with_k(ttypes.Operation.HISTOGRAM)
    APPROX_HISTOGRAM_K = _with_k(ttypes.Operation.APPROX_HISTOGRAM_K)
    FIRST_K = _with_k(ttypes.Operation.FIRST_K)
    LAST_K = _with_k(ttypes.Operation.LAST_K)
    TOP_K = _with_k(ttypes.Operation.TOP_K)
    BOTTOM_K = _with_k(ttypes.Operation.BOTTOM_K)
    APPROX_PERCENTILE = staticmethod(_percentile)


def Aggregation(
    input_column=None,
    operation=None,
    windows=None,
    buckets=None,
    tags=None,
    element_wise=None,
):
    """Returns an aggregation of one column; `operation` defaults to LAST, no windows mean all
    time.
    """
    if operation is None:
        operation = DEFAULT_OPERATION
    if callable(operation):
        raise ConfigError(
            "the operation needs its argument",
            "operation",
            "call it, for example: Operation.LAST_K(10)",
        )
    arguments = {}
    if isinstance(operation, tuple):
        operation, arguments = operation
    aggregation = ttypes.Aggregation(
        input_column, operation, arguments, windows, buckets, element_wise
    )
    aggregation.tags = tags
    return aggregation


def Aggregations(**kwargs):
    """Returns the given aggregations; one without an input column gets its keyword as input
    column.
    """
    for name, aggregation in kwargs.items():
        if not aggregation.inputColumn:
            aggregation.inputColumn = name
    return list(kwargs.values())


def DefaultAggregation(keys, sources, operation=Operation.LAST, tags=None):
    """Returns one aggregation for each selected column that is neither a key nor a time."""
    inputs = {}
    for source in sources if isinstance(sources, (list, tuple)) else [sources]:
        query = utils.get_query(source)
        left_out = {*keys, *_RESERVED_COLUMNS, query.timeColumn}
        inputs.update({c: None for c in utils.get_columns(source) if c not in left_out})
    return [Aggregation(operation=operation, input_column=c, tags=tags) for c in inputs]


def Derivation(name, expression, description=None):
    """Returns an output column computed from others; `Derivation("*", "*")` keeps all."""
    meta = ttypes.MetaData(description=description) if description else None
    return ttypes.Derivation(name, expression, meta)


def get_output_col_names(aggregation):
    """Returns the output columns of an aggregation, bucket after bucket and window after window."""
    name = ttypes.Operation._VALUES_TO_NAMES[aggregation.operation]
    suffix = name.lower()
    if name in _NO_K_SUFFIX:
        suffix = name[:-2].lower() + str((aggregation.argMap or {}).get("k", ""))
    base = f"{aggregation.inputColumn}_{suffix}"
    windows = [""]
    if aggregation.windows:
        windows = [f"_{w.length}{'hd'[w.timeUnit]}" for w in aggregation.windows]
    buckets = [f"_by_{b}" for b in aggregation.buckets] if aggregation.buckets else [""]
    return [base + window + bucket for bucket in buckets for window in windows]


def get_output_columns(group_by):
    """Returns all columns that a GroupBy serves: keys aside, derivations applied."""
    if group_by.aggregations:
        columns = [name for agg in group_by.aggregations for name in get_output_col_names(agg)]
    else:
        left_out = {*group_by.keyColumns, *_RESERVED_COLUMNS}
        columns = [c for c in utils.get_columns(group_by.sources[0]) if c not in left_out]
    derivations = group_by.derivations or []
    if not derivations:
        return columns
    derived = [d.name for d in derivations if d.name != "*"]
    if len(derived) == len(derivations):
        return derived
    renamed = {d.expression for d in derivations}
    return [c for c in columns if c not in renamed and c not in derived] + derived


def _wrap(source):
    for name, kind in ttypes.Source.FIELDS:
        if isinstance(source, getattr(ttypes, kind)):
            return ttypes.Source(**{name: source})
    if not isinstance(source, ttypes.Source) or utils.get_underlying_source(source) is None:
        raise ConfigError(
            f"a source of a GroupBy is {type(source).__name__}",
            "sources",
            "give Source(events=EventSource(...)), an entity source or a staging query's source",
        )
    return source


def _completed(source, required_columns):
    """Returns a copy of a source that selects `required_columns`, with a selected `ts` made its
    time column.
    """
    source = source.clone()
    for name, _ in ttypes.Source.FIELDS:
        inner = getattr(source, name)
        if inner is None:
            continue
        inner = inner.clone()
        setattr(source, name, inner)
        query = inner.query = inner.query.clone() if inner.query else ttypes.Query()
        if query.selects is not None and not isinstance(query.selects, dict):
            raise ConfigError("selects must be a dict", "sources", "write selects=select(...)")
        query.selects = dict(query.selects or {})
        check_columns_are_meant(query.selects, required_columns)
        for column in required_columns:
            query.selects.setdefault(column, column)
        if "ts" in query.selects:
            ts = query.selects.pop("ts")
            query.timeColumn = ts if query.timeColumn is None else query.timeColumn
            if query.timeColumn != ts:
                raise ConfigError(
                    f"ts is selected as '{ts}' but time_column is '{query.timeColumn}'",
                    "sources",
                    "drop one of the two",
                )
    return source


def _name_join(source, path):
    """The join of a JoinSource is named after its variable: its table is what the source reads."""
    if source.joinSource is None:
        return
    join = source.joinSource.join
    if not isinstance(join, ttypes.Join):
        raise ConfigError("a JoinSource needs a Join", path, "write JoinSource(join=...)")
    if not utils.name_from_module(join, "joins"):
        raise ConfigError(
            "the join of a JoinSource has no name",
            path,
            "define it in a file under joins/ and import it",
        )


def _custom_json(kwargs, lag, tags, aggregations):
    column_tags = {
        column: aggregation.tags
        for aggregation in aggregations or []
        if getattr(aggregation, "tags", None)
        for column in get_output_col_names(aggregation)
    }
    return json.dumps({**kwargs, "lag": lag, "groupby_tags": tags, "column_tags": column_tags})


def _check_arguments(sources, keys, aggregations, kwargs):
    """Keywords that Chronon does not know go to customJson, so a typo would vanish there in
    silence.
    """
    known = GroupBy.__code__.co_varnames[: GroupBy.__code__.co_argcount]
    for name in kwargs:
        match = closest_name(name, known, cutoff=0.75)
        if match:
            raise ConfigError(f"GroupBy has no argument '{name}'", "", f"did you mean '{match}'?")
    if not sources:
        raise ConfigError("a GroupBy needs sources", "sources", "give at least one source")
    if isinstance(keys, str) or not keys:
        example = keys or "user_id"
        raise ConfigError(
            "keys must be a list of columns", "keyColumns", f"write keys=['{example}']"
        )
    if not isinstance(aggregations, (list, tuple, type(None))):
        raise ConfigError("aggregations must be a list", "aggregations", "write aggregations=[...]")


def source_dependencies(sources, explicit, lag):
    """Returns what the sources wait for, one after the other."""
    return [one for source in sources for one in utils.get_dependencies(source, explicit, lag=lag)]


def GroupBy(
    sources,
    keys,
    aggregations,
    online=None,
    production=None,
    backfill_start_date=None,
    dependencies=None,
    env=None,
    table_properties=None,
    output_namespace=None,
    accuracy=None,
    lag=0,
    offline_schedule="@daily",
    name=None,
    tags=None,
    derivations=None,
    historical_backfill=None,
    deprecation_date=None,
    description=None,
    is_incremental=None,
    **kwargs,
):
    """Returns a validated GroupBy. Raises ConfigError. Unknown keywords go to customJson."""
    _check_arguments(sources, keys, aggregations, kwargs)
    if historical_backfill is not None and not backfill_start_date:
        raise ConfigError(
            "historical_backfill needs a start", "", "set backfill_start_date as well"
        )
    sources = list(sources) if isinstance(sources, (list, tuple)) else [sources]
    inputs = [getattr(aggregation, "inputColumn", None) for aggregation in aggregations or []]
    required = [*keys, *filter(None, inputs)]
    sources = [_completed(_wrap(source), required) for source in sources]
    for i, source in enumerate(sources):
        _name_join(source, f"sources[{i}].joinSource.join")
    meta = ttypes.MetaData(
        name=name,
        online=online,
        production=production,
        outputNamespace=output_namespace,
        dependencies=source_dependencies(sources, dependencies, lag),
        modeToEnvMap=env,
        tableProperties=table_properties,
        team=sys._getframe(1).f_code.co_filename.split("/")[-2:][0],
        offlineSchedule=offline_schedule,
        historicalBackfill=historical_backfill,
        deprecationDate=deprecation_date,
        description=description,
    )
    group_by = ttypes.GroupBy(
        meta,
        sources,
        keys,
        aggregations,
        accuracy,
        backfill_start_date,
        derivations,
        is_incremental,
    )
    # The compiler computes the dependencies again when it finds out what table a staging query
    # writes.
    group_by.explicit_dependencies, group_by.lag = dependencies, lag
    check_group_by(group_by)
    meta.customJson = _custom_json(kwargs, lag, tags, aggregations)
    return group_by
