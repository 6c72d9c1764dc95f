# SPDX-License-Identifier: Apache-2.0
# The user's repository: where its root is, and its teams.json. A missing team `default` or a
# missing key means "nothing given" (Chronon fails there); a missing team is an error, because it is
# nearly always a typo of a folder.
import json
import os

from ai.chronon.errors import did_you_mean
from gnomon.errors import CommandError

ROOT_MARKS = ("teams.json", "gnomon.toml")
NAMING_DOCUMENTED = "documented"
NAMING_CHRONON = "chronon"


def find_root(given=None):
    """Returns the absolute repository root: `given`, else CHRONON_REPO_PATH, else the nearest
    marked ancestor.
    """
    given = given or os.environ.get("CHRONON_REPO_PATH")
    if given:
        root = os.path.abspath(os.path.expanduser(given))
        if not os.path.isdir(root):
            raise CommandError("the repository does not exist", root, "give its folder with --repo")
        return root
    folder = start = os.getcwd()
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in ROOT_MARKS):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            raise CommandError(
                "no repository found",
                start,
                "go to a folder below one with teams.json, or give it with --repo",
            )
        folder = parent


class Teams:
    """teams.json of a repository. Precedence of a key: the team's own value, then that of
    `default`.
    """

    def __init__(self, path, teams):
        self._path = path
        self._teams = teams

    @classmethod
    def load(cls, root):
        path = os.path.join(root, "teams.json")
        try:
            with open(path, encoding="utf-8") as file:
                teams = json.load(file)
        except FileNotFoundError:
            raise CommandError(
                "teams.json is missing",
                path,
                'create it, for example: {"bootcamp": {"namespace": "bootcamp"}}',
            ) from None
        except json.JSONDecodeError as error:
            raise CommandError(
                f"teams.json is not JSON ({error.msg})", f"{path}:{error.lineno}", "mend that line"
            ) from None
        except UnicodeDecodeError:
            raise CommandError("teams.json is no UTF-8 text", path, "save it as UTF-8") from None
        except OSError as error:
            reason = f"{error.strerror}; look at its kind and permissions"
            raise CommandError("teams.json cannot be read", path, reason) from None
        if not isinstance(teams, dict) or not all(isinstance(t, dict) for t in teams.values()):
            raise CommandError(
                "teams.json must map names of teams to objects", path, 'write {"team": {...}}'
            )
        return cls(path, teams)

    def require(self, team, where=""):
        """Raises CommandError if the team does not exist."""
        if team not in self._teams:
            known = [name for name in self._teams if name != "default"]
            raise CommandError(
                f"team '{team}' is not in teams.json",
                where or self._path,
                did_you_mean(
                    team, known, f'add "{team}": {{"namespace": "{team}"}} to {self._path}'
                ),
            )

    def get(self, team, key):
        """Returns the value of a key, or None."""
        for name in (team, "default"):
            if key in self._teams.get(name, {}):
                return self._teams[name][key]
        return None

    def naming(self, team):
        """Returns the naming rule of a team: documented unless teams.json says chronon."""
        rule = self.get(team, "naming") or NAMING_DOCUMENTED
        if rule not in (NAMING_DOCUMENTED, NAMING_CHRONON):
            raise CommandError(
                f"unknown naming '{rule}' of team '{team}'",
                self._path,
                "use documented or chronon",
            )
        return rule

    def environment(self, team, modes, context):
        """Returns name -> (value, origin) of the settings of teams.json for a run, those of the
        first `modes` before the others (SPEC 1.5).
        """
        settings = {}
        for name, part in ((team, context), (team, "production"), ("default", "production")):
            source = self._teams.get(name, {}).get(part, {})
            for mode in modes:
                origin = f"teams.json, {name}.{part}.{mode}"
                _add_missing(settings, source.get(mode) if isinstance(source, dict) else None, origin)
        common = self._teams.get("default", {}).get("common_env")
        _add_missing(settings, common, "teams.json, default.common_env")
        return settings


def _add_missing(settings, more, origin):
    for key, value in (more or {}).items() if isinstance(more, dict) else []:
        settings.setdefault(key, (str(value), origin))
