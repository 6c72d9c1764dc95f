"""docs/errors.md: what gnomon says when something is wrong, made from the sources and from what the tests provoked.

Usage: catalogue.py --write | --check [PROJECT]. A sentence is in the page if a test provoked it through the programs
(the fixture `provoked` of test/python/provoked.py, which records it in test/errors). --check fails when the page is
stale, when the sources no longer say a recorded sentence, and when the test of a record is gone.
"""
# SPDX-License-Identifier: Apache-2.0
import collections
import json
import pathlib
import re
import sys

import templates

HEAD = """# What gnomon says when something is wrong

Made by `make errors` from the sources and from the tests; do not edit. Each sentence below was provoked by the named
test through the real programs and stands here as it was printed. It reads

```
error: <what failed>: <where: file:line object.field> - <what to do>
```

and a command in it can be pasted and works. `{}` is where a value is put in.

| code | exit status | what it means for a caller |
|---|---|---|
"""
MEANINGS = {
    "InvalidArgument": "what was given is wrong; the same command fails again",
    "NotFound": "a table, file, key or partition that was named does not exist",
    "AlreadyExists": "the thing to create is there",
    "Conflict": "somebody else changed it first; the same command may succeed",
    "Unavailable": "the world does not answer now (disk full, no right, waiting in vain); try again later",
    "Corruption": "stored bytes are not what their format says",
    "Unimplemented": "known, and not supported",
    "Internal": "a defect of gnomon or of a library: please report it",
    "Cancelled": "stopped by Ctrl-C or SIGTERM; nothing is half-written",
}
UNSEEN = """## What no test of the programs provokes

Tests of the modules do (`src/*/*_test.cc`, `test/python/test_compile_errors.py`, `test_spark_sql_*.py`): damaged files
by flipping their bytes, refused SQL by each construct, defects of our own by nothing at all, for they should not exist.

| area | sentences | seen above | not seen |
|---|---|---|---|
"""


class Stale(Exception):
    """What is wrong with the records, as sentences."""


def read_records(project):
    """(test file, test, record) of all recorded sentences, in order."""
    for path in sorted((project / "test/errors").glob("*.json")):
        for test, records in json.loads(path.read_text()).items():
            for record in records:
                yield path.stem, test, record


def collect(project):
    """Template -> its records. Raises Stale for records that nothing stands behind any more."""
    known = templates.scan(project)
    statuses = templates.exit_statuses(project)
    found, problems, sources = collections.defaultdict(list), [], {}
    for module, test, record in read_records(project):
        path = project / "test/python" / f"{module}.py"
        if module not in sources:
            sources[module] = path.read_text() if path.exists() else ""
        function = test.split("[")[0]
        if not re.search(rf"^\s*def {re.escape(function)}\(", sources[module], re.MULTILINE):
            problems.append(f"test/errors/{module}.json: {module}.py has no test {function} - run its tests with "
                            "GNOMON_RECORD_ERRORS=1")
            continue
        template = templates.match(known, record["sentence"])
        if template is None:
            problems.append(f"test/errors/{module}.json: no source says this any more ({test}): {record['sentence']}")
        elif record["status"] != statuses[template.code]:
            problems.append(f"test/errors/{module}.json: {test} exited with {record['status']}, but {template.code} is "
                            f"{statuses[template.code]}: {record['sentence']}")
        else:
            found[template].append((module, test, record))
    if problems:
        raise Stale("\n".join(problems))
    return known, found


def entry(template, seen, statuses):
    shown = template.text.removesuffix(templates.HOLE)
    yield f"### `{shown.strip()}`"
    yield ""
    told = set()
    for module, test, record in seen:
        if record["when"] in told:
            continue
        told.add(record["when"])
        yield f"{record['when']} ({module}.py):"
        yield "```"
        yield record["sentence"]
        yield "```"
        if len(told) == 2:
            break
    yield f"{template.code}, exit status {statuses[template.code]}; said by `{template.file}`"
    yield ""


def page(project=templates.PROJECT):
    """The whole page. Raises Stale."""
    known, found = collect(project)
    statuses = templates.exit_statuses(project)
    lines = [HEAD + "\n".join(f"| {c} | {s} | {MEANINGS[c]} |" for c, s in statuses.items()), ""]
    areas = list(dict.fromkeys(templates.AREAS.values()))
    counts = []
    for area in areas:
        mine = [template for template in known if template.area == area]
        seen = [template for template in mine if template in found]
        unseen = collections.Counter(template.code for template in mine if template not in found)
        counts.append(f"| {area} | {len(mine)} | {len(seen)} | "
                      f"{', '.join(f'{n} {code}' for code, n in sorted(unseen.items())) or 'none'} |")
        if seen:
            lines += [f"## {area}", ""]
        for template in seen:
            lines += entry(template, found[template], statuses)
    return "\n".join(lines) + "\n" + UNSEEN + "\n".join(counts) + "\n"


def main(arguments):
    project = pathlib.Path(arguments[1] if len(arguments) > 1 else templates.PROJECT).resolve()
    path = project / "docs/errors.md"
    if arguments[:1] not in (["--check"], ["--write"]):
        print("usage: catalogue.py --check | --write [PROJECT]", file=sys.stderr)
        return 2
    try:
        text = page(project)
    except Stale as problems:
        print(problems, file=sys.stderr)
        return 1
    if arguments[0] == "--write":
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        print("docs/errors.md is stale - run: make errors", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
