"""Which representation a client gets: suffix, then query, then ``Accept`` (conventions.md d.1 and d.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from ..errors import BadRequest, NotAcceptable
from ..represent import Representation

# Taken as equals; the first that is given counts.
PARAMETERS = ("_format", "_mediatype", "format")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_TOKEN = re.compile(r"[A-Za-z0-9_.+-]+")


_LONGEST = 1000


def parse_accept(header: str) -> MIMEAccept:
    """Return the header as a value, with every parameter but q dropped: we offer bare media types.

    RFC 9110, 12.5.1: a header that is missing or empty accepts everything.
    """
    # Cut, so that what is kept is bounded: no client needs a thousand letters to say what it takes.
    return _parsed(header[:_LONGEST])


@lru_cache(maxsize=1024)
def _parsed(header: str) -> MIMEAccept:
    if not header.strip():
        return MIMEAccept([("*/*", 1.0)])
    accept = parse_accept_header(header, MIMEAccept)
    return MIMEAccept([(value.split(";")[0].strip().lower(), quality) for value, quality in accept])


def choose(accept: MIMEAccept, offers: Sequence[Representation]) -> Representation:
    """Return the offer that *accept* rates highest; among equals our own order decides.

    Raises NotAcceptable when it accepts none of them.
    """
    offers = [offer for offer in offers if offer.negotiable]
    best = max(offers, key=lambda offer: accept.quality(offer.media_type))
    if accept.quality(best.media_type) <= 0:
        raise NotAcceptable([offer.media_type for offer in offers], accept.to_header())
    return best


def by_name(name: str, offers: Sequence[Representation]) -> Representation:
    """Return the offer with this token, extension or media type, as ``_format`` names it.

    Raises NotAcceptable for a format that is not offered, BadRequest for a word that cannot be one.
    """
    # A blank in a query is how a client that forgot to escape writes '+'.
    wanted = name.strip().lower().replace(" ", "+").split(";")[0]
    for offer in offers:
        if wanted in (offer.name, offer.extension, offer.media_type, *offer.aliases):
            return offer
    if _MEDIA_TYPE.fullmatch(wanted) or _TOKEN.fullmatch(wanted):
        raise NotAcceptable([offer.media_type for offer in offers], wanted)
    raise BadRequest(f"{name!r} is neither the name of a format nor a media type")


def negotiate(
    accept: str, query: Mapping[str, str], extension: str | None, offers: Sequence[Representation]
) -> Representation:
    """Return the representation to send. Suffix wins over query, and query over ``Accept``.

    Raises NotAcceptable and BadRequest as ``choose`` and ``by_name`` do.
    """
    if extension is not None:
        return _noted("suffix", extension, offers, by_name(extension, offers))
    for parameter in PARAMETERS:
        if query.get(parameter):
            return _noted(parameter, query[parameter], offers, by_name(query[parameter], offers))
    return _noted("Accept", accept, offers, choose(parse_accept(accept), offers))


@dataclass(frozen=True)
class Decision:
    """One choice of a format: by what, what that said, what was on offer, what was chosen."""

    by: str
    given: str
    offers: Sequence[Representation]
    chosen: Representation


# The choices of a request that is explained; None in every other.
DECISIONS: ContextVar[list[Decision] | None] = ContextVar("decisions", default=None)


def _noted(by: str, given: str, offers: Sequence[Representation], chosen: Representation) -> Representation:
    noted = DECISIONS.get()
    if noted is not None:
        noted.append(Decision(by, given, offers, chosen))
    return chosen


@lru_cache(maxsize=1024)
def signature(header: str, offers: tuple[Representation, ...]) -> tuple[float, ...]:
    """Return how a header rates each offer: headers that mean the same have the same signature."""
    accept = parse_accept(header)
    return tuple(accept.quality(offer.media_type) for offer in offers)


def split_suffix(path: str, offers: Sequence[Representation]) -> tuple[str, str | None]:
    """Return the path without a suffix that names one of *offers*, and that suffix or None."""
    stem, dot, extension = path.rpartition(".")
    if dot and "/" not in extension and any(extension == offer.extension for offer in offers):
        return stem, extension
    return path, None
