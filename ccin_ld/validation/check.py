"""Validate a graph against shapes, and say what was found in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox

from ..derivation import Conflict
from ..errors import BadInput
from ..graph import TripleIndex
from ..history import About, Disagreement, Statement
from ..namespaces import CCIN, DCT, RDF, RDFS, SH, SKOS
from ..network_facts import Figure
from ..resource import Object
from .engines import Result, choose
from .report import Finding, Report
from .words import KINDS_OF_VALUE, LIMITS, SENTENCES, Found, other, taken_back

_NAMES = (RDFS + "label", SKOS + "prefLabel", DCT + "title")
_TARGETS = {SH + f"target{kind}" for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
_SHOWN = 4
_DISPUTED = {
    About.KIND: "the kind of its membership",
    About.MEMBERSHIP: "whether it is a member",
    About.START: "when its membership began",
}
_LONGEST = 80


def validate(
    data: Iterable[ox.Quad | ox.Triple], shapes: Iterable[ox.Triple], *, engine: str = "auto"
) -> Report:
    """Return what the shapes find in *data*, all graphs together; *data* itself says which classes there are.

    *engine* is ``shacl``, ``pyshacl``, or ``auto`` for the faster one that is installed. Raises BadInput when
    the engine is not there, or the shapes aim at nothing or cannot be used.
    """
    triples = list(dict.fromkeys(one.triple if isinstance(one, ox.Quad) else one for one in data))
    rules = list(shapes)
    if not any(rule.predicate.value in _TARGETS for rule in rules):
        # Data would conform to no shapes at all without having been looked at.
        raise BadInput(
            "there are no shapes that aim at anything", hint="see that ontology/shapes.ttl is whole"
        )
    narrator = _Narrator(TripleIndex(triples), TripleIndex(rules))
    return Report.of(narrator.finding(result) for result in choose(engine)(triples, rules))


class _Narrator:
    """Says in words what an engine found: it knows the data's names and the shapes' words."""

    def __init__(self, data: TripleIndex, shapes: TripleIndex) -> None:
        self._data, self._shapes = data, shapes
        self._names_of_paths = dict(self._paths())

    def _paths(self) -> Iterable[tuple[str, str]]:
        for shape, path in self._shapes.pairs(SH + "path"):
            if isinstance(path, ox.NamedNode) and (name := self._shapes.text(shape, SH + "name")):
                yield path.value, name

    def finding(self, result: Result) -> Finding:
        """Return one result of an engine as a Finding."""
        path = self._path(result.shape)
        what, do = self._sentence(result, path)
        description = self._shapes.text(result.shape, SH + "description")
        return Finding(
            severity=result.severity,
            focus=_text(result.focus),
            path=path,
            value=result.value,
            component=result.component,
            shape=result.shape or None,
            message=f"{self._name(result.focus)}: {what}",
            hint=" ".join(part for part in (do, description) if part) or None,
        )

    def _path(self, shape: str) -> str | None:
        node = next(iter(self._shapes.objects(shape, SH + "path")), None)
        return self._written_path(node, outermost=True) if node is not None else None

    def _written_path(self, node: Object, *, outermost: bool = False) -> str:
        """Return a path as SPARQL writes it; one that is only a property, as its IRI."""
        if isinstance(node, ox.NamedNode):
            return node.value if outermost else f"<{node.value}>"
        if isinstance(node, ox.Literal):
            return str(node)
        if inverse := self._shapes.objects(node, SH + "inversePath"):
            return "^" + self._written_path(inverse[0])
        choices = self._shapes.objects(node, SH + "alternativePath")
        items = self._shapes.list_items(choices[0] if choices else node)
        return "(" + ("|" if choices else "/").join(self._written_path(item) for item in items) + ")"

    def _sentence(self, result: Result, path: str | None) -> tuple[str, str]:
        own = self._shapes.text(result.shape, SH + "message")
        for rule in self._shapes.iris(result.shape, SH + "sparql"):
            if result.component == SH + "SPARQLConstraintComponent":
                own = self._shapes.text(rule, SH + "message")
        if own:
            return own, "Add it." if result.component == SH + "MinCountConstraintComponent" else ""
        found = self._found(result, path)
        if path is None:
            return self._identifier(result, found)
        words = SENTENCES.get(result.component, other)
        if result.component == SH + "ClassConstraintComponent" and self._is_taken_back(result.value):
            words = taken_back
        what, do = words(found)
        return f"{what}.", do

    def _is_taken_back(self, value: Object | None) -> bool:
        return isinstance(value, ox.NamedNode) and CCIN + "Tombstone" in self._data.iris(value, RDF + "type")

    def _identifier(self, result: Result, found: Found) -> tuple[str, str]:
        """Return the sentence for a rule about the thing itself: what is wrong is its identifier."""
        kind = self._shapes.text(result.shape, RDFS + "label") or "this kind"
        pattern = self._shapes.text(result.shape, SH + "pattern") or ""
        return (
            f"the permanent link {found.value} is not one for the kind “{kind}”.",
            f"For this kind it has {_plain(pattern)}." if pattern else "Give it a permanent link.",
        )

    def _found(self, result: Result, path: str | None) -> Found:
        limit = next(iter(self._shapes.objects(result.shape, LIMITS.get(result.component, ""))), None)
        values = (
            self._data.objects(result.focus, path)
            if path and not isinstance(result.focus, ox.Literal)
            else []
        )
        return Found(
            name=self._shapes.text(result.shape, SH + "name") or (_words(path) if path else ""),
            value=self._shown(result.value) if result.value is not None else "",
            limit=self._limit(limit),
            values=_some([self._shown(value) for value in sorted(values, key=str)]),
            count=len(values),
        )

    def _limit(self, limit: Object | None) -> str:
        if isinstance(limit, ox.BlankNode):
            items = self._shapes.list_items(limit)
            return ", ".join(self._label(_text(item)) or self._shown(item) for item in items)
        if not isinstance(limit, ox.NamedNode):
            return limit.value if isinstance(limit, ox.Literal) else ""
        known = KINDS_OF_VALUE.get(limit.value) or self._names_of_paths.get(limit.value)
        return known or self._label(limit.value) or _words(limit.value)

    def _shown(self, value: Object) -> str:
        if isinstance(value, ox.Literal):
            text = value.value if len(value.value) <= _LONGEST else value.value[: _LONGEST - 1] + "…"
            return f'"{text}"@{value.language}' if value.language else f'"{text}"'
        if not isinstance(value, ox.NamedNode):
            return "a thing without a permanent link"
        label = self._label(value.value)
        return f"{label} <{value.value}>" if label else f"<{value.value}>"

    def _name(self, node: Object) -> str:
        if not isinstance(node, ox.NamedNode):
            return _text(node)
        label = self._label(node.value)
        return label or node.value.partition("/id/")[2] or node.value

    def _label(self, iri: str) -> str | None:
        return next((text for name in _NAMES if (text := self._data.text(iri, name))), None)


def conflict_findings(conflicts: Iterable[Conflict], name: Callable[[str], str]) -> list[Finding]:
    """Return a warning for each property about which sources disagree; *name* gives an IRI's words."""
    return [_conflict(conflict, name) for conflict in conflicts]


def _conflict(conflict: Conflict, name: Callable[[str], str]) -> Finding:
    def said(value: Object, sources: Sequence[str]) -> str:
        shown = name(value.value) if isinstance(value, ox.NamedNode) else str(value)
        return f"{shown} ({', '.join(name(source) for source in sources)})"

    words = name(conflict.predicate)
    words = _words(conflict.predicate) if words == conflict.predicate else words
    others = "; ".join(said(value, sources) for value, sources in conflict.refused)
    chosen = said(conflict.chosen, conflict.chosen_sources)
    return Finding(
        severity="warning",
        focus=conflict.subject,
        path=conflict.predicate,
        value=conflict.chosen,
        component=SH + "MaxCountConstraintComponent",
        shape=None,
        message=f"{name(conflict.subject)}: sources disagree about “{words}”. "
        f"Shown is {chosen}; others say {others}.",
        hint="If what is shown is wrong, add a correction. What each source says stays as it is.",
    )


def disagreement_findings(pairs: Iterable[Disagreement], name: Callable[[str], str]) -> list[Finding]:
    """Return a warning for each two statements about a body's membership that do not fit together."""
    return [
        Finding(
            severity="warning",
            focus=pair.first.body,
            path=None,
            value=ox.NamedNode(pair.second.iri),
            component=CCIN + "StatementsAgreeConstraint",
            shape=None,
            message=f"{name(pair.first.body)}: sources disagree about {_DISPUTED[pair.about]}. "
            f"{_told(pair.first, name)}; {_told(pair.second, name)}.",
            hint="Both stay, each with its source. If one was misread, mend it where it stands.",
        )
        for pair in pairs
    ]


def figure_findings(pairs: Iterable[tuple[Figure, Figure]], name: Callable[[str], str]) -> list[Finding]:
    """Return a warning for each two figures of the same measure, kind and period that differ."""
    return [
        Finding(
            severity="warning",
            focus=one.iri,
            path=CCIN + "count",
            value=ox.NamedNode(two.iri),
            component=CCIN + "FiguresAgreeConstraint",
            shape=None,
            message=f"{name(one.body)}: two figures of the same period differ. “{name(one.iri)}”"
            f" ({_pages(one, name)}); “{name(two.iri)}” ({_pages(two, name)}).",
            hint="Both stay, each with its source. If one was misread, mend it where it stands.",
        )
        for one, two in pairs
    ]


def _pages(one: Figure, name: Callable[[str], str]) -> str:
    return ", ".join(name(source) for source in one.sources) or "page not recorded"


def _told(one: Statement, name: Callable[[str], str]) -> str:
    sources = ", ".join(name(source) for source in one.sources) or "no source named"
    return f"“{name(one.iri)}” ({sources})"


def _text(node: Object) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.Literal) else str(node)


def _words(iri: str) -> str:
    """Return the last part of an IRI as words: ``fromYear`` as “from year”."""
    local = re.split(r"[#/]", iri.rstrip("#/>)"))[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower()


def _some(shown: Sequence[str]) -> str:
    more = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _plain(pattern: str) -> str:
    """Return a pattern of keys in words: ``/id/project/[a-z0-9]+…$`` as “/id/project/…, …”."""
    start = pattern.partition("[")[0]
    return f"{start}… with small letters, digits and single hyphens"
