"""Negotiation by profile: which profile of a thing a client gets, and how it is told which there are.

Content Negotiation by Profile (W3C Working Draft of 3 July 2026), sections 6 and 7. The draft still changes:
what it names is in this module and in ``description/profiles.py``, so that a new text means a change here.

A query wins over the header (6.4). Who sends ``Accept-Profile`` gets the profile that it rates highest and
that comes in an acceptable format, before any better format of another profile (7.1); where none does, the
default one, which the answer names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Headers

from ..description.profiles import suffix
from ..errors import BadRequest, NotAcceptable
from ..iris import Base
from ..namespaces import ALTR
from ..represent import TURTLE, Representation
from ..represent.linkset import Link
from ..represent.profiles import FORMATS, FULL, PROFILES, Profile
from .negotiation import negotiate

HEADER, PARAMETER = "Accept-Profile", "_profile"
# The environment's name of the header (PEP 3333).
ENVIRON = "HTTP_ACCEPT_PROFILE"
# What asks for the list of all: "alt" is the word of most systems, "all" of the draft (7.2.2).
LISTS = ("alt", "all")
# The data model of that list, which is its profile (6.3).
MODEL = ALTR.rstrip("#")
# The paths on which the header is looked at, and so has to be in Vary.
STARTS = "/doc/"
_LONGEST = 1000
_ONE = re.compile(r"\s*(?:<([^<>\s]+)>|([^<>\s,;\"]+))\s*((?:;[^,]*)?)(?:,|$)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_NAME = re.compile(r"<?[A-Za-z0-9:/?#\[\]@!$&'()*+,;=%._~-]{1,500}>?")


@dataclass(frozen=True)
class Choice:
    """The profile and the format to answer in; *how* is the query, the header or the default."""

    profile: Profile
    representation: Representation
    how: str


def choose(
    headers: Headers,
    query: Mapping[str, str],
    extension: str | None,
    profiles: Sequence[Profile],
    offers: Sequence[Representation],
    base: Base,
) -> Choice:
    """Return the profile and the format of a thing that comes in *profiles*, the full one in *offers*.

    Raises NotAcceptable for a profile or format that is not offered, BadRequest
    for a name that can be none.
    """
    accept = headers.get("Accept", "")
    named = query.get(PARAMETER)
    if named:
        profile = by_name(named, profiles, base)
        return Choice(profile, negotiate(accept, query, extension, formats(profile, offers)), PARAMETER)
    wanted = {one.token: one for one in profiles}
    for token in ranked(headers.get(HEADER, ""), base):
        profile = wanted.get(token, FULL)
        try:
            found = negotiate(accept, query, extension, formats(profile, offers)) if token in wanted else None
        except NotAcceptable:
            continue  # the client rates another profile, or takes the default one
        if found:
            return Choice(profile, found, HEADER)
    return Choice(FULL, negotiate(accept, query, extension, offers), "")


def is_list(query: Mapping[str, str]) -> bool:
    """Say whether a request asks which profiles there are."""
    return query.get(PARAMETER, "").lower() in LISTS


def formats(profile: Profile, offers: Sequence[Representation]) -> Sequence[Representation]:
    """Return the formats that a profile comes in; *offers* are those of the full one."""
    return offers if profile is FULL else FORMATS


def by_name(name: str, profiles: Sequence[Profile], base: Base) -> Profile:
    """Return the profile with this token or IRI.

    Raises NotAcceptable when it is not offered, BadRequest for what is neither a token nor an IRI.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest(f"{PARAMETER}={name[:40]!r} is neither the token nor the IRI of a profile")
    for one in profiles:
        if name.strip("<>") in (one.token, one.iri(base)):
            return one
    there = [one.token for one in profiles] + list(LISTS[:1])
    raise NotAcceptable([f"{PARAMETER}={one}" for one in there], f"profile {name.strip('<>')}")


def ranked(header: str, base: Base) -> tuple[str, ...]:
    """Return the tokens of our profiles that a header names, the best first; of equals the first named.

    What is not understood of it is left out: a client that is given the default profile is told so.
    """
    return _ranked(header[:_LONGEST], base.iri) if header else ()


@lru_cache(maxsize=256)
def _ranked(header: str, base_iri: str) -> tuple[str, ...]:
    base = Base(base_iri)
    known = {name: one.token for one in PROFILES for name in (one.iri(base), one.token)}
    rated = [(name, quality) for name, quality in _read(header) if name in known and quality > 0]
    rated.sort(key=lambda pair: -pair[1])
    return tuple(dict.fromkeys(known[name] for name, _ in rated))


def _read(header: str) -> Iterator[tuple[str, float]]:
    place = 0
    while place < len(header):
        match = _ONE.match(header, place)
        if match is None:
            return
        quality = _QUALITY.search(match[3])
        yield match[1] or match[2], float(quality[1]) if quality else 1.0
        place = match.end()


def signature(environ: Mapping[str, Any], path: str, base: Base) -> tuple[str, ...]:
    """Return what of a request's header an answer depends on: headers that mean the same give the same."""
    header = environ.get(ENVIRON)
    return ranked(header, base) if header and path.startswith(STARTS) else ()


def profile_link(profile: Profile, base: Base) -> Link:
    """Return the link by which an answer says what profile it has (RFC 6906)."""
    return Link(profile.iri(base), "profile")


def others(path: str, profile: Profile, offered: Sequence[Profile], base: Base) -> list[Link]:
    """Return a link to each other profile, in one format: the link set has them all (design, 5)."""
    return [
        Link(path + suffix(one, TURTLE), "alternate", TURTLE.media_type, one.iri(base))
        for one in offered
        if one is not profile
    ]


def asked(profile: Profile) -> str:
    """Return the query that asks for a profile, "" for the default one."""
    return "" if profile is FULL else f"{PARAMETER}={profile.token}"
