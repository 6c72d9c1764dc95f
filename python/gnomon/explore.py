# SPDX-License-Identifier: Apache-2.0
# `gnomon explore KEYWORD`, Chronon's explore.py (SPEC 3.4): which GroupBys have a word in what they
# aggregate, their keys, their name, their sources or the Joins that they are part of. It reads
# compiled files only, and asks git once for the authors of all that was found.
import json
import os
import subprocess
import sys

from gnomon import conf_files, conf_parts
from gnomon.arguments import ArgumentParser, excerpt
from gnomon.errors import CommandError, print_warning, run_main
from gnomon.repository import ROOT_MARKS, Teams, find_root
from gnomon.terminal import highlighted

EVENTS_WITHOUT_TOPICS = "_events_without_topics"
_HANDLER_ARGUMENTS = ("output_file", "exclude_commit_message")
_EXAMPLES = """
explore.py purchase_price
explore.py bootcamp.purchases --json
explore.py _events_without_topics --handler-args output_file=batch_only.txt
"""
_KEYWORD_LENGTH_MAX = 1000
_AUTHOR_MARK = "\x01"
_ROOT_NAMES = ("chronon", "zipline")


class Entry:
    """What a keyword is looked for in, of one GroupBy."""

    def __init__(self, conf, path, file, namespace):
        self.name = conf["metaData"]["name"]
        self.path, self.file, self.namespace = path, file, namespace
        self.author = ""
        self.keys = conf.get("keyColumns") or []
        self.inputs = list(
            dict.fromkeys(one.get("inputColumn", "") for one in conf.get("aggregations") or [])
        )
        self.sources = list(dict.fromkeys(_sources_of(conf)))
        self.joins = []
        kinds = [source.get("events") for source in conf.get("sources") or []]
        self.has_batch_events = any(kind and not kind.get("topic") for kind in kinds)

    def contains(self, keyword):
        texts = (self.name, *self.inputs, *self.keys, *self.sources, *self.joins)
        return any(keyword in text.lower() for text in texts)

    def describe(self):
        return {
            "name": self.name,
            "file": self.file,
            "author": self.author,
            "conf": self.path,
            "output_namespace": self.namespace,
            "sources": self.sources,
            "keys": self.keys,
            "inputs": self.inputs,
            "joins": self.joins,
        }


def _sources_of(conf):
    yield from conf_parts.tables(conf)
    for source in conf.get("sources") or []:
        for inner in source.values():
            yield from (inner[key] for key in ("topic", "mutationTopic") if inner.get(key))


def read_entries(root, teams):
    """Returns the GroupBys of a repository: the compiled ones, and those that only Joins hold."""
    existing = conf_files.CompiledConfs(root)
    entries = {}
    confs = [entry for entry in existing.entries() if entry[1] != "staging_queries"]
    for path, conf_type, conf in confs:
        if conf_type == "group_bys" and (conf.get("metaData") or {}).get("name"):
            file = existing.source_of(path, conf_type, conf)[0]
            entry = _entry(root, teams, conf, path, file)
            entries[entry.name] = entry
    for path, conf_type, conf in confs:
        for _, one in conf_parts.embedded_confs(conf) if conf_type == "joins" else ():
            name = (one.get("metaData") or {}).get("name")
            if not name or conf_parts.is_join(one):
                continue
            if name not in entries:
                file = existing.source_of(path, conf_type, conf)[0]
                entries[name] = _entry(root, teams, one, path, file)
            join = conf["metaData"]["name"]
            if join not in entries[name].joins:
                entries[name].joins.append(join)
    return list(entries.values())


def _entry(root, teams, conf, path, file):
    meta = conf["metaData"]
    team = meta.get("team") or meta["name"].partition(".")[0]
    namespace = meta.get("outputNamespace") or teams.get(team, "namespace") or ""
    return Entry(conf, os.path.relpath(path, root), file, namespace)


def add_authors(root, entries, excluded_message=None):
    """Sets the author of the last commit of each entry's file; without git there are none."""
    files = sorted({entry.file for entry in entries if entry.file})
    if not files:
        return
    command = ["git", "-C", root, "log", f"--format={_AUTHOR_MARK}%an <%ae>", "--name-only"]
    command += ["--relative", "--no-merges", "--no-renames"]
    if excluded_message:
        command += ["--invert-grep", "--fixed-strings", f"--grep={excluded_message}"]
    try:
        done = subprocess.run([*command, "--", *files], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return
    authors, author = {}, ""
    for line in done.stdout.splitlines():
        if line.startswith(_AUTHOR_MARK):
            author = line[1:]
        elif line:
            authors.setdefault(line, author)
    for entry in entries:
        entry.author = authors.get(entry.file, "")


def find(entries, keyword):
    """Returns the entries that a keyword, or the name of a handler, stands for."""
    if keyword == EVENTS_WITHOUT_TOPICS:
        return [entry for entry in entries if entry.has_batch_events]
    return [entry for entry in entries if entry.contains(keyword.lower())]


def _text(entry, keyword):
    lines = [
        ("file", entry.file or "(only its compiled file is here)"),
        ("author", entry.author or "unknown"),
        ("json", entry.path),
        ("output namespace", entry.namespace),
        ("sources", ", ".join(entry.sources)),
        ("keys", ", ".join(entry.keys)),
        ("aggregated", ", ".join(entry.inputs)),
        ("joins", ", ".join(entry.joins)),
    ]
    shown = [f"  {head + ':':<18}{text}" for head, text in lines if text]
    return highlighted("\n".join([entry.name, *shown]), keyword, sys.stdout)


def _handler_arguments(keyword, given):
    values = {}
    for text in given or []:
        name, equals, value = text.partition("=")
        if not equals or name not in _HANDLER_ARGUMENTS:
            raise CommandError(
                f"unknown handler argument '{text}'", "", "use one of: output_file=FILE,"
                " exclude_commit_message=TEXT",
            )
        values[name] = value
    if values and keyword != EVENTS_WITHOUT_TOPICS:
        raise CommandError(
            "--handler-args are for a handler",
            keyword,
            f"drop them, or search for {EVENTS_WITHOUT_TOPICS}",
        )
    return values


def _check_keyword(keyword):
    try:
        keyword.encode("utf-8")
    except UnicodeEncodeError:
        raise CommandError("the keyword is no UTF-8 text", "", "write it in UTF-8") from None
    if len(keyword) > _KEYWORD_LENGTH_MAX:
        raise CommandError(
            f"the keyword is too long: {excerpt(keyword)}", "", "give a part of a name"
        )
    if not keyword.strip():
        raise CommandError("the keyword is empty", "", "give a part of a name")


def _write_report(path, text):
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise CommandError("the file cannot be written", path, error.strerror) from None


def explore_parser():
    """Returns the parser of explore.py."""
    parser = ArgumentParser(
        "explore.py",
        examples=_EXAMPLES,
        description="Finds GroupBys by a word in their inputs, keys, name, sources or joins.",
    )
    # Looked for by main, so that a mistyped flag is told before it.
    parser.add_argument(
        "keyword", nargs="?", metavar="KEYWORD", help="a part of a name, whatever its case"
    )
    root = ("--conf-root", "--repo")
    parser.add_argument(*root, dest="root", metavar="FOLDER", help="the repository's root")
    parser.add_argument(
        "--handler-args",
        nargs="+",
        action="extend",
        metavar="NAME=VALUE",
        help=f"of {EVENTS_WITHOUT_TOPICS}: output_file=FILE, exclude_commit_message=TEXT",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def _root_of(given):
    root = find_root(given)
    marked = any(os.path.exists(os.path.join(root, mark)) for mark in ROOT_MARKS)
    if not marked and os.path.basename(root) not in _ROOT_NAMES:
        print_warning(
            f"no teams.json: {root} - give the folder that holds production/ with --conf-root"
        )
    return root, marked


def main(arguments):
    """Prints what is found. Returns the exit status."""
    flags = explore_parser().parse_args(arguments)
    if flags.keyword is None:
        raise CommandError(
            "the following arguments are required: KEYWORD", "", "see explore.py --help"
        )
    _check_keyword(flags.keyword)
    handler = _handler_arguments(flags.keyword, flags.handler_args)
    root, marked = _root_of(flags.root)
    has_teams = marked and os.path.exists(os.path.join(root, "teams.json"))
    teams = Teams.load(root) if has_teams else Teams("", {})
    entries = read_entries(root, teams)
    found = find(entries, flags.keyword)
    add_authors(root, found, handler.get("exclude_commit_message"))
    if flags.json:
        text = json.dumps(
            {
                "format": 1,
                "keyword": flags.keyword,
                "group_bys": [entry.describe() for entry in found],
            },
            indent=2,
        )
    else:
        keyword = "" if flags.keyword == EVENTS_WITHOUT_TOPICS else flags.keyword
        text = "\n\n".join(_text(entry, keyword) for entry in found)
    if "output_file" in handler:
        _write_report(handler["output_file"], text)
    elif text:
        print(text)
    if not found and not flags.json and not flags.quiet:
        remedy = "compile the configs first"
        if entries:
            remedy = f"try a shorter word, or compile what is new ({len(entries)} looked at)"
        print_warning(f"no GroupBy has '{flags.keyword}': {root} - {remedy}")
    return 0


if __name__ == "__main__":
    run_main(main)
