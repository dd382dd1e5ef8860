"""What the record knows when a sheet comes in: what is believed, and which thing a text in a cell means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from .. import derivation
from ..dataset import Dataset, open_dataset
from ..graph import TripleIndex
from ..iris import Base, is_key, slug
from ..model import Model
from ..namespaces import CCIN, DCT, FOAF, PROV, RDF, RDFS, SKOS
from ..resource import Object
from .address import name_of, site
from .claims import CLASSES, thing
from .columns import ANYTHING, FORM, Field
from .existing import Existing, TakenBack, read_existing
from .labels import words
from .match import Body, Match, NoMatch
from .values import NotRead, short

# The lists of terms whose name is not that of the property which takes its values from them.
_LISTS = {CCIN + "says": "statement-kind", FORM: "capture-form", PROV + "hadRole": "role"}
_NAMES = (SKOS + "prefLabel", DCT + "title", FOAF + "name", RDFS + "label")
IN_BRACKETS = re.compile(r"\s*\(([a-z-]+/[a-z0-9-]+)\)$")


@dataclass(frozen=True)
class Value:
    """One value of a cell: the term it means, the words it was written in, and the body or page it brings."""

    term: Object
    text: str
    body: Body | None = None
    page: str | None = None


class Known:
    """The record as it stands: its files, what the build would believe, and names of things."""

    def __init__(self, existing: Existing, dataset: Dataset) -> None:
        self.existing, self.dataset = existing, dataset
        self.base: Base = existing.base
        self.model = Model(dataset.triples, dataset.base)
        self.shapes = TripleIndex(dataset.shapes())
        self.source = ""
        self._supers: dict[str, list[str]] = {}
        self._class_names: dict[str, str] = {}
        self._by_name: dict[str, Mapping[tuple[str, ...], set[str]]] = {}
        self._found: dict[str, Match | NoMatch] = {}

    def for_one_import(self, source: str) -> Known:
        """Return the same record for an import as *source*: the pages that one file brings stay with it."""
        # What every import looks up is looked up once for all of them.
        pages, _ = self._known_pages, (self.types, self._labels, self._preferred)
        own = copy(self)
        own.__dict__["_known_pages"] = dict(pages)
        own._found = {}
        own.source = source
        return own

    @cached_property
    def said(self) -> TripleIndex:
        """Every triple of the record, whoever says it."""
        return self.dataset.index

    @cached_property
    def derived(self) -> list[ox.Triple]:
        """What the build works out from the record."""
        return derivation.derive(self.dataset, self.model)

    @cached_property
    def trust(self) -> dict[str, tuple[int, str]]:
        """The rank and the newest day of each source, by its graph."""
        return derivation.trust_of_sources(self.dataset)

    @cached_property
    def believed(self) -> TripleIndex:
        """What is believed where sources disagree, with all that the build works out."""
        graph = ox.NamedNode(self.base.graph(derivation.DERIVED))
        quads = list(self.dataset.quads())
        quads += [ox.Quad(t.subject, t.predicate, t.object, graph) for t in self.derived]
        return TripleIndex(derivation.believe(quads, self.model, self.trust)[0])

    @cached_property
    def quoted(self) -> frozenset[ox.Triple]:
        """What only sources without a licence say: quotations, which no sheet repeats."""
        licensed = {iri for iri, _ in self.said.pairs(DCT + "license")}
        free: set[ox.Triple] = set()
        quoted: set[ox.Triple] = set()
        for item in self.dataset.files:
            is_quoted = item.path.parent.name == "graphs" and self.base.graph(item.source) not in licensed
            (quoted if is_quoted else free).update(item.triples)
        return frozenset(quoted - free)

    def sources_of(self, triple: ox.Triple) -> list[str]:
        """Return the graphs of the record that say so."""
        return [self.base.graph(source) for source, said in self._by_source.items() if triple in said]

    @cached_property
    def _by_source(self) -> dict[str, frozenset[ox.Triple]]:
        return {item.source: frozenset(item.triples) for item in self.dataset.files}

    def name(self, iri: str) -> str:
        """Return the name of a thing, or words made from its IRI."""
        found = (self.said.text(iri, predicate) for predicate in _NAMES)
        body = self._body(iri)
        known = next((text for text in found if text), None) or (body.name if body else None)
        return known or iri.rpartition("/")[2].replace("-", " ")

    # Things

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The stated classes of each thing, the wider ones too."""
        found: dict[str, set[str]] = defaultdict(set)
        for iri, value in self.said.pairs(RDF + "type"):
            if isinstance(value, ox.NamedNode):
                found[iri].update(self._wider(value.value))
        return found

    def _wider(self, iri: str) -> list[str]:
        if iri not in self._supers:
            self._supers[iri] = self.model.superclasses(iri)
        return self._supers[iri]

    def by_short_name(self, text: str) -> str | None:
        """Return the IRI that a kind and a key, or an IRI, names: ``council/anytown``."""
        if text.startswith(self.base.iri + "id/"):
            return text
        kind, slash, rest = text.partition("/")
        return (
            self.base.thing(kind, rest)
            if slash and is_key(kind) and re.fullmatch(r"[a-z0-9-]+", rest)
            else None
        )

    def short_name(self, iri: str) -> str:
        """Return the kind and the key of a thing of ours, or the IRI."""
        return self.existing.short_name(iri)

    @cached_property
    def _labels(self) -> dict[tuple[str, ...], set[str]]:
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for predicate in (*_NAMES[:3], SKOS + "altLabel", CCIN + "officialName"):
            for iri, value in self.said.pairs(predicate):
                if isinstance(value, ox.Literal):
                    found[words(value.value)].add(iri)
        return found

    @cached_property
    def _preferred(self) -> dict[tuple[str, ...], set[str]]:
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for predicate in _NAMES[:3]:
            for iri, value in self.said.pairs(predicate):
                if isinstance(value, ox.Literal):
                    found[words(value.value)].add(iri)
        return found

    # What a text means

    def meant(self, text: str, field: Field) -> Value:
        """Return the thing that a text in a cell names; of one entered twice the entry that stays.

        Raises NotRead, also for a thing that was taken back.
        """
        try:
            return self._meant(text, field)
        except NotRead:
            gone = self._gone_names.get(words(text), [])
            if not gone:
                raise
            iri = self.stays(gone[0])
            return self._checked(Value(ox.NamedNode(iri), text, self._body(iri)), field)

    def stays(self, iri: str) -> str:
        """Return the IRI, or that of the entry that stands for it now. Raises NotRead when it is gone."""
        try:
            return self.existing.stands_for(iri, self.source)
        except TakenBack as error:
            raise NotRead(error.message, error.hint) from error

    @cached_property
    def _gone_names(self) -> dict[tuple[str, ...], list[str]]:
        """The things taken back, by the names that the files of the sources still give them."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for one in self.existing.triples() if self.existing.withdrawn else ():
            if (
                isinstance(one.subject, ox.NamedNode)
                and one.subject.value in self.existing.withdrawn
                and one.predicate.value in _NAMES[:3]
                and isinstance(one.object, ox.Literal)
            ):
                found[words(one.object.value)].append(one.subject.value)
        return found

    def _meant(self, text: str, field: Field) -> Value:
        named = IN_BRACKETS.search(text)
        iri = self.by_short_name(named[1] if named else text)
        iri = self.stays(iri) if iri else None
        if iri is not None and (iri in self.types or self._is_body(iri)):
            return self._checked(Value(ox.NamedNode(iri), text, self._body(iri)), field)
        if field.is_concept:
            return self._concept(text, field)
        if field.node_class == CCIN + "Page":
            return self.page(text)
        assert field.node_class is not None
        if field.node_class == ANYTHING:
            return self._anything(text)
        if CCIN + "Body" in self._wider(field.node_class):
            return self._checked(self.body(text), field)
        return self._labelled(text, field)

    def _checked(self, value: Value, field: Field) -> Value:
        assert isinstance(value.term, ox.NamedNode)
        types = set(self.types.get(value.term.value, ()))
        if value.body:
            types.update(self._wider(CCIN + CLASSES[value.body.kind]))
        is_gone = value.term.value in self.existing.withdrawn  # and named by this source before
        if not is_gone and field.node_class not in (None, ANYTHING, *types):
            assert field.node_class
            wanted = self.class_name(field.node_class)
            raise NotRead(
                f"“{short(value.text)}” is not of the kind “{wanted}”", f"name one of the kind “{wanted}”"
            )
        return value

    def class_name(self, iri: str) -> str:
        """Return the name of a class as the shapes have it."""
        if iri not in self._class_names:
            shape = self.model.shape_for([iri])
            self._class_names[iri] = shape.label if shape else iri.rpartition("#")[2]
        return self._class_names[iri]

    def body(self, text: str) -> Value:
        """Return the body that a printed name means. Raises NotRead with the nearest names."""
        if text not in self._found:
            self._found[text] = self.existing.directory.find(text)
        found = self._found[text]
        if isinstance(found, Match):
            iri = self.stays(thing(self.base, found.body))
            return Value(ox.NamedNode(iri), text, self._body(iri))
        if not found.several:
            bodies = [iri for iri in self._preferred.get(words(text), ()) if CCIN + "Body" in self.types[iri]]
            if len(bodies) == 1:
                return Value(ox.NamedNode(bodies[0]), text, self._body(bodies[0]))
        raise _not_matched(found)

    def _anything(self, text: str) -> Value:
        """Return the body that a name means; else the one thing of ours that has it. Raises NotRead."""
        try:
            return self.body(text)
        except NotRead:
            found = self._labels.get(words(text), set()) & set(self.types)
            if len(found) != 1:
                raise
            return Value(ox.NamedNode(found.pop()), text)

    def _is_body(self, iri: str) -> bool:
        return self._body(iri) is not None

    def _body(self, iri: str) -> Body | None:
        kind, _, name = self.short_name(iri).partition("/")
        return self.existing.directory.get(kind, name)

    def concepts(self, field: Field) -> list[str]:
        """Return the terms that the field can have, in the order of their labels."""
        found = field.values or tuple(self._concepts(field))
        return sorted(found, key=lambda iri: (self._order(iri), self.name(iri)))

    def _order(self, iri: str) -> int:
        return int(self.said.text(iri, CCIN + "displayOrder") or 0)

    def _concepts(self, field: Field) -> Iterable[str]:
        if field.node_class and field.node_class != SKOS + "Concept":
            return self.said.of_type(field.node_class)
        segment = (
            _LISTS.get(field.path)
            or re.sub(r"(?<=[a-z])(?=[A-Z])", "-", re.split(r"[#/]", field.path)[-1]).lower()
        )
        schemes = {iri for iri, value in self.said.pairs(CCIN + "pathSegment") if _is(value, segment)}
        used = {value for _, value in self.said.pairs(field.path)}
        schemes |= {s for value in used if isinstance(value, ox.NamedNode) for s in self._scheme(value.value)}
        return {iri for iri, _ in self.said.pairs(SKOS + "inScheme") if schemes & set(self._scheme(iri))}

    def _scheme(self, iri: str) -> list[str]:
        return self.said.iris(iri, SKOS + "inScheme")

    def _concept(self, text: str, field: Field) -> Value:
        known = self._concept_names(field)
        found = known.get(words(text.replace("-", " ")), set())
        if len(found) == 1:
            return Value(ox.NamedNode(next(iter(found))), text)
        labels = [self.name(iri) for iri in self.concepts(field)]
        shown = "; ".join(labels[:12]) + ("; …" if len(labels) > 12 else "")
        raise NotRead(f"“{short(text)}” is not in the list", f"take one of: {shown}")

    def has_term(self, text: str, field: Field) -> bool:
        """Say whether a text is the name of a term that the field can have."""
        return bool(text.strip()) and words(text.replace("-", " ")) in self._concept_names(field)

    def _concept_names(self, field: Field) -> Mapping[tuple[str, ...], set[str]]:
        if field.path not in self._by_name:
            names: dict[tuple[str, ...], set[str]] = defaultdict(set)
            for iri in self.concepts(field):
                for text in [iri.rpartition("/")[2].rpartition("#")[2], *self._words_for(iri)]:
                    names[words(text.replace("-", " "))].add(iri)
            self._by_name[field.path] = names
        return self._by_name[field.path]

    def _words_for(self, iri: str) -> list[str]:
        predicates = (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label")
        return [one.value for predicate in predicates for one in self.said.literals(iri, predicate)]

    def _labelled(self, text: str, field: Field) -> Value:
        found = [iri for iri in self._labels.get(words(text), ()) if field.node_class in self.types[iri]]
        if len(found) == 1:
            return Value(ox.NamedNode(found[0]), text)
        kind = self.class_name(field.node_class or "")
        if not found:
            raise NotRead(
                f"“{short(text)}” is the name of nothing of the kind “{kind}”",
                "look for a slip in the name, or add that thing first",
            )
        names = ", ".join(self.short_name(iri) for iri in sorted(found))
        raise NotRead(f"“{short(text)}” is the name of several: {names}", "write the one that is meant so")

    # Pages

    def page(self, address: str) -> Value:
        """Return the page at an address: a known one, or one whose key is made from it. Raises NotRead."""
        hint = "give the whole address, such as https://www.example.org/name/"
        try:
            parts = urlsplit(address)
            host = parts.hostname
            ox.NamedNode(address)
        except ValueError as error:
            raise NotRead(f"“{short(address)}” is no web address", hint) from error
        if parts.scheme not in ("http", "https") or not host or "." not in host or "@" in parts.netloc:
            raise NotRead(f"“{short(address)}” is no web address", hint)
        iri = self.stays(self.base.thing("page", self._page_key(address)))
        return Value(ox.NamedNode(iri), address, page=address)

    def _page_key(self, address: str) -> str:
        same = site_and_name(address)
        if same not in self._known_pages:
            made = page_name(address)
            if made in self._known_pages.values():
                # Two sites can call their pages alike: the site then tells them apart.
                made = slug(f"{same[0]} {made}")
            self._known_pages[same] = made
        return self._known_pages[same]

    @cached_property
    def _known_pages(self) -> dict[tuple[str, str], str]:
        """The key of each page that is known, by its site and the end of its address."""
        return {
            site_and_name(value.value): iri.rpartition("/")[2]
            for iri, value in self.said.pairs(CCIN + "address")
            if isinstance(value, ox.NamedNode)
        }


def _is(value: Object, text: str) -> bool:
    return isinstance(value, ox.Literal) and value.value == text


def _not_matched(found: NoMatch) -> NotRead:
    return NotRead(found.message, found.hint)


def site_and_name(address: str) -> tuple[str, str]:
    """Return what stays the same in a page's addresses: the host without www, and the name of the page."""
    return site(address), page_name(address)


def page_name(address: str) -> str:
    """Return the key that a page gets from its address: its name, or its site's when it has none."""
    parts = urlsplit(address)
    is_program = "." in parts.path.rpartition("/")[2]
    query = f" {parts.query}" if parts.query and is_program else ""
    return slug(f"{name_of(address)}{query}".strip() or parts.hostname or "page")


def read_known(data_dir: Path, ontology_dir: Path | None) -> Known:
    """Read the record. Raises BadInput, with file and line, for what cannot be read."""
    existing = read_existing(data_dir)
    return Known(existing, open_dataset(data_dir, ontology_dir, base_iri=existing.base.iri))
