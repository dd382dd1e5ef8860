"""The files of the record that an import touches: their triples, and their bytes where those change."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from .. import record
from ..errors import BadInput
from ..namespaces import PREFIXES
from .aliases import GRAPH as ALIASES
from .aliases import alias_source, alias_triples
from .changes import Changes
from .claims import (
    Capture,
    body_triples,
    capture_sources,
    capture_triples,
    quotation_triples,
    register_triples,
    source_triples,
    thing,
)
from .existing import BODIES, REGISTER, Existing
from .imports import NAME as IMPORTS
from .imports import Import, write_imports
from .match import Body, Match
from .page import PageFacts

QUOTATIONS = "--quotations"


def touched(
    existing: Existing, capture: Capture, facts: PageFacts, names: Sequence[Match]
) -> dict[str, list[ox.Triple]]:
    """Return the triples of every file of the record that the import touches, by the file's name."""
    base = existing.base
    bodies = [one.body for one in names]
    hand = together(existing.bodies_in(BODIES), (one for one in bodies if not one.in_register))
    elsewhere = existing.labelled(without=capture.source)
    known = {**elsewhere, **{thing(base, one): one.name for one in hand}}
    # A body's first printed name is its label, so the first of several must win here too.
    printed = {thing(base, one.body): one.printed for one in reversed(names) if not one.is_accepted}
    graphs = {
        capture.source: capture_triples(base, capture, facts, names, existing.labels, known),
        capture.source + QUOTATIONS: quotation_triples(base, capture, facts),
        BODIES: bodies_graph(existing, hand),
        REGISTER: register_graph(existing, bodies, hand, {**printed, **known}),
    }
    named = existing.bodies() | {
        triple.subject.value
        for name in (BODIES, REGISTER)
        for triple in graphs[name]
        if isinstance(triple.subject, ox.NamedNode)
    }
    graphs[ALIASES] = alias_triples(base, existing.directory, named, {**printed, **known})
    graphs = {name: triples for name, triples in graphs.items() if triples or name in existing.graphs}
    return {**graphs, "sources": _sources(existing, capture, graphs)}


def bodies_graph(existing: Existing, hand: Sequence[Body]) -> list[ox.Triple]:
    """Return what the table of bodies says of *hand*, and what else stands in their graph."""
    made = body_triples(existing.base, existing.directory, hand)
    ours = {triple.subject for triple in made}
    return made + [triple for triple in existing.graphs.get(BODIES, ()) if triple.subject not in ours]


def register_graph(
    existing: Existing, bodies: Sequence[Body], hand: Sequence[Body], labels: Mapping[str, str]
) -> list[ox.Triple]:
    """Return what the register says of the councils named so far and now, and of those related to *hand*."""
    related = [
        (one.row["related_as"], existing.directory.council(one.row["related_local_authority_code"]))
        for one in hand
    ]
    councils = together(
        (one for one in existing.bodies_in(REGISTER) if one.in_register),
        (one for one in bodies if one.in_register),
        # A group's council is named by its group; the council of an area around another is not.
        (council for how, council in related if council and how == "group on"),
    )
    areas = [council for how, council in related if council and how != "group on"]
    return register_triples(existing.base, existing.directory, councils, areas, labels)


def together(*bodies: Iterable[Body]) -> list[Body]:
    """Return bodies each once, in the order of their kinds and keys."""
    found = {(one.kind, one.key): one for several in bodies for one in several}
    return [found[name] for name in sorted(found)]


def _sources(existing: Existing, capture: Capture, graphs: Mapping[str, list[ox.Triple]]) -> list[ox.Triple]:
    """Return ``data/sources.ttl`` with the capture's blocks made anew and all others as they are."""
    base = existing.base
    quotes = capture.source + QUOTATIONS in graphs
    made = capture_sources(base, capture, existing.licence, _rights(existing), quotes)
    described = {triple.subject for triple in existing.sources}
    for source, kind, title in (
        (REGISTER, "register", "Register of councils: the councils that are named"),
        (BODIES, "hand", "Bodies that the register of councils does not hold"),
    ):
        if source in graphs and ox.NamedNode(base.graph(source)) not in described:
            table = "reference/uk-councils.csv" if source == REGISTER else "reference/bodies.csv"
            made += source_triples(base, source, title, kind, table, existing.licence)
    if ALIASES in graphs and ox.NamedNode(base.graph(ALIASES)) not in described:
        made += alias_source(existing)
    ours = {base.graph(capture.source), base.graph(capture.source + QUOTATIONS)}
    others = [
        triple
        for triple in existing.sources
        if not (isinstance(triple.subject, ox.NamedNode) and triple.subject.value in ours)
    ]
    return [*others, *made]


def _rights(existing: Existing) -> str:
    """Return whose the quoted words are: the network's, when one is known."""
    owner = next((one.name for one in existing.directory.bodies if one.kind == "network"), "the network")
    return f"© {owner}; quoted; no licence known"


def changed_files(
    existing: Existing, graphs: Mapping[str, list[ox.Triple]], changes: Iterable[Changes]
) -> dict[Path, bytes]:
    """Return the Turtle of each file whose triples change; a file in another layout is left to ``format``."""
    changed = {one.source for one in changes if not one.none}
    return {
        _path(existing.folder, name): record.write(triples, PREFIXES)
        for name, triples in graphs.items()
        if name in changed
    }


def _path(folder: Path, name: str) -> Path:
    return folder / "sources.ttl" if name == "sources" else folder / "graphs" / f"{name}.ttl"


def received_files(existing: Existing, imported: Import, data: bytes) -> dict[Path, bytes]:
    """Return the file that is kept and the table of imports, as far as they are not there yet.

    *data* is the file as received, or the copy of it without personal data.
    """
    folder = existing.folder / "sources"
    kept, files = folder / imported.file, {}
    if kept.exists() and kept.read_bytes() != data:
        hint = "another text stands there; move it away, or restore it from git"
        raise BadInput("cannot take the page as received", file=kept, hint=hint)
    if not kept.exists():
        files[kept] = data
    if imported not in existing.imports:
        files[folder / IMPORTS] = write_imports([*existing.imports, imported])
    return files


def save_files(files: Mapping[Path, bytes], folder: Path) -> list[Path]:
    """Write every file or none, and return those that changed. Raises BadInput when none can be written."""
    try:
        return record.save(files)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "make room on the disk" if full else "make the folder one that you may write to"
        raise BadInput(
            f"cannot be written: {error.strerror}; the record is as it was", file=folder, hint=hint
        ) from error
