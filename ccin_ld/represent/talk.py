"""Who should we talk to? Bodies that did work which claims a principle, the nearest first, each with why.

``ranked`` is a pure function; ``found`` reads a build for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..namespaces import CCIN, RDF
from ..resource import pick
from ..words import Words
from .pages.reader import Reader

HEADER = ("id", "name", "reason", "led", "joined", "told", "region", "nation", "tier", "shared")
# As much work of one principle, and as many projects of one body, as are looked at.
_WORKS, _PROJECTS = 1000, 200


@dataclass(frozen=True)
class Place:
    """Where a body is and of which tier; what is not recorded is empty."""

    region: str = ""
    nation: str = ""
    tiers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A body that did such work: its place, what it led, joined, or is told of in, and whom both know.

    *shared* are the bodies that took part in projects of the one who asks and in projects of this one.
    """

    iri: str
    name: str
    place: Place = field(default_factory=Place)
    led: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()

    @property
    def works(self) -> tuple[str, ...]:
        """All the work, what it led first."""
        return tuple(dict.fromkeys((*self.led, *self.joined, *self.told)))


def ranked(asker: Place | None, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates, the best to talk to first.

    First who is in the same region, then in the same nation, then who is of the same tier, then who shares
    most partners with the asker; then who led most, joined most and is told of most; then by name.
    """
    here = asker or Place()

    def order(one: Candidate) -> tuple[object, ...]:
        return (
            not (here.region and one.place.region == here.region),
            not (here.nation and one.place.nation == here.nation),
            not here.tiers & one.place.tiers,
            -len(one.shared),
            -len(one.led),
            -len(one.joined),
            -len(one.told),
            one.name.casefold(),
            one.iri,
        )

    return sorted(candidates, key=order)


def place_of(body: str, reader: Reader) -> Place:
    """Return where a body is: a group on a council is where its council is, and of its tier."""
    bodies = [body, *reader.iris(body, CCIN + "groupOn")]
    areas = [area for one in bodies for area in reader.iris(one, CCIN + "area")]
    nations = [nation for area in areas for nation in reader.iris(area, CCIN + "nation")]
    tiers = frozenset(tier for one in bodies for tier in reader.iris(one, CCIN + "tier"))
    return Place(reader.region(body) or "", next(iter(nations), ""), tiers)


def name_of(iri: str, reader: Reader, words: Words) -> str:
    """Return the name of a thing in the language of *words*, or its IRI where it has none."""
    return pick(reader.labels(iri), words.code) or iri


def found(principle: str, asker: str | None, reader: Reader, words: Words) -> list[Candidate]:
    """Return every body but *asker* that did work which claims *principle*, the best to talk to first."""
    roles: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for work in reader.latest(reader.linking(principle, CCIN + "meetsPrinciple", _WORKS)):
        for body, role in _who(work, reader):
            roles[body][role].append(work)
    roles.pop(asker or "", None)
    mine = _partners(asker, reader) if asker else frozenset()
    made = [
        Candidate(
            iri=body,
            name=name_of(body, reader, words),
            place=place_of(body, reader),
            led=tuple(done["led"]),
            joined=tuple(done["joined"]),
            told=tuple(done["told"]),
            shared=mine & _partners(body, reader) - {body} if mine else frozenset(),
        )
        for body, done in roles.items()
    ]
    return ranked(place_of(asker, reader) if asker else None, made)


def _who(work: str, reader: Reader) -> Iterable[tuple[str, str]]:
    leads = set(reader.iris(work, CCIN + "lead"))
    yield from ((one, "led") for one in sorted(leads))
    yield from ((one, "joined") for one in reader.iris(work, CCIN + "tookPart") if one not in leads)
    if CCIN + "CaseStudy" in reader.iris(work, RDF + "type"):
        for one in reader.iris(work, CCIN + "about"):
            if CCIN + "Body" in reader.iris(one, RDF + "type"):
                yield one, "told"


def _partners(body: str, reader: Reader) -> frozenset[str]:
    projects = reader.linking(body, CCIN + "tookPart", _PROJECTS)
    return frozenset(one for each in projects for one in reader.iris(each, CCIN + "tookPart")) - {body}


def reason(one: Candidate, asker: Place | None, reader: Reader, words: Words) -> str:
    """Return why to talk to a candidate, in whole sentences: what it did, how near it is, whom both know."""
    said = []
    if one.led:
        said.append(
            words.ngettext("It led %(num)s such project.", "It led %(num)s such projects.", len(one.led))
        )
    if one.joined:
        text = words.ngettext(
            "It took part in %(num)s such project.", "It took part in %(num)s such projects.", len(one.joined)
        )
        said.append(text)
    if one.told:
        text = words.ngettext(
            "%(num)s case study tells of it.", "%(num)s case studies tell of it.", len(one.told)
        )
        said.append(text)
    if asker:
        said += _near(one, asker, reader, words)
    if one.shared:
        text = words.ngettext(
            "%(num)s other body has worked with both of you.",
            "%(num)s other bodies have worked with both of you.",
            len(one.shared),
        )
        said.append(text)
    return " ".join(said)


def _near(one: Candidate, asker: Place, reader: Reader, words: Words) -> list[str]:
    _, place = words.gettext, one.place
    said = []
    if asker.region and place.region == asker.region:
        said.append(_("It is in your region, %(name)s.", name=name_of(place.region, reader, words)))
    elif place.region and place.nation == asker.nation:
        said.append(_("It is in another region, %(name)s.", name=name_of(place.region, reader, words)))
    elif place.nation:
        said.append(_("It is in another nation, %(name)s.", name=name_of(place.nation, reader, words)))
    else:
        said.append(_("Where it is is not recorded."))
    if same := sorted(asker.tiers & place.tiers):
        tiers = words.listed(name_of(tier, reader, words) for tier in same)
        said.append(_("It is of the same tier as you: %(name)s.", name=tiers))
    return said


def row(one: Candidate, asker: Place | None, reader: Reader, words: Words) -> dict[str, object]:
    """Return a candidate as plain data, its keys those of HEADER."""
    return {
        "id": one.iri,
        "name": one.name,
        "reason": reason(one, asker, reader, words),
        "led": list(one.led),
        "joined": list(one.joined),
        "told": list(one.told),
        "region": one.place.region or None,
        "nation": one.place.nation or None,
        "tier": sorted(one.place.tiers),
        "shared": sorted(one.shared),
    }
