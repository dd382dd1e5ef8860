"""A Resource: one thing with an IRI, its description, and the labels of what it links to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from .namespaces import RDF, RDFS

Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_LABEL = ox.NamedNode(RDFS + "label")
_TYPE = ox.NamedNode(RDF + "type")


@dataclass(frozen=True)
class Resource:
    """One thing: its IRI, the IRI of the document about it, and the triples of that document.

    ``triples`` hold the thing, its parts (hash IRIs), the document, and rdfs:label of every linked thing.
    """

    iri: str
    document: str
    triples: tuple[ox.Triple, ...]

    @cached_property
    def _by_subject(self) -> Mapping[str, Mapping[str, list[Object]]]:
        index: dict[str, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.triples:
            index[_name(triple.subject)][triple.predicate.value].append(triple.object)
        return index

    @property
    def types(self) -> list[str]:
        """The IRIs of the thing's classes."""
        return self.iris(RDF + "type")

    def subjects(self) -> list[str]:
        """Return the IRIs of the thing and its parts and document, the thing first, without mere labels."""
        own = [name for name in self._by_subject if self._is_own(name)]
        return sorted(own, key=lambda name: (name != self.iri, not name.startswith(self.iri), name))

    def _is_own(self, name: str) -> bool:
        return name == self.iri or name == self.document or name.startswith(self.iri + "#")

    def properties(self, subject: str | None = None) -> Mapping[str, list[Object]]:
        """Return the objects of the thing, or of *subject*, by predicate IRI."""
        return self._by_subject.get(subject or self.iri, {})

    def objects(self, predicate: str, subject: str | None = None) -> list[Object]:
        """Return the objects of one predicate, of the thing or of *subject*."""
        return list(self.properties(subject).get(predicate, []))

    def iris(self, predicate: str, subject: str | None = None) -> list[str]:
        """Return the IRIs among the objects of one predicate."""
        return [o.value for o in self.objects(predicate, subject) if isinstance(o, ox.NamedNode)]

    def texts(self, predicate: str, subject: str | None = None) -> list[str]:
        """Return the values of the literals among the objects of one predicate."""
        return [o.value for o in self.objects(predicate, subject) if isinstance(o, ox.Literal)]

    def label(self, iri: str | None = None, language: str = "en") -> str | None:
        """Return the rdfs:label of the thing or of *iri*: in *language*, else without one, else any."""
        return pick([o for o in self.objects(RDFS + "label", iri) if isinstance(o, ox.Literal)], language)


def pick(literals: Iterable[ox.Literal], language: str = "en") -> str | None:
    """Return the value of the literal that suits *language* best, or None when there is none."""
    ranked = sorted(
        literals, key=lambda one: (_distance(one.language, language), one.language or "", one.value)
    )
    return ranked[0].value if ranked else None


def _distance(tag: str | None, language: str) -> int:
    if tag is None:
        return 1
    return 0 if tag == language or tag.startswith(language + "-") else 2


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
