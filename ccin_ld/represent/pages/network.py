"""What is known of the network as a whole: how many memberships, figures, offices, funding rounds, events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...namespaces import CCIN, DCT, ORG, SKOS
from ...words import N_
from .figures import differing
from .messages import joined, named
from .shared import Maker
from .terms import Shown

_ROWS = 60
_PARTS_OF_NETWORK = 500
_DETAILS = {
    "fund": N_("%(value)s pounds a year"),
    "highestGrant": N_("at most %(value)s pounds a project"),
    "asPrinted": N_("as printed: %(value)s"),
    "dateAsPrinted": N_("date as printed: %(value)s"),
}
# A year as printed is no amount: it has no comma at the thousands.
_AMOUNTS = ("fund", "highestGrant")
_PARTS = {
    "Figure": N_("Figures"),
    "OfficeHolding": N_("Who held office"),
    "FundingRound": N_("Funding rounds"),
    "Event": N_("Events"),
}


@dataclass(frozen=True)
class Fact:
    """One fact about the network, what its label does not say, and the pages that say it, if recorded."""

    link: Shown
    detail: str
    sources: tuple[Shown, ...]


@dataclass(frozen=True)
class Part:
    """Facts of one kind, and the pairs or more among them that disagree."""

    key: str
    title: str
    facts: tuple[Fact, ...]
    disputed: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True)
class NetworkView:
    """Memberships by kind, each body once for a kind, and the facts about the network."""

    kinds: tuple[tuple[Shown, int], ...]
    parts: tuple[Part, ...]


def view(maker: Maker) -> NetworkView:
    """Return what is known of the network of a build, which has one."""
    parts = (_part(name, title, maker) for name, title in _PARTS.items())
    found = [*parts, _governance(maker)]
    return NetworkView(_kinds(maker), tuple(part for part in found if part.facts))


def _governance(maker: Maker) -> Part:
    """Return the committees and boards of the network: the terms that belong to it."""
    network, how = maker.model.site.network, CCIN + "body"
    found = maker.reader.things_linking(network, how, SKOS + "Concept", _PARTS_OF_NETWORK) if network else []
    return Part(
        "governance", maker.words.gettext("Governance bodies"), tuple(_fact(iri, maker) for iri in found), ()
    )


def _kinds(maker: Maker) -> tuple[tuple[Shown, int], ...]:
    """Return how many memberships each kind has; only memberships have it as their role."""
    scheme = f"{maker.base.iri}def/membership-kinds"
    reader = maker.reader
    found = [(iri, reader.linking_count(iri, ORG + "role")) for iri in reader.concepts(scheme)]
    ordered = sorted(found, key=lambda one: (-one[1], reader.sort_key(one[0])))
    return tuple((maker.terms.link(iri), size) for iri, size in ordered)


def _part(name: str, title: str, maker: Maker) -> Part:
    items = maker.reader.index.of_class(CCIN + name, limit=_ROWS)
    facts = {iri: _fact(iri, maker) for iri in sorted((one.iri for one in items), key=_in_time(maker))}
    disputed = _disputed(list(facts), maker) if name == "Figure" else []
    pairs = tuple(tuple(facts[iri] for iri in group) for group in disputed)
    return Part(name.lower(), maker.words.gettext(title), tuple(facts.values()), pairs)


def _fact(iri: str, maker: Maker) -> Fact:
    sources = tuple(maker.pages(maker.reader.iris(iri, DCT + "source")))
    return Fact(maker.terms.link(iri), _detail(iri, maker), sources)


def _detail(iri: str, maker: Maker) -> str:
    """Return what is recorded of a fact and does not stand in its label, in words."""
    label = maker.terms.link(iri).text
    _ = maker.words.say
    found = [
        _(words, value=_amount(text, maker) if name in _AMOUNTS else named(text, maker.words))
        for name, words in _DETAILS.items()
        for text in maker.reader.texts(iri, CCIN + name)
        if text not in label
    ]
    return joined(found, "; ")


def _amount(text: str, maker: Maker) -> str:
    return maker.words.number(int(text)) if text.isdecimal() else text


def _in_time(maker: Maker) -> Callable[[str], tuple[str, tuple[float, str]]]:
    """Return what puts facts in order of their day or year; those without one come last."""
    reader = maker.reader

    def place(iri: str) -> tuple[str, tuple[float, str]]:
        when = reader.text(iri, CCIN + "notBefore") or reader.text(iri, CCIN + "fromYear")
        return when or "no day", reader.sort_key(iri)

    return place


def _disputed(figures: list[str], maker: Maker) -> list[list[str]]:
    """Return the figures whose numbers differ though they are of one time, in groups."""
    groups: list[set[str]] = []
    for one, two in differing(maker):
        pair = {one.iri, two.iri}
        group = next((known for known in groups if known & pair), None)
        if group is None:
            groups.append(pair)
        else:
            group |= pair
    return [[iri for iri in figures if iri in group] for group in groups]
