"""Names that a person has accepted for a body: a table, and the graph ``aliases`` that is made from it.

A name that is printed on a page and means no known body is never guessed; a suggestion stays one until a
person accepts it here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from .. import record
from ..errors import BadInput
from ..iris import Base
from ..namespaces import PREFIXES, SKOS
from .claims import says, source_triples, thing
from .existing import Existing, read_existing
from .match import ALIASES, Body, Directory, Match
from .private import why_private

GRAPH = "aliases"
TITLE = "Printed names that a person has accepted for a body"
MAX_NAME = 200
_COLUMNS = ["name", "body", "why"]


@dataclass(frozen=True)
class Alias:
    """A printed name, the body that a person says it means, and why: where it is printed."""

    name: str
    body: Body
    why: str


def parse_alias(text: str, directory: Directory, why: str) -> Alias:
    """Return the alias that ``Printed name=council/anytown`` gives. Raises BadInput when it gives none."""
    name, _, body = text.rpartition("=")
    return make_alias(name, body, directory, why)


def make_alias(name: str, body: str, directory: Directory, why: str) -> Alias:
    """Return the alias of a body named by kind and key.

    Raises BadInput for a body that is not known, for what can be no name, and for the own name of another.
    """
    plain, (kind, _, key) = " ".join(name.split()), body.strip().partition("/")
    found = directory.get(kind, key)
    if found is None:
        hint = "give the kind and key of a body that is known, as in “Printed name=council/anytown”"
        raise BadInput(f"{body.strip()!r} is no known body", hint=hint)
    if not plain or len(plain) > MAX_NAME or not plain.isprintable() or why_private(plain):
        raise BadInput("this cannot be the name of a body", hint="give the name as it is printed")
    other = directory.find(plain)
    if isinstance(other, Match) and other.body != found and other.how == "by its name":
        hint = "write what the page prints; if the page errs, mend the page"
        raise BadInput(f"“{plain}” is the name of {other.body.kind}/{other.body.key}", hint=hint)
    if isinstance(other, Match) and other.body != found and plain in other.body.accepted:
        hint = f"take it out of data/reference/{ALIASES} first"
        raise BadInput(f"“{plain}” is accepted for {other.body.kind}/{other.body.key}", hint=hint)
    return Alias(plain, found, " ".join(why.split()))


def is_new(alias: Alias, directory: Directory) -> bool:
    """Say whether the table does not hold the alias yet."""
    known = directory.get(alias.body.kind, alias.body.key)
    return known is None or alias.name not in known.accepted


def accepting(existing: Existing, accept: Iterable[str], source: str) -> tuple[Existing, tuple[Alias, ...]]:
    """Return the record with the names that an import accepts, and those of them that are new."""
    why = f"accepted at the import of {source}"
    aliases = tuple(parse_alias(one, existing.directory, why) for one in dict.fromkeys(accept))
    fresh = tuple(one for one in aliases if is_new(one, existing.directory))
    if not fresh:
        return existing, ()
    directory = existing.directory.accepting((one.name, one.body) for one in fresh)
    return replace(existing, directory=directory), fresh


def alias_triples(
    base: Base, directory: Directory, bodies: Iterable[str], labels: Mapping[str, str]
) -> list[ox.Triple]:
    """Return the accepted names of the bodies with these IRIs; *labels* are their preferred labels."""
    named = set(bodies)
    # SKOS Reference, S13: a preferred label is not another label too.
    return [
        says(iri, SKOS + "altLabel", name)
        for one in directory.bodies
        if one.accepted and (iri := thing(base, one)) in named
        for name in one.accepted
        if name not in (one.name, labels.get(iri))
    ]


def alias_source(existing: Existing) -> list[ox.Triple]:
    """Return what ``data/sources.ttl`` says of the graph of aliases."""
    return source_triples(existing.base, GRAPH, TITLE, "hand", f"reference/{ALIASES}", existing.licence)


def table_with(folder: Path, aliases: Sequence[Alias]) -> dict[Path, bytes]:
    """Return the table of aliases with these at its end, by its path; nothing when there are none to add."""
    if not aliases:
        return {}
    path = folder / "reference" / ALIASES
    before = path.read_bytes() if path.exists() else (",".join(_COLUMNS) + "\n").encode()
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([one.name, f"{one.body.kind}/{one.body.key}", one.why] for one in aliases)
    return {path: before + (b"" if before.endswith(b"\n") else b"\n") + text.getvalue().encode()}


def add_alias(folder: Path, name: str, body: str, why: str) -> list[Path]:
    """Accept a printed name for a body, write it to the record, and return the files that changed.

    Raises BadInput as ``make_alias`` does, and when the files cannot be written.
    """
    existing = read_existing(folder)
    alias = make_alias(name, body, existing.directory, why)
    if not is_new(alias, existing.directory):
        return []
    directory = existing.directory.accepting([(alias.name, alias.body)])
    triples = alias_triples(existing.base, directory, existing.bodies(), existing.labelled(without=""))
    files = table_with(folder, [alias])
    if triples and set(triples) != set(existing.graphs.get(GRAPH, ())):
        files[folder / "graphs" / f"{GRAPH}.ttl"] = record.write(triples, PREFIXES)
        described = ox.NamedNode(existing.base.graph(GRAPH)) in {one.subject for one in existing.sources}
        if not described:
            files[folder / "sources.ttl"] = record.write(
                [*existing.sources, *alias_source(existing)], PREFIXES
            )
    try:
        return record.save(files)
    except OSError as error:
        hint = "make the folder one that you may write to"
        raise BadInput(f"cannot be written: {error.strerror}", file=folder, hint=hint) from error
