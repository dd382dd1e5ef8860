"""Those who follow the changes, as they are written elsewhere: an event stream's client, and an Atom reader."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pyoxigraph as ox

TREE, LDES = "https://w3id.org/tree#", "https://w3id.org/ldes#"
AS = "https://www.w3.org/ns/activitystreams#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
Get = Callable[[str], list[ox.Quad]]


@dataclass(frozen=True)
class Member:
    """One member of a stream, read by what the stream says of its members."""

    iri: str
    kind: str
    of: str
    at: str
    triples: frozenset[ox.Triple]


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


class Graph:
    """Quads of one answer, asked by subject and predicate."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.quads = list(quads)
        self._values: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._named: dict[str, set[ox.Triple]] = defaultdict(set)
        for quad in self.quads:
            if isinstance(quad.graph_name, ox.DefaultGraph):
                subject, predicate, value = _text(quad.subject), quad.predicate.value, _text(quad.object)
                self._values[subject, predicate].append(value)
                self._pairs[predicate].append((subject, value))
            else:
                self._named[_text(quad.graph_name)].add(quad.triple)

    def all(self, predicate: str) -> list[tuple[str, str]]:
        return sorted(self._pairs.get(predicate, ()))

    def values(self, subject: str, predicate: str) -> list[str]:
        return sorted(self._values.get((subject, predicate), ()))

    def one(self, subject: str, predicate: str) -> str:
        (value,) = self.values(subject, predicate)
        return value

    def named(self, name: str) -> frozenset[ox.Triple]:
        return frozenset(self._named.get(name, ()))


def walk(get: Get, root: str) -> tuple[list[Member], dict[str, Graph]]:
    """Follow a stream from its root to every page; return its members in their order, and the pages."""
    pages = {root: Graph(get(root))}
    ((stream, view),) = pages[root].all(TREE + "view")
    assert view == root
    says = {
        name: pages[root].one(stream, LDES + name)
        for name in ("timestampPath", "versionOfPath", "versionCreateObject", "versionUpdateObject", "versionDeleteObject")
    }  # fmt: skip
    waiting, members = [root], {}
    for url in waiting:
        page = pages.setdefault(url, Graph(get(url)) if url not in pages else pages[url])
        for iri in page.values(stream, TREE + "member"):
            assert iri not in members, "a member stands on one page"
            kinds = [one for one in page.values(iri, RDF_TYPE) if one in says.values()]
            members[iri] = Member(
                iri, kinds[0], page.one(iri, says["versionOfPath"]), page.one(iri, says["timestampPath"]),
                page.named(iri),
            )  # fmt: skip
        for relation in page.values(url, TREE + "relation"):
            target = page.one(relation, TREE + "node")
            if target not in waiting:
                waiting.append(target)
    return sorted(members.values(), key=lambda one: one.at), pages


def replayed(members: Iterable[Member]) -> set[ox.Triple]:
    """Apply members in their order to nothing: what each says of its Resource takes the place of what was."""
    held: dict[str, frozenset[ox.Triple]] = {}
    for one in members:
        if one.kind == AS + "Create":
            assert not held.get(one.of), f"{one.of} was there when it was made"
        if one.kind == AS + "Update":
            assert held.get(one.of), f"{one.of} was not there when it changed"
        held[one.of] = one.triples
    return set().union(*held.values())


# Atom

ATOM, AT, XML = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}", "{http://www.w3.org/XML/1998/namespace}"  # fmt: skip
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_PERSON = {"name", "uri", "email"}
# What may be in a feed and in an entry, and how often (RFC 4287, 4.1.1 and 4.1.2): least, most.
_FEED = {"author": (0, 99), "category": (0, 99), "contributor": (0, 99), "generator": (0, 1), "icon": (0, 1),
         "id": (1, 1), "link": (0, 99), "logo": (0, 1), "rights": (0, 1), "subtitle": (0, 1), "title": (1, 1),
         "updated": (1, 1), "entry": (0, 10_000)}  # fmt: skip
_ENTRY = {"author": (0, 99), "category": (0, 99), "content": (0, 1), "contributor": (0, 99), "id": (1, 1),
          "link": (0, 99), "published": (0, 1), "rights": (0, 1), "source": (0, 1), "summary": (0, 1),
          "title": (1, 1), "updated": (1, 1)}  # fmt: skip


def faults_of(data: bytes) -> list[str]:
    """Return what is wrong with a feed by the rules of RFC 4287 and RFC 6721."""
    try:
        feed = ET.fromstring(data)
    except ET.ParseError as error:
        return [f"no XML: {error}"]
    if feed.tag != ATOM + "feed":
        return ["no feed"]
    faults = _counted(feed, _FEED, "feed") + _common(feed, "feed")
    if not [one for one in feed.iterfind(f"{ATOM}link") if one.get("rel") == "self"]:
        faults.append("a feed should link to itself (4.1.1)")
    entries = feed.findall(ATOM + "entry")
    authored = feed.find(ATOM + "author") is not None
    for one in entries:
        where = one.findtext(ATOM + "id") or "an entry"
        faults += _counted(one, _ENTRY, where) + _common(one, where)
        if not authored and one.find(ATOM + "author") is None:
            faults.append(f"{where}: nobody wrote it (4.1.2)")
        rels = [link.get("rel", "alternate") for link in one.iterfind(f"{ATOM}link")]
        if one.find(ATOM + "content") is None and "alternate" not in rels:
            faults.append(f"{where}: neither content nor a link to it (4.1.2)")
    ids = [(one.findtext(ATOM + "id"), one.findtext(ATOM + "updated")) for one in entries]
    if len(set(ids)) != len(ids):
        faults.append("two entries with one id and one time (4.1.1)")
    return faults + _deleted(feed, {one for one, _ in ids})


def _counted(parent: ET.Element, allowed: dict[str, tuple[int, int]], where: str) -> list[str]:
    names = [one.tag.removeprefix(ATOM) for one in parent if one.tag.startswith(ATOM)]
    faults = [f"{where}: {name} may not be here" for name in names if name not in allowed]
    for name, (least, most) in allowed.items():
        if not least <= names.count(name) <= most:
            faults.append(f"{where}: {names.count(name)} of {name}")
    return faults


def _common(parent: ET.Element, where: str) -> list[str]:
    faults = []
    if not _IRI.fullmatch(parent.findtext(ATOM + "id") or ""):
        faults.append(f"{where}: its id is no IRI (4.2.6)")
    for name in ("updated", "published"):
        for one in parent.findall(ATOM + name):
            if not _DATE.fullmatch(one.text or ""):
                faults.append(f"{where}: {name} is no date (3.3)")
    for one in parent.findall(ATOM + "author"):
        names = [part.tag.removeprefix(ATOM) for part in one]
        if names.count("name") != 1 or not set(names) <= _PERSON or not (one.findtext(ATOM + "name") or ""):
            faults.append(f"{where}: a person without a name (3.2)")
    for one in parent.findall(ATOM + "category"):
        if not one.get("term"):
            faults.append(f"{where}: a category without a term (4.2.2)")
    for name in ("title", "summary", "rights", "subtitle"):
        for one in parent.findall(ATOM + name):
            if one.get("type", "text") not in ("text", "html", "xhtml") or (
                one.get("type", "text") == "text" and len(one)
            ):
                faults.append(f"{where}: {name} is no text (3.1)")
    return faults + _links(parent, where)


def _links(parent: ET.Element, where: str) -> list[str]:
    faults, alternates = [], []
    for one in parent.findall(ATOM + "link"):
        if not _IRI.fullmatch(one.get("href", "")):
            faults.append(f"{where}: a link without an address (4.2.7)")
        if one.get("type") is not None and not re.fullmatch(r".+/.+", one.get("type", "")):
            faults.append(f"{where}: a link whose type is none (4.2.7.3)")
        if one.get("rel", "alternate") == "alternate":
            alternates.append((one.get("type"), one.get("hreflang")))
    if len(set(alternates)) != len(alternates):
        faults.append(f"{where}: two alternates of one type and language (4.1.1, 4.1.2)")
    return faults


def _deleted(feed: ET.Element, ids: set[str | None]) -> list[str]:
    faults = []
    for one in feed.findall(AT + "deleted-entry"):
        if not _IRI.fullmatch(one.get("ref", "")) or not _DATE.fullmatch(one.get("when", "")):
            faults.append("a deleted entry without ref or when (RFC 6721, 3)")
        if one.get("ref") in ids:
            faults.append(f"{one.get('ref')} is there and deleted")
        if len(one.findall(AT + "comment")) > 1:
            faults.append("two comments on one deleted entry")
    return faults
