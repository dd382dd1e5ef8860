"""What the web layer hands to a page: where it stands, and what a query gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...resource import Object


@dataclass(frozen=True)
class Alternate:
    """One other representation of a page."""

    label: str
    media_type: str
    href: str


def _same(name: str) -> str:
    return f"/static/{name}"


def _none(name: str) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """Where a page stands: its path, its canonical address here, the thing it is about, its other formats."""

    path: str
    canonical: str
    thing: str | None = None
    alternates: Sequence[Alternate] = ()
    data_json: str = ""
    query_string: str = ""
    asset: Callable[[str], str] = field(default=_same)
    asset_if_any: Callable[[str], str | None] = field(default=_none)


class Example(Protocol):
    """One example query of the query page."""

    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def query(self) -> str: ...


class Limits(Protocol):
    """The limits of the endpoint: seconds, rows, bytes of the answer and of the query."""

    @property
    def timeout(self) -> float: ...
    @property
    def rows(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def length(self) -> int: ...


class Problem(Protocol):
    """Why a query got no answer; ``more`` may hold its line and the token at which it went wrong."""

    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def hints(self) -> Sequence[str]: ...
    @property
    def more(self) -> Sequence[tuple[str, Any]]: ...


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a query gave: a table, a yes or no, or a graph. *cut* says that there was more.

    *raw* is the answer as a program gets it, where the view asks for that; of a graph, its triples are rows.
    """

    variables: Sequence[str] = ()
    rows: Sequence[Sequence[Object | None]] = ()
    boolean: bool | None = None
    cut: bool = False
    is_graph: bool = False
    raw: str = ""
    view: str = "table"
