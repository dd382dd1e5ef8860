"""Links as HTTP headers have them (RFC 8288), and sets of links as documents of their own (RFC 9264)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import Representation
from .jsonld import encode

# RFC 9264, 4.1 and 4.2: the same links in the syntax of the header, and in JSON.
LINKSET_JSON = Representation(
    "linkset-json",
    "Link set as JSON",
    "application/linkset+json",
    "json",
    text=False,
    aliases=("application/json",),
)
LINKSET = Representation("linkset", "Link set", "application/linkset", "txt", text=False)
LINKSETS = (LINKSET_JSON, LINKSET)


@dataclass(frozen=True)
class Link:
    """One link of the Link header (RFC 8288)."""

    href: str
    rel: str
    type: str | None = None
    profile: str | None = None
    datetime: str | None = None  # of a version of the resource (RFC 7089, 2.2.4)

    def __str__(self) -> str:
        return f"<{self.href}>{self._attributes()}"

    def _attributes(self, anchor: str | None = None) -> str:
        # RFC 8288, 3: comma and blank between links, every value in quotes; looser forms are misread.
        kind = f'; type="{self.type}"' if self.type else ""
        profile = f'; profile="{self.profile}"' if self.profile else ""
        when = f'; datetime="{self.datetime}"' if self.datetime else ""
        context = f'; anchor="{anchor}"' if anchor else ""
        return f'; rel="{self.rel}"{kind}{profile}{when}{context}'

    def at(self, anchor: str) -> str:
        """Return the link as it is written in a link set, with what it is a link of (RFC 8288, 3.2)."""
        return f"<{self.href}>{self._attributes(anchor)}"


@dataclass(frozen=True)
class Context:
    """What links lead from (RFC 8288, 3.2), and those links. All addresses are whole ones."""

    anchor: str
    links: Sequence[Link]


def as_json(contexts: Iterable[Context]) -> bytes:
    """Return the links as ``application/linkset+json``: an object a context, an array a relation (4.2)."""
    return encode({"linkset": [_object(one) for one in contexts]})


def _object(context: Context) -> dict[str, Any]:
    made: dict[str, Any] = {"anchor": context.anchor}
    for link in context.links:
        made.setdefault(link.rel, []).append(_target(link))
    return made


def _target(link: Link) -> dict[str, Any]:
    target: dict[str, Any] = {"href": link.href}
    if link.type:
        target["type"] = link.type
    if link.profile:
        # RFC 9264, 4.2.4.3: an attribute that RFC 8288 does not define is an array.
        target["profile"] = [link.profile]
    return target


def as_text(contexts: Iterable[Context]) -> bytes:
    """Return the links as ``application/linkset``, one on each line (4.1)."""
    lines = [link.at(context.anchor) for context in contexts for link in context.links]
    return (",\n".join(lines) + "\n").encode()


def written(contexts: Iterable[Context], choice: Representation) -> bytes:
    """Return the links in one of the two formats, LINKSETS."""
    return as_text(contexts) if choice is LINKSET else as_json(contexts)
