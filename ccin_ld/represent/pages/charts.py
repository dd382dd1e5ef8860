"""The charts of a network: each with its numbers as a table, and the query that gives the same numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from ...namespaces import CCIN, RDFS
from .. import pictures
from ..pictures import Bar, Node, Series
from .drawn import node
from .shared import Maker
from .terms import Shown

_FIGURES, _PRINCIPLES = 500, 60
_DECLARED = f"PREFIX ccin: <{CCIN}>\nPREFIX rdfs: <{RDFS}>\n"
BY_YEAR = (
    _DECLARED
    + """
SELECT ?year (COUNT(?project) AS ?projects) WHERE {
  {
    SELECT ?project (MIN(STR(?any)) AS ?first) WHERE {
      ?project a ccin:Project .
      OPTIONAL { ?project ccin:fromYear|ccin:toYear ?any }
    }
    GROUP BY ?project
  }
  BIND(COALESCE(?first, "not recorded") AS ?year)
}
GROUP BY ?year
ORDER BY ?year
"""
)
BY_PRINCIPLE = (
    _DECLARED
    + """
SELECT ?principle (COUNT(DISTINCT ?project) AS ?projects) WHERE {
  ?principle a ccin:Principle .
  OPTIONAL {
    ?project a ccin:Project ;
      ccin:meetsPrinciple ?principle .
  }
}
GROUP BY ?principle
ORDER BY DESC(?projects) ?principle
"""
)
BY_KIND = (
    _DECLARED
    + """
SELECT ?kind ?notBefore ?notAfter ?members ?figure WHERE {
  ?figure a ccin:Figure ;
    ccin:membershipKind ?kind ;
    ccin:count ?members .
  OPTIONAL { ?figure ccin:notBefore ?notBefore }
  OPTIONAL { ?figure ccin:notAfter ?notAfter }
}
ORDER BY ?kind ?notBefore ?members
"""
)


@dataclass(frozen=True)
class BarChart:
    """Numbers of projects as bars; the last one may be of those without a year."""

    bars: tuple[Bar, ...]
    rows: tuple[tuple[Shown | None, int], ...]
    query: str

    def draw(self, title: str, description: str, name: str, unknown: str = "") -> Markup:
        """Return the picture; *unknown* is what stands for a row without words of its own."""
        made = [
            Bar(one.node, one.value) if one.node.label else Bar(Node(unknown), one.value) for one in self.bars
        ]
        return pictures.bars(made, title, description, name=name)


@dataclass(frozen=True)
class FigureRow:
    """How many there were of a kind, as one figure says, and when."""

    kind: Shown
    figure: Shown
    first: str
    last: str
    members: int


@dataclass(frozen=True)
class LineChart:
    """Numbers over time: a line for each kind. Figures without a day are in the table only."""

    series: tuple[Series, ...]
    rows: tuple[FigureRow, ...]
    query: str
    undated: int

    def draw(self, title: str, description: str, name: str) -> Markup:
        """Return the picture."""
        return pictures.lines(self.series, title, description, name=name)


@dataclass(frozen=True)
class Charts:
    """The charts that a build has numbers for."""

    years: BarChart | None
    principles: BarChart | None
    kinds: LineChart | None


def view(maker: Maker) -> Charts:
    """Return the charts of a build."""
    return Charts(_years(maker), _principles(maker), _kinds(maker))


def _years(maker: Maker) -> BarChart | None:
    projects = maker.reader.work.projects
    if not projects:
        return None
    dated = Counter(str(one.years[0]) for one in projects if one.years)
    undated = sum(not one.years for one in projects)
    words = [(Shown(year), size) for year, size in sorted(dated.items())]
    rows = [*words, *([(None, undated)] if undated else [])]
    bars = tuple(Bar(Node(shown.text if shown else ""), size) for shown, size in rows)
    return BarChart(bars, tuple(rows), BY_YEAR)


def _principles(maker: Maker) -> BarChart | None:
    items = maker.reader.index.of_class(CCIN + "Principle", limit=_PRINCIPLES)
    met = Counter(iri for one in maker.reader.work.projects for iri in one.principles)
    found = sorted((one.iri for one in items), key=lambda iri: (-met[iri], maker.reader.sort_key(iri)))
    if not found:
        return None
    bars = tuple(Bar(node(iri, maker), met[iri]) for iri in found)
    return BarChart(bars, tuple((maker.terms.link(iri), met[iri]) for iri in found), BY_PRINCIPLE)


def _kinds(maker: Maker) -> LineChart | None:
    """Return the figures of members by kind, each at the middle of the time it is of."""
    reader = maker.reader
    rows: list[FigureRow] = []
    points: dict[str, list[tuple[float, float]]] = {}
    for item in reader.index.of_class(CCIN + "Figure", limit=_FIGURES):
        kind, number = reader.iri(item.iri, CCIN + "membershipKind"), reader.text(item.iri, CCIN + "count")
        if kind is None or number is None or not number.isdecimal():
            continue
        first, last = (reader.text(item.iri, CCIN + name) or "" for name in ("notBefore", "notAfter"))
        rows.append(FigureRow(maker.terms.link(kind), maker.terms.link(item.iri), first, last, int(number)))
        when = middle_of(first, last)
        if when is not None:
            points.setdefault(kind, []).append((when, float(number)))
    if not points:
        return None
    ordered = sorted(points, key=reader.sort_key)
    series = tuple(Series(maker.terms.link(kind).text, tuple(sorted(points[kind]))) for kind in ordered)
    rows.sort(key=lambda one: (one.kind.text.casefold(), not one.first, one.first, one.members))
    undated = len(rows) - sum(map(len, points.values()))
    return LineChart(series, tuple(rows), BY_KIND, undated)


def middle_of(first: str, last: str) -> float | None:
    """Return the middle between two days as a year with a fraction, or None where none is known."""
    days = [found for text in (first, last) if (found := _day(text))]
    if not days:
        return None
    return sum(one.year + (one.timetuple().tm_yday - 1) / 366 for one in days) / len(days)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
