# SPDX-License-Identifier: Apache-2.0
# The flags and modes of run.py: Chronon's (SPEC 3.2) and those of the bootcamp's documents. Dates
# and modes are checked here, before anything runs.
import datetime
import re

from ai.chronon.errors import did_you_mean
from gnomon.arguments import ArgumentParser, add_compile_flags, add_output_root, excerpt, suggest
from gnomon.engine_flags import add_engine_flags
from gnomon.errors import CommandError
from gnomon.flags_of_modes import check_flags_of_mode, check_values, given_flags

# Mode -> engine's mode, by type of config. The first mode of each is what messages suggest.
RUN_MODES = {
    "group_bys": {
        "backfill": "group-by-backfill",
        "upload": "group-by-upload",
        "analyze": "analyze",
        "stats-summary": "stats-summary",
        "metadata-export": "metadata-export",
        "group-by-backfill": "group-by-backfill",
        "group-by-upload": "group-by-upload",
    },
    "joins": {
        "backfill": "join",
        "backfill-left": "join-left",
        "backfill-final": "join-final",
        "label-join": "label-join",
        "analyze": "analyze",
        "stats-summary": "stats-summary",
        "compare": "compare-join-query",
        "metadata-export": "metadata-export",
        "join": "join",
        "join-left": "join-left",
        "join-final": "join-final",
        "compare-join-query": "compare-join-query",
    },
    "staging_queries": {
        "backfill": "staging-query-backfill",
        "metadata-export": "metadata-export",
        "staging-query-backfill": "staging-query-backfill",
    },
}
# The engine's modes that compute a range of days: --parallelism splits it.
RANGE_MODES = (
    "group-by-backfill",
    "join",
    "join-left",
    "join-final",
    "label-join",
    "staging-query-backfill",
)
# The engine's modes whose config may add flags in customJson.additional_args: Chronon's backfill,
# backfill-left, backfill-final and upload (SPEC 3.2), under each of their names.
ADDITIONAL_ARGUMENT_MODES = (
    "group-by-backfill",
    "group-by-upload",
    "join",
    "join-left",
    "join-final",
    "staging-query-backfill",
)
# Modes of Chronon that this version does not have.
NOT_YET = (
    "streaming",
    "local-streaming",
    "group-by-streaming",
    "metadata-upload",
    "info",
    "consistency-metrics-compute",
    "log-summary",
    "log-flattener",
    "model-transform-batch",
)
CONF_TYPE_WORDS = {"group_bys": "a GroupBy", "joins": "a Join", "staging_queries": "a StagingQuery"}
_SINGLE_MODES = ("compile", "fetch")
# Accepted for Chronon's sake; there is no JVM that they could configure.
_IGNORED = (
    "--online-jar",
    "--online-class",
    "--spark-version",
    "--spark-submit-path",
    "--spark-streaming-submit-path",
    "--online-jar-fetch",
    "--chronon-jar",
    "--release-tag",
    "--list-apps",
    "--render-info",
)
_IGNORED_SWITCHES = ("--use-delta-catalog", "--disable-kryo-serializer")


_STAGING = "--conf=staging_queries/bootcamp/purchases_from_s3.py"
_FEATURES = "--conf=group_bys/bootcamp/user_purchase_features.py"
_DAYS = "--start-date=2023-12-01 --end-date=2023-12-07"
_EXAMPLES = f"""
run.py --mode=staging-query-backfill {_STAGING} {_DAYS}
run.py --mode=backfill {_FEATURES} {_DAYS}
run.py --mode=upload {_FEATURES} --end-date=2023-12-07 --json
run.py --mode=fetch --type=group-by --name=user_purchase_features -k '{{"user_id": "user_1"}}'
run.py --mode=fetch --json -t group-by -n user_purchase_features -k '{{"user_id": "user_1"}}'
run.py --mode=compile {_FEATURES} --feature-display
run.py --mode=compile --conf=group_bys/bootcamp --json
"""


def run_py_parser():
    """Returns the parser of run.py's flags."""
    parser = ArgumentParser(
        "run.py",
        examples=_EXAMPLES,
        version_takes_value=True,
        description="Compiles and runs a config: a .py file, file.py:variable, or a compiled file."
        " A file with several objects runs them in turn.",
    )
    add = parser.add_argument
    modes = dict.fromkeys([m for modes in RUN_MODES.values() for m in modes] + [*_SINGLE_MODES])
    mode = add(
        "--mode", default="backfill", metavar="MODE", help="backfill (default), upload, fetch, ..."
    )
    suggest(mode, modes)
    add("--conf", "--input_path", "--conf-path", dest="conf", metavar="CONF", help="the config")
    add("--repo", "--chronon_root", dest="repo", metavar="FOLDER", help="the repository's root")
    add("--ds", metavar="DATE", help="the last day, YYYY-MM-DD; today in UTC if not given")
    add(
        "--start-date",
        "--start-ds",
        "--start-partition-override",
        dest="start",
        metavar="DATE",
        help="the first day, YYYY-MM-DD; the config's own first day if not given",
    )
    add("--end-date", "--end-ds", dest="end", metavar="DATE", help="the same as --ds")
    add(
        "--env",
        default="dev",
        metavar="CONTEXT",
        help="the context in teams.json whose settings come first; dev if not given",
    )
    add("--conf-type", choices=tuple(CONF_TYPE_WORDS), metavar="TYPE", help="the type of --conf")
    add("--app-name", metavar="NAME", help="APP_NAME of the run")
    add(
        "--parallelism",
        type=int,
        metavar="COUNT",
        help="split the range into that many runs, one after the other: each uses all cores",
    )
    add("--step-days", type=int, metavar="DAYS", help="days computed and committed at once; 30")
    add("--run-first-hole", action="store_true", help="also fill days before the first filled one")
    add("--dry-run", action="store_true", help="say what would be computed, and change nothing")
    add(
        "--with-dependencies",
        action="store_true",
        help="first run the configs that write the tables that it reads",
    )
    add(
        "--wait",
        metavar="DURATION",
        help="wait for missing input days, at most this long, for example 48h",
    )
    add("--memory", metavar="SIZE", help="the memory budget, for example 8G")
    add("--cores", metavar="COUNT", help="how many threads work at once")
    add("--json", action="store_true", help="print the result as JSON")
    add("--online-args", metavar="ARGS", help="CHRONON_ONLINE_ARGS of the run")
    add("--sub-help", action="store_true", help="show the help of the engine")
    add_engine_flags(parser)
    _add_fetch(parser.add_argument_group("fetch"))
    compiling = parser.add_argument_group("compile")
    add_output_root(compiling)
    add_compile_flags(compiling)
    ignored = parser.add_argument_group("ignored", "Chronon's flags that nothing here needs.")
    for flag in _IGNORED:
        ignored.add_argument(flag, dest="ignored", metavar="IGNORED", help="ignored")
    for flag in _IGNORED_SWITCHES:
        ignored.add_argument(flag, action="store_true", help="ignored")
    ignored.add_argument("--enable-auto-expand", nargs="?", metavar="IGNORED", help="ignored: always")
    return parser


def _add_fetch(fetch):
    add = fetch.add_argument
    kinds = ("join", "group-by", "join-stats")
    add("--type", "-t", choices=kinds, metavar="TYPE", help="what is fetched; join if not given")
    add("--name", "-n", metavar="DATASET", help="team/file.variable, or the documented name")
    add("--key-json", "-k", metavar="JSON", help="the keys: an object, or an array of objects")
    add("--key-json-file", "-f", metavar="FILE", help="a file with one such object per line")
    add("--at-millis", metavar="MILLISECONDS", help="time of the request")
    add("--interval", metavar="SECONDS", help="between the rounds of --loop")
    add("--loop", action="store_true", help="fetch again and again")


def parse_flags(arguments):
    """Returns the checked flags, `start` and `end` being dates as text or None, `given` the flags that
    the user gave, and `without_effect` those that change nothing in this mode.
    """
    parser = run_py_parser()
    flags = parser.parse_args(arguments)
    flags.arguments = arguments
    flags.given = given_flags(parser)
    check_values(flags, flags.given)
    _check_mode(flags.mode)
    flags.without_effect = check_flags_of_mode(flags.mode, flags.given)
    flags.end = flags.end or flags.ds
    for flag, value in (("--start-date", flags.start), ("--end-date", flags.end)):
        _check_date(flag, value)
    if flags.start and flags.end and flags.start > flags.end:
        raise CommandError(
            "the start is after the end",
            "",
            f"swap them: --start-date={flags.end} --end-date={flags.start}",
        )
    _check_not_future(flags.end)
    _check_parallelism(flags)
    if flags.step_days is not None and flags.step_days < 1:
        raise CommandError(
            f"--step-days must be 1 or more: {flags.step_days}", "", "write --step-days=30"
        )
    if flags.wait is not None and not re.fullmatch(r"[1-9][0-9]*[smhd]", flags.wait, re.ASCII):
        raise CommandError(
            f"--wait is not a duration: {flags.wait}", "", "write for example --wait=48h"
        )
    return flags


def _check_mode(mode):
    if mode in NOT_YET:
        raise CommandError(
            f"the mode {mode} is not supported yet", "", "use backfill, upload or fetch"
        )
    known = {m: None for modes in RUN_MODES.values() for m in modes}
    if mode not in known and mode not in _SINGLE_MODES:
        raise CommandError(
            f"unknown mode '{excerpt(mode)}'", "", did_you_mean(mode, [*known, *_SINGLE_MODES])
        )


def _check_date(flag, value):
    if value is None:
        return
    try:
        valid = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) and datetime.date.fromisoformat(
            value
        )
    except ValueError:
        valid = False
    if not valid:
        raise CommandError(f"{flag} is not a date: {value}", "", f"write {flag}=YYYY-MM-DD")


def _check_not_future(end):
    """A typo such as 2203 for 2023 would plan tens of thousands of days. In the east it is tomorrow
    already.
    """
    today = datetime.datetime.now(datetime.timezone.utc).date()
    if end and datetime.date.fromisoformat(end) > today + datetime.timedelta(days=1):
        raise CommandError(
            f"the end is in the future: --end-date={end}", "", f"today is {today} (UTC)"
        )


def _check_parallelism(flags):
    count = flags.parallelism
    if count is None or count == 1:
        return
    if count < 1:
        raise CommandError(f"--parallelism must be 1 or more: {count}", "", "drop it")
    if not (flags.start and flags.end):
        raise CommandError("--parallelism needs a range", "", "add --start-date and --end-date")
    begin, last = (datetime.date.fromisoformat(d) for d in (flags.start, flags.end))
    days = (last - begin).days + 1
    if count > days:
        raise CommandError(
            f"--parallelism={count} is more than the {days} days of the range",
            "",
            f"write --parallelism={days} or less",
        )


def split_range(start, end, count):
    """Returns `count` ranges (first day, last day) of equal length; the last takes what is over."""
    begin, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    days = ((last - begin).days + 1) // count
    firsts = [begin + datetime.timedelta(days=days * i) for i in range(count)]
    lasts = [first - datetime.timedelta(days=1) for first in firsts[1:]] + [last]
    return [(str(first), str(one)) for first, one in zip(firsts, lasts, strict=True)]


def engine_mode(mode, conf_type, where):
    """Returns the engine's mode for a config of a type. Raises CommandError if they do not fit."""
    modes = RUN_MODES[conf_type]
    if mode not in modes:
        word = CONF_TYPE_WORDS[conf_type]
        main_modes = [one for one in modes if one in ("backfill", "upload", "label-join")]
        raise CommandError(
            f"the mode {mode} does not fit {word}",
            where,
            "use --mode=" + " or --mode=".join(main_modes),
        )
    return modes[mode]
