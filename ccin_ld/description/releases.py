"""Releases as RDF: each a version of the dataset, with the one before it, its counts and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pyoxigraph as ox

from ..ledger import ADDED, DATASET, REMOVED, Ledger, Release
from ..namespaces import CCIN, DCAT, DCT, PROV, RDF, RDFS, SPDX, VOID, XSD

N_QUADS = "application/n-quads"


def of_dataset(releases: Iterable[Release], dataset: str) -> list[ox.Triple]:
    """Return what is said of a dataset's Releases in the description of the dataset itself."""
    releases = list(releases)
    made = [_link(dataset, DCAT + "hasVersion", address(one, dataset)) for one in releases]
    made += [t for one in releases for t in _named(address(one, dataset), title(one))]
    if releases:
        made.append(_link(dataset, DCAT + "hasCurrentVersion", address(releases[-1], dataset)))
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
        *(_files(release, ledger, iri) if ledger.has_changes(release) else ()),
    ]


def _head(release: Release, iri: str, dataset: str) -> Iterator[ox.Triple]:
    day = ox.Literal(release.date, datatype=ox.NamedNode(XSD + "date"))
    words = f"{release.added:,} statements of sources added, {release.removed:,} removed."
    for kind in (CCIN + "Release", VOID + "Dataset", PROV + "Entity"):
        yield _link(iri, RDF + "type", kind)
    yield _words(iri, DCT + "title", title(release))
    yield from _named(iri, title(release))
    yield _words(iri, DCT + "description", words)
    yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(DCT + "issued"), day)
    yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(DCT + "modified"), day)
    yield _text(iri, DCAT + "version", release.name)
    yield _text(iri, DCT + "identifier", release.id)
    yield _link(iri, DCAT + "isVersionOf", dataset)
    yield _count(iri, VOID + "triples", release.triples)


def _neighbours(release: Release, ledger: Ledger, iri: str, dataset: str) -> Iterator[ox.Triple]:
    before = ledger.find(release.previous) if release.previous else None
    if before:
        for predicate in (DCAT + "previousVersion", PROV + "wasRevisionOf"):
            yield _link(iri, predicate, address(before, dataset))
        yield from _named(address(before, dataset), title(before))


def _stream(release: Release, iri: str, stream: str | None) -> Iterator[ox.Triple]:
    if stream:
        yield _link(iri, RDFS + "seeAlso", stream)
        yield from _named(stream, f"What changed in the {title(release)}")


def _classes(release: Release, iri: str) -> Iterator[ox.Triple]:
    """Yield how many things of each class there were (VoID, section 4.3)."""
    for kind, number in sorted(release.classes.items()):
        part = f"{iri}#class-{kind.rpartition('#')[2].rpartition('/')[2]}"
        yield _link(iri, VOID + "classPartition", part)
        yield _link(part, VOID + "class", kind)
        yield _count(part, VOID + "entities", number)


def _files(release: Release, ledger: Ledger, iri: str) -> Iterator[ox.Triple]:
    counts = {DATASET: release.quads, ADDED: release.added, REMOVED: release.removed}
    words = {DATASET: "The whole dataset", ADDED: "What was added", REMOVED: "What was removed"}
    for name, number in counts.items():
        part = f"{iri}#{name.partition('.')[0]}"
        yield _link(iri, DCAT + "distribution", part)
        yield _link(part, RDF + "type", DCAT + "Distribution")
        yield _words(part, DCT + "title", words[name])
        yield from _named(part, words[name])
        yield _link(part, DCAT + "downloadURL", f"{iri}/{name}")
        yield _link(part, DCAT + "mediaType", f"https://www.iana.org/assignments/media-types/{N_QUADS}")
        yield _count(part, VOID + "triples", number)
        yield from _digest(release, name, part)


def _digest(release: Release, name: str, part: str) -> Iterator[ox.Triple]:
    found = release.file(name)
    if found:
        checksum = part.partition("#")[0] + "#checksum"
        yield _link(part, SPDX + "checksum", checksum)
        yield _link(checksum, RDF + "type", SPDX + "Checksum")
        yield _link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        yield _text(checksum, SPDX + "checksumValue", found.sha256)


def _named(iri: str, words: str) -> Iterator[ox.Triple]:
    yield _words(iri, RDFS + "label", words)


def _words(iri: str, predicate: str, words: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), ox.Literal(words, language="en"))


def _text(iri: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), ox.Literal(text))


def _count(iri: str, predicate: str, number: int) -> ox.Triple:
    value = ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), value)


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
