"""The candidates of a query: what its names, identifiers and properties say, brought into one score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from ..index import Index, Item
from ..iris import Base
from ..model import Model
from ..names import folded, last_part
from ..namings import Naming
from ..resource import Object, pick
from ..store.protocol import Store
from . import evidence
from .evidence import PREDECESSOR, SURE, WHOLE, Evidence
from .forms import Form, form
from .known import Names, Scope, compared
from .properties import Schema
from .queries import ALL, EXACT, NONE, SHOULD, WILDCARD, Candidate, Condition, Query

# What is worth less than this has next to nothing in common with what is asked.
_LEAST = 30.0
# The share of a score that properties have beside a name; from when on a condition is met.
_PROPERTIES, _MET = 0.3, 0.9
_NOT_OF_TYPE = 0.5
# Codes have digits: E08000004, Q17017730; or they are a few capital letters: OLD.
_CODE = re.compile(r"[A-Za-z]{0,3}\d{5,}|[A-Z]{3,4}")
_LONGEST = 300
# So many suggestions are looked through for those of a type.
_SUGGESTED = 200
# So many values and texts are kept ready.
_KEPT = 5_000


@dataclass(frozen=True)
class _Found:
    """What speaks for one thing."""

    iri: str
    name: float = 0.0
    likeness: float = 0.0
    fits: bool = True
    is_whole: bool = False
    is_code: bool = False
    is_predecessor: bool = False
    # The IRIs of what else the name fits as well, "" for what is not ours; what it is worth without them.
    rivals: tuple[str, ...] = ()
    alone: float = 0.0
    properties: float | None = None
    is_of_type: bool = True

    @property
    def score(self) -> float:
        """Of 0 to 100: the name or code, the properties where something is known of them, the type."""
        if self.properties is None:
            score = self.name
        elif self.name:
            score = (1 - _PROPERTIES) * self.name + _PROPERTIES * self.properties
        else:
            score = self.properties
        return round(score if self.is_of_type else score * _NOT_OF_TYPE, 1)

    @property
    def is_sure(self) -> bool:
        """Whether nothing speaks against it."""
        met = self.properties is None or self.properties >= 100 * _MET
        # A region that is right makes a part of a name no whole one.
        named = not self.name or self.name >= SURE
        fitting = self.fits and self.is_of_type and not self.is_predecessor and not self.rivals
        return self.score >= SURE and named and met and fitting


@dataclass(frozen=True)
class _Told:
    """What may stand for a value in a cell: texts, as they are compared, and as they are likened."""

    texts: frozenset[str]
    compared: frozenset[str]
    forms: tuple[Form, ...]


class Matcher:
    """Matches queries to the things of one build. Its names are read once, when first asked for."""

    def __init__(self, index: Index, store: Store, model: Model, base: Base) -> None:
        self._index, self._store, self._model, self._base = index, store, model, base
        self._values: dict[Object, _Told] = {}
        self._wanted: dict[str, evidence.Asked] = {}

    @cached_property
    def names(self) -> Names:
        """All names that are known."""
        return Names(self._index.namings())

    @cached_property
    def schema(self) -> Schema:
        """The types and properties."""
        classes = {iri for one in self.names.by_iri.values() for iri in one.naming.types}
        return Schema(self._model, self._store, classes)

    def key(self, iri: str) -> str:
        """Return the id of a thing in the service: its kind and key; the IRI of what is no thing here."""
        return iri.removeprefix(self._base.iri + "id/")

    def iri(self, key: str) -> str | None:
        """Return the IRI of the thing that an id, its IRI, or a path of it stands for, or None."""
        path = self._base.path(key) or key
        name = re.sub(r"^/?(?:id|doc)/", "", path.strip())
        iri = f"{self._base.iri}id/{name}"
        item = self._index.item(iri)
        return iri if item and item.kind else None

    def match(self, query: Query) -> list[Candidate]:
        """Return the candidates of a query, the best first; at most one of them is a match."""
        scope = self._scope(query)
        found = (
            self._by_property(query, scope) if not (query.names or query.ids) else self._by_name(query, scope)
        )
        weighed = [one for one in (self._with_properties(each, query) for each in found.values()) if one]
        kept = [one for one in _told_apart(weighed) if one.score >= _LEAST]
        kept.sort(key=lambda one: (-one.score, not one.is_whole, -one.likeness, one.iri))
        sure = [one for one in kept if one.is_sure]
        is_match = len(sure) == 1 and sure[0] is kept[0]
        return [self._candidate(one, query, is_match and one is kept[0]) for one in kept[: query.limit]]

    def suggested(self, text: str, limit: int, types: Sequence[str] = ()) -> list[str]:
        """Return the IRIs of things for what was typed so far: by code, by name, by names like it."""
        scope = self._scope(Query(types=tuple(name for name in types if name)))
        found = list(self._identified(text, scope))
        found += [item.iri for item in self._index.suggest(text, limit=_SUGGESTED)]
        if len(found) < limit:
            found += [one.iri for one in self.match(Query((text,), types=tuple(filter(None, types))))]
        known = ((iri, self.names.by_iri.get(iri)) for iri in dict.fromkeys(found))
        return [iri for iri, one in known if one and scope(one.naming)][:limit]

    # What is in question

    def _scope(self, query: Query) -> Scope:
        """Return which namings are in question: of the types asked for, else of those that have a list."""
        wanted = {self._class(name) for name in query.types}
        defaults = {one.iri for one in self.schema.defaults}

        def scope(naming: Naming) -> bool:
            if naming.iri is None:
                return True
            if not wanted:
                return not defaults or not defaults.isdisjoint(naming.types)
            if query.strict == ALL:
                return wanted.issubset(naming.types)
            if query.strict == SHOULD and not defaults.isdisjoint(naming.types):
                return True
            return not wanted.isdisjoint(naming.types)

        return scope

    def _class(self, name: str) -> str:
        found = self.schema.type(name)
        return found.iri if found else name

    def _of_type(self, iri: str, query: Query) -> bool:
        wanted = {self._class(name) for name in query.types}
        known = self.names.by_iri.get(iri)
        return not wanted or (known is not None and not wanted.isdisjoint(known.naming.types))

    # By name and code

    def _by_name(self, query: Query, scope: Scope) -> dict[str, _Found]:
        found: dict[str, _Found] = {}
        for name in query.names:
            for one in self._named(name, scope):
                _keep_best(found, one)
        for text in (*query.ids, *query.names):
            for iri in self._identified(text, scope):
                one = found.get(iri, _Found(iri))
                found[iri] = replace(
                    one, name=WHOLE, is_code=True, fits=True, rivals=(), is_predecessor=False
                )
        codes = [iri for iri, one in found.items() if one.is_code]
        if len(codes) > 1:
            found |= {iri: replace(found[iri], rivals=tuple({*codes} - {iri})) for iri in codes}
        return {iri: replace(one, is_of_type=self._of_type(iri, query)) for iri, one in found.items()}

    def _named(self, name: str, scope: Scope) -> Iterator[_Found]:
        weighed = evidence.weigh(name[:_LONGEST], self.names, scope)
        compared = evidence.compare(name[:_LONGEST], weighed, self.names)
        for iri, one in evidence.named(compared):
            known = self.names.by_iri.get(iri)
            if known and scope(known.naming):
                yield _of_evidence(iri, one)

    def _identified(self, text: str, scope: Scope) -> Iterator[str]:
        """Yield the things in question that a text identifies: by our id or IRI, a code, another's IRI."""
        text = text.strip()[:_LONGEST]
        own = self.iri(text) if "/" in text else None
        found = [own] if own else [item.iri for item in self._coded(text)]
        for iri in dict.fromkeys(found):
            known = self.names.by_iri.get(iri)
            if known and scope(known.naming):
                yield iri

    def _coded(self, text: str) -> list[Item]:
        found = self._index.coded(text) if "://" in text else []
        code = last_part(text)
        return found or (self._index.coded(code) if _CODE.fullmatch(code) else [])

    # By property

    def _by_property(self, query: Query, scope: Scope) -> dict[str, _Found]:
        """Return the things in question that have a value that a condition asks for."""
        if not any(self.schema.property(one.property) for one in query.conditions):
            return {}
        iris = [iri for iri, known in self.names.by_iri.items() if scope(known.naming)]
        self._store.prefetch(iris)
        return {iri: _Found(iri, is_of_type=self._of_type(iri, query)) for iri in iris}

    def _with_properties(self, found: _Found, query: Query) -> _Found | None:
        """Return what was found with what its properties say; None where one that is required is not met.

        What is not recorded of a thing says nothing, for it or against it.
        """
        met: list[float] = []
        for condition in query.conditions:
            # Without a name all things are looked through: there a value is the same, or it is another.
            worth = self._met(found.iri, condition, like=bool(found.name))
            if condition.required and (worth is None or worth < _MET):
                return None
            if worth is not None:
                met.append(worth)
        return replace(found, properties=round(100 * sum(met) / len(met), 1)) if met else found

    def _met(self, iri: str, condition: Condition, *, like: bool) -> float | None:
        """Return how well a thing meets a condition, of 0 to 1; None where its value is not recorded."""
        known = self.schema.property(condition.property)
        values = self.schema.values(iri, known) if known else []
        if not values or not condition.values:
            return None
        each = [
            max(self._equal(value, wanted, condition.qualifier, like=like) for value in values)
            for wanted in condition.values
        ]
        if condition.quantifier == NONE:
            return 1 - max(each)
        return min(each) if condition.quantifier == ALL else max(each)

    def _equal(self, value: Object, wanted: str, qualifier: str, *, like: bool) -> float:
        told = self._told(value)
        if wanted in told.texts:
            return 1.0
        if qualifier == EXACT:
            return 0.0
        if qualifier == WILDCARD:
            form = folded(wanted[:_LONGEST])
            return float(any(_has_form(folded(text), form) for text in told.texts))
        asked = self._asked(wanted[:_LONGEST])
        if asked.compared and asked.compared in told.compared:
            return 1.0
        if not like:
            return 0.0
        return max((evidence.alike(asked, form, self.names) for form in told.forms), default=0.0)

    def _told(self, value: Object) -> _Told:
        """Return what may stand for a value in a cell; values are few, and met again and again."""
        if value not in self._values:
            if len(self._values) >= _KEPT:
                self._values.clear()
            texts = frozenset(self._texts(value))
            forms = (form(text, self.names.vocabulary) for text in texts)
            self._values[value] = _Told(texts, frozenset(map(compared, texts)), tuple(forms))
        return self._values[value]

    def _asked(self, wanted: str) -> evidence.Asked:
        if wanted not in self._wanted:
            if len(self._wanted) >= _KEPT:
                self._wanted.clear()
            self._wanted[wanted] = evidence.asked(wanted, self.names)
        return self._wanted[wanted]

    def _texts(self, value: Object) -> Iterator[str]:
        """Yield what may stand for a value in a cell: it, its id, what its IRI ends in, its names."""
        if isinstance(value, ox.Literal):
            yield value.value
        elif isinstance(value, ox.NamedNode):
            yield from (value.value, self.key(value.value), last_part(value.value))
            known = self.names.by_iri.get(value.value)
            yield from known.naming.names if known else ()
            label = pick(self._store.labels([value.value]).get(value.value, ()))
            if label:
                yield label

    # What is told

    def _candidate(self, found: _Found, query: Query, is_match: bool) -> Candidate:
        naming = self.names.by_iri[found.iri].naming
        return Candidate(
            iri=found.iri,
            name=naming.label,
            description=self.described(naming),
            types=tuple(self.schema.of_types(naming.types)),
            score=found.score,
            match=is_match,
            features=tuple(_features(found, query)),
        )

    def described(self, naming: Naming) -> str:
        """Return what tells a thing from others of its name: its class, and its kind if it has one."""
        label = self.schema.label_of(naming.types)
        return ", ".join(part for part in (label, naming.kind) if part)


def _has_form(text: str, wanted: str) -> bool:
    """Say whether a text is as wanted, where "*" stands for any letters. Linear: no search goes back."""
    first, *rest = wanted.split("*")
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _told_apart(weighed: Sequence[_Found]) -> Iterator[_Found]:
    """Yield what was found; a name of several is one's where its properties speak against the others."""
    against = {one.iri for one in weighed if one.properties is not None and one.properties < 50}
    for one in weighed:
        if one.rivals and (one.properties or 0) >= 100 * _MET and against.issuperset(one.rivals):
            yield replace(one, name=one.alone, rivals=())
        else:
            yield one


def _of_evidence(iri: str, one: Evidence) -> _Found:
    others = one.known.naming.iri is None
    return _Found(
        iri,
        name=min(one.score * PREDECESSOR / 100, PREDECESSOR) if others else one.score,
        likeness=round(one.likeness, 1),
        fits=one.fits,
        is_whole=one.is_whole,
        is_predecessor=others,
        rivals=tuple(sorted(other.naming.iri or "" for other in one.rivals)),
        alone=one.alone,
    )


def _keep_best(found: dict[str, _Found], one: _Found) -> None:
    known = found.get(one.iri)
    if known is None or one.score > known.score:
        found[one.iri] = one


def _features(found: _Found, query: Query) -> Iterator[tuple[str, bool | float]]:
    """Yield what speaks for a candidate, each by its own (docs/reconciliation.md says what it means)."""
    if query.names:
        yield "name", found.likeness
        yield "whole_name", found.is_whole
        yield "kind", found.fits
        yield "predecessor", found.is_predecessor
        yield "rivals", len(found.rivals)
    yield "code", found.is_code
    if query.types:
        yield "type", found.is_of_type
    if query.conditions and found.properties is not None:
        yield "properties", found.properties
