"""The interactive shell on a real terminal (a pty): completion, lines, history, Ctrl-C, errors."""
# SPDX-License-Identifier: Apache-2.0
import re
import stat

import pexpect
import pytest

from repository import Repository

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]|\r")
LONG_QUERY = ("SELECT COUNT(*) AS n FROM bootcamp.purchases_from_s3 a, bootcamp.purchases_from_s3 b, "
              "bootcamp.purchases_from_s3 c, bootcamp.purchases_from_s3 d, bootcamp.purchases_from_s3 e;")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("shell") / "repo")
    repository.staging()
    return repository


class Terminal:
    """spark-sql in a pty, with a state folder of its own."""

    def __init__(self, repository, state, columns=160, rows=50, **variables):
        environment = {**repository.environment, "XDG_STATE_HOME": str(state), "TERM": "xterm", "NO_COLOR": "1",
                       "PAGER": "cat", "HOME": str(state), "PROMPT_TOOLKIT_NO_CPR": "1", **variables}
        self.child = pexpect.spawn("spark-sql", cwd=str(repository.root), env=environment, encoding="utf-8",
                                   dimensions=(rows, columns), timeout=30)
        self.prompt()

    def prompt(self, namespace="default"):
        """Waits for the prompt; returns what came before it, without what moves the cursor."""
        self.child.expect_exact(f"spark-sql ({namespace})>")
        return CONTROL.sub("", self.child.before)

    def type(self, text):
        self.child.send(text)

    def accepted(self):
        """Waits until the input was taken: the terminal pastes no more into the prompt."""
        self.child.expect_exact("\x1b[?2004l")

    def ask(self, text, namespace="default"):
        self.type(text + "\r")
        self.accepted()
        return self.prompt(namespace)

    def leave(self):
        self.child.sendeof()
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert self.child.exitstatus == 0


@pytest.fixture
def terminal(repository, tmp_path):
    terminal = Terminal(repository, tmp_path / "state")
    yield terminal
    terminal.child.close(force=True)


def test_a_statement_over_lines_with_its_time(terminal):
    out = terminal.ask("SELECT COUNT(*) AS n\rFROM bootcamp.purchases_from_s3;")
    assert re.search(r"n\n-+\n155\nTime taken: \S+ seconds, Fetched 1 row\(s\)\n", out)
    terminal.leave()


def test_tab_completes_keywords_tables_and_columns(terminal):
    # The terminal is sent only what the completion adds.
    for text, completed in [("sel\t", "ect"), (" * from bootcamp.purch\t", "ases_from_s3"), (" where user_\t", "id")]:
        terminal.type(text)
        terminal.child.expect_exact(completed)
    assert "Fetched 0 row(s)" in terminal.ask(" = 'nobody';")
    terminal.leave()


def test_an_error_is_one_sentence_and_the_shell_goes_on(terminal):
    out = terminal.ask("SELECT * FROM bootcamp.purchases_from_s4;")
    assert "error: " in out and "purchases_from_s3" in out and "Traceback" not in out
    out = terminal.ask("SELEC 1;")
    assert "error: SELEC begins no statement" in out
    assert "7" in terminal.ask("SELECT 3 + 4 AS n;")
    terminal.leave()


def test_control_c_stops_the_statement_not_the_shell(terminal):
    terminal.type("SELECT 1 + 1 AS begun; " + LONG_QUERY + "\r")
    terminal.accepted()
    terminal.child.expect_exact("Fetched 1 row")  # of the first, so the second runs
    terminal.child.sendintr()
    assert "cancelled" in terminal.prompt()
    assert "42" in terminal.ask("SELECT 6 * 7 AS n;")
    terminal.leave()


def test_control_c_stops_rows_that_are_being_printed(terminal):
    terminal.ask("\\pager off")
    terminal.type("SELECT a.user_id FROM bootcamp.purchases_from_s3 a, bootcamp.purchases_from_s3 b, "
                  "bootcamp.purchases_from_s3 c, bootcamp.purchases_from_s3 d;\r")
    terminal.accepted()
    terminal.child.expect("user_\\d+\r\nuser_")
    terminal.child.sendintr()
    assert "cancelled" in terminal.prompt()
    assert "42" in terminal.ask("SELECT 6 * 7 AS n;")
    terminal.leave()


def test_control_c_clears_the_line(terminal):
    terminal.type("SELECT nonsense")
    terminal.child.expect_exact("nonsense")
    terminal.child.sendintr()
    terminal.accepted()
    terminal.prompt()
    assert "42" in terminal.ask("SELECT 6 * 7 AS n;")
    terminal.leave()


def test_history_lasts_and_is_private(repository, tmp_path):
    first = Terminal(repository, tmp_path)
    first.ask("SELECT 'remembered' AS word;")
    first.leave()
    file = tmp_path / "gnomon/shell_history"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    second = Terminal(repository, tmp_path)
    second.type("\x1b[A")
    second.child.expect_exact("remembered")
    assert "remembered" in second.ask("")
    second.leave()


def test_temporary_views_and_the_namespace_last(terminal):
    terminal.ask("CREATE TEMPORARY VIEW v AS SELECT 11 AS a;")
    assert "11" in terminal.ask("SELECT a FROM v;")
    terminal.ask("USE bootcamp;", namespace="bootcamp")
    assert "155" in terminal.ask("SELECT COUNT(*) AS n FROM purchases_from_s3;", namespace="bootcamp")
    terminal.leave()


def test_dt_lists_stored_views(terminal):
    assert "viewName" not in terminal.ask("\\dt bootcamp")
    terminal.ask("CREATE VIEW bootcamp.dear AS SELECT user_id FROM bootcamp.purchases_from_s3;")
    listed = terminal.ask("\\dt bootcamp")
    assert "purchases_from_s3" in listed and "dear" in listed
    terminal.ask("DROP VIEW bootcamp.dear;")
    terminal.leave()


def test_commands(terminal, tmp_path):
    assert "\\format" in terminal.ask("\\?")
    assert "purchases_from_s3" in terminal.ask("\\dt bootcamp")
    assert "purchase_price" in terminal.ask("\\d bootcamp.purchases_from_s3")
    assert "timing is off" in terminal.ask("\\timing off")
    assert "rows are printed as csv" in terminal.ask("\\format csv")
    assert re.search(r"a,b\n1,x\n", terminal.ask("SELECT 1 AS a, 'x' AS b;"))
    assert "did you mean" in terminal.ask("\\formt")
    file = tmp_path / "rows.csv"
    terminal.ask(f"\\o {file}")
    terminal.ask("SELECT 1 AS a, 'x' AS b;")
    terminal.ask("\\o")
    assert file.read_text() == "a,b\n1,x\n"
    script = tmp_path / "script.sql"
    script.write_text("SELECT 1 AS one;\nSELECT * FROM bootcamp.nothing;\nSELECT 3 AS three;\n")
    out = terminal.ask(f"\\i {script}")
    assert "one" in out and f"error: {script}:2: " in out and "three" not in out
    terminal.type("\\q\r")
    terminal.child.expect(pexpect.EOF)


def test_a_long_answer_goes_through_the_pager(repository, tmp_path):
    marks = tmp_path / "pager"
    marks.write_text("#!/bin/sh\necho BEGIN-OF-PAGER; cat; echo END-OF-PAGER\n")
    marks.chmod(0o755)
    terminal = Terminal(repository, tmp_path, rows=20, PAGER=str(marks))
    assert "PAGER" not in terminal.ask("SELECT 1 AS a;")
    out = terminal.ask("SELECT user_id FROM bootcamp.purchases_from_s3;")
    assert "BEGIN-OF-PAGER" in out and out.count("user_") >= 155 and "END-OF-PAGER" in out
    terminal.ask("\\pager off")
    assert "PAGER" not in terminal.ask("SELECT user_id FROM bootcamp.purchases_from_s3;")
    terminal.leave()


def test_a_pager_that_is_left_early(repository, tmp_path):
    short = tmp_path / "pager"
    short.write_text("#!/bin/sh\nhead -n 3\n")
    short.chmod(0o755)
    terminal = Terminal(repository, tmp_path, rows=20, PAGER=str(short))
    out = terminal.ask("SELECT a.user_id FROM bootcamp.purchases_from_s3 a, bootcamp.purchases_from_s3 b, "
                       "bootcamp.purchases_from_s3 c;")
    assert "error" not in out
    assert "42" in terminal.ask("SELECT 6 * 7 AS n;")
    terminal.leave()


def test_exit_leaves(repository, tmp_path):
    terminal = Terminal(repository, tmp_path)
    terminal.type("exit;\r")
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert terminal.child.exitstatus == 0
