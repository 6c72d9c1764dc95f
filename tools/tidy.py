"""Style as a test: sizes, names, banned words, and plug-in files that are missing from their list.

Usage: tidy.py [ROOT]. Limits are those of CONTRIBUTING.md; a file that needs more says why in EXCEPTIONS.
"""
# SPDX-License-Identifier: Apache-2.0
import pathlib
import re
import subprocess
import sys

LINE_COLUMNS = {".cc": 100, ".h": 100, ".inc": 100, ".py": 120}
FILE_LINES = {".cc": 600, ".h": 350, ".inc": 600, ".py": 600}
SPDX = "SPDX-License-Identifier: Apache-2.0"
TEST_LINES = 800

BANNED = {
    r"\bstd::chrono::system_clock\b": "use Clock (base/clock.h)",
    r"\bstd::stoi\b|\bstd::stol\b|\batoi\b": "use ParseInt (base/parse.h)",
    r"\busing namespace\b": "write the namespace",
    r"\bFIXME\b|\bXXX\b": "mend it, or write a TODO with an issue number",
    r"\bTODO\b(?!\(#\d+\))": "a TODO carries an issue number: TODO(#12)",
}
# The one file that owns what is banned elsewhere.
OWNERS = {"src/base/clock.cc", "tools/tidy.py"}
BAD_NAME = re.compile(r"(^|_)(util|utils|helper|helpers|common|misc|manager)(_|\.|$)")
# Chronon's own public module names.
NAME_EXCEPTIONS = {"python/ai/chronon/utils.py"}
# Lists of plug-ins: every file of the folder has a line, every line a file.
ENTRY = re.compile(r"^(?:extern )?(?:constinit )?const \w+(?:::\w+)* k(\w+)\b", re.MULTILINE)
LISTS = ["src/aggregate/functions", "src/expr/functions", "src/kv/stores", "src/catalog/backends", "src/run/modes",
         "src/sql/print_styles"]


def tracked_files(root):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root,
                            capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if (root / line).is_file()]


def check_text(name, text):
    suffix = pathlib.Path(name).suffix
    if suffix not in FILE_LINES:
        return
    lines = text.splitlines()
    is_test = "_test." in name or pathlib.Path(name).name.startswith("test_")
    limit = TEST_LINES if is_test else FILE_LINES[suffix]
    if len(lines) > limit:
        yield f"{name}: {len(lines)} lines, at most {limit}"
    if suffix == ".py" and not any(line == f"# {SPDX}" for line in lines[:20]):
        yield f"{name}: no line of its own with # {SPDX} at the top"
    elif suffix != ".py" and lines[:1] != [f"// {SPDX}"]:
        yield f"{name}: the first line is not // {SPDX}"
    if suffix == ".h" and "#pragma once" not in text:
        yield f"{name}: no #pragma once"
    columns = LINE_COLUMNS[suffix]
    for number, line in enumerate(lines, 1):
        if len(line) > columns:
            yield f"{name}:{number}: {len(line)} columns, at most {columns}"
        if name in OWNERS:
            continue
        for pattern, remedy in BANNED.items():
            if re.search(pattern, line):
                yield f"{name}:{number}: {remedy}"


def check_name(name):
    if name not in NAME_EXCEPTIONS and BAD_NAME.search(pathlib.Path(name).name):
        yield f"{name}: a file is named for its thing, not util, helper, common or manager"


def check_list(root, folder):
    """Every plug-in file that defines an entry is in list.inc; the linker finds lines without a file."""
    listed = (root / folder / "list.inc")
    if not listed.exists():
        yield f"{folder}/list.inc is missing"
        return
    entries = set(re.findall(r"^\s*[A-Z_]+\((\w+)\)", listed.read_text(), re.MULTILINE))
    for path in sorted((root / folder).glob("*.cc")):
        if path.name.endswith("_test.cc"):
            continue
        if not set(ENTRY.findall(path.read_text())) & entries:
            yield f"{path.relative_to(root)}: no entry of it is in {folder}/list.inc"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".").resolve()
    problems = []
    for name in tracked_files(root):
        problems += check_name(name)
        if name.startswith(("src/", "python/", "tools/", "test/", "bench/")):
            path = root / name
            if path.suffix in FILE_LINES:
                problems += check_text(name, path.read_text())
    for folder in LISTS:
        problems += check_list(root, folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"tidy: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
