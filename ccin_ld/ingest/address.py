"""Web addresses of pages: what stays the same in those of one page, its key, and what it may tell of."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pyoxigraph as ox

from ..errors import BadInput
from ..iris import is_key, slug
from ..namespaces import CCIN
from .existing import Existing
from .private import holds_address

# What a page can tell of, by the path segments of the ontology's classes.
KINDS = ("project", "case-study", "page")
_FOLDERS = {
    "project": "project",
    "projects": "project",
    "case-study": "case-study",
    "case-studies": "case-study",
}
_HINT = "give the page's own address, for example https://www.example.org/project/name/"


def check_address(url: str) -> None:
    """Raise BadInput when *url* is not the web address of a page."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        ox.NamedNode(url)
    except ValueError as error:
        raise BadInput(f"{url!r} is not a web address", hint=_HINT) from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment:
        raise BadInput(f"{url!r} is not the web address of a page", hint=_HINT)
    if holds_address(url):
        raise BadInput("this web address holds an e-mail address", hint=_HINT)
    if not name_of(url):
        raise BadInput(f"the address {url!r} has no name of a page in it", hint=_HINT)


def is_address(url: str) -> bool:
    """Say whether *url* is the web address of a page."""
    try:
        check_address(url)
    except BadInput:
        return False
    return True


def site(url: str) -> str:
    """Return the host without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def name_of(url: str) -> str:
    """Return the last part of the path, or ``p-`` and the number that stands for it, or ""."""
    parts = urlsplit(url)
    last = re.sub(r"\.(?:html?|php|aspx?)$", "", unquote(parts.path.rstrip("/").rpartition("/")[2]))
    if last.lower() not in ("", "index"):
        return last.lower() if re.search(r"[A-Za-z0-9]", last) else ""
    query = parse_qs(parts.query)
    numbers = [value for name in ("p", "page_id") for value in query.get(name, ()) if value.isdecimal()]
    return f"p-{int(numbers[0])}" if len(numbers) == 1 and len(numbers[0]) < 12 else ""


def same_page(one: str, other: str) -> bool:
    """Say whether two addresses are of one page: www, protocol, slash and folders do not count."""
    return (site(one), name_of(one)) == (site(other), name_of(other))


def kind_of_address(url: str) -> str | None:
    """Return what the folder of an address says that the page tells of, or None."""
    folders = [part.lower() for part in urlsplit(url).path.split("/")[:-1] if part]
    return next((_FOLDERS[part] for part in reversed(folders) if part in _FOLDERS), None)


def page_key(existing: Existing, addresses: tuple[str, ...], given: str | None) -> str:
    """Return the key of the page with these addresses: the one it has, the one given, or one made now.

    Raises BadInput when the addresses are of two pages, or the key is another page's.
    """
    known = _known(existing, addresses)
    if len(known) > 1:
        hint = "give addresses of one page; pages that were imported apart stay apart"
        raise BadInput(f"these are addresses of several pages: {', '.join(sorted(known))}", hint=hint)
    if given is not None and (not is_key(given) or (known and given not in known)):
        hint = f"the page has the key {min(known)}" if known else "it is small letters, digits and hyphens"
        raise BadInput(f"{given!r} cannot be the key of this page", hint=hint)
    if known:
        return known.pop()
    key = given or slug(name_of(addresses[0]))
    others = existing.index.iris(existing.base.thing("page", key), CCIN + "address")
    if others:
        hint = "two pages have names that begin alike, or stand on two sites; give another key with --key"
        raise BadInput(f"the page {key!r} is known at {others[0]}", hint=hint)
    return key


def _known(existing: Existing, addresses: tuple[str, ...]) -> set[str]:
    """Return the keys of the pages that the record knows at one of these addresses."""
    start = existing.base.thing("page", "")
    return {
        iri[len(start) :]
        for iri, value in existing.index.pairs(CCIN + "address")
        if iri.startswith(start)
        and isinstance(value, ox.NamedNode)
        and any(same_page(value.value, one) for one in addresses)
    }
