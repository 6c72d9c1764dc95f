"""What the shell knows about typed text, without a terminal: when a statement is whole, what completes a word."""
# SPDX-License-Identifier: Apache-2.0
import pytest

from gnomon.shell.completion import candidates
from gnomon.shell.input import is_whole, leaves


class Catalog:
    def namespaces(self):
        return ["bootcamp", "bootcamp_features", "default"]

    def tables(self, namespace):
        return {"": ["my_view"], "bootcamp": ["purchases", "users", "odd-name"]}.get(namespace, [])

    def columns(self, table):
        return {"bootcamp.purchases": [("user_id", "string"), ("price", "double"), ("ds", "date"), ("odd name", "int")],
                "my_view": [("price_total", "double")]}.get(table, [])


class Commands:
    def names(self):
        return {"\\d": "describe", "\\dt": "tables", "\\format": "format"}

    def arguments(self, name):
        return {"\\d": "table", "\\dt": "namespace", "\\format": "format"}.get(name, "")

    def formats(self):
        return ["aligned", "csv", "json"]


def offered(before, after=""):
    """The texts that the input would have after each completion, without what stands before the word."""
    return [found.text for found in candidates(before, after, Catalog(), Commands())]


@pytest.mark.parametrize("text, whole", [
    ("SELECT 1", False),
    ("SELECT 1;", True),
    ("SELECT 1; -- done", True),
    ("SELECT ';", False),
    ("SELECT ';'", False),
    ("SELECT ';';", True),
    ("SELECT 1 /* ;", False),
    ("SELECT 1;\nSELECT 2", False),
    ("SELECT `a", False),
    ("SELECT #;", True),  # cannot be read, so its error is shown
    ("SELECT #", False),
    ("", True),
    ("  ", True),
    ("-- a comment", True),
    ("\\d bootcamp.purchases", True),
    ("exit", True),
    ("QUIT ;", True),
    ("exit_code", False),
])
def test_a_statement_is_whole_at_its_semicolon(text, whole):
    assert is_whole(text) is whole


def test_leaving():
    assert leaves("exit;") and leaves(" quit ") and not leaves("SELECT 1; exit")


def test_the_first_word_is_a_statement():
    assert offered("sel") == ["select"]
    assert offered("SHOW T") == ["TABLES"]
    assert offered("create or r") == ["replace temporary view"]
    assert offered("DESCRIBE e") == ["extended"]
    assert offered("SH") == ["SHOW TABLES", "SHOW DATABASES"]
    assert offered("SELECT 1; des") == ["describe", "describe extended"]


def test_tables_stand_after_from_and_join():
    assert offered("SELECT * FROM boot") == ["bootcamp.", "bootcamp_features."]
    assert offered("SELECT * FROM my") == ["my_view"]
    assert offered("SELECT * FROM bootcamp.") == ["bootcamp.purchases", "bootcamp.users", "bootcamp.`odd-name`"]
    assert offered("SELECT * FROM a JOIN BOOTCAMP.u") == []  # the catalog's names are as written
    assert offered("SELECT * FROM a JOIN bootcamp.u") == ["bootcamp.users"]
    assert offered("SELECT * FROM bootcamp.users, bootcamp.p") == ["bootcamp.purchases"]
    assert offered("DESCRIBE bootcamp.pu") == ["bootcamp.purchases"]
    assert offered("DROP TABLE bootcamp.us") == ["bootcamp.users"]
    assert offered("SELECT * FROM bootcamp.users.h") == ["bootcamp.users.history"]


def test_namespaces_stand_after_show_tables_in():
    assert offered("SHOW TABLES IN boot") == ["bootcamp", "bootcamp_features"]
    assert offered("USE def") == ["default"]


def test_columns_come_from_the_tables_of_the_statement():
    assert offered("SELECT us", " FROM bootcamp.purchases") == ["user_id", "using"]
    assert offered("SELECT price FROM bootcamp.purchases WHERE od") == ["`odd name`"]
    assert offered("SELECT p.p", " FROM bootcamp.purchases p") == ["p.price"]
    assert offered("SELECT p.p", " FROM bootcamp.purchases AS p JOIN my_view v") == ["p.price"]
    assert offered("SELECT v.", " FROM bootcamp.purchases AS p JOIN my_view v ON true") == ["v.price_total"]
    assert offered("SELECT purchases.u", " FROM bootcamp.purchases") == ["purchases.user_id"]
    assert "price_total" not in offered("SELECT pri", "; SELECT * FROM my_view")


def test_functions_and_keywords_in_the_case_that_is_typed():
    assert "row_number(" in offered("SELECT row_n")
    assert "count(" in offered("SELECT cou") and "count(" in offered("SELECT COU")
    assert "where" in offered("SELECT a FROM t wh") and "WHERE" in offered("SELECT a FROM t WH")


def test_nothing_inside_a_string_or_a_comment():
    assert offered("SELECT 'sel") == []
    assert offered("SELECT 1 /* FROM boot") == []


def test_commands_complete_themselves_and_their_argument():
    assert offered("\\d") == ["\\d", "\\dt"]
    assert offered("\\d bootcamp.us") == ["bootcamp.users"]
    assert offered("\\dt boot") == ["bootcamp", "bootcamp_features"]
    assert offered("\\format c") == ["csv"]
