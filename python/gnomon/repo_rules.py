# SPDX-License-Identifier: Apache-2.0
# What one config may be, given the other compiled configs of the repository (SPEC 2.7, 3.1): online
# and production go together, what is served changes only by force, no two configs write one table,
# and none reads what it writes.
import os

from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError
from ai.chronon.repo.serializer import from_plain, json2thrift
from gnomon import conf_files, conf_parts, conf_rules, naming
from gnomon.errors import CommandError, print_warning
from gnomon.source_tables import group_bys_of


def check_with_joins(compiled, existing):
    """Refuses a GroupBy or a Join that is less than the Joins, or GroupBys, it goes with; a GroupBy
    in a production Join becomes one of production.
    """
    if isinstance(compiled.conf, ttypes.GroupBy):
        _check_group_by(compiled, _joins_with(compiled.name, existing))
    elif isinstance(compiled.conf, ttypes.Join):
        _check_join(compiled, existing)


def _joins_with(name, existing):
    """Returns metaData of each compiled Join that has a GroupBy of a name among its parts."""
    return [
        conf["metaData"]
        for _, conf_type, conf in existing.entries()
        if conf_type == "joins"
        and any(_name_of(part.get("groupBy") or {}) == name for part in conf.get("joinParts") or [])
    ]


def _check_group_by(compiled, joins):
    meta = compiled.conf.metaData
    for word, value in (("online", meta.online), ("production", meta.production)):
        readers = [join["name"] for join in joins if join.get(word)]
        if readers and value is False:
            raise CommandError(
                f"the GroupBy is not {word} but is part of the {word} join {readers[0]}",
                compiled.where(f"metaData.{word}"),
                f"set {word}=True, or take it out of the join",
            )
        if word == "production" and readers and value is None:
            meta.production = True
            compiled.set_text()


def _check_join(compiled, existing):
    join = compiled.conf
    for i, part in enumerate(join.joinParts):
        group_by = part.groupBy.metaData
        where = compiled.where(f"joinParts[{i}].groupBy.metaData.online")
        if join.metaData.online and not group_by.online:
            raise CommandError(
                "You must make all dependent GroupBys `online` if you want to make your join"
                f" `online`: {group_by.name} is not",
                where,
                "set online=True in that GroupBy",
            )
        old = existing.conf_of("group_bys", group_by.name) or {}
        written = (old.get("metaData") or {}).get("production")
        if join.metaData.production and written in (0, False):
            raise CommandError(
                f"the join is of production but its GroupBy {group_by.name} is not",
                compiled.where(f"joinParts[{i}]"),
                "set production=True in that GroupBy and compile it",
            )


def check_overwrite(compiled):
    """Refuses a change of what an online config serves. Added columns of a GroupBy are no change."""
    old = conf_files.read_json(compiled.path)
    struct = type(compiled.conf)
    if old is None or struct is ttypes.StagingQuery:
        return
    try:
        old = from_plain(old, struct)
    except ConfigError:
        return  # Not a config that anything could serve.
    if not (old.metaData and old.metaData.online):
        return
    # What was written, not what Python holds, is compared: there a tuple is a list.
    new = json2thrift(compiled.text, struct)
    if struct is ttypes.Join:
        changes = conf_rules.join_changes(old, new)
    else:
        changes = conf_rules.served_changes(old, new) if old.sources else []
    if changes:
        raise CommandError(
            f"the change would alter what an online config serves ({'; '.join(changes)})",
            compiled.where(),
            "undo it, or run: run.py --mode=compile"
            f" --conf={compiled.source.relative} --force-overwrite",
        )


def check_tables(compiled, existing, root, variables):
    """Refuses two configs with one output table; compiled files without source do not count.
    `variables` has those of each compiled file.
    """
    writers = {}
    own_paths = {one.path for one in compiled}
    for one in compiled:
        table = one.output_table.lower()
        if table in writers:
            raise CommandError(
                f"two configs write the table {one.output_table}",
                one.where("metaData.name"),
                f"give one another name; the other is {writers[table].where()}",
            )
        writers[table] = one
    for path, conf_type, conf in existing.entries() if writers else []:
        one = writers.get((naming.output_table(conf) or "").lower())
        if one is None or path in own_paths:
            continue
        file, variable = existing.source_of(path, conf_type, conf)
        gone = file == one.source.relative and variable not in variables.get(file, ())
        if not file or gone:
            continue
        raise CommandError(
            f"two configs write the table {one.output_table}",
            one.where("metaData.name"),
            f"give one another name; the other is {os.path.relpath(path, root)} of {file}",
        )


def check_circle(compiled, tables_read, existing):
    """Refuses a config that reads, perhaps through others, the table that it writes. A staging query
    may read its own table: the days before.
    """
    start = compiled.output_table
    own = isinstance(compiled.conf, ttypes.StagingQuery)
    behind, waiting = {}, [table for table in tables_read if not (own and table == start)]
    behind.update((table, None) for table in waiting)
    while waiting:
        table = waiting.pop(0)
        if table == start:
            circle = [table]
            while behind[table] is not None:
                table = behind[table]
                circle.append(table)
            raise CommandError(
                "the config reads what it writes (" + " <- ".join([start, *reversed(circle)]) + ")",
                compiled.where(),
                "take one of these tables out of the circle",
            )
        for path, _, conf in existing.writers_of(table):
            if path == compiled.path:
                continue
            for one in existing.tables_read(path, conf):
                if one not in behind and one != table:
                    behind[one] = table
                    waiting.append(one)


def dependents(compiled, existing):
    """Yields (conf path, conf type, plain conf) of the compiled configs that hold a config as it was
    before: Joins with a GroupBy, GroupBys that read a Join.
    """
    new = _without_meta(compiled.plain())
    for path, conf_type, conf in existing.entries():
        for _, one in conf_parts.embedded_confs(conf):
            same_kind = conf_parts.is_join(one) == (compiled.conf_type == "joins")
            if same_kind and _name_of(one) == compiled.name and _without_meta(one) != new:
                yield path, conf_type, conf
                break


def _without_meta(value):
    """Plain JSON without metaData of it and of what it holds."""
    if isinstance(value, dict):
        return {
            key: _without_meta(inner)
            for key, inner in value.items()
            if not (key.lower() == "metadata" and isinstance(inner, dict))
        }
    return [_without_meta(inner) for inner in value] if isinstance(value, list) else value


def warn_of_deprecation(compiled, existing):
    """Warns where a config outlives what it is made of, or what is made of it outlives it."""
    date = compiled.conf.metaData.deprecationDate
    for path, one in conf_parts.embedded_confs(compiled.plain()):
        theirs = (one.get("metaData") or {}).get("deprecationDate")
        if theirs and (date is None or date > theirs):
            print_warning(
                f"{_name_of(one)} is deprecated on {theirs}: {compiled.where(path)}"
                f" - take it out, or set deprecation_date of {compiled.name}"
            )
    for _, conf_type, conf in existing.entries() if date else []:
        names = [_name_of(one) for _, one in conf_parts.embedded_confs(conf)]
        theirs = (conf.get("metaData") or {}).get("deprecationDate")
        if compiled.name in names and (theirs is None or theirs > date):
            print_warning(
                f"{_name_of(conf)} uses a config that is deprecated on {date}: {compiled.where()}"
                f" - set its deprecation_date, or take {compiled.name} out of it"
            )


def group_bys_to_write(join):
    """Yields (field, GroupBy) of the parts of a Join that have a life of their own."""
    for field, group_by in group_bys_of(join):
        if field.startswith("joinParts") and (
            group_by.metaData.online or group_by.backfillStartDate
        ):
            yield field, group_by




def _name_of(conf):
    return (conf.get("metaData") or {}).get("name")
