# SPDX-License-Identifier: Apache-2.0
"""What `gnomon.connect` gives: tables, runs and features of a repository as Arrow, pandas or polars,
with an HTML view of each. See docs/notebook.md."""

from gnomon.notebook.answer import Answer
from gnomon.notebook.group_by import GroupBy
from gnomon.notebook.repository import Repository
from gnomon.notebook.runs import Run, Runs
from gnomon.notebook.staging_query import StagingQuery
from gnomon.notebook.table import Table

__all__ = ["Answer", "GroupBy", "Repository", "Run", "Runs", "StagingQuery", "Table"]
