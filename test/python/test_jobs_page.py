"""docs/jobs.md shows what works: its console blocks run, in order, in one shell, in the example repository."""
# SPDX-License-Identifier: Apache-2.0
from console_blocks import console_commands, run_console
from repository import Repository

PURCHASES = "user_id,purchase_price,item_category,ts,ds\nuser_1,1.5,books,2023-12-01 10:00:00,2023-12-01\n"


def test_console_blocks(tmp_path):
    pairs = console_commands("docs/jobs.md")
    assert len(pairs) >= 8
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    (repository.root / "purchases.csv").write_text(PURCHASES)
    for command, shown, output in run_console(pairs, repository.root, repository.environment):
        assert not shown or output.rstrip() == shown, command
