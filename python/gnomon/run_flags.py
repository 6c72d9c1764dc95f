# SPDX-License-Identifier: Apache-2.0
# The flags and modes of run.py: Chronon's (SPEC 3.2) and those of the bootcamp's documents. Dates
# and modes are checked here, before anything runs.
import datetime
import re

from ai.chronon.errors import did_you_mean
from gnomon.arguments import ArgumentParser, add_output_root
from gnomon.errors import CommandError

# Mode -> engine's mode, by type of config. The first mode of each is what messages suggest.
RUN_MODES = {
    "group_bys": {
        "backfill": "group-by-backfill",
        "upload": "group-by-upload",
        "group-by-backfill": "group-by-backfill",
        "group-by-upload": "group-by-upload",
    },
    "staging_queries": {
        "backfill": "staging-query-backfill",
        "staging-query-backfill": "staging-query-backfill",
    },
}
# Modes of Chronon that this version does not have.
NOT_YET = (
    "streaming",
    "local-streaming",
    "metadata-upload",
    "analyze",
    "metadata-export",
    "info",
    "backfill-left",
    "backfill-final",
    "consistency-metrics-compute",
    "compare",
    "stats-summary",
    "log-summary",
    "log-flattener",
    "label-join",
    "model-transform-batch",
)
CONF_TYPE_WORDS = {"group_bys": "a GroupBy", "joins": "a Join", "staging_queries": "a StagingQuery"}
_SINGLE_MODES = ("compile", "fetch")
# Accepted for Chronon's sake; there is no JVM that they could configure.
_IGNORED = (
    "--online-jar",
    "--online-class",
    "--version",
    "--spark-version",
    "--spark-submit-path",
    "--spark-streaming-submit-path",
    "--online-jar-fetch",
    "--chronon-jar",
    "--release-tag",
    "--list-apps",
    "--render-info",
)


def _parser():
    parser = ArgumentParser(
        "run.py",
        description="Compiles and runs a config: a .py file, file.py:variable, or a compiled file."
        " A file with several objects runs them in turn.",
    )
    add = parser.add_argument
    add("--mode", default="backfill", help="backfill (default), upload, fetch, compile")
    add("--conf", "--input_path", "--conf-path", dest="conf")
    add("--repo", "--chronon_root", dest="repo")
    add("--ds", help="the last day, YYYY-MM-DD; today in UTC if not given")
    add("--start-date", "--start-ds", "--start-partition-override", dest="start")
    add("--end-date", "--end-ds", dest="end")
    add("--env", default="dev", help="the context in teams.json whose settings come first")
    add("--conf-type", choices=("group_bys", "joins", "staging_queries"))
    add("--app-name")
    add("--parallelism", type=int, help="checked and ignored: one process uses all cores")
    add("--step-days", type=int)
    add("--run-first-hole", action="store_true")
    add("--dry-run", action="store_true", help="say what would be computed, and change nothing")
    add(
        "--with-dependencies",
        action="store_true",
        help="run the staging queries that it reads first",
    )
    add("--wait", help="wait for missing input days, for example 48h")
    add("--memory", help="the memory budget, for example 8G")
    add("--cores", help="how many threads work at once")
    add("--json", action="store_true", help="print the run report as JSON on stdout")
    add("--quiet", action="store_true")
    add("--verbose", action="store_true")
    add("--online-args")
    add("--sub-help", action="store_true", help="show the help of the engine")
    for flag in _IGNORED:
        add(flag, dest="ignored", help="ignored")
    fetch = parser.add_argument_group("fetch")
    fetch.add_argument("--type", "-t", choices=("join", "group-by", "join-stats"))
    fetch.add_argument("--name", "-n")
    fetch.add_argument("--key-json", "-k")
    fetch.add_argument("--key-json-file", "-f")
    fetch.add_argument("--at-millis")
    fetch.add_argument("--interval")
    fetch.add_argument("--loop", action="store_true")
    compiling = parser.add_argument_group("compile")
    add_output_root(compiling)
    for flag in ("--force-overwrite", "--feature-display", "--table-display", "--debug"):
        compiling.add_argument(flag, action="store_true")
    compiling.add_argument("--yes", "-y", action="store_true")
    return parser


def parse_flags(arguments):
    """Returns the checked flags, `start` and `end` being dates as text or None."""
    flags = _parser().parse_args(arguments)
    _check_mode(flags.mode)
    flags.end = flags.end or flags.ds
    for flag, value in (("--start-date", flags.start), ("--end-date", flags.end)):
        _check_date(flag, value)
    if flags.start and flags.end and flags.start > flags.end:
        raise CommandError(
            "the start is after the end",
            "",
            f"swap them: --start-date={flags.start} --end-date={flags.end}",
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
    if flags.quiet and flags.verbose:
        raise CommandError("--quiet and --verbose exclude each other", "", "drop one of them")
    return flags


def _check_mode(mode):
    if mode in NOT_YET:
        raise CommandError(
            f"the mode {mode} is not supported yet", "", "use backfill, upload or fetch"
        )
    known = {m: None for modes in RUN_MODES.values() for m in modes}
    if mode not in known and mode not in _SINGLE_MODES:
        raise CommandError(
            f"unknown mode '{mode}'", "", did_you_mean(mode, [*known, *_SINGLE_MODES])
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


def engine_mode(mode, conf_type, where):
    """Returns the engine's mode for a config of a type. Raises CommandError if they do not fit."""
    if conf_type not in RUN_MODES:
        raise CommandError("Joins are not supported yet", where, "run GroupBys and StagingQueries")
    modes = RUN_MODES[conf_type]
    if mode not in modes:
        word = CONF_TYPE_WORDS[conf_type]
        raise CommandError(
            f"the mode {mode} does not fit {word}",
            where,
            "use --mode=" + " or --mode=".join(_plain(modes)),
        )
    return modes[mode]


def _plain(modes):
    return [mode for mode in modes if mode in ("backfill", "upload")]
