"""The answer to a query as a picture: a chart, a map or a network, or the reason why it does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

import pyoxigraph as ox
from markupsafe import Markup

from ...namespaces import GEO
from ...resource import Object
from ...words import Words
from .. import pictures
from ..pictures import Bar, Node, Series, Spot, Web
from .context import Answer

PICTURES = ("chart", "map", "network")
_BARS, _SPOTS, _LEFT, _RIGHT, _SERIES = 60, 1000, 40, 80, 6
_POINT = re.compile(r"(?:<[^>]*>\s*)?POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)", re.IGNORECASE)
_CRS84 = ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>", "")
_LATS, _LONGS = ("lat", "latitude"), ("long", "lon", "lng", "longitude")
_YEAR = re.compile(r"[12][0-9]{3}")

Row = Sequence[Object | None]
Show = Callable[[Object], Node]


@dataclass(frozen=True)
class View:
    """An answer as a picture; *note* says what is left out, or why there is none."""

    picture: Markup
    note: str


def draw(answer: Answer, show: Show, words: Words, title: str, name: str = "result") -> View:
    """Return the picture that the view of an answer asks for; *show* gives a value its words and link.

    *name* tells it from the other pictures of a page.
    """
    if not answer.rows:
        return View(Markup(), words.gettext("The query found nothing, so there is nothing to draw."))
    if answer.view == "map":
        return _map(answer, show, words, title, name)
    if answer.view == "network":
        return _network(answer, show, words, title)
    return _chart(answer, show, words, title, name)


# Chart


def number_of(term: Object | None) -> float | None:
    """Return a value as a number, or None where it is none that a chart can show."""
    if not isinstance(term, ox.Literal) or term.language:
        return None
    try:
        found = float(term.value)
    except ValueError:
        return None
    return found if isfinite(found) and abs(found) < 1e300 else None


def time_of(term: Object | None) -> float | None:
    """Return a year, a day or a moment as a year with a fraction, or None."""
    if not isinstance(term, ox.Literal):
        return None
    if _YEAR.fullmatch(term.value):
        return float(term.value)
    try:
        found = date.fromisoformat(term.value[:10]) if len(term.value) >= 10 else None
    except ValueError:
        return None
    return found.year + (found.timetuple().tm_yday - 1) / 366 if found else None


def _columns(answer: Answer, of: Callable[[Object | None], object]) -> list[int]:
    """Return the columns in which every value is of a kind, and there is one."""
    found = []
    for place in range(len(answer.variables)):
        values = [row[place] for row in answer.rows if row[place] is not None]
        if values and all(of(one) is not None for one in values):
            found.append(place)
    return found


def _chart(answer: Answer, show: Show, words: Words, title: str, name: str) -> View:
    numbers, times = _columns(answer, number_of), _columns(answer, time_of)
    value = next(
        (place for place in reversed(numbers) if place not in times), numbers[-1] if numbers else None
    )
    if value is None or len(answer.variables) < 2:
        return View(
            Markup(),
            words.gettext(
                "A chart needs a column of numbers and one of names or years; this result has not both."
            ),
        )
    others = [place for place in range(len(answer.variables)) if place != value]
    time = next((place for place in times if place != value), None)
    if time is not None:
        series = _over_time(answer, show, time, value, [place for place in others if place != time])
        if series:
            told = words.gettext("The numbers are in the table view.")
            return View(pictures.lines(series, title, told, name=name), "")
    label = next((place for place in others if place not in numbers), others[0])
    rows = [row for row in answer.rows if row[value] is not None]
    bars = [Bar(_plain(row[label], show), number_of(row[value]) or 0.0) for row in rows[:_BARS]]
    note = ""
    if len(bars) < len(answer.rows):
        note = words.gettext(
            "The chart shows %(shown)s of %(total)s rows: the first ones with a number.",
            shown=len(bars),
            total=len(answer.rows),
        )
    told = words.gettext("The numbers are in the table view.")
    return View(pictures.bars(bars, title, told, name=name), note)


def _plain(term: Object | None, show: Show) -> Node:
    return show(term) if term is not None else Node("–")


def _over_time(
    answer: Answer, show: Show, time: int, value: int, others: Sequence[int]
) -> tuple[Series, ...]:
    """Return a line for each thing of the first other column that has few; () where lines say nothing."""
    which = next(
        (place for place in others if len({row[place] for row in answer.rows}) <= _SERIES),
        None,
    )
    found: dict[str, list[tuple[float, float]]] = {}
    for row in answer.rows:
        when, size = time_of(row[time]), number_of(row[value])
        if when is not None and size is not None:
            name = _plain(row[which], show).label if which is not None else answer.variables[value]
            found.setdefault(name, []).append((when, size))
    # Fewer than three times in every line are told better by bars.
    if len(found) > _SERIES or all(len({when for when, _ in many}) < 3 for many in found.values()):
        return ()
    return tuple(Series(name, tuple(many)) for name, many in found.items())


# Map


def _map(answer: Answer, show: Show, words: Words, title: str, name: str) -> View:
    names = [name.lower() for name in answer.variables]
    lat, long = (next((names.index(one) for one in known if one in names), None) for known in (_LATS, _LONGS))
    label = _label(answer, {lat, long})
    spots: dict[tuple[str, float, float], Spot] = {}
    for row in answer.rows:
        at = _pair(row, long, lat) if lat is not None and long is not None else _in_wkt(row)
        if at is None:
            continue
        node = _plain(row[label], show) if label is not None else Node(f"{at[1]:g}, {at[0]:g}")
        spot = Spot(node, *at)
        if spot.is_somewhere and len(spots) < _SPOTS:
            spots.setdefault((node.href or node.label, *at), spot)
    if not spots:
        return View(
            Markup(),
            words.gettext(
                "A map needs columns named lat and long, or points in WKT; this result has neither."
            ),
        )
    made = tuple(spots.values())
    missing = sum(
        (_pair(row, long, lat) if lat is not None and long is not None else _in_wkt(row)) is None
        for row in answer.rows
    )
    note = (
        words.ngettext("%(num)s row has no place.", "%(num)s rows have no place.", missing) if missing else ""
    )
    told = words.gettext("The same things are in the table view.")
    return View(pictures.named_map(made, title) or pictures.dot_map(made, title, told, name=name), note)


def _label(answer: Answer, taken: set[int | None]) -> int | None:
    """Return the column with the words for a dot: of things, else of texts."""
    places = [place for place in range(len(answer.variables)) if place not in taken]
    things = [one for one in places if any(isinstance(row[one], ox.NamedNode) for row in answer.rows)]
    texts = [one for one in places if not any(_wkt(row[one]) for row in answer.rows)]
    return next(iter([*things, *texts]), None)


def _pair(row: Row, long: int, lat: int) -> tuple[float, float] | None:
    x, y = number_of(row[long]), number_of(row[lat])
    return (x, y) if x is not None and y is not None else None


def _wkt(term: Object | None) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value == GEO + "wktLiteral"


def _in_wkt(row: Row) -> tuple[float, float] | None:
    """Return the first point in WKT of a row, longitude first as in CRS84 (GeoSPARQL, 8.5.1)."""
    for term in row:
        found = _POINT.fullmatch(term.value.strip()) if isinstance(term, ox.Literal) and _wkt(term) else None
        if found and found.string.strip().startswith("<") and not found.string.strip().startswith(_CRS84[0]):
            continue
        if found:
            x, y = (number_of(ox.Literal(text)) for text in found.groups())
            if x is not None and y is not None:
                return x, y
    return None


# Network


def _network(answer: Answer, show: Show, words: Words, title: str) -> View:
    things = [
        place
        for place in range(len(answer.variables))
        if any(_is_thing(row[place]) for row in answer.rows)
        and all(row[place] is None or _is_thing(row[place]) or answer.is_graph for row in answer.rows)
    ]
    if answer.is_graph:
        things = [0, 2]
    pairs = [(row[things[0]], row[things[1]]) for row in answer.rows] if len(things) > 1 else []
    joined = list(dict.fromkeys((one, two) for one, two in pairs if _is_thing(one) and _is_thing(two)))
    if not joined:
        return View(
            Markup(),
            words.gettext("A network needs two columns of things that are joined; this result has not."),
        )
    left = {one: place for place, one in enumerate(dict.fromkeys(one for one, _ in joined))}
    right = {two: place for place, two in enumerate(dict.fromkeys(two for _, two in joined))}
    whole = Web(
        tuple(_plain(one, show) for one in left),
        tuple(_plain(two, show) for two in right),
        tuple((left[one], right[two]) for one, two in joined),
    )
    web = pictures.trimmed(whole, _LEFT, _RIGHT)
    note = ""
    if len(web.edges) < len(whole.edges):
        note = words.gettext(
            "The picture shows %(shown)s of %(total)s links: the first things and those most joined.",
            shown=len(web.edges),
            total=len(whole.edges),
        )
    return View(pictures.lanes(web, title), note)


def _is_thing(term: Object | None) -> bool:
    return isinstance(term, ox.NamedNode | ox.BlankNode)
