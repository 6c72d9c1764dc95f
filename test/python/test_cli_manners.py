# SPDX-License-Identifier: Apache-2.0
"""Laws of every program and command, as they tell them themselves: a new command is under test with its first build.
The examples of all helps run here, in a bootcamp, in the order of a first day."""
import gzip
import json
import os
import pathlib
import pty
import re
import shlex
import shutil
import subprocess

import pyarrow
import pyarrow.parquet
import pytest
from gnomon.compile import compile_parser
from gnomon.explore import explore_parser
from gnomon.run_flags import run_py_parser
from gnomon.spark_sql_shell import spark_sql_parser
from repository import PROJECT, Repository

ENGINE = os.environ.get("GNOMON_BIN") or str(PROJECT / "build/release/gnomon")
HELP = json.loads(subprocess.run([ENGINE, "help", "--json"], capture_output=True, check=True).stdout)
PARSERS = (run_py_parser(), compile_parser(), explore_parser(), spark_sql_parser())
SCRIPTS = [parser.describe() for parser in PARSERS]
PROGRAMS = {one["name"]: one for one in SCRIPTS} | {f"gnomon {one['name']}": one for one in HELP["commands"]}
# Prints a script, not a result.
WITHOUT_JSON = {"gnomon completion"}
EVERY_PROGRAM = pytest.mark.parametrize("program", PROGRAMS)
# Examples that make what others read come first, then those that read it.
ORDER = ["run.py", "gnomon init", "gnomon import"]
EXAMPLES = sorted(
    ((name, line) for name, one in PROGRAMS.items() for line in one["examples"]),
    key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else len(ORDER))


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository.bootcamp(tmp_path_factory.mktemp("manners") / "repo")
    write_files_of_examples(made.root)
    return made


def write_files_of_examples(root):
    """What the examples of import name."""
    bucket = root / ".gnomon/buckets/chronon"
    shutil.copy(bucket / "warehouse/data/purchases/purchases.parquet", root)
    (root / "users.csv").write_text("user_id,zip,ts\nuser_1,01234,2023-12-01 10:00:00\n")
    (root / "queries.sql").write_text("SELECT 1 AS a;\nSHOW TABLES IN bootcamp;\n")
    with gzip.open(root / "events.jsonl.gz", "wt") as file:
        file.write('{"user_id": "user_1", "ds": "2023-12-01"}\n')
    clicks = pyarrow.table({"user_id": ["user_1"], "count": [1]})
    for path, table in ((bucket / "events/events.parquet", clicks.append_column("ds", [["2023-12-01"]])),
                        (bucket / "warehouse/clicks/ds=2023-12-01/clicks.parquet", clicks)):
        path.parent.mkdir(parents=True)
        pyarrow.parquet.write_table(table, path)


@pytest.fixture(scope="module")
def ran(repository):
    """Every example, run as a user pastes it: line -> the finished command."""
    return {line: shell(repository, line) for _, line in EXAMPLES}


def shell(repository, line, environment=None):
    return subprocess.run(["bash", "-c", line], cwd=repository.root, stdin=subprocess.DEVNULL, capture_output=True,
                          env={**repository.environment, **(environment or {})}, timeout=300)


def run(repository, *command, **options):
    return subprocess.run(command, **{"cwd": repository.root, "stdin": subprocess.DEVNULL, "text": True, "timeout": 300,
                                      "capture_output": True, "env": repository.environment, **options})


def error_of(done, status):
    lines = done.stderr.splitlines()
    assert done.returncode == status and len(lines) == 1 and lines[0].startswith("error: "), done.stderr
    return lines[0]


def flags_of(described):
    return {flag for option in described["options"] for flag in option["flags"]}


# --- help ---


@EVERY_PROGRAM
def test_help_tells_flags_examples_and_exit_statuses(repository, program):
    done = run(repository, *program.split(), "--help")
    assert done.returncode == 0 and not done.stderr
    described = PROGRAMS[program]
    assert described["examples"] and "Examples:" in done.stdout and "Exit status: 0 done" in done.stdout
    for text in (*flags_of(described), *described["examples"]):
        assert text in done.stdout
    for option in described["options"] + described["arguments"]:
        assert option["help"], option
    if program.startswith("gnomon "):
        assert run(repository, "gnomon", "help", program.split()[1]).stdout == done.stdout
    told = json.loads(run(repository, *program.split(), "--help", "--json").stdout)
    assert told == {"format": 1, **described}


def test_the_overview_names_every_command(repository):
    for arguments in ([], ["--help"], ["-h"], ["help"]):
        done = run(repository, "gnomon", *arguments)
        assert done.returncode == 0 and not done.stderr
        assert all(f"\n  {one['name']} " in done.stdout for one in HELP["commands"])


@EVERY_PROGRAM
def test_flags_of_every_program(repository, program):
    described = PROGRAMS[program]
    assert {"--help", "-h", "--version", "--quiet", "-q", "--verbose", "-v"} <= flags_of(described)
    assert ("--json" in flags_of(described)) == (program not in WITHOUT_JSON)
    done = run(repository, *program.split(), "--version")
    assert done.returncode == 0 and re.fullmatch(r"gnomon \d+\.\d+\.\d+\n", done.stdout)


def test_the_page_of_the_command_line_is_not_stale(repository):
    done = subprocess.run([PROJECT / ".deps/venv/bin/python", PROJECT / "tools/cli_reference.py", "--check"],
                          env={**os.environ, "GNOMON_BIN": ENGINE}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- mistakes ---


@EVERY_PROGRAM
def test_an_unknown_flag_is_named_with_the_nearest_one(repository, program):
    sentence = error_of(run(repository, *program.split(), "--verbos"), 2)
    assert "unknown flag" in sentence and "did you mean '--verbose'?" in sentence
    assert "- see " in error_of(run(repository, *program.split(), "--no-flag-is-like-this"), 2)


@EVERY_PROGRAM
def test_quiet_and_verbose_exclude_each_other(repository, program):
    required = [argument["name"] for argument in PROGRAMS[program]["arguments"] if argument["required"]]
    for option in PROGRAMS[program]["options"]:
        if option["required"]:
            required.append(f"{option['flags'][0]}={(option['choices'] or 'x')[0]}")
    sentence = error_of(run(repository, *program.split(), *required, "-qv"), 2)
    assert "--quiet and --verbose exclude each other" in sentence


def enumerated():
    for program, described in PROGRAMS.items():
        for option in described["options"]:
            if option["choices"]:
                yield program, option["flags"][0], option["choices"][0]


@pytest.mark.parametrize("program, flag, value", list(enumerated()))
def test_an_unknown_value_is_named_with_the_nearest_one(repository, program, flag, value):
    sentence = error_of(run(repository, *program.split(), f"{flag}={value}e"), 2)
    assert f"'{value}e'" in sentence and f"did you mean '{value}'?" in sentence


def test_an_unknown_command_is_named_with_the_nearest_one(repository):
    assert "did you mean 'doctor'?" in error_of(run(repository, "gnomon", "docter"), 2)
    assert "did you mean 'environment'?" in error_of(run(repository, "gnomon", "help", "enviroment"), 2)
    assert "no command given" in error_of(run(repository, "gnomon", "--quiet"), 2)


@EVERY_PROGRAM
def test_arguments_that_are_no_text_or_endless(repository, program):
    for argument in (b"\xff\xfe", b"--\xff", b"--repo=\xff", b"x" * 100_000, b"--" + b"x" * 100_000):
        command = [*map(os.fsencode, program.split()), argument]
        done = subprocess.run(command, cwd=repository.root, stdin=subprocess.DEVNULL, capture_output=True,
                              env=repository.environment, timeout=60)
        if argument == b"x" * 100_000 and program == "gnomon init":
            assert done.returncode == 3
        else:
            assert done.returncode == 2, (argument[:9], done.stderr)
        assert done.stderr.startswith(b"error: ") and done.stderr.count(b"\n") == 1 and len(done.stderr) < 101_000
        assert not done.stdout or program == "gnomon doctor"


def test_statements_that_are_no_text(repository):
    command = [b"spark-sql", b"-e", b"SELECT '\xff'"]
    done = subprocess.run(command, cwd=repository.root, env=repository.environment, capture_output=True)
    assert done.returncode == 2 and b"no UTF-8" in done.stderr


def test_flags_before_the_command_and_after_a_double_dash(repository, tmp_path):
    root = str(repository.root)
    expected = run(repository, "gnomon", "doctor", "--json", "--repo", root).stdout
    assert run(repository, "gnomon", "--json", "--repo", root, "doctor", cwd=tmp_path).stdout == expected
    assert "unknown flag '--jsn'" in error_of(run(repository, "gnomon", "--jsn", "doctor"), 2)
    assert run(repository, "gnomon", "init", "--", "-odd", cwd=tmp_path).returncode == 0
    assert (tmp_path / "-odd" / "teams.json").exists()
    assert "unexpected argument 'x'" in error_of(run(repository, "run.py", "--", "x"), 2)


# --- results ---


@pytest.mark.parametrize("line", [line for _, line in EXAMPLES])
def test_the_examples_run(ran, line):
    done = ran[line]
    assert done.returncode == 0, done.stderr.decode()
    assert b"error" not in done.stderr and b"\x1b" not in done.stderr + done.stdout


def json_examples():
    for program, line in EXAMPLES:
        if "--json" in shlex.split(line):
            yield program, line


def test_every_program_with_json_has_an_example_of_it():
    having = {name for name, described in PROGRAMS.items() if "--json" in flags_of(described)}
    assert {name for name, _ in json_examples()} == having


def sections():
    """The documented examples: heading -> shape."""
    text = (PROJECT / "docs/formats/json_output.md").read_text()
    found = re.findall(r"^## (.*?)\n.*?```json\n(.*?)```", text, re.MULTILINE | re.DOTALL)
    return {heading: json.loads(example) for heading, example in found}


def agrees(value, documented=None):
    """True if `value` has the keys of the documented example, at every depth; null stands for anything."""
    if value is None or documented is None:
        return True
    if isinstance(documented, dict):
        if any(key.startswith("<") for key in documented):
            return isinstance(value, dict) and all(agrees(one, *documented.values()) for one in value.values())
        return (isinstance(value, dict) and value.keys() == documented.keys()
                and all(agrees(value[key], documented[key]) for key in documented))
    if isinstance(documented, list):
        return isinstance(value, list) and all(agrees(one, *documented[:1]) for one in value)
    return type(value) is type(documented) or {type(value), type(documented)} == {int, float}


def section_of(program, line):
    """The heading that documents what an example prints."""
    mode = re.search(r"--mode=([\w-]+)", line)
    if program == "run.py":
        return {"compile": "run.py --mode=compile", "fetch": "gnomon fetch"}.get(mode[1], "gnomon run")
    beside = {"compile.py": "run.py --mode=compile", "explore.py": "gnomon explore"}
    if program in beside:
        return beside[program]
    if line.startswith("gnomon runs show"):
        return "gnomon run"
    return "spark-sql" if program == "gnomon sql" else program


@pytest.mark.parametrize("program, line", list(json_examples()))
def test_json_has_the_documented_shape(ran, program, line):
    text = ran[line].stdout.decode()
    value = json.loads(text)
    assert text.endswith("\n") and (isinstance(value, list) or value["format"] == 1)
    documented = sections()[section_of(program, line)]
    assert agrees(value, documented), (value, documented)


def test_the_comparison_of_shapes_can_fail():
    documented = {"a": [{"b": 1}], "c": {"<key>": "x"}}
    assert agrees({"a": [{"b": 2}, {"b": 1.5}], "c": {"k": "y"}}, documented)
    for wrong in ({"a": []}, {"a": [{"b": "2"}], "c": {}}, {"a": [{"d": 1}], "c": {}}, {"a": [], "c": {"k": 1}}):
        assert not agrees(wrong, documented)


# --- stdout that is not there ---


def printing(ran):
    """Examples that print a result and can run twice."""
    return [line for program, line in EXAMPLES if ran[line].stdout and not line.startswith("gnomon init")]


def test_a_full_or_closed_stdout_is_an_error(repository, ran):
    helps = [f"{program} --help" for program in PROGRAMS]
    for line in printing(ran) + helps:
        full = shell(repository, f"exec > /dev/full; {line}")
        assert full.returncode == 3 and b"error: " in full.stderr and b"cannot be written" in full.stderr, (line, full)
    for line in printing(ran):
        closed = shell(repository, f"exec >&-; {line}")
        assert closed.returncode == 3 and b"cannot be written" in closed.stderr, (line, closed)


def test_a_pipe_whose_reader_is_gone_ends_quietly(repository, ran):
    helps = [f"{program} --help" for program in PROGRAMS]
    for line in printing(ran) + helps:
        done = shell(repository, f"{{ sleep 0; {line}; }} | true; exit ${{PIPESTATUS[0]}}")
        read_all = 0  # `true` may end after the line: then all was written into the pipe.
        assert done.returncode in (141, read_all), (line, done)
        assert b"error" not in done.stderr and b"Traceback" not in done.stderr


# --- colour ---


def on_a_terminal(repository, command, environment):
    """What a command prints on a terminal."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(command, cwd=repository.root, env={**repository.environment, **environment},
                               stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    printed = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        printed += part
    os.close(main)
    process.wait()
    return printed


@pytest.mark.parametrize("command", [["gnomon", "docter"], ["run.py", "--mode=bakfill"], ["spark-sql", "--no-flag"]])
def test_colour_only_where_it_is_wanted(repository, command):
    red = b"\x1b[1;31merror:\x1b[0m"
    plain = {"NO_COLOR": "", "CLICOLOR_FORCE": "", "TERM": "xterm"}
    assert red in on_a_terminal(repository, command, plain)
    assert b"\x1b" not in on_a_terminal(repository, command, {**plain, "NO_COLOR": "1"})
    assert b"\x1b" not in on_a_terminal(repository, command, {**plain, "TERM": "dumb"})
    assert b"\x1b" not in shell(repository, shlex.join(command), plain).stderr
    assert red in shell(repository, shlex.join(command), {**plain, "CLICOLOR_FORCE": "1"}).stderr


@pytest.mark.parametrize("script", ["setup", "bootcamp"])
def test_scripts_honour_no_color(repository, script):
    """The lines that choose bold run alone: the rest of the script takes minutes."""
    text = (PROJECT / f"tools/{script}.sh").read_text()
    lines = [line for line in text.splitlines() if "bold" in line]
    function = re.match(r"\w+", lines[-1])[0]
    assert "033" not in text.replace("\n".join(lines), "")
    command = ["bash", "-c", "set -eu\n" + "\n".join(lines) + f"\n{function} words"]
    assert b"\x1b[1m" in on_a_terminal(repository, command, {"TERM": "xterm", "NO_COLOR": ""})
    assert b"\x1b" not in on_a_terminal(repository, command, {"TERM": "xterm", "NO_COLOR": "1"})
    assert b"\x1b" not in on_a_terminal(repository, command, {"TERM": "dumb", "NO_COLOR": ""})


# --- what is documented ---


def test_the_exit_statuses_are_those_of_the_header():
    header = (PROJECT / "src/base/error_code.h").read_text()
    codes = re.findall(r'\{ErrorCode::k\w+, "(\w+)", (\d+), \d+, "\w+", (true|false)\}', header)
    documented = {code: (one["status"], one["retry"]) for one in HELP["exit_codes"] for code in one["error_codes"]}
    assert documented == {code: (int(status), retry == "true") for code, status, retry in codes}
    from gnomon import errors
    from gnomon.standard_streams import EXIT_UNAVAILABLE
    statuses = {one["status"] for one in HELP["exit_codes"]}
    assert {errors.EXIT_USER_ERROR, errors.EXIT_DEFECT, EXIT_UNAVAILABLE} <= statuses


# Read by tests alone, or not ours: the kernel's and Python's.
NOT_FOR_USERS = {"GNOMON_PAUSE_AT", "GNOMON_PAUSE_FILE", "GNOMON_RUN_ORIGINS"}


def test_every_environment_variable_is_documented():
    read = set()
    for path in [*PROJECT.glob("src/**/*.cc"), *PROJECT.glob("python/gnomon/**/*.py"), *PROJECT.glob("bin/*")]:
        if path.name.endswith("_test.cc"):
            continue
        text = path.read_text()
        read |= set(re.findall(r'(?:getenv|FromEnvironment|Variable)\("([A-Z_]+)"\)', text))
        read |= set(re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', text))
        read |= set(re.findall(r"\$\{([A-Z_]+):-", text))
    documented = {one["name"] for one in HELP["environment"]}
    assert read - NOT_FOR_USERS <= documented, read - documented
    assert {"CHRONON_REPO_PATH", "NO_COLOR"} <= read
    everything = "".join(path.read_text() for path in [*PROJECT.glob("src/**/*.cc"), *PROJECT.glob("python/**/*.py")])
    for name in documented:
        assert name in everything, name


def test_quiet_leaves_results_and_errors_only(repository, ran):
    conf = "--conf=group_bys/bootcamp/user_purchase_features.py"
    for command in (["run.py", "--mode=compile", conf, "-q"],
                    ["run.py", "--mode=backfill", conf, "--end-date=2023-12-07", "--quiet"],
                    ["gnomon", "init", "-q", "quiet_features"]):
        done = run(repository, *command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
    assert pathlib.Path(repository.root, "quiet_features", "teams.json").exists()
