"""The picture of the ontology: its main classes, placed by hand, and the properties between neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from ...model import Model, Term
from ...namespaces import CCIN
from ..pictures import Arrow, Class, Node, boxes
from .shared import Maker

# Columns and rows of the picture: a class stands beside those that its properties lead to.
_PLACES = (
    (None, "MembershipStatement", None),
    ("Area", "Body", "Membership"),
    ("Participation", "Project", "PrincipleClaim"),
    ("CaseStudy", "Page", "Principle"),
    (None, "Capture", None),
)
_KIND = {"Body": "k-council", "Membership": "k-council", "MembershipStatement": "k-council",
         "Project": "k-project", "Participation": "k-project", "CaseStudy": "k-project",
         "Principle": "k-principle", "PrincipleClaim": "k-principle", "Area": "k-concept",
         "Page": "k-dataset", "Capture": "k-dataset"}  # fmt: skip
_BESIDE, _BELOW = 2, 1


@dataclass(frozen=True)
class _Place:
    name: str
    column: int
    row: int


@dataclass(frozen=True)
class Diagram:
    """The boxes and arrows; every one leads to the term on the page of the ontology."""

    classes: tuple[Class, ...]
    arrows: tuple[Arrow, ...]

    def draw(self, title: str) -> Markup:
        """Return the picture."""
        return boxes(self.classes, self.arrows, title)


def ontology(maker: Maker) -> Diagram | None:
    """Return the diagram of the classes that the ontology of a build has; None without any."""
    model = maker.model
    terms = {term.name: term for term in model.terms}
    places = [
        _Place(name, column, row)
        for row, names in enumerate(_PLACES)
        for column, name in enumerate(names)
        if name and name in terms
    ]
    if not places:
        return None
    classes = [
        Class(Node(terms[one.name].label, f"#{one.name}", _KIND[one.name]), one.column, one.row)
        for one in places
    ]
    arrows = [
        Arrow(Node(term.label, f"#{term.name}", "k-term"), start, end)
        for start, end, found in _neighbours(places, model)
        for term in found
    ]
    return Diagram(tuple(classes), tuple(arrows))


def _neighbours(places: list[_Place], model: Model) -> Iterable[tuple[int, int, list[Term]]]:
    """Yield the pairs of places next to each other, with the properties from the one to the other."""
    for start, one in enumerate(places):
        for end, other in enumerate(places):
            across, down = abs(one.column - other.column), abs(one.row - other.row)
            if (across, down) in ((1, 0), (0, 1)):
                found = _between(CCIN + one.name, CCIN + other.name, model)
                yield start, end, found[: _BESIDE if across else _BELOW]


def _between(start: str, end: str, model: Model) -> list[Term]:
    """Return our properties from one class to another, by domain and range or by the shapes.

    One that only narrows another of them is left out.
    """
    shaped = {
        field.path
        for shape in model.shapes
        if shape.target == start
        for field in shape.fields
        if field.node_class == end
    }
    found = [
        term
        for term in model.terms
        if term.kind == "property" and (term.iri in shaped or (start in term.domains and end in term.ranges))
    ]
    names = {term.iri for term in found}
    return [term for term in found if not names.intersection(term.supers)]
