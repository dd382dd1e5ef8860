"""Which thing has an identifier: our own IRI, one of others, or a code; and what that says of membership."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit

import pyoxigraph as ox

from . import names
from .history import Standing, Statement, Status, standing
from .index import Index, Item
from .iris import Base, is_key, is_name
from .namespaces import CCIN, FOAF, OWL, RDFS, SKOS
from .store.protocol import Store

LONGEST = 500
# The ways in which a thing has an identifier, the firmest first.
BY_IRI = (
    OWL + "sameAs", SKOS + "exactMatch", SKOS + "closeMatch", FOAF + "homepage", CCIN + "address",
    SKOS + "broadMatch", SKOS + "narrowMatch", SKOS + "relatedMatch", RDFS + "seeAlso",
)  # fmt: skip
BY_CODE = (CCIN + "gssCode", CCIN + "registerCode", CCIN + "formerGssCode", SKOS + "notation")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_QID = re.compile(r"(?:wd:)?(Q[1-9][0-9]{0,12})", re.IGNORECASE)
_WIKIDATA = "http://www.wikidata.org/entity/"
_WIKIDATA_PAGE = re.compile(
    r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity|wiki/Special:EntityData)/(Q\d+).*"
)


class Record(Protocol):
    """What is asked of a build."""

    @property
    def base(self) -> Base: ...
    @property
    def store(self) -> Store: ...
    @property
    def index(self) -> Index: ...
    @property
    def statements(self) -> Mapping[str, Sequence[Statement]]: ...


@dataclass(frozen=True)
class Match:
    """A thing that has an identifier: by which property ("" for its own IRI), and as it is recorded."""

    item: Item
    how: str
    value: str


def resolve(text: str, record: Record, public: str = "") -> list[Match]:
    """Return the things that have the identifier *text*, one line each, those that have it firmest alone.

    *public* is the address of this server, whose pages stand for things too. Our own IRI goes before what
    is the same as something, a code before what only ends in it; nothing is guessed from names.
    """
    wanted = " ".join(text.split()).strip("<>")[:LONGEST]
    if not wanted:
        return []
    own = _own(wanted, record, public)
    if own:
        return [Match(own, "", own.iri)]
    coded = _QID.fullmatch(wanted) or not _IRI.fullmatch(wanted)
    found = list(_by_code(wanted, record) if coded else _by_iri(wanted, record))
    order = (*BY_IRI, *BY_CODE)
    found.sort(key=lambda one: (order.index(one.how), one.item.iri))
    best: dict[str, Match] = {}
    for one in found:
        best.setdefault(one.item.iri, one)
    # To see also is a weaker tie than any other: it counts where there is no firmer one.
    firm = [one for one in best.values() if one.how != RDFS + "seeAlso"]
    return firm or list(best.values())


def _own(wanted: str, record: Record, public: str) -> Item | None:
    """Return the thing with this IRI of ours, page of ours, or kind and key."""
    base = record.base
    kind, _, name = wanted.removeprefix("/").removeprefix("id/").partition("/")
    if is_key(kind) and is_name(name):
        return record.index.item(base.thing(kind, name))
    for iri in _schemes(wanted):
        found = record.index.item(iri)
        if found:
            return found
        for start in (base.iri, f"{public}/" if public else base.iri):
            local = iri.removeprefix(start).split("?")[0].split("#")[0] if iri.startswith(start) else ""
            kind, _, name = local.removeprefix("doc/").removeprefix("id/").partition("/")
            stem = name.partition(".")[0]
            if local.startswith(("doc/", "id/")) and is_key(kind) and is_name(stem):
                return record.index.item(base.thing(kind, stem))
    return None


def _schemes(iri: str) -> list[str]:
    """Return an address as it is, and with the other of http and https."""
    scheme, colon, rest = iri.partition("://")
    if scheme not in ("http", "https") or not colon:
        return [iri]
    return [iri, ("https" if scheme == "http" else "http") + "://" + rest]


def _spellings(iri: str) -> list[str]:
    """Return the ways to write an address: http and https, a final slash; of a page of Wikidata its item."""
    wikidata = _WIKIDATA_PAGE.fullmatch(iri)
    if wikidata:
        return _schemes(_WIKIDATA + wikidata[1])
    bare = iri.rstrip("/")
    host = urlsplit(bare).netloc
    found = [
        one for start in (bare, bare.replace(f"//{host}", f"//{host.lower()}", 1)) for one in _schemes(start)
    ]
    return list(dict.fromkeys([*found, *(f"{one}/" for one in found)]))


def _by_iri(iri: str, record: Record) -> Iterator[Match]:
    yield from _having([f"<{one}>" for one in _spellings(iri)], BY_IRI, record)


def _by_code(code: str, record: Record) -> Iterator[Match]:
    qid = _QID.fullmatch(code)
    if qid:
        yield from _by_iri(_WIKIDATA + qid[1].upper(), record)
        return
    written = dict.fromkeys((code, code.upper(), code.lower()))
    found = list(_having([str(ox.Literal(one)) for one in written], BY_CODE, record))
    yield from found or _ending_in(code, record)


def _having(values: Iterable[str], properties: Iterable[str], record: Record) -> Iterator[Match]:
    query = (
        f"SELECT ?thing ?how ?value {{ VALUES ?how {{ {' '.join(f'<{one}>' for one in properties)} }}"
        f" VALUES ?value {{ {' '.join(values)} }} ?thing ?how ?value }}"
    )
    for row in record.store.select(query):
        thing, how, value = row["thing"], row["how"], row["value"]
        if isinstance(thing, ox.NamedNode) and isinstance(how, ox.NamedNode):
            item = record.index.item(thing.value)
            if item and item.kind and isinstance(value, ox.NamedNode | ox.Literal):
                yield Match(item, how.value, value.value)


def _ending_in(code: str, record: Record) -> Iterator[Match]:
    """Yield the things of which an identifier that others gave ends in *code*: the number of a register.

    Only what has a digit: many addresses end in a name, and a name may be of several.
    """
    if not any(sign.isdigit() for sign in code):
        return
    for item in record.index.coded(code):
        for how in (OWL + "sameAs", RDFS + "seeAlso"):
            for value in record.store.objects(item.iri, how):
                last = names.last_part(value.value) if isinstance(value, ox.NamedNode) else ""
                if last.casefold() == code.casefold() and isinstance(value, ox.NamedNode):
                    yield Match(item, how, value.value)


# Is it a member?

NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Answer:
    """What is known of the membership of a body on a day.

    *status* is one of history's, or NOT_KNOWN where no source speaks of it at all. *statements* are what it
    rests on: of a body that is not listed, all that is said of it.
    """

    item: Item
    status: str
    standing: Standing
    statements: tuple[Statement, ...]


def bodies_of(match: Match, record: Record) -> list[Item]:
    """Return the body that an identifier names, or, where it names a place, the bodies of that place."""
    if CCIN + "Body" in match.item.types:
        return [match.item]
    found = (record.index.item(one) for one in record.store.subjects_of(CCIN + "area", match.item.iri))
    return [one for one in found if one and CCIN + "Body" in one.types]


def membership(item: Item, record: Record, day: date) -> Answer:
    """Return what is known of the membership of a body on a day; never that it is no member."""
    said = tuple(record.statements.get(item.iri, ()))
    found = standing(said, day)
    if found.status is not Status.NOT_LISTED:
        return Answer(item, found.status, found, found.statements)
    bearing = tuple(one for one in said if one.attests or one.denies)
    return Answer(item, Status.NOT_LISTED if bearing else NOT_KNOWN, found, bearing)


__all__ = ["BY_CODE", "BY_IRI", "NOT_KNOWN", "Answer", "Match", "bodies_of", "membership", "resolve"]
