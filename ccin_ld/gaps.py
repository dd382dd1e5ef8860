"""What the data of a build does not know: claims not known, fields not recorded, sources that disagree.

It is worked out once, when the build is made; pages and lists read it from the build's folder.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from .errors import BuildFailed
from .graph import TripleIndex
from .model import Model
from .namespaces import CCIN, PROV, RDF, RDFS, SH
from .validation import Finding
from .words import N_

NAME = "gaps.json"
NOT_KNOWN, NOT_RECORDED, CONFLICT, DOUBT = "not-known", "not-recorded", "conflict", "doubt"
# The kinds of gap in the order in which they are offered, in words for many of them.
KINDS = {
    NOT_KNOWN: N_("Not known"),
    NOT_RECORDED: N_("Not recorded"),
    CONFLICT: N_("Sources disagree"),
    DOUBT: N_("In doubt"),
}
_MISSING = SH + "MinCountConstraintComponent"
# A value too many is a conflict of sources: each gives another one.
_CONFLICTS = {
    SH + "MaxCountConstraintComponent",
    CCIN + "StatementsAgreeConstraint",
    CCIN + "FiguresAgreeConstraint",
}
_AGREEMENT = "#claim-agreement"
_STATE = CCIN + "claimState"
_IRI = re.compile(r"<([^>]+)>")
# By which properties a thing leads to the bodies that it is of, or to another thing that does.
_TO_BODIES = (CCIN + "body", PROV + "agent", CCIN + "about")
_TO_OTHERS = (CCIN + "project", CCIN + "concerns", CCIN + "captureOf")
_FARTHEST = 4
# What pages say is "not recorded" though no rule asks for it: class, the fields of which one will do, words.
_WANTED = (
    ("Project", ("lead",), N_("Who led it is not recorded.")),
    ("Project", ("tookPart",), N_("Who took part in it is not recorded.")),
    ("Project", ("fromYear", "toYear", "yearAsPrinted"), N_("Its year is not recorded.")),
    ("Project", ("projectKind",), N_("The kind of project is not recorded.")),
    ("CaseStudy", ("about",), N_("Whom it tells of is not recorded.")),
    ("Membership", ("start",), N_("When it began is not recorded.")),
)
_SPOKEN = ("member", "announced", "not-yet")


@dataclass(frozen=True)
class Gap:
    """One thing that is not known: of which kind, on whose page, which field, in words, and of which bodies.

    *thing* is what has the gap; *about* is the thing on whose page people look for it, often the same.
    """

    kind: str
    thing: str
    about: str
    label: str
    field: str
    name: str
    words: str
    bodies: tuple[str, ...]


def gaps_of(default: Sequence[ox.Triple], findings: Iterable[Finding], model: Model) -> list[Gap]:
    """Return every gap of a default graph and of what its check found, in the order of the things."""
    finder = _Finder(TripleIndex(default), model)
    found = [finder.found(one) for one in findings]
    told = {(one.thing, one.field) for one in found}
    wanted = [one for one in finder.not_recorded() if (one.thing, one.field) not in told]
    made = [*finder.not_known(), *found, *wanted]
    order = list(KINDS)
    return sorted(made, key=lambda one: (one.about, order.index(one.kind), one.name, one.thing, one.words))


class _Finder:
    """Finds gaps in one default graph, and the bodies that each is of."""

    def __init__(self, graph: TripleIndex, model: Model) -> None:
        self._graph, self._model = graph, model
        self._told_on: dict[str, list[str]] = defaultdict(list)
        for thing, page in graph.pairs(CCIN + "describedOn"):
            if isinstance(page, ox.NamedNode):
                self._told_on[page.value].append(thing)

    def _label(self, iri: str) -> str:
        return self._graph.text(iri, RDFS + "label") or iri

    def not_known(self) -> Iterator[Gap]:
        """Yield a gap for each principle of which no capture of a thing knows (design, section 3)."""
        claims: dict[tuple[str, str], list[str]] = defaultdict(list)
        known: set[tuple[str, str]] = set()
        for claim, state in self._graph.pairs(_STATE):
            abouts = [one for how in _TO_OTHERS for one in self._graph.iris(claim, how)]
            pairs = [(one, two) for one in abouts for two in self._graph.iris(claim, CCIN + "principle")]
            if state == ox.NamedNode(CCIN + "notKnown"):
                for pair in pairs:
                    claims[pair].append(claim)
            else:
                known.update(pairs)
        for (about, principle), iris in claims.items():
            if (about, principle) not in known:
                yield self._unclaimed(about, principle, sorted(iris))

    def _unclaimed(self, about: str, principle: str, claims: list[str]) -> Gap:
        name, label = self._label(principle), self._label(about)
        why = self._why(principle, claims)
        return Gap(
            kind=NOT_KNOWN,
            thing=claims[0],
            about=about,
            label=label,
            field=CCIN + "meetsPrinciple",
            name=name,
            words=f"Whether it meets “{name}” is not known{': ' + why if why else ''}.",
            bodies=self._bodies(about),
        )

    def _why(self, principle: str, claims: Iterable[str]) -> str:
        captures = {one for claim in claims for one in self._graph.iris(claim, PROV + "wasDerivedFrom")}
        forms = {form for one in captures for form in self._graph.iris(one, CCIN + "form")}
        never = set(self._graph.iris(principle, CCIN + "neverShownIn"))
        sometimes = set(self._graph.iris(principle, CCIN + "notAlwaysShownIn"))
        if forms and forms <= never:
            return "its page has a form that never shows this"
        return "its page has a form that does not always show this" if forms & (never | sometimes) else ""

    def not_recorded(self) -> Iterator[Gap]:
        """Yield a gap for each field that a page shows as not recorded, asked for by a rule or not."""
        for name, fields, words in _WANTED:
            for thing in self._graph.of_type(CCIN + name):
                if not any(self._graph.objects(thing, CCIN + field) for field in fields):
                    yield self._missing(thing, CCIN + fields[0], words)
        says = {ox.NamedNode(self._model.base.thing("statement-kind", one)) for one in _SPOKEN}
        spoken = {
            body
            for statement, kind in self._graph.pairs(CCIN + "says")
            if kind in says
            for body in self._graph.iris(statement, CCIN + "body")
        }
        networks = set(self._graph.of_type(CCIN + "Network"))
        for body in self._graph.of_type(CCIN + "Body"):
            if body not in spoken and body not in networks:
                words = N_("Whether it is or was a member is not recorded: no source here says so.")
                yield self._missing(body, CCIN + "membershipKind", words)

    def _missing(self, thing: str, field: str, words: str) -> Gap:
        name = self._model.field_name(field) or self._model.term_label(field) or ""
        return Gap(NOT_RECORDED, thing, thing, self._label(thing), field, name, words, self._bodies(thing))

    def found(self, finding: Finding) -> Gap:
        """Return the gap that a finding of the check is."""
        label = self._label(finding.focus)
        words = finding.message.removeprefix(f"{label}: ")
        field = (_IRI.search(finding.path or "") or [None, finding.path or ""])[1] or ""
        return Gap(
            kind=_kind(finding),
            thing=finding.focus,
            about=finding.focus,
            label=label,
            field=field,
            name=(self._model.field_name(field) or "") if field else "",
            words=f"{words[:1].upper()}{words[1:]}",
            bodies=self._bodies(finding.focus),
        )

    def _bodies(self, iri: str) -> tuple[str, ...]:
        """Return the bodies that a thing is of: itself, those it names, or those of what it leads to."""
        here, seen = [iri], {iri}
        for _ in range(_FARTHEST):
            found = {one for thing in here for one in self._near(thing)}
            if found:
                return tuple(sorted(found))
            here = [two for one in here for two in self._next(one) if two not in seen]
            seen.update(here)
        return ()

    def _near(self, thing: str) -> list[str]:
        if self._is_body(thing):
            return [thing]
        # Who led knows best; without a lead, those who took part.
        for how in ((CCIN + "lead",), (CCIN + "tookPart",), _TO_BODIES):
            if found := [one for path in how for one in self._graph.iris(thing, path) if self._is_body(one)]:
                return found
        return []

    def _next(self, thing: str) -> list[str]:
        followed = [one for path in (*_TO_OTHERS, CCIN + "about") for one in self._graph.iris(thing, path)]
        return [*followed, *self._told_on.get(thing, ())]

    def _is_body(self, iri: str) -> bool:
        return CCIN + "Body" in self._graph.iris(iri, RDF + "type")


def _kind(finding: Finding) -> str:
    if finding.component == _MISSING:
        return NOT_RECORDED
    if finding.component in _CONFLICTS or (finding.shape or "").endswith(_AGREEMENT):
        return CONFLICT
    return DOUBT


def write_gaps(gaps: Iterable[Gap]) -> bytes:
    """Return gaps as they are kept in the folder of a build."""
    return (json.dumps([asdict(one) for one in gaps], ensure_ascii=False, indent=0) + "\n").encode()


def read_gaps(folder: Path) -> tuple[Gap, ...] | None:
    """Return the gaps of the build in *folder*; None for one that was not checked. Raises BuildFailed."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        return tuple(Gap(**{**one, "bodies": tuple(one["bodies"])}) for one in json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BuildFailed(f"{path} cannot be read: {error}; run: ccin-ld build") from error
