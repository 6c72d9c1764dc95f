# SPDX-License-Identifier: Apache-2.0
"""The closed list of what a parsed text may hold. Every renderer handles each class by name; there
is no default. `begin` is the offset in the text, for errors; `depth` and `size` bound the recursion
of whoever walks the tree."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    begin: int
    depth: int = field(default=1, init=False)
    size: int = field(default=1, init=False)  # of the tree, what stands in it twice counted twice


@dataclass(slots=True)
class Column(Node):
    parts: tuple[str, ...]


@dataclass(slots=True)
class Literal(Node):
    type: str
    value: object  # as docs/formats/compiled.md has it
    shown: str  # how Spark writes it in the name of a column


@dataclass(slots=True)
class Call(Node):
    name: str  # as in docs/formats/compiled.md
    args: list[Node]
    shown: str | None = None  # the function's name as Spark shows it; None for an operator


@dataclass(slots=True)
class Cast(Node):
    type: str
    arg: Node
    shown: bool = True  # whether Spark shows the cast in the name of a column


@dataclass(slots=True)
class Case(Node):
    whens: list[tuple[Node, Node]]
    otherwise: Node | None


@dataclass(slots=True)
class Lambda(Node):
    parameters: list[str]
    body: Node


@dataclass(slots=True)
class Variable(Node):
    name: str  # as the lambda declares it


@dataclass(slots=True)
class Interval(Node):
    """Of numbers in the text."""

    months: int | None  # else it is days and microseconds
    micros: int
    days_only: bool
    type: str  # Spark's: of its longest and shortest unit


@dataclass(slots=True)
class MakeInterval(Node):
    """make_interval(years, months, weeks, days, hours, minutes, seconds), beside + and - only: Spark has no
    order of such intervals."""

    args: list[Node]


@dataclass(slots=True)
class Macro(Node):
    text: str


@dataclass(slots=True)
class Aggregate(Node):
    name: str  # Spark's: a key of functions.AGGREGATES
    args: list[Node]  # empty for count(*)
    distinct: bool
    condition: Node | None
    shown: str
    ignore_nulls: bool = False


@dataclass(slots=True)
class Frame:
    unit: str  # ROWS or RANGE
    begin: str  # as DuckDB reads it too: UNBOUNDED PRECEDING, 2 PRECEDING, CURRENT ROW...
    end: str


@dataclass(slots=True)
class Window(Node):
    function: Aggregate | WindowFunction
    partition: list[Node]
    order: list[SortKey]
    frame: Frame | None


@dataclass(slots=True)
class WindowFunction(Node):
    name: str
    args: list[Node]
    ignore_nulls: bool


@dataclass(slots=True)
class InQuery(Node):
    value: Node
    query: Query


@dataclass(slots=True)
class Generator(Node):
    """explode and its kin: rows of columns."""

    name: str  # explode posexplode inline stack
    outer: bool
    args: list[Node]


@dataclass(slots=True)
class ScalarQuery(Node):
    query: Query


@dataclass(slots=True)
class Exists(Node):
    query: Query


@dataclass(slots=True)
class Star(Node):
    path: tuple[str, ...]  # of a table, or of a struct; empty for all columns


@dataclass(slots=True)
class StructOf(Node):
    """struct(t.*, x AS y): its fields by name; a Star's are its columns."""

    fields: list[tuple[str, Node]]


@dataclass(slots=True)
class Row(Node):
    """(a, b), which only IN takes."""

    values: list[Node]


@dataclass(slots=True)
class AllColumns(Node):
    """ORDER BY ALL."""


# --- relational ---


@dataclass(slots=True)
class SortKey:
    expression: Node
    descending: bool
    nulls_first: bool


@dataclass(slots=True)
class Projection:
    expression: Node
    alias: str | None
    aliases: tuple[str, ...] = ()  # of a generator with several columns


@dataclass(slots=True)
class LateralView(Node):
    generator: Generator
    alias: str | None
    columns: list[str]


@dataclass(slots=True)
class Grouping:
    """GROUP BY ROLLUP(...), CUBE(...) or GROUPING SETS (...)."""

    kind: str
    sets: list[list[Node]]  # of ROLLUP and CUBE each is one element
    beside: list[Node] = field(default_factory=list)  # keys that are in every set


@dataclass(slots=True)
class Table(Node):
    parts: tuple[str, ...]
    format: str | None  # of a table that is a path: parts holds the path alone
    alias: str | None
    columns: list[str]


@dataclass(slots=True)
class DerivedTable(Node):
    query: Query
    alias: str | None
    columns: list[str]
    lateral: bool = False  # it sees the tables before it


@dataclass(slots=True)
class Range(Node):
    """range(start, end, step) in FROM."""
    start: int
    end: int
    step: int
    alias: str | None
    columns: list[str]


@dataclass(slots=True)
class Join(Node):
    kind: str  # inner left right full cross "left semi" "left anti"
    right: Node
    on: Node | None
    using: list[str]


@dataclass(slots=True)
class Pivot(Node):
    aggregates: list[tuple[Aggregate, str | None]]
    column: Column
    values: list[tuple[Literal, str | None]]


@dataclass(slots=True)
class Unpivot(Node):
    value: str  # the names of the two columns that it makes
    name: str
    columns: list[tuple[Column, str | None]]
    include_nulls: bool
    alias: str | None


@dataclass(slots=True)
class SessionWindow(Node):
    """session_window(time, '30 minutes') of a GROUP BY."""

    time: Node
    gap_micros: int


@dataclass(slots=True)
class Select(Node):
    distinct: bool
    projections: list[Projection]
    source: Node | None
    joins: list[Join]
    where: Node | None
    group_by: list[Node]
    having: Node | None
    views: list[LateralView] = field(default_factory=list)
    grouping: Grouping | None = None
    pivot: Pivot | Unpivot | None = None
    session: SessionWindow | None = None


@dataclass(slots=True)
class Values(Node):
    rows: list[list[Node]]


@dataclass(slots=True)
class SetOperation(Node):
    left: Query
    right: Query
    keep_all: bool
    kind: str = "UNION"  # or INTERSECT, EXCEPT


@dataclass(slots=True)
class Query(Node):
    ctes: list[tuple[str, list[str], Query]]
    body: Select | Values | SetOperation | Query
    order_by: list[SortKey]
    limit: int | None
    offset: int | None
    sample: float | None = None  # a random part of the rows, in percent
