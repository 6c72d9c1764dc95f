"""What spark-sql says to a statement that it cannot run."""
# SPDX-License-Identifier: Apache-2.0
import pytest

from mishaps import PURCHASES
from repository import Repository


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("sql") / "repo")
    repository.staging()
    return repository


# when, statement, words
WRONG = [
    ("a word is misspelled", f"SELCT * FROM {PURCHASES}", "line 1, column 1 - did you mean SELECT?"),
    ("a keyword is misspelled inside", f"SELECT user_id FORM {PURCHASES}", "did you mean FROM in place of FORM?"),
    ("a bracket is not closed", f"SELECT count(user_id FROM {PURCHASES}", "FROM"),
    ("a quote is not closed", f"SELECT * FROM {PURCHASES} WHERE user_id = 'user_1", "close"),
    ("the statement ends too early", f"SELECT * FROM {PURCHASES} WHERE", "complete it"),
    ("an unknown column", f"SELECT purchase_prise FROM {PURCHASES}", "did you mean 'purchase_price'?"),
    ("an unknown column of an alias", f"SELECT p.user FROM {PURCHASES} p", "unknown column 'user'"),
    ("an unknown function", f"SELECT sentences(user_id) FROM {PURCHASES}", "sentences"),
    ("a misspelled function", f"SELECT uper(user_id) FROM {PURCHASES}", "did you mean upper?"),
    ("a column beside an aggregate", f"SELECT user_id, sum(purchase_price) FROM {PURCHASES}", "user_id"),
    ("a comparison of types that do not compare", f"SELECT * FROM {PURCHASES} WHERE ds > array(1)", "array"),
    ("a name with too many parts", "SELECT * FROM a.b.c.d", "a.b.c.d"),
    ("a table's name that leaves its folder", "SELECT * FROM `../x`.y", ".."),
    ("DELETE", f"DELETE FROM {PURCHASES}", "DELETE"),
    ("INSERT", f"INSERT INTO {PURCHASES} SELECT 1", "INSERT"),
    ("a metadata table that does not exist", f"SELECT * FROM {PURCHASES}.histroy", "history, snapshots"),
    ("a path that does not exist", "SELECT * FROM parquet.`s3a://chronon/nothing.parquet`", "NoSuchKey"),
    ("a bucket that does not exist", "SELECT * FROM parquet.`s3a://chornon/warehouse/data/users/users.parquet`",
     "did you mean s3a://chronon/warehouse/data/users/users.parquet?"),
    ("a path that leaves its bucket", "SELECT * FROM parquet.`s3a://chronon/../../../x.parquet`", "leaves its bucket"),
    ("a scheme that is not known", "SELECT * FROM parquet.`ftp://host/x.parquet`", "s3a"),
    ("a file format that is not known", "SELECT * FROM orc.`s3a://chronon/x.orc`", "csv, json, parquet"),
    ("a table that exists", f"CREATE TABLE {PURCHASES} AS SELECT 1 AS a", "exists"),
    ("a table without namespace that does not exist", "SELECT * FROM purchases_from_s3", "bootcamp.purchases_from_s3"),
    ("DROP of a table that does not exist", "DROP TABLE bootcamp.purchases", "bootcamp.purchases_from_s3"),
    ("two columns of one name", "CREATE TABLE bootcamp.twice AS SELECT 1 AS a, 2 AS a", "a"),
    ("ALTER TABLE that adds a column", f"ALTER TABLE {PURCHASES} ADD COLUMN x INT", "DROP PARTITION"),
    ("a partition without its value", f"ALTER TABLE {PURCHASES} DROP PARTITION (ds)", "write ds = '...'"),
    ("a range of partitions", f"ALTER TABLE {PURCHASES} DROP PARTITION (ds > '2023-12-01')", "one PARTITION for each"),
    ("a partition column twice", f"ALTER TABLE {PURCHASES} DROP PARTITION (ds = '2023-12-01', DS = '2023-12-02')",
     "stands twice"),
    ("a partition that does not exist",
     f"ALTER TABLE {PURCHASES} DROP PARTITION (ds = '2023-12-01'), PARTITION (ds = '2024-12-01')", "ds=2024-12-01"),
    ("a partition of what is no partition column", f"ALTER TABLE {PURCHASES} DROP PARTITION (user_id = 'user_1')",
     "it is partitioned by ds"),
    ("a partition of a table that does not exist", "ALTER TABLE bootcamp.nothing DROP PARTITION (ds = '2023-12-01')",
     "bootcamp.nothing does not exist"),
    ("a partition column that is not there", "CREATE TABLE bootcamp.parted PARTITIONED BY (d) AS SELECT 1 AS ds",
     "did you mean 'ds'?"),
    ("text is no number", "SELECT CAST('x' AS INT) / 0 AS a FROM nowhere", "nowhere"),
]


@pytest.mark.parametrize("when, statement, words", WRONG, ids=[case[0].replace(" ", "-") for case in WRONG])
def test_a_statement_that_is_wrong(loaded, provoked, when, statement, words):
    done = loaded.start("spark-sql", "-e", statement)
    done.stdout_text, done.stderr = done.communicate(timeout=60)
    assert done.returncode != 0, done.stdout_text
    assert words in provoked(done, when=when)


def test_files_of_statements(loaded, provoked, tmp_path):
    provoked(loaded.run("spark-sql", "-f", "nothing.sql", status=2), when="the file of -f is not there")
    (tmp_path / "two.sql").write_text(f"SELECT 1;\n\nSELECT nope\nFROM {PURCHASES};")
    done = loaded.run("spark-sql", "-f", str(tmp_path / "two.sql"), status=2)
    sentence = provoked(done, when="the second statement of a file")
    assert "unknown column 'nope'" in sentence


def test_partitions_of_what_is_no_table(loaded, provoked, tmp_path):
    def sentence(statement, when):
        return provoked(loaded.run("spark-sql", "-e", statement, status=2), when=when)

    loaded.sql(f"CREATE OR REPLACE VIEW bootcamp.seen AS SELECT * FROM {PURCHASES}")
    told = sentence("ALTER TABLE bootcamp.seen DROP PARTITION (ds = '2023-12-01')", "a partition of a view")
    assert "bootcamp.seen is a view, which has no partitions" in told
    drop = "ALTER TABLE v DROP PARTITION (ds = '2023-12-01')"
    (tmp_path / "view.sql").write_text(f"CREATE TEMPORARY VIEW v AS SELECT * FROM {PURCHASES};\n{drop};")
    done = loaded.run("spark-sql", "-f", str(tmp_path / "view.sql"), status=2)
    assert "v is a view, which has no partitions" in provoked(done, when="a partition of a view of the session")
    loaded.sql("CREATE TABLE bootcamp.whole AS SELECT 1 AS n")
    told = sentence("ALTER TABLE bootcamp.whole DROP PARTITION (n = 1)", "a partition of a table without partitions")
    assert "n is no partition column of table bootcamp.whole - the table is not partitioned" in told
    told = sentence(f"ALTER TABLE {PURCHASES} DROP PARTITION (ds = 'today')", "a partition's value is no date")
    assert "write it like ds='2023-12-01'" in told
