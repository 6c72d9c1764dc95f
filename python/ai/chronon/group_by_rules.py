# SPDX-License-Identifier: Apache-2.0
# What makes a GroupBy invalid (SPEC 2.2, step 7). Each rule names the field, in the compiled JSON's
# terms, so that the compiler can point at the line of the user's file.
import json
import re

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, closest_name

_SNAPSHOT = ttypes.Accuracy.SNAPSHOT
# The least and the greatest k of an operation. The engine checks the same (aggregate/functions), and
# a test compares them: it must never have to allocate by a number from a config.
_ANY_K = (1, 2**31 - 1)
K_RANGES = {
    "FIRST_K": (1, 1_000_000),
    "LAST_K": (1, 1_000_000),
    "TOP_K": (1, 1_000_000),
    "BOTTOM_K": (1, 1_000_000),
    "BOUNDED_UNIQUE_COUNT": (1, 1_000_000),
    "APPROX_UNIQUE_COUNT": (4, 26),  # The sketch has 2^k cells.
    "APPROX_PERCENTILE": (8, 65_535),
    "HISTOGRAM": (0, 2**31 - 1),  # 0 is all.
    "APPROX_HISTOGRAM_K": (1, 2**26),
}
# Of these k has no default (SPEC 4.1).
_NEED_K = tuple(getattr(ttypes.Operation, name) for name in ("FIRST_K", "LAST_K", "TOP_K", "BOTTOM_K"))


def check_columns_are_meant(selects, required_columns):
    """Refuses a key or an input that is not selected but reads like a typo of a selected column.

    Chronon selects missing columns as they are, so a typo surfaces only in the engine. Names that
    differ in digits are different names (price_1d, price_7d)."""
    for column in required_columns if selects else []:
        if column in selects or column == "ts":
            continue
        match = closest_name(column, selects, cutoff=0.8)
        if match and re.sub(r"\d", "", match) != re.sub(r"\d", "", column):
            raise ConfigError(
                f"column '{column}' is not selected by the source",
                f"column:{column}",
                f"did you mean '{match}'? If the table has '{column}', add it to selects",
            )


def check_group_by(group_by):
    """Raises ConfigError for the first rule that the GroupBy breaks."""
    if not group_by.sources:
        raise ConfigError("a GroupBy needs sources", "sources", "give at least one source")
    if not group_by.keyColumns:
        raise ConfigError("a GroupBy needs keys", "keyColumns", "write keys=['user_id']")
    for i, source in enumerate(group_by.sources):
        _check_source(group_by, source, f"sources[{i}]")
    if group_by.isIncremental:
        _check_incremental(group_by)
    _check_columns(group_by)
    if group_by.aggregations is None:
        _check_no_aggregations(group_by)
    for i, aggregation in enumerate(group_by.aggregations or []):
        _check_aggregation(group_by, aggregation, f"aggregations[{i}]")
    _check_output_columns(group_by)


def _check_output_columns(group_by):
    """Refuses two columns of one name in the output: keys, ds and what the aggregations make. Names
    of tables' columns are alike whatever their case.
    """
    from ai.chronon.group_by import get_output_col_names

    taken = {"ds": "the column of the day, which every output has"}
    for i, key in enumerate(group_by.keyColumns):
        if key.lower() in taken:
            raise ConfigError(
                f"the key '{key}' has the name of {taken[key.lower()]}",
                f"keyColumns[{i}]",
                "select it under another name",
            )
    taken.update((key.lower(), "a key") for key in group_by.keyColumns)
    for i, aggregation in enumerate(group_by.aggregations or []):
        windows = len(aggregation.windows or [])
        for j, name in enumerate(get_output_col_names(aggregation)):
            path = f"aggregations[{i}]"
            if name.lower() in taken:
                holder = taken[name.lower()]
                # Windows are often one list for all aggregations, so that only one that stands
                # twice in it is what to mend.
                twice_here = windows and holder.endswith(path)
                raise ConfigError(
                    f"the output column '{name}' has the name of {holder}",
                    f"{path}.windows[{j % windows}]" if twice_here else path,
                    "remove one of them, or select the input under another name",
                )
            taken[name.lower()] = f"the output column of {path}"


def _check_source(group_by, source, path):
    query = utils.get_query(source)
    if query is None:
        raise ConfigError("the source has no query", path, "set query=Query(...)")
    if source.events:
        path += ".events"
        if query.mutationTimeColumn or query.reversalColumn:
            raise ConfigError(
                "an event source has neither mutation_time_column nor reversal_column",
                f"{path}.query",
                "drop them, or use an EntitySource",
            )
        if group_by.accuracy == _SNAPSHOT and source.events.topic:
            raise ConfigError(
                "a source with a topic cannot have accuracy SNAPSHOT",
                f"{path}.topic",
                "use accuracy=Accuracy.TEMPORAL or drop the topic",
            )
        needs_time = group_by.accuracy != _SNAPSHOT or source.events.isCumulative
    elif source.joinSource:
        if source.joinSource.join and not utils.is_streaming(source):
            raise ConfigError(
                "the left side of a JoinSource's join has no topic",
                f"{path}.joinSource",
                "give the left source a topic",
            )
        return
    else:
        path += ".entities"
        needs_time = any(a.windows for a in group_by.aggregations or [])
    if needs_time and not query.timeColumn:
        raise ConfigError(
            "the source has no time column", f"{path}.query", "set time_column in its Query"
        )


def _check_incremental(group_by):
    streaming = group_by.accuracy is None and utils.get_streaming_sources(group_by)
    if not all(s.events for s in group_by.sources) or streaming or group_by.accuracy == 0:
        raise ConfigError(
            "an incremental GroupBy needs event sources and accuracy SNAPSHOT",
            "isIncremental",
            "set accuracy=Accuracy.SNAPSHOT or drop is_incremental",
        )


def _check_columns(group_by):
    first = set(utils.get_columns(group_by.sources[0]))
    for i, source in enumerate(group_by.sources):
        different = first ^ set(utils.get_columns(source))
        if different:
            raise ConfigError(
                "all sources must select the same columns",
                f"sources[{i}]",
                "select in both or neither: " + ", ".join(sorted(different)),
            )


def _check_no_aggregations(group_by):
    for i, source in enumerate(group_by.sources):
        entities = source.entities
        if not entities or entities.mutationTable or entities.mutationTopic:
            raise ConfigError(
                "only entity sources without mutations go without aggregations",
                f"sources[{i}]",
                "give aggregations=[...]",
            )


def _check_aggregation(group_by, aggregation, path):
    if not isinstance(aggregation, ttypes.Aggregation):
        raise ConfigError(
            f"an aggregation is {type(aggregation).__name__}", path, "use Aggregation(...)"
        )
    if not aggregation.inputColumn:
        raise ConfigError("the aggregation has no input column", path, "set input_column")
    if aggregation.operation not in ttypes.Operation._VALUES_TO_NAMES:
        raise ConfigError(
            f"the aggregation has no operation: {aggregation.operation!r}",
            f"{path}.operation",
            "use one of Operation, for example Operation.SUM",
        )
    if aggregation.operation == ttypes.Operation.APPROX_PERCENTILE:
        _check_percentiles(aggregation, path)
    _check_k(aggregation, path)
    if aggregation.windows is not None and not isinstance(aggregation.windows, (list, tuple)):
        raise ConfigError(
            "windows must be a list", f"{path}.windows", "write windows=[Window(...)]"
        )
    for i, window in enumerate(aggregation.windows or []):
        _check_window(group_by, window, f"{path}.windows[{i}]")


def _check_k(aggregation, path):
    name = ttypes.Operation._VALUES_TO_NAMES[aggregation.operation]
    k = (aggregation.argMap or {}).get("k")
    if k is None and aggregation.operation in _NEED_K:
        raise ConfigError(
            f"k needs to be specified for {name}",
            f"{path}.operation",
            f"write Operation.{name}(3) of ai.chronon.group_by, for one",
        )
    if k is None:
        return
    least, greatest = K_RANGES.get(name, _ANY_K)
    # An int of thousands of digits is refused by Python itself.
    is_number = re.fullmatch(r"-?[0-9]{1,18}", str(k), flags=re.ASCII)
    if not is_number or not least <= int(k) <= greatest:
        raise ConfigError(
            f"k of {name} must be a whole number of {least} to {greatest}: {str(k)[:40]}",
            f"{path}.operation",
            f"write k={min(max(least, 10), greatest)}, for one",
        )


def _check_window(group_by, window, path):
    if not isinstance(window, ttypes.Window):
        raise ConfigError(
            f"a window is {type(window).__name__}",
            path,
            "use Window(length=7, timeUnit=TimeUnit.DAYS)",
        )
    length = window.length
    if not isinstance(length, int) or isinstance(length, bool) or length <= 0:
        raise ConfigError(
            f"a window's length must be a positive whole number: {length!r}",
            path,
            "give 1 or more; leave out windows for all time",
        )
    if window.timeUnit not in ttypes.TimeUnit._VALUES_TO_NAMES:
        raise ConfigError(
            f"a window has no unit: {window.timeUnit!r}",
            path,
            "use TimeUnit.DAYS or TimeUnit.HOURS",
        )
    if window.timeUnit == ttypes.TimeUnit.HOURS:
        if group_by.accuracy == _SNAPSHOT:
            raise ConfigError(
                "windows in hours do not go with accuracy SNAPSHOT", path, "use TimeUnit.DAYS"
            )
        if group_by.backfillStartDate:
            raise ConfigError(
                "windows in hours do not go with backfill_start_date",
                path,
                "use TimeUnit.DAYS, or drop backfill_start_date",
            )


def _check_percentiles(aggregation, path):
    text = (aggregation.argMap or {}).get("percentiles")
    try:
        percentiles = json.loads(text or "")
    except (ValueError, TypeError):
        percentiles = None
    numbers = isinstance(percentiles, list) and all(
        isinstance(p, (int, float)) and not isinstance(p, bool) and 0 <= p <= 1 for p in percentiles
    )
    if not numbers or not percentiles:
        raise ConfigError(
            f"percentiles must be numbers from 0 to 1: {text}",
            f"{path}.operation",
            "for example Operation.APPROX_PERCENTILE([0.5, 0.99])",
        )
