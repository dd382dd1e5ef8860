"""JSON-LD 1.1, compact with our context, and the plain JSON that the same context explains."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..namespaces import FOAF, RDF, RDFS, XSD
from ..resource import Object, Resource

_TYPE = RDF + "type"
_STRING = XSD + "string"
_LABEL = RDFS + "label"
_TOPIC = FOAF + "primaryTopic"
# Writes a linked node: as its IRI, or as an object of its own.
Link = Callable[[Object], str | dict[str, Any]]


@dataclass(frozen=True)
class _Term:
    """One term definition of a context (JSON-LD 1.1, section 9.15.1)."""

    key: str
    iri: str
    coercion: str | None
    container: frozenset[str]
    written: Any

    def fits(self, value: Object) -> bool:
        """Say whether a value keeps its meaning under this term."""
        if isinstance(value, ox.NamedNode | ox.BlankNode):
            return self.coercion == "@id"
        if not isinstance(value, ox.Literal):
            return False
        if value.language:
            return "@language" in self.container
        if "@language" in self.container or self.coercion == "@id":
            return False
        return (self.coercion or _STRING) == value.datatype.value


class Context:
    """Our context, and how triples are written with it. Input: the parsed ``context.jsonld``."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        entries: Mapping[str, Any] = document["@context"]
        self._written = entries
        self.prefixes = {
            key: value
            for key, value in entries.items()
            if isinstance(value, str) and value[-1:] in ("#", "/") and not value.startswith("@")
        }
        self._terms: dict[str, list[_Term]] = defaultdict(list)
        self.reverse: dict[str, str] = {}
        for key, value in entries.items():
            if key.startswith("@") or key in self.prefixes:
                continue
            if isinstance(value, Mapping) and "@reverse" in value:
                self.reverse[self._expand(value["@reverse"])] = key
            elif not (isinstance(value, str) and value.startswith("@")):
                term = self._term(key, value)
                self._terms[term.iri].append(term)

    def _term(self, key: str, value: Any) -> _Term:
        if isinstance(value, str):
            return _Term(key, self._expand(value), None, frozenset(), value)
        coercion = value.get("@type")
        container = value.get("@container", [])
        container = frozenset([container] if isinstance(container, str) else container)
        coerced = self._expand(coercion) if coercion and not coercion.startswith("@") else coercion
        return _Term(key, self._expand(value["@id"]), coerced, container, value)

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else name

    def shorten(self, iri: str, used: set[str]) -> str:
        """Return a vocabulary IRI as a term, a prefixed name or itself; *used* collects the keys."""
        for term in self._terms.get(iri, ()):
            if term.coercion is None and not term.container:
                used.add(term.key)
                return term.key
        for prefix, namespace in self.prefixes.items():
            if (
                iri.startswith(namespace)
                and len(iri) > len(namespace)
                and not iri[len(namespace) :].startswith("//")
            ):
                used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def node(self, subject: str, triples: Iterable[ox.Triple], used: set[str]) -> dict[str, Any]:
        """Return one subject as a flat node object."""
        return self.nested(subject, triples, used, _name)

    def nested(
        self, subject: str, triples: Iterable[ox.Triple], used: set[str], link: Link
    ) -> dict[str, Any]:
        """Return one subject as a node object, in which *link* writes what it links to."""
        properties = _by_predicate(triples)
        node: dict[str, Any] = {"id": subject}
        if types := sorted(t.value for t in properties.get(_TYPE, ()) if isinstance(t, ox.NamedNode)):
            node["type"] = [self.shorten(one, used) for one in types]
        for predicate in sorted(properties):
            if predicate != _TYPE:
                self._write(node, predicate, sorted(properties[predicate], key=str), used, link)
        return node

    def _write(
        self, node: dict[str, Any], predicate: str, values: Sequence[Object], used: set[str], link: Link
    ) -> None:
        rest = list(values)
        for term in self._terms.get(predicate, ()):
            fitting = [value for value in rest if term.fits(value)]
            if fitting:
                used.add(term.key)
                node[term.key] = self._values(term, fitting, link)
                rest = [value for value in rest if value not in fitting]
        if rest:
            node[self._prefixed(predicate, used)] = [self._expanded(value, used, link) for value in rest]

    def _prefixed(self, iri: str, used: set[str]) -> str:
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    @staticmethod
    def _values(term: _Term, values: Sequence[Object], link: Link) -> Any:
        if "@language" in term.container:
            by_language: dict[str, list[str]] = defaultdict(list)
            for value in values:
                assert isinstance(value, ox.Literal)
                by_language[value.language or "@none"].append(value.value)
            several = "@set" in term.container
            return {
                tag: texts if several or len(texts) > 1 else texts[0]
                for tag, texts in sorted(by_language.items())
            }
        written = [value.value if isinstance(value, ox.Literal) else link(value) for value in values]
        return written if "@set" in term.container or len(written) > 1 else written[0]

    def _expanded(self, value: Object, used: set[str], link: Link) -> Any:
        if not isinstance(value, ox.Literal):
            linked = link(value)
            return linked if isinstance(linked, Mapping) else {"id": linked}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == _STRING:
            return {"@value": value.value}
        return {"@value": value.value, "@type": self._prefixed(value.datatype.value, used)}

    def only(self, used: Iterable[str]) -> dict[str, Any]:
        """Return the context with nothing but the keys in use and the prefixes those need."""
        keys = {"id", "type", *used}
        for key in list(keys):
            keys |= self._prefixes_of(self._written.get(key))
        return {key: value for key, value in self._written.items() if key in keys or key == "@version"}

    def _prefixes_of(self, definition: Any) -> set[str]:
        names: list[Any] = [definition]
        if isinstance(definition, Mapping):
            names = [definition.get("@id"), definition.get("@type"), definition.get("@reverse")]
        found = {name.partition(":")[0] for name in names if isinstance(name, str)}
        return found & self.prefixes.keys()

    def document_of(self, resource: Resource) -> bytes:
        """Return the Resource as JSON-LD: its own context, and every subject in a flat ``@graph``."""
        used: set[str] = set()
        nodes = self._graph(resource.triples, resource.subjects(), used)
        return encode({"@context": self.only(used), "@graph": nodes})

    def dense(self, resource: Resource, start: str) -> bytes:
        """Return the Resource as short as JSON-LD gets, for a block inside its page.

        Each thing stands inside what links to it, IRIs are relative to *start*, no blank is for people.
        """
        used: set[str] = set()
        node = _Nesting(self, resource, used, start).node()
        document = {"@context": {"@base": start, **self.only(used)}, **node}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def graph(self, triples: Iterable[ox.Triple]) -> bytes:
        """Return triples as JSON-LD, sorted by subject."""
        used: set[str] = set()
        nodes = self._graph(triples, (), used)
        return encode({"@context": self.only(used), "@graph": nodes})

    def _graph(self, triples: Iterable[ox.Triple], first: Sequence[str], used: set[str]) -> list[Any]:
        subjects: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            subjects[_name(triple.subject)].append(triple)
        order = [*(name for name in first if name in subjects), *sorted(set(subjects) - set(first))]
        return [self.node(name, subjects[name], used) for name in order]

    def plain(self, resource: Resource) -> bytes:
        """Return the Resource as plain JSON: one object, labels beside ids, parts and document inside it.

        With our context it says the same triples as the JSON-LD.
        """
        return encode(_Nesting(self, resource).node())


class _Nesting:
    """One Resource as one object, each linked thing inside it with its label.

    *used* collects the keys. With a *start*, IRIs are relative to it, and a thing is told of once.
    """

    def __init__(
        self, context: Context, resource: Resource, used: set[str] | None = None, start: str = ""
    ) -> None:
        self._context, self._resource = context, resource
        self._used, self._start = set() if used is None else used, start
        self._placed: set[str] = set()
        self._by_subject: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in resource.triples:
            # Said by the nesting: the document is inside the thing, under the reverse of this property.
            if not (triple.predicate.value == _TOPIC and self._reverse_key):
                self._by_subject[_name(triple.subject)].append(triple)

    @property
    def _reverse_key(self) -> str | None:
        return self._context.reverse.get(_TOPIC)

    def node(self) -> dict[str, Any]:
        resource, key = self._resource, self._reverse_key
        node = self._nested(resource.iri)
        if key and resource.document != resource.iri and resource.document in self._by_subject:
            node[key] = self._nested(resource.document)
            self._used.add(key)
        rest = [self._nested(name) for name in sorted(self._by_subject.keys() - self._placed)]
        return {**node, "@included": rest} if rest else node

    def _nested(self, name: str) -> dict[str, Any]:
        triples = self._by_subject.get(name, [])
        mere_label = all(triple.predicate.value == _LABEL for triple in triples)
        if name in self._placed and not mere_label:
            return {"id": self._iri(name)}
        self._placed.add(name)
        return self._context.nested(self._iri(name), triples, self._used, self._link)

    def _link(self, value: Object) -> str | dict[str, Any]:
        name = _name(value)
        # A reader of plain JSON finds the label beside every id; in a page each is said once.
        known = name in self._placed or name not in self._by_subject
        return self._iri(name) if self._start and known else self._nested(name)

    def _iri(self, name: str) -> str:
        rest = name.removeprefix(self._start) if self._start else name
        # A relative IRI with a colon could be read as a prefix and a name (JSON-LD 1.1 API, section 5.2).
        return rest if rest and ":" not in rest else name


def _by_predicate(triples: Iterable[ox.Triple]) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = defaultdict(list)
    for triple in triples:
        found[triple.predicate.value].append(triple.object)
    return found


def _name(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return str(term.value)
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(term)


def encode(value: Any) -> bytes:
    """Return JSON as UTF-8 bytes with a final newline, indented by one blank so that it can be read."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
