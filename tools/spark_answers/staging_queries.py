# SPDX-License-Identifier: Apache-2.0
"""Staging queries as those who feed Chronon write them, over the tables of staging_tables.py: those of
staging_queries.sql, where a blank line separates them."""

import re
from pathlib import Path

# What stands for the macros where no run gives the days.
_MACROS = {"start_date": "2023-11-29", "end_date": "2023-12-02", "latest_date": "2023-12-02"}


def queries() -> list[str]:
    parts = Path(__file__).with_suffix(".sql").read_text("utf-8").split("\n\n")
    # A part that is one line of comment is a heading.
    return [part.strip().removesuffix(";") for part in parts if not re.fullmatch(r"\s*--[^\n]*\s*", part)]


def filled(text: str) -> str:
    """With the days in place of the macros."""
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: _MACROS[match[1]], text)
