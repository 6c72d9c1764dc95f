"""Every edge case of SPEC 12 has a test that carries its number, or stands in test/oracle/README.md with its reason;
and every line of docs/deviations.md names a test that exists."""
# SPDX-License-Identifier: Apache-2.0
import pathlib
import re

from repository import PROJECT

HERE = pathlib.Path(__file__).resolve().parent
EDGE_CASES = range(1, 103)


def numbers_tested():
    """Number -> names of the tests that carry it."""
    found = {}
    for path in HERE.glob("test_edge_cases_*.py"):
        for name in re.findall(r"^def (test_edge_case_\w+)", path.read_text(), re.M):
            numbers = re.match(r"test_edge_case((?:_\d{3})+)_", name)
            assert numbers, f"{path.name}: {name} has no number of three digits"
            for number in numbers[1].split("_")[1:]:
                found.setdefault(int(number), []).append(name)
    return found


def waiting():
    """The numbers that wait for the online work, with their reasons."""
    text = (PROJECT / "test/oracle/README.md").read_text().partition("## Edge cases that wait")[2]
    return {int(number): reason for number, reason in re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", text, re.M)}


def test_every_edge_case_has_a_test_or_a_reason():
    have, wait = set(numbers_tested()), waiting()
    assert have <= set(EDGE_CASES)
    assert set(EDGE_CASES) - have - wait.keys() == set()
    assert have & wait.keys() == set(), "tested, so it no longer waits"
    assert all(len(reason.split()) >= 4 for reason in wait.values())


def deviations():
    """(what, shown by) of each row of the table."""
    lines = (PROJECT / "docs/deviations.md").read_text().splitlines()
    rows = [line.strip().strip("|").split(" | ") for line in lines if line.startswith("|")]
    return [(row[0].strip(), row[-1].strip()) for row in rows[2:]]


def sources_of_tests():
    """Name without ending -> text of every file that holds tests."""
    files = [*HERE.glob("test_*.py"), *(PROJECT / "src").rglob("*_test.cc")]
    return {path.stem: path.read_text() for path in files}


def test_every_deviation_names_a_test_that_exists():
    """`shown by` holds names of tests or their files (`test_runs.py`, `snapshot_kernel_test`) in backticks, and perhaps
    behind one the name of a case that is tested."""
    sources, wrong = sources_of_tests(), []
    rows, cases = deviations(), [path.name for path in (PROJECT / "test/golden/cases").iterdir()]
    assert len(rows) >= 10
    for what, shown_by in rows:
        names = re.findall(r"`([\w.]+)`", shown_by)
        if not names:
            wrong.append(f"{what}: names no test")
        wrong += [f"{what}: there is no {name}" for name in names
                  if re.sub(r"\.(py|cc)$", "", name) not in sources
                  and not any(re.search(rf"\b{re.escape(name)}\b", text) for text in sources.values())]
        wrong += [f"{what}: no test speaks of {case}" for case in re.findall(r"` (\w+_\w+)", shown_by)
                  if not any(case in text for text in [*sources.values(), *cases])]
    assert wrong == []
