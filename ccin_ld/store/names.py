"""How a build's graphs are called in a remote engine, and which of them are published."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DATASET = "dataset.nq"


@dataclass(frozen=True)
class Names:
    """The names of our own graphs in an engine, apart for each base so that networks may share one."""

    base: str

    @property
    def start(self) -> str:
        """What every one of them begins with."""
        return f"urn:ccin-ld:{hashlib.blake2b(self.base.encode(), digest_size=6).hexdigest()}:"

    @property
    def state(self) -> str:
        """The graph that says what is in the engine, whole."""
        return self.start + "state"

    @property
    def nothing(self) -> str:
        """A graph that is never there."""
        return self.start + "nothing"

    def default(self, version: str) -> str:
        """The graph that holds the default graph of a version."""
        return f"{self.start}default:{version}"

    def staged(self, digest: str) -> str:
        """The graph in which a source's graph waits for the switch."""
        return f"{self.start}staged:{digest}"

    def says(self, what: str) -> str:
        """A predicate of the state."""
        return self.start + what


def version_of(manifest: Mapping[str, Any]) -> str:
    """Return what names the triples of a build: sixteen characters of the digest of its N-Quads, else its id.

    The id alone does not do: a Release adds days to the documents of a build and leaves its id.
    """
    digests = [one["sha256"] for one in manifest["files"] if one["name"] == DATASET]
    return str(digests[0])[:16] if digests else str(manifest["id"])


@dataclass(frozen=True)
class Published:
    """What of an engine's graphs is the published dataset of one build."""

    default: str
    named: tuple[str, ...]
    nothing: str

    def dataset(
        self, default: Sequence[str], named: Sequence[str], *, graphs: bool
    ) -> tuple[list[str], list[str]]:
        """Return the graphs to name to the engine for those that a client names; for none, all published.

        What is not published is left out: it is empty, as in LocalStore. *graphs* says whether the query has
        a GRAPH in it; without one, no named graph need be told.
        """
        known = frozenset(self.named)
        if not default and not named:
            return [self.default], list(self.named if graphs else ())
        ours = [iri for iri in dict.fromkeys(default) if iri in known]
        others = [iri for iri in dict.fromkeys(named) if iri in known]
        # Engines take a list with nothing in it for "all that there is".
        return ours or [self.nothing], others or [self.nothing]


def published(manifest: Mapping[str, Any]) -> Published:
    """Return what the build with this manifest publishes, as an engine has it."""
    names = Names(manifest["base"])
    graphs = tuple(sorted(manifest["counts"]["graphs"]))
    return Published(names.default(version_of(manifest)), graphs, names.nothing)
