# SPDX-License-Identifier: Apache-2.0
# Features by key from Python, read in this process from the repository's online store: no server, no JVM. A Fetcher
# may be shared by threads; the interpreter's lock is not held while the store is read.
import os

_ROOT_MARKS = ("teams.json", "gnomon.toml")


def _find_root(repo):
    """The repository: `repo`, else CHRONON_REPO_PATH, else the nearest ancestor of the current folder that is one."""
    given = repo or os.environ.get("CHRONON_REPO_PATH")
    if given:
        root = os.path.abspath(os.path.expanduser(os.fspath(given)))
        if not os.path.isdir(root):
            raise KeyError(f"the repository does not exist: {root} - give its folder: Fetcher(repo=...)")
        return root
    folder = start = os.getcwd()
    while not any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS):
        parent = os.path.dirname(folder)
        if parent == folder:
            raise KeyError(f"no repository found: {start} - go into one, or give it: Fetcher(repo=...)")
        folder = parent
    return folder


class Fetcher:
    """Reads what `run.py --mode=upload` put into the online store of a repository.

    A new upload is noticed within a second. Errors are ValueError (a key is missing or of another type), TypeError (the
    name is not a str), KeyError (nothing was uploaded under that name), NotImplementedError, ConnectionError and
    RuntimeError (damaged data).
    """

    def __init__(self, repo=None):
        try:
            from ai.chronon import _fetch
        except ImportError as failure:
            raise ImportError(
                f"the native module of the fetcher cannot be loaded ({failure}) - run: make build") from failure

        self._native = _fetch.open(_find_root(repo))

    def fetch_group_by(self, name, keys):
        """Returns the features of one key as a dict, or None when there are none.

        `name` is the config's name, `user_purchase_features` or `bootcamp/user_purchase_features.v1`; `keys` maps each
        key column to its value. Features have their short names, `purchase_price_sum_7d`; a feature without value is
        None.
        """
        return _unwrap(self._native.fetch([(name, keys)])[0])

    def fetch_group_bys(self, requests):
        """Returns one entry per (name, keys) of `requests`, in order: a dict, None, or the exception of a request that
        failed. One call reads all keys of a name in one step."""
        return self._native.fetch([(name, keys) for name, keys in requests])


def _unwrap(result):
    if isinstance(result, Exception):
        raise result
    return result
