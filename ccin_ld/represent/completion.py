"""What a query editor suggests: the prefixes, terms and named concepts of one build, as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..index import Index
from ..model import FieldShape, Model, Term
from ..namespaces import PREFIXES, SKOS, shorten

# A scheme of many thousands would make the list slow to load; it is searched on the site instead.
_CONCEPTS = 1000


def vocabulary(model: Model, index: Index) -> dict[str, Any]:
    """Return the prefixes; the terms of the ontology and those of others that the data uses; the concepts.

    A term has its IRI, its prefixed name, its kind, label, description, and how often the data uses it. One
    of the ontology that is only planned is left out; so is one for which there is no prefix.
    """
    classes, properties = index.classes(), index.properties()
    uses = {**classes, **properties}
    own = [_of_ontology(term, uses) for term in model.terms if term.status == "stable" or uses.get(term.iri)]
    fields = {field.path: field for shape in model.shapes for field in shape.fields}
    known = {term.iri for term in model.terms}
    others = [
        *(_of_others(iri, "class", uses, fields, model) for iri in classes if iri not in known),
        *(_of_others(iri, "property", uses, fields, model) for iri in properties if iri not in known),
    ]
    return {
        "prefixes": PREFIXES,
        "terms": [one for one in (*own, *others) if one["name"] != one["iri"]],
        "concepts": list(_concepts(index)),
    }


def _of_ontology(term: Term, uses: Mapping[str, int]) -> dict[str, Any]:
    return {
        "iri": term.iri,
        "name": shorten(term.iri),
        "kind": term.kind,
        "label": term.label,
        "description": term.definition,
        "uses": uses.get(term.iri, 0),
    }


def _of_others(
    iri: str, kind: str, uses: Mapping[str, int], fields: Mapping[str, FieldShape], model: Model
) -> dict[str, Any]:
    """Return a term of another vocabulary, in the words of the shapes where they speak of it."""
    field = fields.get(iri)
    return {
        "iri": iri,
        "name": shorten(iri),
        "kind": kind,
        "label": field.name if field else model.term_label(iri) or "",
        "description": field.description if field else "",
        "uses": uses[iri],
    }


def _concepts(index: Index) -> Iterable[dict[str, str]]:
    for item in index.of_class(SKOS + "Concept", limit=_CONCEPTS):
        yield {"iri": item.iri, "label": item.label, "kind": item.kind.replace("-", " ")}
