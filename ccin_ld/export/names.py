"""Which addresses become files, and what the files are called.

``/doc/tier/unitary`` is ``doc/tier/unitary.html``. A state of a page, in its query, is in the name:
``/doc/claim?page=2`` is ``doc/claim~page-2.html``. No key and no route has a ``~``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from ..words import DEFAULT, LANGUAGES

# The page that says what needs a server, and what there is instead.
NEEDS_SERVER = "/needs-a-server"
# What only a server can do; the address of each says so, and what there is instead.
SERVER_ONLY = ("/search", "/suggest", "/sparql", "/report", "/report/sent", "/resolve", "/is-member")
# Below these, too: matching, and what things were, of which there is more than of what they are.
_SERVER_ONLY_BELOW = ("/reconcile", "/version/", "/timemap/")
# What describes such services, and what the server says of itself: no file at all.
LEFT_OUT = (
    "/theme", "/oembed", "/opensearch.xml", "/vocab.json", "/openapi.json", "/.well-known/api-catalog",
    "/healthz", "/readyz",
)  # fmt: skip
# States without end, or that a person types in.
_ENDLESS = frozenset(
    {
        *("q", "sort", "query", "url", "text", "iri", "uri", "code", "on", "network", "since", "cursor"),
        # The same thing in other words and formats, and why.
        *("_profile", "_format", "_mediatype", "format", "explain"),
    }
)
_LONGEST = 200
_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def spoken(path: str) -> tuple[str, str]:
    """Return the language of a path, and the path as the routes see it."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return (first, path[len(first) + 1 :] or "/") if first in LANGUAGES else (DEFAULT, path)


def needs_server(address: str) -> bool:
    """Say whether only a server can answer: a service, or one of the states that have no end."""
    path, _, query = address.partition("?")
    _, plain = spoken(path)
    if plain in SERVER_ONLY or plain in LEFT_OUT or plain.startswith(_SERVER_ONLY_BELOW):
        return True
    pairs = parse_qsl(query, keep_blank_values=True)
    own = [name for name, _ in pairs if name != "page"]
    return len(own) > 1 or len(pairs) - len(own) > 1 or not _ENDLESS.isdisjoint(own)


def file_of(address: str, extension: str | None, base: str) -> str:
    """Return the name of the file for an address; *extension* is of its type, where its path has none.

    *base* is the start of the network's IRIs: a state that names one is called by its path.
    """
    path, _, query = address.partition("?")
    stem = path.strip("/") or "index"
    if extension:
        stem, ending = stem.removesuffix(f".{extension}"), f".{extension}"
    else:
        before, dot, after = stem.rpartition(".")
        stem, ending = (before, f".{after}") if dot and "/" not in after else (stem, "")
    return f"{stem}{_state(parse_qsl(query, keep_blank_values=True), base)}{ending}"


def _state(pairs: Iterable[tuple[str, str]], base: str) -> str:
    return "".join(f"~{_safe(name)}-{_safe(value.removeprefix(base))}" for name, value in sorted(pairs))


def _safe(text: str) -> str:
    """Return a text as a piece of a path, another for another text: no dot, no empty step."""
    if len(text) > _LONGEST:
        return "." + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
    if _PLAIN.fullmatch(text):
        return text
    keep = "_-/" if _steps(text) else "_-"
    return "".join(one if (one.isascii() and one.isalnum()) or one in keep else _hex(one) for one in text)


def _steps(text: str) -> bool:
    return all(text.split("/"))


def _hex(sign: str) -> str:
    return "".join(f".{byte:02x}" for byte in sign.encode())
