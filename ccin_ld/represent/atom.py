"""Atom feeds of changes (RFC 4287), with what was taken away (RFC 6721) and pages (RFC 5005, section 3).

An entry's id is the IRI of the version that it tells of, so it never changes. When a Resource has gone, its
removal is an entry, and every earlier entry about it is deleted from the feed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from ..archive import Entry, version_path
from ..iris import Base
from ..namespaces import AS
from . import ATOM, VERSIONS

_ATOM, _AT = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
_XML = "http://www.w3.org/XML/1998/namespace"
ET.register_namespace("", _ATOM)
ET.register_namespace("at", _AT)
_VERBS = {"create": "New", "update": "Changed", "delete": "Gone"}


@dataclass(frozen=True)
class Feed:
    """What a feed is: its path, what it is of, the page of that, and who answers for it."""

    path: str
    title: str
    page: str
    author: str
    rights: str
    licence: str
    updated: datetime
    start: str


def feed(told: Feed, entries: Sequence[Entry], base: Base, turns: Mapping[str, str],
         before: Mapping[int, Sequence[Entry]]) -> bytes:  # fmt: skip
    """Return one page of a feed; *before* gives the earlier changes of each Resource that has gone."""
    made = ET.Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": "en"})
    _text(made, "id", f"{base.iri}{told.path[1:]}")
    _text(made, "title", told.title)
    _text(made, "updated", _time(told.updated))
    _text(ET.SubElement(made, f"{{{_ATOM}}}author"), "name", told.author)
    if told.rights:
        _text(made, "rights", told.rights)
    for rel, path in turns.items():
        _link(made, rel, told.start + path, ATOM.media_type)
    _link(made, "alternate", told.start + told.page, "text/html")
    if told.licence:
        _link(made, "license", told.licence)
    for one in entries:
        _entry(made, one, told, base)
        for old in before.get(one.id, ()):
            _deleted(made, old, one, base)
    ET.indent(made, " ")
    text: str = ET.tostring(made, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(parent: ET.Element, one: Entry, told: Feed, base: Base) -> None:
    made = ET.SubElement(parent, f"{{{_ATOM}}}entry")
    _text(made, "id", base.iri + one.version[1:])
    kind = f" ({one.type})" if one.type else ""
    _text(made, "title", f"{_VERBS[one.kind]}: {one.label}{kind}")
    _text(made, "updated", _time(one.at))
    _text(made, "summary", "\n".join(one.sentences) or f"{_VERBS[one.kind]}: {one.label}.")
    ET.SubElement(made, f"{{{_ATOM}}}category", {"term": one.kind, "scheme": AS, "label": _VERBS[one.kind]})
    # Of what has gone there is no version to show, but its history.
    page = f"/timemap{one.path}.html" if one.gone else f"{one.version}.html"
    _link(made, "alternate", told.start + page, "text/html")
    if not one.gone:
        for offer in VERSIONS[1:]:
            _link(made, "alternate", f"{told.start}{one.version}.{offer.extension}", offer.media_type)
    _link(made, "related", told.start + one.path)


def _deleted(parent: ET.Element, old: Entry, by: Entry, base: Base) -> None:
    ref = base.iri + version_path(old.release, old.path)[1:]
    made = ET.SubElement(parent, f"{{{_AT}}}deleted-entry", {"ref": ref, "when": _time(by.at)})
    ET.SubElement(made, f"{{{_AT}}}comment").text = f"{by.label} has gone."


def _text(parent: ET.Element, name: str, text: str) -> None:
    # XML 1.0, section 2.2: most signs below a blank cannot be written at all.
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = "".join(
        sign for sign in text if sign >= " " or sign in "\t\n"
    )


def _link(parent: ET.Element, rel: str, href: str, media_type: str = "") -> None:
    values = {"rel": rel, "href": href, **({"type": media_type} if media_type else {})}
    ET.SubElement(parent, f"{{{_ATOM}}}link", values)


def _time(at: datetime) -> str:
    # RFC 4287, section 3.3: a date of RFC 3339.
    return at.isoformat().replace("+00:00", "Z")
