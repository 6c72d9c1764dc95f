"""Joins as a user runs them: what changes, what stays, what is refused. On the recorded inputs."""
# SPDX-License-Identifier: Apache-2.0
import copy
import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import golden
from pausing import kill, pause
from repository import GOLDEN, Repository

CASE = "join_snapshot_events"
TABLE = f"gold.cases_{CASE}"
PART = f"{TABLE}_cases_g_sn"
COMMAND = ("run.py", "--mode", "backfill", "--conf", golden.conf_path(CASE), "--ds", golden.END_DATE)


def run(repository, *flags, mode="backfill", case=CASE, **options):
    return repository.run("run.py", "--mode", mode, "--conf", golden.conf_path(case), "--ds", golden.END_DATE, *flags,
                          **options)


def rounded(row):
    """Sums differ in their last digits with the order of their rows."""
    return {name: float(f"{value:.10g}") if isinstance(value, float) else value for name, value in row.items()}


def rows(repository, table=TABLE):
    return sorted(json.dumps(rounded(row), sort_keys=True, default=str) for row in repository.table(table).to_pylist())


def tables(repository):
    return sorted(name[1] for name in repository.catalog().list_tables("gold"))


def changed(case=CASE, **fields):
    conf = copy.deepcopy(golden.conf(case))
    conf.update(fields)
    return conf


def write(repository, conf, case=CASE):
    golden.write_conf(repository, golden.conf_path(case), json.dumps(conf, indent=2))


def make_table(repository, tmp_path, name, columns):
    """Imports a small table, partitioned by ds."""
    path = tmp_path / f"{name}.parquet"
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), path)
    repository.run("gnomon", "import", f"gold.{name}", str(path), "--partition-by", "ds")


@pytest.fixture
def repository(tmp_path):
    return golden.prepare(tmp_path, CASE)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    made = golden.prepare(tmp_path_factory.mktemp("undisturbed"), CASE)
    run(made)
    return rows(made)


def test_edge_case_80_rows_of_skew_keys_vanish(repository):
    write(repository, changed(skewKeys={"user": ["'u01'", "'u02'"]}))
    run(repository)
    users = {row["user"] for row in repository.table(TABLE).to_pylist()}
    # NOT IN is null for a null key, as in Chronon's SQL.
    assert users and not users & {"u01", "u02", None}
    recorded = {row["row_id"] for row in golden.answer(CASE).to_pylist() if row["user"] not in ("u01", "u02", None)}
    assert {row["row_id"] for row in repository.table(TABLE).to_pylist()} == recorded


def test_a_skew_key_that_no_part_uses_is_refused(repository, provoked):
    write(repository, changed(skewKeys={"usr": ["'u01'"]}))
    provoked(run(repository, status=2), when="a skew key is no key of a part")


def test_edge_case_79_a_key_of_two_types_names_both(repository, provoked):
    conf = changed()
    conf["left"]["events"]["query"]["selects"]["user"] = "ctx"
    write(repository, conf)
    done = run(repository, status=2)
    provoked(done, when="a key has another type on the left than in the GroupBy")
    assert "int as user on the left" in done.stderr and "string as user of cases_g_sn" in done.stderr


def test_edge_case_88_a_cumulative_left_side_is_refused(repository, provoked):
    conf = changed()
    conf["left"]["events"]["isCumulative"] = 1
    write(repository, conf)
    provoked(run(repository, status=2), when="the left side of a join is cumulative")


def test_edge_case_82_a_changed_left_archives_everything(repository, undisturbed):
    run(repository)
    before = tables(repository)
    conf = changed()
    conf["left"]["events"]["query"]["wheres"] = ["ctx IS NOT NULL"]
    write(repository, conf)
    run(repository)
    archived = [name for name in tables(repository) if name not in before]
    assert len(archived) == 3 and len(before) == 5, (before, archived)
    kept = {row["row_id"] for row in repository.table(TABLE).to_pylist()}
    assert len(kept) == golden.answer(CASE).num_rows - 84
    # What was is still there, under its new name.
    old = next(name for name in archived if not name.startswith((f"cases_{CASE}_b", f"cases_{CASE}_c")))
    assert rows(repository, f"gold.{old}") == undisturbed


def test_a_changed_part_archives_it_and_the_output(repository):
    run(repository)
    before = tables(repository)
    conf = changed()
    conf["joinParts"][0]["groupBy"]["aggregations"].pop()
    write(repository, conf)
    run(repository)
    archived = [name for name in tables(repository) if name not in before]
    assert len(archived) == 2 and not any("bootstrap" in name for name in archived)
    assert not any("last" in name for name in repository.table(TABLE).column_names)


def test_edge_case_83_a_topic_archives_nothing(repository, undisturbed):
    run(repository)
    before = tables(repository)
    conf = changed()
    conf["left"]["events"]["topic"] = "events.left"
    write(repository, conf)
    again = run(repository)
    assert "7 already filled" in again.stderr
    assert tables(repository) == before and rows(repository) == undisturbed


def test_unset_semantic_hash_keeps_what_is_there(repository, undisturbed):
    run(repository)
    before = tables(repository)
    conf = changed()
    conf["left"]["events"]["query"]["wheres"] = ["ctx IS NOT NULL"]
    write(repository, conf)
    run(repository, "--unset-semantic-hash")
    assert tables(repository) == before and rows(repository) == undisturbed


def test_steps_of_their_own_equal_one_run(repository, undisturbed):
    run(repository, mode="backfill-left")
    assert [name for name in tables(repository) if name.startswith("cases")] == [f"cases_{CASE}_bootstrap"]
    run(repository, "--selected-join-parts", "cases_g_sn", "--use-cached-left")
    assert f"cases_{CASE}" not in tables(repository)
    run(repository, mode="backfill-final")
    assert rows(repository) == undisturbed
    assert "7 already filled" in run(repository).stderr


def test_an_unknown_part_lists_the_known(repository, provoked):
    done = run(repository, "--selected-join-parts", "cases_g_xx", status=2)
    provoked(done, when="--selected-join-parts names no part of the join")
    assert "cases_g_sn" in done.stderr


def test_a_final_join_without_parts_says_what_to_run(repository, provoked):
    run(repository, mode="backfill-left")
    provoked(run(repository, mode="backfill-final", status=2), when="a final join finds that a part was not computed")


def test_parallel_parts_give_the_same(tmp_path):
    case = "join_keymap_prefix"
    one, other = golden.prepare(tmp_path / "one", case), golden.prepare(tmp_path / "other", case)
    run(one, case=case)
    run(other, "--join-part-parallelism", "2", case=case)
    assert rows(one, f"gold.cases_{case}") == rows(other, f"gold.cases_{case}")


def test_a_dropped_day_is_rebuilt_from_the_cached_tables(repository, undisturbed):
    run(repository)
    repository.catalog().load_table(TABLE).delete("ds = '2024-03-07'")
    done = run(repository)
    assert "6 already filled" in done.stderr and "bootstrap: computing" not in done.stderr
    assert rows(repository) == undisturbed


def test_a_dry_run_changes_nothing(repository):
    before = tables(repository)
    done = run(repository, "--dry-run")
    assert "a dry run" in done.stderr and "7 days" in done.stderr
    assert tables(repository) == before


def test_no_left_rows_at_all(repository, provoked):
    done = repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path(CASE), "--start-date",
                          "2024-05-01", "--ds", "2024-05-02", status=2)
    provoked(done, when="the left side of a join has none of the days")


def test_late_left_rows_see_the_day_before_their_time(tmp_path):
    """SPEC 8.1 and appendix I 6: a row of ds 2024-03-08 with a ts of 2024-03-05 sees the end of 2024-03-04."""
    repository = Repository.empty(tmp_path / "repo")
    midnight = 1709596800000  # 2024-03-05
    make_table(repository, tmp_path, "left_events", {
        "row_id": ["late", "in time"], "user": ["u01", "u01"], "ts": [midnight + 1000, midnight + 3 * 86400000 + 1000],
        "ds": ["2024-03-08", "2024-03-08"]})
    golden.import_table(repository, "events")
    write(repository, changed())
    run(repository)
    found = {row["row_id"]: row for row in repository.table(TABLE).to_pylist()}
    days = {row["ds"]: row for row in repository.table(PART).to_pylist() if row["user"] == "u01"}
    assert set(days) == {f"2024-03-0{day}" for day in (4, 5, 6, 7)}
    for row_id, day in (("late", "2024-03-04"), ("in time", "2024-03-07")):
        assert found[row_id]["cases_g_sn_price_sum_7d"] == days[day]["price_sum_7d"]


def test_one_time_on_two_days_gets_both_values(tmp_path):
    """Appendix G 7, where Chronon gives one of them null."""
    case = "join_bootstrap"
    conf = changed(case)
    del conf["bootstrapParts"]
    repository = Repository.empty(tmp_path / "repo")
    noon = 1709640000000  # 2024-03-05
    make_table(repository, tmp_path, "left_events", {
        "row_id": ["a", "b", "c"], "user": ["u01", "u01", None], "ts": [noon] * 3,
        "ds": ["2024-03-05", "2024-03-06", "2024-03-05"]})
    golden.import_table(repository, "events")
    write(repository, conf, case)
    run(repository, case=case)
    found = {row["row_id"]: row["cases_g_bs_price_sum_1d"]
             for row in repository.table(f"gold.cases_{case}").to_pylist()}
    assert found["a"] is not None and found["a"] == found["b"]
    assert found["c"] is None  # Edge case 76: a null key matches nothing, and the row stays.


def test_edge_case_84_a_bootstrapped_null_stays_where_the_part_is_skipped(tmp_path):
    """Rows whose bootstraps give all that a part is needed for do not compute it; other rows do (appendix I 3)."""
    case = "join_bootstrap"
    conf = changed(case)
    conf["joinParts"][0]["groupBy"]["aggregations"].pop()  # Only the sum is left, which the bootstrap gives.
    repository = golden.prepare(tmp_path, case, config=conf, inputs=["left_events", "events"])
    boot = pq.read_table(GOLDEN / "inputs/boot_tbl.parquet").to_pylist()
    for row in boot[::2]:
        row["boot_price"] = None
    # A duplicate: the greatest value is kept (appendix G 3).
    boot.append({**boot[1], "boot_price": boot[1]["boot_price"] + 1})
    make_table(repository, tmp_path, "boot_tbl", pa.Table.from_pylist(boot))
    run(repository, case=case)
    found = {(row["row_id"], row["ds"]): row["cases_g_bs_price_sum_1d"]
             for row in repository.table(f"gold.cases_{case}").to_pylist()}
    matched = {(row["row_id"], row["ds"]): row["matched_hashes"]
               for row in repository.table(f"gold.cases_{case}_bootstrap").to_pylist()}
    recorded = {(row["row_id"], row["ds"]): row["cases_g_bs_price_sum_1d"]
                for row in golden.answer(case).to_pylist()}
    greatest = {}
    for row in boot:
        key = (row["row_id"], row["ds"])
        greatest[key] = max((value for value in (greatest.get(key), row["boot_price"]) if value is not None),
                            default=None)
    output = repository.table(f"gold.cases_{case}").to_pylist()
    # What is computed for a row that no bootstrap matched is there for all rows of its key and time.
    computed = {(row["user"], row["ts"]) for row in output if not matched[row["row_id"], row["ds"]]}
    nulls = 0
    for row in output:
        key = (row["row_id"], row["ds"])
        if not matched[key]:
            continue
        value = greatest[key]
        if value is None and (row["user"], row["ts"]) not in computed:
            assert row["cases_g_bs_price_sum_1d"] is None, key
            nulls += 1
        elif value is not None:
            assert row["cases_g_bs_price_sum_1d"] == value and len(matched[key]) == 1, key
    assert nulls > 50
    for key, value in recorded.items():
        if not matched[key]:
            assert found[key] == pytest.approx(value, rel=1e-9) if value is not None else found[key] is None


def test_a_list_of_a_part_that_no_derivation_mentions_is_no_cast_of_a_number(tmp_path):
    """With bootstraps, a part that no derivation mentions is not computed: its columns of nulls keep their types."""
    case = "join_bootstrap"
    conf = changed(case, derivations=[{"name": "same", "expression": "cases_g_bs_price_sum_1d"}])
    unused = copy.deepcopy(conf["joinParts"][0])
    unused["groupBy"]["metaData"]["name"] = "cases.g_unused"
    unused["groupBy"]["aggregations"] = [{"inputColumn": "price", "operation": 13, "argMap": {"k": "2"}}]
    conf["joinParts"].append(unused)
    repository = golden.prepare(tmp_path, case, config=conf)
    run(repository, case=case)
    table = repository.table(f"gold.cases_{case}")
    assert set(table.column_names) == {"row_id", "user", "ts", "same", "ds"}
    assert table.num_rows == golden.answer(case).num_rows and 0 < table["same"].null_count < table.num_rows
    assert f"cases_{case}_cases_g_unused" not in tables(repository)


def test_a_part_without_a_namespace_of_its_own_is_computed(repository, undisturbed):
    """Chronon's compiler gives a team's namespace to the join alone, and the engine asks for no other."""
    conf = changed()
    for part in conf["joinParts"]:
        del part["groupBy"]["metaData"]["outputNamespace"]
    write(repository, conf)
    run(repository)
    assert rows(repository) == undisturbed


def test_a_bootstrapped_column_that_the_join_lacks_is_refused(tmp_path, provoked):
    case = "join_bootstrap"
    conf = changed(case)
    conf["bootstrapParts"][0]["query"]["selects"]["cases_g_bs_price_max_1d"] = "boot_price"
    repository = golden.prepare(tmp_path, case, config=conf)
    done = run(repository, case=case, status=2)
    provoked(done, when="a bootstrap table has a column that the join does not have")
    assert "does NOT have this field" in done.stderr


def test_contextual_and_external_fields(tmp_path):
    conf = changed()
    struct = {"kind": 13, "name": "contextual_values", "params": [{"name": "ctx", "dataType": {"kind": 3}},
                                                                  {"name": "device", "dataType": {"kind": 7}}]}
    conf["left"]["events"]["query"]["selects"]["ctx"] = "ctx"
    conf["onlineExternalParts"] = [
        {"source": {"metadata": {"name": "contextual"}, "keySchema": struct, "valueSchema": struct}},
        {"source": {"metadata": {"name": "payments"}, "keySchema": struct,
                    "valueSchema": {"kind": 13, "name": "v", "params": [{"name": "amount", "dataType": {"kind": 6}}]}},
         "prefix": "p"}]
    repository = golden.prepare(tmp_path, CASE, config=conf)
    run(repository)
    table = repository.table(TABLE)
    assert {"ctx", "ext_contextual_ctx", "ext_contextual_device", "ext_p_payments_amount"} <= set(table.column_names)
    assert "device" not in table.column_names
    assert table["ctx"].to_pylist() == table["ext_contextual_ctx"].to_pylist()
    assert table["ext_p_payments_amount"].null_count == table.num_rows == golden.answer(CASE).num_rows


def test_an_entity_with_a_key_twice_is_refused(tmp_path, provoked):
    case = "join_entity_snapshot"
    repository = golden.prepare(tmp_path, case, inputs=["left_events"])
    users = pq.read_table(GOLDEN / "inputs/user_dim.parquet")
    of_day = users.filter(pc.equal(users["ds"], "2024-03-05")).slice(3, 1)
    make_table(repository, tmp_path, "user_dim", pa.concat_tables([users, of_day]))
    done = run(repository, case=case, status=2)
    provoked(done, when="an entity without aggregations has a key twice on one day")
    assert "several rows for one key" in done.stderr


def test_features_at_a_rows_time_are_not_guessed_from_snapshots_alone(tmp_path, provoked):
    """A topic makes the GroupBy TEMPORAL; without a table of mutations each row would see the midnight before."""
    case = "join_entity_mutations"
    conf = changed(case)
    entities = conf["joinParts"][0]["groupBy"]["sources"][0]["entities"]
    assert entities.pop("mutationTable") and entities["mutationTopic"]
    repository = golden.prepare(tmp_path, case, config=conf)
    done = run(repository, case=case, status=2)
    provoked(done, when="events on the left want entities at their own times, and no mutations are there")


def test_hours_of_events_beside_entities_are_refused_before_anything_is_computed(tmp_path, provoked):
    case = "join_left_entities"
    conf = changed(case)
    group_by = conf["joinParts"][0]["groupBy"]
    group_by["accuracy"] = 0
    group_by["aggregations"][0]["windows"] = [{"length": 6, "timeUnit": 0}]
    repository = golden.prepare(tmp_path, case, config=conf)
    done = run(repository, case=case, status=2)
    provoked(done, when="a window in hours where the left side is entities")
    assert f"cases_{case}_bootstrap" not in tables(repository)


@pytest.mark.parametrize("point", ["join.left", "join.part", "join.joined", "commit.swap"])
def test_killed_at_any_step(tmp_path, undisturbed, point):
    repository = golden.prepare(tmp_path, CASE)
    kill(pause(repository, tmp_path, point, COMMAND)[0])
    run(repository)
    assert rows(repository) == undisturbed
    assert "7 already filled" in run(repository).stderr


def test_two_at_once(tmp_path, undisturbed):
    repository = golden.prepare(tmp_path, CASE)
    process, marker = pause(repository, tmp_path, "join.joined", COMMAND)
    run(repository)
    marker.unlink()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 3 and "another run" in errors, errors
    assert rows(repository) == undisturbed


def test_a_changed_key_mapping_or_skew_key_is_noticed(repository):
    run(repository)
    before = tables(repository)
    write(repository, changed(skewKeys={"user": ["'u01'"]}))
    run(repository)
    assert len(tables(repository)) == len(before) + 3


def test_added_aggregations_are_announced_with_their_indices(repository):
    """`aggregations[-] was added`, a JSON patch's word for the end of a list."""
    run(repository)
    conf = changed()
    aggregations = conf["joinParts"][0]["groupBy"]["aggregations"]
    count = len(aggregations)
    aggregations += [{**aggregations[0], "operation": operation} for operation in (0, 1)]
    write(repository, conf)
    said = run(repository).stderr
    assert f"aggregations[{count}] was added" in said and f"aggregations[{count + 1}] was added" in said
    assert "[-]" not in said


def test_an_external_part_with_an_offline_group_by_is_computed(repository):
    conf = changed()
    group_by = copy.deepcopy(conf["joinParts"][0]["groupBy"])
    group_by["metaData"]["name"] = "cases.g_ext"
    fields = {"kind": 13, "name": "v", "params": [{"name": "price_sum_1d", "dataType": {"kind": 6}}]}
    conf["onlineExternalParts"] = [{"source": {"metadata": {"name": "pay"}, "keySchema": fields, "valueSchema": fields,
                                               "offlineGroupBy": group_by}, "prefix": "p"}]
    write(repository, conf)
    run(repository)
    assert f"cases_{CASE}_p_cases_g_ext" in tables(repository)
    for row in repository.table(TABLE).to_pylist():
        for name in ("price_sum_1d", "price_count_7d"):
            assert rounded(row)[f"ext_p_pay_{name}"] == rounded(row)[f"cases_g_sn_{name}"]


def test_a_derivation_named_as_a_left_column_fills_its_nulls(repository):
    write(repository, changed(derivations=[{"name": "*", "expression": "*"}, {"name": "user", "expression": "'nobody'"},
                                           {"name": "half", "expression": "cases_g_sn_price_sum_7d / 2"}]))
    run(repository)
    recorded = {row["row_id"]: row for row in golden.answer(CASE).to_pylist()}
    found = repository.table(TABLE).to_pylist()
    assert len(found) == golden.answer(CASE).num_rows
    for row in found:
        before = recorded[row["row_id"]]
        assert row["user"] == ("nobody" if before["user"] is None else before["user"])
        assert row["half"] == (None if before["cases_g_sn_price_sum_7d"] is None
                               else pytest.approx(before["cases_g_sn_price_sum_7d"] / 2, rel=1e-9))


def test_a_log_gives_what_its_schema_says(tmp_path):
    """SPEC 8.8: rows of a flattened log carry the hash of the schema that they were logged with."""
    case, columns = "join_bootstrap", ["cases_g_bs_price_sum_1d", "cases_g_bs_price_count_1d"]
    conf = changed(case, bootstrapParts=[{"table": "gold.logged"}])
    repository = golden.prepare(tmp_path, case, config=conf, inputs=["left_events", "events"])
    left = [row for row in pq.read_table(GOLDEN / "inputs/left_events.parquet").to_pylist() if row["user"]][:100]
    logged = [{"row_id": row["row_id"], "ts": row["ts"], columns[0]: 1.5, columns[1]: 7, "gone": "x",
               "schema_hash": "whole" if number % 2 else "part", "ds": row["ds"]} for number, row in enumerate(left)]
    make_table(repository, tmp_path, "logged", pa.Table.from_pylist(logged))
    fields = {"whole": columns, "part": columns[:1]}
    properties = {"chronon_log_table": "true"}
    for name, logged_columns in fields.items():
        schema = json.dumps({"type": "record", "name": "v", "fields": [{"name": column} for column in logged_columns]})
        properties[f"schema_hash_{name}"] = json.dumps({"join_name": case, "key_schema": "", "value_schema": schema})
    with repository.catalog().load_table("gold.logged").transaction() as transaction:
        transaction.set_properties(properties)
    run(repository, case=case)
    matched = {row["row_id"]: row["matched_hashes"]
               for row in repository.table(f"gold.cases_{case}_bootstrap").to_pylist()}
    assert {row["row_id"]: [row["schema_hash"]] for row in logged} == {
        row_id: hashes for row_id, hashes in matched.items() if hashes}
    output = {row["row_id"]: row for row in repository.table(f"gold.cases_{case}").to_pylist()}
    assert all(output[row["row_id"]][columns[0]] == 1.5 and output[row["row_id"]][columns[1]] == 7 for row in logged)
    # Rows whose schema covers the part ask nothing of it.
    asked = {(row["user"], row["ts"]) for row in repository.table(f"gold.cases_{case}_cases_g_bs").to_pylist()}
    wanted = {(row["user"], row["ts"]) for row in output.values()
              if row["user"] is not None and matched[row["row_id"]] != ["whole"]}
    assert asked == wanted
