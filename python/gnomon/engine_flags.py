# SPDX-License-Identifier: Apache-2.0
# The flags of run.py that the engine takes as they are, in Chronon's spelling (SPEC 3.3); the engine
# checks which mode takes which. Those in customJson.additional_args come after the user's own.
import os

from gnomon.errors import CommandError

# Flag, placeholder of its value, what it does. `many` flags take several values.
_VALUES = (
    ("--expected-result-table", "TABLE", "fail unless the output equals this table"),
    ("--sample", "SHARE", "analyze, stats-summary: the share of rows looked at; 0.1"),
    ("--count", "COUNT", "analyze: how many heavy hitters; 128"),
    ("--query-conf", "CONF", "compare: the staging query to compare the join with"),
    ("--input-root-path", "FOLDER", "metadata-export: the compiled configs"),
    ("--output-root-path", "FOLDER", "metadata-export: where files are written"),
    ("--output-table-name", "TABLE", "metadata-export: the table that is written"),
    ("--output-table-properties-json", "JSON", "metadata-export: properties of that table"),
    ("--join-part-parallelism", "PARTS", "join: how many parts are computed at a time"),
    ("--local-data-path", "FOLDER", "read csv, json and jsonl files instead of tables"),
    ("--local-warehouse-location", "FOLDER", "where the tables of a local run are kept"),
    ("--local-table-export-path", "FOLDER", "write the output of a local run as a file"),
    ("--local-table-export-format", "FORMAT", "csv (default), parquet or json"),
    ("--local-table-export-prefix", "PREFIX", "what the name of that file begins with"),
)
_MANY = (
    ("--selected-join-parts", "PART", "join: compute these parts only, named as their prefixes"),
    ("--local-table-mapping", "TABLE=FILE", "read a file as a table"),
)
_SWITCHES = (
    ("--use-cached-left", "join: take the left side from its bootstrap table"),
    ("--unset-semantic-hash", "join: archive nothing although the config changed"),
    ("--enable-hitter", "analyze: print the heavy hitters of each key"),
    ("--skip-timestamp-check", "analyze: do not check the times of events"),
    ("--skip-table-permission-check", "analyze: do not check that tables can be read"),
    ("--export-schema", "analyze: write the schema to a table"),
    ("--force-backfill", "stats-summary: compute filled days again"),
    ("--process-embedded-group-bys", "metadata-export: also the GroupBys inside joins"),
)
# What the user says of the config that is named, and of none that it depends on.
_OF_THE_NAMED = (
    "--expected-result-table",
    "--selected-join-parts",
    "--use-cached-left",
    "--unset-semantic-hash",
)
_ARGUMENTS_VARIABLE = "CHRONON_CONFIG_ADDITIONAL_ARGS"


def add_engine_flags(parser):
    """Adds the flags to a parser."""
    jobs = parser.add_argument_group("joins, jobs and local data")
    for flag, placeholder, meaning in _VALUES:
        jobs.add_argument(flag, metavar=placeholder, help=meaning)
    for flag, placeholder, meaning in _MANY:
        jobs.add_argument(flag, nargs="+", action="extend", metavar=placeholder, help=meaning)
    for flag, meaning in _SWITCHES:
        jobs.add_argument(flag, action="store_true", help=meaning)


def flags_not_for_dependency(conf_type):
    """Returns the flags that are not handed on to a config of that type that others need."""
    of_joins = ("--join-part-parallelism",) if conf_type == "staging_queries" else ()
    return (*_OF_THE_NAMED, *of_joins)


def engine_flags(flags, left_out=()):
    """Returns what is given of these flags, as arguments of the engine."""
    arguments = []
    for flag, *_ in (*_VALUES, *_MANY, *_SWITCHES):
        if flag in left_out:
            continue
        value = getattr(flags, flag[2:].replace("-", "_"))
        if value is True:
            arguments.append(flag)
        elif value not in (None, False):
            arguments += [f"{flag}={one}" for one in (value if isinstance(value, list) else [value])]
    return arguments


def additional_arguments(custom, where):
    """Returns the arguments that a config asks for itself: customJson.additional_args, or what the
    environment has in its place.
    """
    text = os.environ.get(_ARGUMENTS_VARIABLE)
    if text is not None:
        return text.split()
    given = custom.get("additional_args")
    if not given:
        return []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise CommandError(
            "additional_args is not a list of flags",
            where,
            'write additional_args=["--step-days=14"]',
        )
    return " ".join(given).split()
