# SPDX-License-Identifier: Apache-2.0
"""What the TAB key offers for gnomon and the programs beside it, for the tests in each shell."""
import pytest
from repository import Repository

CONF = "group_bys/bootcamp/user_purchase_features.py"
TABLE = "bootcamp.purchases_from_s3"
DATASET = "bootcamp/user_purchase_features.v1"
# What stands before the cursor -> what is offered, and what is not.
LINES = [
    ("gnomon do", {"doctor"}, {"fetch"}),
    ("gnomon --json doc", {"doctor"}, set()),
    ("gnomon fetch --ty", {"--type"}, {"--name"}),
    ("gnomon fetch --type gr", {"group-by"}, {"join"}),
    ("gnomon fetch --type ", {"group-by", "join", "join-stats"}, set()),
    ("gnomon fetch -t jo", {"join", "join-stats"}, {"group-by"}),
    ("gnomon fetch --name boot", {DATASET}, set()),
    ("gnomon help ex", {"exit-codes"}, {"environment"}),
    ("gnomon completion ", {"bash", "zsh", "fish"}, set()),
    ("run.py --mode back", {"backfill"}, {"upload"}),
    ("run.py --conf group", {CONF}, set()),
    ("run.py --conf production/g", {f"production/group_bys/{DATASET}"}, {CONF}),
    ("run.py --start", {"--start-date", "--start-ds"}, {"--end-date", "--version"}),
    ("spark-sql --re", {"--repo"}, {"--conf"}),
    ("compile.py --conf group", {CONF}, set()),
    ("compile.py --feature", {"--feature-display"}, {"--force-overwrite", "--mode"}),
    ("explore.py --conf-", {"--conf-root"}, {"--conf"}),
]
JOINED = [(line.replace(" gr", "=gr").replace(" back", "=back").replace(" group", "=group"), offered, not_offered)
          for line, offered, not_offered in LINES if line.split()[-1] in ("gr", "back", "group")]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository.bootcamp(tmp_path_factory.mktemp("completion") / "repo")
    made.staging()
    made.run("run.py", "--mode=compile", f"--conf={CONF}")
    return made


@pytest.fixture(scope="module")
def scripts(repository, tmp_path_factory):
    """The folder of the scripts, each in a file with the name of its shell."""
    folder = tmp_path_factory.mktemp("scripts")
    for shell in ("bash", "zsh", "fish"):
        (folder / shell).write_text(repository.run("gnomon", "completion", shell).stdout)
    return folder
