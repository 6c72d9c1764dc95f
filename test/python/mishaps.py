"""What the tests of errors share: files of a repository that are wrong for as long as a test lasts."""
# SPDX-License-Identifier: Apache-2.0
import contextlib
import json
import shlex
import shutil

from repository import PROJECT, Repository

GROUP_BY = "group_bys/bootcamp/user_purchase_features.py"
STAGING = "staging_queries/bootcamp/purchases_from_s3.py"
FEATURES = "bootcamp_features.user_purchase_features"
PURCHASES = "bootcamp.purchases_from_s3"
DAYS = ("--start-date=2023-12-01", "--end-date=2023-12-07")


def configs_only(root, naming=None):
    """The example's configs without data: enough for what the compiler refuses."""
    shutil.copytree(PROJECT / "examples/bootcamp", root, ignore=shutil.ignore_patterns(".gnomon", "production"))
    repository = Repository(root)
    if naming:
        teams = json.loads((repository.root / "teams.json").read_text())
        teams["bootcamp"]["naming"] = naming
        (repository.root / "teams.json").write_text(json.dumps(teams))
    return repository


@contextlib.contextmanager
def written(repository, **files):
    """Gives files of the repository, by path, other texts (None: no file); puts the old ones back at the end."""
    before = {}
    for path, text in files.items():
        file = repository.root / path
        before[file] = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.unlink()
        else:
            file.write_text(text)
    try:
        yield
    finally:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(content)
        # What was compiled of them would make the next change one of a served config.
        shutil.rmtree(repository.root / "production", ignore_errors=True)


def edited(repository, path, *edits):
    """The same for one file, whose text changes by pairs of an old and a new piece."""
    text = (repository.root / path).read_text()
    for old, new in zip(edits[::2], edits[1::2]):
        assert old in text, old
        text = text.replace(old, new, 1)
    return written(repository, **{path: text})


@contextlib.contextmanager
def restored(repository, tmp_path):
    """Puts a whole repository back at the end, in its place: tables know their absolute paths."""
    kept = tmp_path / "kept"
    shutil.copytree(repository.root, kept)
    yield
    shutil.rmtree(repository.root)
    shutil.copytree(kept, repository.root)


def change(repository, path, *edits):
    """Edits a config for good."""
    text = (repository.root / path).read_text()
    for old, new in zip(edits[::2], edits[1::2]):
        assert old in text, old
        text = text.replace(old, new, 1)
    (repository.root / path).write_text(text)


def tables(repository, namespace):
    return [row[1] for row in repository.sql(f"SHOW TABLES IN {namespace}")]


def line_of(repository, path, piece):
    """The number of the first line that holds `piece`, as messages give it."""
    lines = (repository.root / path).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if piece in line)


def paste(repository, sentence, status=0):
    """Runs the command that a sentence ends with, as a user would paste it."""
    command = sentence.rpartition("run: ")[2]
    assert command != sentence, sentence
    return repository.run(*shlex.split(command), status=status)
