"""What pages show of a list that can be narrowed and sorted: facets, what is chosen, and ways back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ...facets import NAME, NOT_RECORDED, TYPE, Counted, Value, Wanted
from ...model import Facet, Model
from ...namespaces import CCIN
from .shared import Maker
from .terms import Shown

# So many values a page shows of a facet: those that most things have, and what is chosen.
_SHOWN = 40
# So many facets stand open, with so few values; the others open by themselves when one is chosen.
_OPEN, _FEW = 2, 12


@dataclass(frozen=True)
class Choice:
    """One value to choose: what stands for it in an address, its words, how many things have it."""

    value: str
    words: Shown
    count: int
    chosen: bool


@dataclass(frozen=True)
class FacetView:
    """One facet: its name in an address, its words, its values, whether it stands open."""

    name: str
    label: str
    description: str
    choices: tuple[Choice, ...]
    left_out: int
    is_open: bool


@dataclass(frozen=True)
class Chosen:
    """One value that is chosen, and the address of the list without it."""

    label: str
    words: Shown
    href: str


@dataclass(frozen=True)
class Sort:
    """One order of a list: what stands for it in an address, and its words."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class FindView:
    """All that narrows and sorts one list."""

    path: str
    text: str
    facets: tuple[FacetView, ...]
    chosen: tuple[Chosen, ...]
    sorts: tuple[Sort, ...]
    clear: str
    without_text: str
    is_asked: bool
    page: Callable[[int], str]


def view(
    path: str,
    facets: Sequence[Facet],
    sorted_by: Sequence[Facet],
    wanted: Wanted,
    counted: Iterable[Counted],
    maker: Maker,
) -> FindView:
    """Return the view of a list at *path* with these facets, as *counted* under what is *wanted*."""
    found = {one.name: one for one in counted}
    views = [
        _facet(facet, found[facet.name], place, maker)
        for place, facet in enumerate(facets)
        if facet.name in found
    ]
    chosen = [
        Chosen(facet.label, choice.words, path + wanted.without(facet.name, choice.value).query())
        for facet in views
        for choice in facet.choices
        if choice.chosen
    ]
    return FindView(
        path=path,
        text=wanted.text,
        facets=tuple(views),
        chosen=tuple(chosen),
        sorts=tuple(_sorts(sorted_by, wanted.sort, maker)),
        clear=path,
        without_text=path + replace(wanted, text="").query(),
        is_asked=bool(wanted.pairs()),
        page=lambda number: path + wanted.query(number),
    )


def facets_of_everything(model: Model, kind_label: str) -> list[Facet]:
    """Return the facets of the whole site: the kind of thing, and those that lists have in common.

    A name that lists use for different things, such as the kind of a council and of a project, is left out.
    """
    named: dict[str, list[Facet]] = {}
    for shape in model.lists.values():
        for facet in shape.facets:
            named.setdefault(facet.name, []).append(facet)
    first = Facet("", TYPE, kind_label, "", 0, named[TYPE][0].path) if TYPE in named else None
    shared = [
        (-len(ones), min(ones, key=lambda one: len(one.label)))
        for name, ones in named.items()
        if name != TYPE and _is_one(ones)
    ]
    # What most lists have comes first.
    shared.sort(key=lambda pair: (pair[0], pair[1].order, pair[1].name))
    return [*([first] if first else []), *(facet for _, facet in shared)]


def _is_one(facets: Sequence[Facet]) -> bool:
    shortest = min((one.label.casefold() for one in facets), key=len)
    return all(shortest in one.label.casefold() for one in facets)


def of_everything(
    facets: Sequence[Facet], wanted: Wanted, counted: Iterable[Counted], maker: Maker
) -> FindView:
    """Return the view of a search of the whole site; values that nothing found has are left out."""
    kept = [
        replace(one, values=tuple(value for value in one.values if value.count or value.chosen))
        for one in counted
    ]
    few = [one for one in kept if one.values]
    found = view("/search", facets, (), wanted, few, maker)
    # The best come first: there is no other order. The words stay when the choices go.
    whole = f"/search{Wanted(text=wanted.text).query()}"
    return replace(found, sorts=(), clear=whole, is_asked=bool(wanted.chosen))


def _facet(facet: Facet, counted: Counted, place: int, maker: Maker) -> FacetView:
    values = list(counted.values)
    if len(values) > _SHOWN:
        most = sorted(values, key=lambda one: (not one.chosen, -one.count))[:_SHOWN]
        values = [one for one in values if one in most]
    choices = tuple(Choice(one.value, _words(one, maker), one.count, one.chosen) for one in values)
    is_open = (place < _OPEN and len(choices) <= _FEW) or any(one.chosen for one in choices)
    left_out = len(counted.values) - len(values)
    return FacetView(facet.name, facet.label, facet.description, choices, left_out, is_open)


def _words(value: Value, maker: Maker) -> Shown:
    if value.value == NOT_RECORDED:
        return Shown(maker.terms.words.gettext("Not recorded"))
    if value.iri is None:
        return Shown(value.label)
    if value.iri.startswith(CCIN):
        # A class: its name comes from the ontology.
        known = maker.terms.words.translated(value.label)
        return Shown(known or value.label, lang=None if known else "en")
    found = maker.terms.link(value.iri)
    return Shown(found.text, lang=found.lang)


def _sorts(sorted_by: Sequence[Facet], chosen: str, maker: Maker) -> Iterable[Sort]:
    _ = maker.terms.words.gettext
    yield Sort("", _("Name, A to Z"), chosen in ("", NAME))
    yield Sort(f"-{NAME}", _("Name, Z to A"), chosen == f"-{NAME}")
    for facet in sorted_by:
        words = maker.terms.words.translated(facet.label) or facet.label
        yield Sort(f"-{facet.name}", _("%(name)s, highest first", name=words), chosen == f"-{facet.name}")
        yield Sort(facet.name, _("%(name)s, lowest first", name=words), chosen == facet.name)


__all__ = ["FindView", "facets_of_everything", "of_everything", "view"]
