"""Releases as RDF: each a version of the dataset, with the one before it, its counts and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pyoxigraph as ox

from ..ledger import ADDED, REMOVED, SUMS, Ledger, Release
from ..namespaces import CCIN, DCAT, DCT, PROV, RDF, RDFS, SPDX, VOID
from .triples import link, number, text, typed, words

N_QUADS = "application/n-quads"


def of_dataset(releases: Iterable[Release], dataset: str) -> list[ox.Triple]:
    """Return what is said of a dataset's Releases in the description of the dataset itself."""
    releases = list(releases)
    made = [link(dataset, DCAT + "hasVersion", address(one, dataset)) for one in releases]
    made += [t for one in releases for t in _named(address(one, dataset), title(one))]
    if releases:
        made.append(link(dataset, DCAT + "hasCurrentVersion", address(releases[-1], dataset)))
    return made


def address(release: Release, dataset: str) -> str:
    """Return the IRI of a Release."""
    return f"{dataset}/{release.name}"


def title(release: Release) -> str:
    """Return the name of a Release in words; the id tells two of one day apart."""
    day = date.fromisoformat(release.date)
    return f"Release of {day.day} {day:%B} {day.year} ({release.id[:8]})"


def of_release(release: Release, ledger: Ledger, dataset: str, stream: str | None = None) -> list[ox.Triple]:
    """Return the description of one Release; files that the ledger does not hold here are left out.

    *stream* is the IRI of the page with its changes, where there is one.
    """
    iri = address(release, dataset)
    return [
        *_head(release, iri, dataset),
        *_neighbours(release, ledger, iri, dataset),
        *_stream(release, iri, stream),
        *_classes(release, iri),
        *(_files(release, iri) if ledger.has_changes(release) else ()),
    ]


def _head(release: Release, iri: str, dataset: str) -> Iterator[ox.Triple]:
    changed = f"{release.added:,} statements of sources added, {release.removed:,} removed."
    for kind in (CCIN + "Release", VOID + "Dataset", PROV + "Entity"):
        yield link(iri, RDF + "type", kind)
    yield words(iri, DCT + "title", title(release))
    yield from _named(iri, title(release))
    yield words(iri, DCT + "description", changed)
    for name in ("issued", "modified"):
        yield typed(iri, DCT + name, release.date, "date")
    yield text(iri, DCAT + "version", release.name)
    yield text(iri, DCT + "identifier", release.id)
    yield link(iri, DCAT + "isVersionOf", dataset)
    yield number(iri, VOID + "triples", release.triples)


def _neighbours(release: Release, ledger: Ledger, iri: str, dataset: str) -> Iterator[ox.Triple]:
    before = ledger.find(release.previous) if release.previous else None
    if before:
        for predicate in (DCAT + "previousVersion", PROV + "wasRevisionOf"):
            yield link(iri, predicate, address(before, dataset))
        yield from _named(address(before, dataset), title(before))


def _stream(release: Release, iri: str, stream: str | None) -> Iterator[ox.Triple]:
    if stream:
        yield link(iri, RDFS + "seeAlso", stream)
        yield from _named(stream, f"What changed in the {title(release)}")


def _classes(release: Release, iri: str) -> Iterator[ox.Triple]:
    """Yield how many things of each class there were (VoID, section 4.3)."""
    for kind, size in sorted(release.classes.items()):
        part = f"{iri}#class-{kind.rpartition('#')[2].rpartition('/')[2]}"
        yield link(iri, VOID + "classPartition", part)
        yield link(part, VOID + "class", kind)
        yield number(part, VOID + "entities", size)


def _files(release: Release, iri: str) -> Iterator[ox.Triple]:
    # The tables and packed copies are where these are; their checksums are in a file of their own.
    for one in release.lasting:
        if not one.holds_everything and one.name != SUMS:
            continue
        part = f"{iri}#{one.name}"
        yield from _file(iri, part, one.name, one.media_type, one.name)
        yield typed(part, DCAT + "byteSize", one.bytes, "nonNegativeInteger")
        checksum = f"{part}-sha256"
        yield link(part, SPDX + "checksum", checksum)
        yield link(checksum, RDF + "type", SPDX + "Checksum")
        yield link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        yield text(checksum, SPDX + "checksumValue", one.sha256)
    changes = ((ADDED, release.added, "What was added"), (REMOVED, release.removed, "What was removed"))
    for name, size, label in changes:
        yield from _file(iri, f"{iri}#{name}", name, N_QUADS, label)
        yield number(f"{iri}#{name}", VOID + "triples", size)


def _file(iri: str, part: str, name: str, media_type: str, label: str) -> Iterator[ox.Triple]:
    yield link(iri, DCAT + "distribution", part)
    yield link(part, RDF + "type", DCAT + "Distribution")
    yield words(part, DCT + "title", label)
    yield from _named(part, label)
    yield link(part, DCAT + "downloadURL", f"{iri}/{name}")
    yield link(part, DCAT + "mediaType", f"https://www.iana.org/assignments/media-types/{media_type}")


def _named(iri: str, label: str) -> Iterator[ox.Triple]:
    yield words(iri, RDFS + "label", label)
