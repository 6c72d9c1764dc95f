"""A gnomon repository in a temporary folder, driven through the programs as a user drives them."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import pathlib
import shutil
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = PROJECT / "test" / "golden"
PYTHON = PROJECT / ".deps/venv/bin/python"


class Repository:
    """Runs commands inside `root` with bin/ on the PATH."""

    def __init__(self, root, environment=None):
        self.root = pathlib.Path(root)
        self.environment = {**os.environ, "PATH": f"{PROJECT / 'bin'}:{os.environ['PATH']}", **(environment or {})}
        for variable in ("CHRONON_REPO_PATH", "EXECUTOR_MEMORY", "EXECUTOR_CORES"):
            if variable not in (environment or {}):
                self.environment.pop(variable, None)

    @classmethod
    def bootcamp(cls, root, naming=None, golden=False):
        """The example's configs; sample data from the generator, or the recorded purchases."""
        shutil.copytree(PROJECT / "examples/bootcamp", root, ignore=shutil.ignore_patterns(".gnomon", "production"))
        repository = cls(root)
        subprocess.run([PYTHON, "-m", "gnomon.sample_data", root], check=True, capture_output=True)
        if golden:
            target = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
            shutil.copy(GOLDEN / "bootcamp/purchases.parquet", target)
        if naming:
            teams = json.loads((repository.root / "teams.json").read_text())
            teams["bootcamp"]["naming"] = naming
            (repository.root / "teams.json").write_text(json.dumps(teams))
        return repository

    @classmethod
    def empty(cls, root):
        """A repository without configs."""
        pathlib.Path(root).mkdir(parents=True, exist_ok=True)
        (pathlib.Path(root) / "teams.json").write_text(json.dumps({"default": {"namespace": "default"}}))
        return cls(root)

    def start(self, *command, environment=None):
        return subprocess.Popen(command, cwd=self.root, env={**self.environment, **(environment or {})}, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *command, status=0, environment=None):
        """Runs a command and returns it; its exit status must be `status` (None: any)."""
        done = subprocess.run(command, cwd=self.root, env={**self.environment, **(environment or {})}, text=True,
                              capture_output=True, timeout=300)
        text = f"{command} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert status in (None, done.returncode), text
        return done

    def sql(self, statement):
        """The rows that spark-sql prints in a pipe, as lists of texts."""
        out = self.run("spark-sql", "-e", statement).stdout
        return [line.split("\t") for line in out.splitlines()]

    def table(self, name):
        """A whole table as pyiceberg reads it, as an Arrow table."""
        return self.catalog().load_table(name).scan().to_arrow()

    def catalog(self):
        from pyiceberg.catalog.sql import SqlCatalog
        state = self.root / ".gnomon"
        return SqlCatalog("gnomon", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}")

    def staging(self, *flags, **options):
        return self.run("run.py", "--mode=staging-query-backfill",
                        "--conf=staging_queries/bootcamp/purchases_from_s3.py",
                        *(flags or ("--start-date=2023-12-01", "--end-date=2023-12-07")), **options)

    def backfill(self, *flags, **options):
        return self.run("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py",
                        *(flags or ("--start-date=2023-12-01", "--end-date=2023-12-07")), **options)

    def upload(self, *flags, **options):
        return self.run("run.py", "--mode=upload", "--conf=group_bys/bootcamp/user_purchase_features.py",
                        *(flags or ("--end-date=2023-12-07",)), **options)
