"""What the web layer hands to a page: where it stands, and what a query gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...resource import Object
from ...words import DEFAULT
from ..linkset import Link
from ..profiles import Profile
from .language import localised

# A longer query, as of SPARQL, is not carried over into the other language.
_LONGEST_QUERY = 1000


@dataclass(frozen=True)
class Alternate:
    """One other representation of a page."""

    label: str
    media_type: str
    href: str
    rel: str = "alternate"


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
    signposts: Sequence[Link] = ()
    profiles: Sequence[Profile] = ()
    data_json: str = ""
    query_string: str = ""
    asset: Callable[[str], str] = field(default=_same)
    asset_if_any: Callable[[str], str | None] = field(default=_none)
    language: str = DEFAULT
    # Where the changes of what the page is about are told of, and where its versions are; '' for nowhere.
    feed: str = ""
    timemap: str = ""

    @property
    def origin(self) -> str:
        """The scheme and host of this server, without a final slash."""
        scheme, _, rest = self.canonical.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @property
    def start(self) -> str:
        """What every address of a page in this language begins with, without a final slash."""
        return self.origin if self.language == DEFAULT else f"{self.origin}/{self.language}"

    def address(self, code: str) -> str:
        """Return the canonical address of the same page in another language."""
        scheme, _, rest = self.canonical.partition("://")
        host, _, local = rest.partition("/")
        return f"{scheme}://{host}{localised('/' + local, code)}"

    def local(self, code: str) -> str:
        """Return the path and query of the same page in another language; the English home page is /en."""
        query = f"?{self.query_string}" if 0 < len(self.query_string) < _LONGEST_QUERY else ""
        path = f"/{code}" if self.path == "/" else localised(self.path, code)
        return path + query


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
