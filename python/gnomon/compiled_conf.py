# SPDX-License-Identifier: Apache-2.0
# One object of a config file on its way to a compiled file: named, with its team's settings, its
# templates filled and its tables known. Nothing is written here.
import json

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError
from ai.chronon.join import JOIN_BACKFILL_TABLE, LOGGED_TABLE
from ai.chronon.repo.serializer import thrift_simple_json, to_plain
from gnomon import conf_files, conf_rules, naming, side_file
from gnomon.errors import CommandError
from gnomon.repository import NAMING_DOCUMENTED
from gnomon.source_lines import line_at
from gnomon.source_tables import SourceTables

CLASSES = {
    "group_bys": ttypes.GroupBy,
    "joins": ttypes.Join,
    "staging_queries": ttypes.StagingQuery,
}


class CompiledConf:
    """One compiled object: where its files are, and what it is. `original` is the object of the
    user's file; `variable` is None for a GroupBy that only a Join names.
    """

    def __init__(self, original, source, variable):
        self.original, self.conf = original, original.clone()
        self.source, self.variable = source, variable
        self.text = self.path = self.output_table = None
        self.lines = {}
        self.writers = {}  # Of the tables that it reads, as SourceTables has them.
        self.side = None
        self.changed = False

    @property
    def class_name(self):
        return type(self.conf).__name__

    @property
    def conf_type(self):
        return next(name for name, struct in CLASSES.items() if isinstance(self.conf, struct))

    @property
    def name(self):
        return self.conf.metaData.name

    def set_text(self):
        self.text = thrift_simple_json(self.conf)

    def plain(self):
        """Returns the compiled config as plain JSON."""
        return json.loads(self.text)

    def where(self, field=""):
        """Returns `file:line object.field`; what another file defines is placed there."""
        try:
            embedded = side_file.embedded_lines(
                to_plain(self.conf), self.source.root, self.source.relative
            )
        except ConfigError:
            embedded = {}  # It is a type of a field that is told about, perhaps that of a name.
        inside = side_file.embedded_place(embedded, field)
        if inside:
            one, rest = inside
            line = line_at(one["lines"], rest)
            return f"{one['source_file']}:{line} {one['variable']}.{rest}"
        return self.source.where(self.variable or self.name, field, line=line_at(self.lines, field))


class ObjectCompiler:
    """Compiles objects of one repository."""

    def __init__(self, root, teams, output_root):
        self._root, self._teams, self._output_root = root, teams, output_root

    def compile(self, source, variable, obj):
        """Returns the CompiledConf of a variable of a file."""
        compiled = CompiledConf(obj, source, variable)
        compiled.lines = source.source_lines.lines_of(variable, compiled.class_name)
        name = f"{source.module_name.partition('.')[2]}.{variable}"
        return self._compile(compiled, name, source.team, source.stem)

    def compile_inline(self, join, field, group_by):
        """Returns the CompiledConf of a GroupBy that has no variable but its Join's, at `field`."""
        compiled = CompiledConf(group_by, join.source, None)
        prefix = f"{field}."
        compiled.lines = {k.removeprefix(prefix): v for k, v in join.lines.items() if prefix in k}
        compiled.lines[""] = line_at(join.lines, field) or 0
        name = group_by.metaData.name
        team, dot, rest = name.partition(".")
        if not (team and dot and rest) or "/" in name:
            raise CommandError(
                f"the GroupBy's name has no team: {name}",
                compiled.where("metaData.name"),
                f"write name='{join.source.team}.{name}'",
            )
        self._teams.require(team, compiled.where("metaData.name"))
        return self._compile(compiled, name, team, "")

    def _compile(self, compiled, name, team, stem):
        conf = compiled.conf
        try:
            meta = conf.metaData = conf.metaData.clone() if conf.metaData else ttypes.MetaData()
            if not isinstance(meta, ttypes.MetaData):
                raise ConfigError("metaData must be a MetaData", "metaData", "write MetaData(...)")
            thrift_simple_json(conf)  # Checks every type, so that the rules need not.
            conf_rules.check_conf(conf)
            explicit_name = getattr(compiled.original, "given_name", meta.name)
            meta.name = name
            self._apply_team(conf, team)
            tables = SourceTables(self._teams, team, self._prepare_join)
            if tables.resolve(conf):
                meta = conf.metaData
            compiled.writers = tables.writers
            if self._teams.naming(team) == NAMING_DOCUMENTED:
                variable = compiled.variable
                kept = naming.documented_name(explicit_name, stem, variable)
                meta.customJson = naming.with_documented_name(meta.customJson, kept)
            naming.custom_values(meta.customJson)
            compiled.output_table = naming.output_table({"metaData": vars(meta)})
            _fill_templates(conf, compiled.output_table)
            compiled.set_text()
        except ConfigError as error:
            raise CommandError(error.what, compiled.where(error.field), error.remedy) from None
        compiled.path = conf_files.conf_path_of(
            self._root, self._output_root, compiled.conf_type, compiled.name
        )
        return compiled

    def _apply_team(self, conf, team):
        meta = conf.metaData
        meta.team = team
        meta.outputNamespace = meta.outputNamespace or self._teams.get(team, "namespace")
        properties = self._teams.get(team, "table_properties")
        meta.tableProperties = meta.tableProperties or properties
        if not meta.outputNamespace:
            is_query = isinstance(conf, ttypes.StagingQuery)
            argument = "metaData.outputNamespace" if is_query else "output_namespace"
            raise ConfigError(
                "the config has no output namespace",
                "",
                f'set {argument}, or "namespace" of team {team} in teams.json',
            )

    def _prepare_join(self, original):
        """Returns the Join that a source reads as its own compilation would have it."""
        join = original.clone()
        meta = join.metaData = join.metaData.clone() if join.metaData else ttypes.MetaData()
        found = utils.find_config(original, "joins")
        explicit_name = getattr(original, "given_name", meta.name)
        if found:
            module, variable = found
            meta.name = f"{module.partition('.')[2]}.{variable}"
            self._apply_team(join, module.split(".")[1])
        elif not meta.outputNamespace:
            self._apply_team(join, meta.team or meta.name.partition(".")[0])
        if found and self._teams.naming(meta.team) == NAMING_DOCUMENTED:
            kept = naming.documented_name(explicit_name, module.rpartition(".")[2], variable)
            meta.customJson = naming.with_documented_name(meta.customJson, kept)
        return join


def _fill_templates(conf, table):
    """Replaces what only the compiler knows: namespaces and the config's own tables."""
    values = {"{{ db }}": conf.metaData.outputNamespace}
    _fill_dependencies(conf.metaData, values)
    if not isinstance(conf, ttypes.Join):
        return
    values[LOGGED_TABLE] = f"{table}_logged"
    _fill_dependencies(conf.metaData, values)
    if conf.bootstrapParts:
        conf.bootstrapParts = [part.clone() for part in conf.bootstrapParts]
        for part in conf.bootstrapParts:
            part.table = _filled(part.table, values)
    if conf.labelPart and conf.labelPart.metaData:
        conf.labelPart = conf.labelPart.clone()
        meta = conf.labelPart.metaData = conf.labelPart.metaData.clone()
        _fill_dependencies(meta, {**values, JOIN_BACKFILL_TABLE: table})


def _fill_dependencies(meta, values):
    if meta.dependencies:
        meta.dependencies = [_filled(one, values) for one in meta.dependencies]


def _filled(text, values):
    for template, value in values.items():
        text = text.replace(template, value)
    return text
