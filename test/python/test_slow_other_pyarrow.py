# SPDX-License-Identifier: Apache-2.0
"""gnomon beside a pyarrow of another version in one process, as it meets one in a user's notebook."""
import os
import subprocess
import sys

import pytest
from repository import PROJECT, Repository

FOLDER = PROJECT / ".deps/other_pyarrow"
REQUIREMENTS = PROJECT / "requirements/other_pyarrow.txt"


@pytest.fixture(scope="module")
def other_pyarrow():
    """The folder of the other version, for PYTHONPATH; fetched once."""
    stamp = FOLDER / REQUIREMENTS.name
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                               "--require-hashes", "--only-binary", ":all:", "--no-deps", "--upgrade", "--target",
                               FOLDER, "-r", REQUIREMENTS], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"the other pyarrow is not installed: {done.stderr.strip().splitlines()[-1:]}")
        stamp.write_text(REQUIREMENTS.read_text())
    return FOLDER


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("other") / "repo", golden=True)
    repository.staging()
    return repository.root


CODE = """
import importlib, io, sys
for name in sys.argv[2].split(): importlib.import_module(name)
import gnomon, pandas, polars, pyarrow, pyarrow.compute, pyarrow.parquet
repo = gnomon.connect(sys.argv[1])
table = repo.table("bootcamp.purchases_from_s3")
rows = table.to_arrow()
assert type(rows) is pyarrow.Table and rows.num_rows == table.to_polars().height == len(table.to_pandas()) == 155
assert sum(batch.num_rows for batch in repo.sql("SELECT * FROM bootcamp.purchases_from_s3").reader()) == 155
file = io.BytesIO()  # The other one's own libraries work as ever.
pyarrow.parquet.write_table(rows, file)
assert pyarrow.parquet.read_table(io.BytesIO(file.getvalue())).equals(rows)
assert pyarrow.compute.sum(rows["purchase_price"]).as_py() > 0
try:
    repo.sql("SELECT nope FROM bootcamp.purchases_from_s3")
except ValueError as error:
    assert "unknown column 'nope'" in str(error)
libraries = {line.split()[-1].rpartition("/")[2] for line in open("/proc/self/maps") if "/libarrow.so" in line}
print(pyarrow.__version__, len(libraries))
"""


@pytest.mark.parametrize("order", ["gnomon._engine pyarrow pyarrow.compute", "pyarrow pyarrow.compute gnomon._engine"])
def test_two_versions_in_one_process(root, other_pyarrow, order):
    environment = {**os.environ, "PYTHONPATH": str(other_pyarrow)}
    done = subprocess.run([sys.executable, "-c", CODE, str(root), order], env=environment, capture_output=True,
                          text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("18.1.0 2\n", "", 0)
