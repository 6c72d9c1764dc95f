"""--wait: runs that begin before their sources are there, of each kind of source, and what ends the waiting."""
# SPDX-License-Identifier: Apache-2.0
import queue
import signal
import subprocess
import threading

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import golden
from answers import differences
from provoked import error_line
from repository import GOLDEN, Repository

DAY = golden.END_DATE
KEYS = {"join_chained": ["row_id", "ds"], "join_entity_mutations": ["row_id", "ds"],
        "join_snapshot_events": ["row_id", "ds"], "join_bootstrap": ["row_id", "ds"]}


class Waiting:
    """A run in the background whose lines are read as they come."""

    def __init__(self, repository, *flags, case, mode="backfill"):
        self._start(repository, f"--mode={mode}", f"--conf={golden.conf_path(case)}", f"--ds={DAY}", *flags)

    def _start(self, repository, *flags):
        self.process = subprocess.Popen(("run.py", *flags), cwd=repository.root, env=repository.environment, text=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.lines, self.seen = queue.Queue(), []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.put(line.rstrip())
        self.lines.put(None)

    def until(self, words):
        """Reads on to the line with `words`."""
        while True:
            line = self.lines.get(timeout=120)
            assert line is not None, "\n".join(self.seen)
            self.seen.append(line)
            if words in line:
                return line

    def end(self, status=0):
        while (line := self.lines.get(timeout=120)) is not None:
            self.seen.append(line)
        assert self.process.wait(timeout=60) == status, "\n".join(self.seen)
        return subprocess.CompletedProcess(self.process.args, status, "", "\n".join(self.seen))


def bring(repository, tmp_path, table, days, more="--append"):
    """Adds recorded rows of an input: those of `days`, a predicate on ds."""
    rows = pq.read_table(GOLDEN / f"inputs/{table}.parquet")
    rows = rows.filter(pc.and_(pc.greater_equal(rows["ds"], days[0]), pc.less_equal(rows["ds"], days[1])))
    path = tmp_path / f"{table}_{days[0]}.parquet"
    pq.write_table(rows, path)
    flags = [more] if more else []
    repository.run("gnomon", "import", f"gold.{table}", str(path), "--partition-by", "ds", *flags)


def without(tmp_path, case):
    """A repository that has the config of a case, and none of its tables."""
    return golden.prepare(tmp_path, case, inputs=[])


def check(repository, tmp_path, case):
    """What differs from the answer of a run that had all its sources from the begin."""
    undisturbed = golden.prepare(tmp_path / "undisturbed", case)
    undisturbed.run("run.py", "--mode=backfill", f"--conf={golden.conf_path(case)}", f"--ds={DAY}")
    name = f"gold.cases_{case}"
    expected, actual = undisturbed.table(name), repository.table(name)
    assert actual.num_rows == expected.num_rows > 0
    return differences(expected, actual, KEYS[case])


def test_events_of_the_left_side_and_of_a_part_come_late(tmp_path):
    case = "join_snapshot_events"
    repository = without(tmp_path, case)
    run = Waiting(repository, "--wait=10m", case=case)
    run.until("waiting, 0 s so far: table gold.left_events does not exist")
    bring(repository, tmp_path, "left_events", ("2024-03-01", "2024-03-09"), more=None)
    run.until("waiting")
    bring(repository, tmp_path, "events", ("2024-03-01", "2024-03-08"), more=None)
    assert "1 of 7 days of the left side are missing (2024-03-10 ...): gold.left_events has no partitions for them " \
        "(it has 2024-03-04..2024-03-09) - fill it first" in run.until("days of the left side")
    bring(repository, tmp_path, "left_events", ("2024-03-10", "2024-03-10"))
    # Snapshots are of the end of the day before the row: that day's events are enough.
    assert "1 of 7 days are missing (2024-03-09 ...)" in run.until("gold.events has no partitions")
    bring(repository, tmp_path, "events", ("2024-03-09", "2024-03-09"))
    run.end()
    assert check(repository, tmp_path, case) == []


def test_snapshots_and_mutations_of_an_entity_come_late(tmp_path):
    case = "join_entity_mutations"
    repository = without(tmp_path, case)
    golden.import_table(repository, "left_events")
    run = Waiting(repository, "--wait=10m", case=case)
    run.until("table gold.user_dim does not exist")
    bring(repository, tmp_path, "user_dim", ("2024-03-01", "2024-03-08"), more=None)
    run.until("table gold.user_mut does not exist")
    bring(repository, tmp_path, "user_mut", ("2024-03-01", "2024-03-09"), more=None)
    # The state at the end of 2024-03-09, and what changed on 2024-03-10.
    assert "(2024-03-09 ...): gold.user_dim has no partitions" in run.until("1 of 7 days are missing")
    bring(repository, tmp_path, "user_dim", ("2024-03-09", "2024-03-09"))
    assert "(2024-03-10 ...): gold.user_mut has no partitions" in run.until("1 of 7 days of mutations are missing")
    bring(repository, tmp_path, "user_mut", ("2024-03-10", "2024-03-10"))
    run.end()
    assert check(repository, tmp_path, case) == []


def test_a_chain_waits_for_what_its_parent_reads(tmp_path):
    """The parent never has the last day, and nobody waits for it there."""
    case = "join_chained"
    repository = without(tmp_path, case)
    run = Waiting(repository, "--wait=10m", case=case)
    run.until("table gold.left_events does not exist")
    golden.import_table(repository, "left_events")
    run.until("table gold.events does not exist")
    golden.import_table(repository, "events")
    run.end()
    assert check(repository, tmp_path, case) == []


def test_the_table_of_a_bootstrap_comes_late(tmp_path):
    case = "join_bootstrap"
    repository = without(tmp_path, case)
    golden.import_table(repository, "left_events")
    golden.import_table(repository, "events")
    run = Waiting(repository, "--wait=10m", case=case)
    run.until("table gold.boot_tbl does not exist")
    golden.import_table(repository, "boot_tbl")
    run.end()
    assert check(repository, tmp_path, case) == []


def test_a_left_side_without_any_day_is_waited_for(tmp_path):
    case = "join_snapshot_events"
    repository = without(tmp_path, case)
    conf = golden.conf(case)
    del conf["left"]["events"]["query"]["startPartition"]
    golden.write_conf(repository, golden.conf_path(case), conf)
    golden.import_table(repository, "events")
    golden.import_table(repository, "left_events")
    repository.catalog().load_table("gold.left_events").delete("ds >= '1970-01-01'")
    run = Waiting(repository, "--wait=10m", case=case)
    run.until("the left side has no day yet")
    bring(repository, tmp_path, "left_events", ("2024-03-04", "2024-03-10"))
    run.end()
    assert check(repository, tmp_path, case) == []


def test_only_the_chosen_parts_and_steps_wait(tmp_path):
    case = "join_snapshot_events"
    repository = without(tmp_path, case)
    golden.import_table(repository, "left_events")
    bring(repository, tmp_path, "events", ("2024-03-01", "2024-03-01"), more=None)
    # The left side needs none of the part's days.
    Waiting(repository, "--wait=10m", case=case, mode="backfill-left").end()


@pytest.mark.parametrize("days,words", [
    (("2024-03-01", "2024-03-09"), "1 of 7 days of the left side are missing"),
    (("2024-03-01", "2024-03-10"), "table gold.events does not exist"),
])
def test_a_join_waits_in_vain(tmp_path, provoked, days, words):
    """However many things are waited for, the time counts from the begin of the run."""
    case = "join_snapshot_events"
    repository = without(tmp_path, case)
    bring(repository, tmp_path, "left_events", days, more=None)
    if days[1] != DAY:
        golden.import_table(repository, "events")
    done = Waiting(repository, "--wait=1s", case=case).end(status=3)
    if days[1] == DAY:
        sentence = error_line(done.stderr)  # Of the missing table, which has its own page.
    else:
        sentence = provoked(done, when="--wait of a join ends before the days are there")
    assert words in sentence and "in vain" in sentence


QUERY = """from ai.chronon.api.ttypes import MetaData, StagingQuery

v1 = StagingQuery(
    query=\"\"\"SELECT user, ds FROM gold.left_events WHERE ds BETWEEN '{{ start_date }}' AND '{{ end_date }}'\"\"\",
    startPartition="2024-03-04",
    metaData=MetaData(outputNamespace="gold", dependencies=DEPENDENCIES))
"""


def staging(tmp_path, dependencies):
    """A repository whose staging query reads the left events; `dependencies` is the Python text of them."""
    repository = without(tmp_path, "join_snapshot_events")
    (repository.root / "teams.json").write_text('{"default": {"namespace": "gold"}, "team": {"namespace": "gold"}}')
    path = repository.root / "staging_queries/team/copied.py"
    path.parent.mkdir(parents=True)
    for folder in (path.parent, path.parent.parent):
        (folder / "__init__.py").touch()
    path.write_text(QUERY.replace("DEPENDENCIES", dependencies))
    return repository


class WaitingQuery(Waiting):
    def __init__(self, repository, *flags):
        self._start(repository, "--mode=staging-query-backfill", "--conf=staging_queries/team/copied.py", *flags)


def test_a_staging_query_waits_for_each_day_of_its_dependencies(tmp_path):
    repository = staging(tmp_path, '["gold.left_events/ds={{ ds }}"]')
    run = WaitingQuery(repository, f"--end-date={DAY}", "--wait=10m")
    run.until("waiting, 0 s so far: table gold.left_events does not exist")
    bring(repository, tmp_path, "left_events", ("2024-03-04", "2024-03-09"), more=None)
    assert "gold.left_events has no partitions for them (it has 2024-03-04..2024-03-09)" in run.until(
        "1 of 7 days of a dependency are missing (2024-03-10 ...)")
    bring(repository, tmp_path, "left_events", ("2024-03-10", "2024-03-10"))
    run.end()
    expected = pq.read_table(GOLDEN / "inputs/left_events.parquet")["ds"].to_pylist()
    rows = repository.table("gold.copied")
    assert rows.num_rows == len([day for day in expected if day >= "2024-03-04"]) > 0
    # Filled days are not waited for again, whatever became of their source.
    repository.catalog().load_table("gold.left_events").delete("ds < '2024-03-10'")
    WaitingQuery(repository, f"--end-date={DAY}", "--wait=1s").end()


def test_a_staging_query_waits_for_the_day_before(tmp_path, provoked):
    repository = staging(tmp_path, '["gold.left_events/ds={{ macros.ds_add(ds, -1) }}"]')
    bring(repository, tmp_path, "left_events", ("2024-03-04", "2024-03-09"), more=None)
    WaitingQuery(repository, "--start-date=2024-03-10", f"--end-date={DAY}", "--wait=1s").end()
    bring(repository, tmp_path, "left_events", ("2024-03-10", "2024-03-10"))
    done = WaitingQuery(repository, "--start-date=2024-03-12", "--end-date=2024-03-12", "--wait=1s").end(status=3)
    sentence = provoked(done, when="--wait of a staging query ends before the days are there")
    assert "in vain: 1 of 1 days of a dependency are missing (2024-03-11 ...)" in sentence


@pytest.mark.parametrize("dependencies,words", [
    ("None", "--wait has nothing to wait for, the staging query names no dependencies"),
    ('["gold.left_events/ds={{ ds_nodash }}"]', "the day of a dependency is not understood"),
    ('["gold.left_events/hr=5"]', "a dependency has no day"),
])
def test_what_a_staging_query_cannot_wait_for_is_refused(tmp_path, provoked, dependencies, words):
    repository = staging(tmp_path, dependencies)
    golden.import_table(repository, "left_events")
    done = WaitingQuery(repository, f"--end-date={DAY}", "--wait=1s").end(status=2)
    sentence = provoked(done, when=f"--wait of a staging query: {words.split(',')[0].removeprefix('--')}")
    assert words in sentence and "staging_queries/team/copied.py:" in sentence
    WaitingQuery(repository, f"--end-date={DAY}").end()  # Without --wait nobody looks at them.


def test_modes_that_read_no_source_do_not_wait(tmp_path, provoked):
    repository = staging(tmp_path, "None")
    done = repository.run("run.py", "--mode=metadata-export", "--input-root-path=production", "--output-root-path=out",
                          "--wait=1h", status=2)
    assert "--wait has no meaning for the mode metadata-export" in provoked(done, when="--wait of another mode")


def test_a_query_without_dependencies_does_not_stop_those_that_need_it(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-02", "--with-dependencies", "--wait=1m")
    assert repository.sql("SELECT COUNT(DISTINCT ds) FROM bootcamp_features.user_purchase_features") == [["2"]]


def test_ctrl_c_ends_the_waiting(tmp_path):
    case = "join_snapshot_events"
    repository = without(tmp_path, case)
    run = Waiting(repository, "--wait=10m", case=case)
    run.until("waiting")
    run.process.send_signal(signal.SIGINT)
    done = run.end(status=130)
    assert done.stderr.splitlines()[-1].startswith("error: stopped")
    assert not repository.catalog().namespace_exists("gold")
