# SPDX-License-Identifier: Apache-2.0
# Where compiled files lie, reading them and writing them. A file is replaced as a whole and only
# when its bytes change.
import json
import os

from ai.chronon.repo import PRODUCTION_FOLDER
from gnomon import conf_parts, naming
from gnomon.errors import CommandError

CONF_TYPES = ("group_bys", "joins", "staging_queries")
SIDE_FOLDER = ".gnomon"


def side_path_of(conf_path):
    """Returns the side file of `<output root>/<conf type>/<team>/<file>`."""
    team_folder, name = os.path.split(conf_path)
    type_folder, team = os.path.split(team_folder)
    output_root, conf_type = os.path.split(type_folder)
    return os.path.join(output_root, SIDE_FOLDER, conf_type, team, name + ".json")


def conf_path_of(root, output_root, conf_type, name):
    """Returns where the config of the name `team.file.variable` is written."""
    team, _, rest = name.partition(".")
    return os.path.join(root, output_root, conf_type, team, rest)


def read_text(path):
    """Returns the text of a file, or None if there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise CommandError("the file is no UTF-8 text", path, "delete it, and compile again") from None
    except OSError as error:
        reason = f"{error.strerror}; mend that, or delete it and compile again"
        raise CommandError("the file cannot be read", path, reason) from None


def read_json(path):
    """Returns the object in a JSON file, or None if the file is missing or holds no JSON object."""
    text = read_text(path)
    try:
        value = json.loads(text) if text is not None else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def write_if_changed(path, text):
    """Writes a file atomically. Returns whether its content is new."""
    if read_text(path) == text:
        return False
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(temporary, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        remedy = f"make its folder writable for this user: {error.strerror}"
        raise CommandError("the compiled file cannot be written", path, remedy) from None
    return True


class CompiledConfs:
    """All compiled configs below an output root, read at most once: which tables they write, and
    from which file.
    """

    def __init__(self, root, output_root=PRODUCTION_FOLDER):
        self._root = root
        self._folder = os.path.join(root, output_root)
        self._found = None
        self._new_sides = {}

    def put(self, path, conf_type, conf, side=None):
        """Takes a config that is about to be written for the one at its path."""
        kept = [entry for entry in self.entries() if entry[0] != path]
        self._found = [*kept, (path, conf_type, conf)]
        if side is not None:
            self._new_sides[path] = side

    def entries(self):
        """Returns (conf path, conf type, plain conf) of every compiled config."""
        if self._found is None:
            self._found = []
            for conf_type in CONF_TYPES:
                top = os.path.join(self._folder, conf_type)
                for team in sorted(os.listdir(top)) if os.path.isdir(top) else []:
                    self._add_team(conf_type, os.path.join(top, team))
        return self._found

    def _add_team(self, conf_type, folder):
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = os.path.join(folder, name)
            conf = read_json(path) if os.path.isfile(path) and not name.startswith(".") else None
            if conf is not None:
                self._found.append((path, conf_type, conf))

    def source_of(self, path, conf_type, conf):
        """Returns (source file relative to the root, variable); the file is "" if it no longer
        exists.
        """
        name = (conf.get("metaData") or {}).get("name") or ""
        module, _, variable = name.rpartition(".")
        side = read_json(side_path_of(path)) or {}
        relative = side.get("source_file") or f"{conf_type}/{module.replace('.', '/')}.py"
        exists = os.path.isfile(os.path.join(self._root, relative))
        return (relative if exists else ""), variable

    def conf_of(self, conf_type, name):
        """Returns the plain conf of a name, or None."""
        for _, found_type, conf in self.entries():
            if found_type == conf_type and (conf.get("metaData") or {}).get("name") == name:
                return conf
        return None

    def tables_read(self, path, conf):
        """Returns the tables that a compiled config reads; those of a query stand in its side file."""
        side = self._new_sides.get(path) or read_json(side_path_of(path)) or {}
        return [*conf_parts.tables(conf), *conf_parts.translated_tables(side)]

    def dependencies(self, tables, writers):
        """Returns (table, file of the config that writes it) of those tables that a config writes.
        `writers` has the files that are known already.
        """
        found = {}
        for table in tables:
            file = writers.get(table)
            if file is None:
                known = (self.source_of(*entry)[0] for entry in self.writers_of(table))
                file = next(filter(None, known), None)
            if file:
                found[table] = file
        return list(found.items())

    def writers_of(self, table):
        """Returns (conf path, conf type, plain conf) of the configs that write a table."""
        return [entry for entry in self.entries() if naming.output_table(entry[2]) == table]
