"""The Dataset: everything the record says, source by source, read from ``ontology/`` and ``data/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from . import record, tombstones
from .errors import BadRecord, BadStatement
from .graph import TripleIndex, name_blanks
from .iris import Base, is_key, is_name
from .namespaces import CCIN, ONTOLOGY_BASE, RDF, VOID, shorten

ONTOLOGY_FILES = ("ccin.ttl", "concepts.ttl", "shapes.ttl")
# The folder of the versions of before of the ontology, each as it was: ``ccin-1.0.ttl``.
VERSIONS = "versions"
# Graphs that the build makes or reads elsewhere.
_TAKEN = {"ontology", "concepts", "shapes", "derived", "documents"}
_TYPE = ox.NamedNode(RDF + "type")
_URI_SPACE = ox.NamedNode(VOID + "uriSpace")


@dataclass(frozen=True)
class SourceFile:
    """One file of the record: the source's key, its path and its triples under the build's base."""

    source: str
    path: Path
    triples: tuple[ox.Triple, ...]


@dataclass(frozen=True)
class Dataset:
    """Everything the record says: one SourceFile for each named graph, under one base."""

    base: Base
    files: tuple[SourceFile, ...]
    digest: str
    context_file: Path = field(compare=False)
    quotations: bool = True
    versions: tuple[Path, ...] = field(default=(), compare=False)

    @property
    def folder(self) -> Path:
        """The folder of the record."""
        return self.file("catalog").path.parent

    def file(self, source: str) -> SourceFile:
        """Return the SourceFile of one source. Raises KeyError when there is none."""
        return self._by_source[source]

    @cached_property
    def _by_source(self) -> dict[str, SourceFile]:
        return {item.source: item for item in self.files}

    def quads(self) -> Iterator[ox.Quad]:
        """Yield every triple of the record in the named graph of its source."""
        for item in self.files:
            graph = ox.NamedNode(self.base.graph(item.source))
            for triple in item.triples:
                yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Each triple of the record once, in the order of the files."""
        return tuple(dict.fromkeys(triple for item in self.files for triple in item.triples))

    @cached_property
    def index(self) -> TripleIndex:
        """The triples of the record, whoever says them, by subject and by predicate; only to be read."""
        return TripleIndex(self.triples)

    def shapes(self) -> list[ox.Triple]:
        """Return the triples of the shapes."""
        return list(self.file("shapes").triples)


def shipped_ontology() -> Path:
    """Return the folder of the ontology: beside the package in a checkout, inside it when installed."""
    inside = Path(__file__).parent / "_ontology"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "ontology"


def open_dataset(
    data_dir: Path, ontology_dir: Path | None = None, *, base_iri: str | None = None, quotations: bool = True
) -> Dataset:
    """Read the record from *data_dir* and the ontology.

    *base_iri* moves every IRI under the record's own base; without *quotations* the sources that have no
    licence are left out. Raises BadRecord with file, line and column for what cannot be published.
    """
    ontology_dir = ontology_dir or shipped_ontology()
    own = _ontology_files(ontology_dir)
    paths = _data_files(data_dir)
    read = _without_withdrawn({source: record.read(path) for source, path in paths.items()}, paths)
    old = _record_base(read["catalog"], paths["catalog"])
    base = Base(base_iri or old)
    files = [
        _moved(source, path, name_blanks(record.read(path), source), ONTOLOGY_BASE, base)
        for source, path in own.items()
    ]
    files += [_moved(source, paths[source], triples, old, base) for source, triples in read.items()]
    terms = {
        t.subject.value
        for t in files[0].triples
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(CCIN)
    }
    for item in files:
        _check(item, base, terms)
    files = _described(files, base, quotations)
    context = ontology_dir / "context.jsonld"
    versions = tuple(sorted((ontology_dir / VERSIONS).glob("*.ttl")))
    digest = _digest([*(item.path for item in files), context, *versions], data_dir, ontology_dir)
    return Dataset(base, tuple(files), digest, context, quotations, versions)


def _ontology_files(folder: Path) -> dict[str, Path]:
    paths = [folder / name for name in ONTOLOGY_FILES]
    for path in [*paths, folder / "context.jsonld"]:
        if not path.is_file():
            raise BadRecord("this file of the ontology is missing", file=path, hint="restore it from git")
    return {"ontology" if path.stem == "ccin" else path.stem: path for path in paths}


def _data_files(folder: Path) -> dict[str, Path]:
    paths = {name: folder / f"{name}.ttl" for name in ("catalog", "sources")}
    for path in paths.values():
        if not path.is_file():
            raise BadRecord(
                "this file of the record is missing",
                file=path,
                hint="name the folder of the record with --data-dir, or restore the file from git",
            )
    for path in sorted((folder / "graphs").glob("*.ttl")):
        if not is_name(path.stem) or path.stem in {
            *paths,
            "ontology",
            "concepts",
            "shapes",
            "derived",
            "documents",
            tombstones.SOURCE,
        }:
            raise BadRecord(
                f"{path.stem!r} cannot be the key of a source",
                file=path,
                hint="use small letters, digits and hyphens, and a name that is not taken",
            )
        paths[path.stem] = path
    taken_back = folder / f"{tombstones.SOURCE}.ttl"
    return {**paths, tombstones.SOURCE: taken_back} if taken_back.is_file() else paths


def _without_withdrawn(
    read: dict[str, list[ox.Triple]], paths: Mapping[str, Path]
) -> dict[str, Sequence[ox.Triple]]:
    """Return what each source says once things taken back are out of it; their tombstones stay."""
    own = read.pop(tombstones.SOURCE, [])
    replaced = tombstones.replacements(own, paths.get(tombstones.SOURCE))
    left = {source: tombstones.without_withdrawn(triples, replaced) for source, triples in read.items()}
    return {**left, tombstones.SOURCE: own} if own else dict(left)


def _record_base(catalog: Sequence[ox.Triple], file: Path) -> str:
    spaces = {
        t.object.value for t in catalog if t.predicate == _URI_SPACE and isinstance(t.object, ox.Literal)
    }
    if len(spaces) != 1:
        raise BadRecord(
            f"void:uriSpace is given {len(spaces)} times, and it must be given once",
            file=file,
            hint='say of the dataset: void:uriSpace "https://…/", the start of every IRI of the record',
        )
    return str(spaces.pop())


def _moved(source: str, path: Path, triples: Sequence[ox.Triple], old: str, base: Base) -> SourceFile:
    """Return the file with the IRIs under *old*, and the ontology's concepts, under *base*."""
    olds = [old] if old == ONTOLOGY_BASE else [old, ONTOLOGY_BASE]
    return SourceFile(source, path, tuple(_moved_triple(triple, olds, base) for triple in triples))


def _moved_triple(triple: ox.Triple, olds: Sequence[str], base: Base) -> ox.Triple:
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    if isinstance(subject, ox.NamedNode):
        subject = _moved_node(subject, olds, base)
    if isinstance(value, ox.NamedNode):
        value = _moved_node(value, olds, base)
    # The only literals that hold a base are those declared to (design, section 2).
    if predicate == _URI_SPACE and isinstance(value, ox.Literal) and value.value in olds:
        value = ox.Literal(base.iri)
    return ox.Triple(subject, predicate, value)


def _moved_node(node: ox.NamedNode, olds: Sequence[str], base: Base) -> ox.NamedNode:
    for old in olds:
        if node.value.startswith(old):
            return ox.NamedNode(base.moved(node.value, old))
    return node


def _check(item: SourceFile, base: Base, defined: set[str]) -> None:
    """Refuse what a store would rewrite, nodes without an IRI, unknown terms, keys that no path serves."""
    structural = item.source in ("ontology", "shapes")
    for triple in item.triples:
        terms = (triple.subject, triple.object)
        for term in (triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(CCIN) and term.value not in defined:
                raise _bad(
                    item, triple, f"{shorten(term.value)} is no term of the ontology", _meant(term, defined)
                )
        if not structural and any(isinstance(term, ox.BlankNode) for term in terms):
            raise _bad(item, triple, "a node has no IRI", "give it one, for example a hash IRI of its owner")
        if isinstance(triple.object, ox.Literal):
            _check_literal(item, triple, triple.object)
        for term in terms:
            if isinstance(term, ox.NamedNode) and term.value.startswith(base.iri + "id/"):
                _check_thing(item, triple, term.value, base)


def _meant(term: ox.NamedNode, defined: set[str]) -> str:
    close = get_close_matches(term.value, sorted(defined), n=1, cutoff=0.6)
    return f"did you mean {shorten(close[0])}?" if close else "see /def/ccin for the terms there are"


def _check_literal(item: SourceFile, triple: ox.Triple, literal: ox.Literal) -> None:
    try:
        canonical = record.canonical_literal(literal)
    except BadRecord as error:
        raise _bad(item, triple, error.message, "give a value of the kind that its datatype says") from error
    if canonical != literal:
        found, wanted = record.written(literal), record.written(canonical)
        raise _bad(item, triple, f"{found} is not in the form that a store keeps", f"write {wanted}")


def _check_thing(item: SourceFile, triple: ox.Triple, iri: str, base: Base) -> None:
    kind, _, name = iri[len(base.iri) + 3 :].split("#")[0].partition("/")
    if not (is_key(kind) and is_name(name)):
        hint = "an IRI of a thing is {base}id/{kind}/{key}, of small letters, digits and hyphens"
        raise _bad(item, triple, f"<{iri}> is not a good identifier", hint)


def _bad(item: SourceFile, triple: ox.Triple, message: str, hint: str) -> BadStatement:
    places = record.lines(item.path.read_text(encoding="utf-8", errors="replace"))
    subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
    found = places.get((subject, triple.predicate.value)) or places.get((subject, None)) or []
    return BadStatement(message, file=item.path, line=next(iter(found), None), hint=hint)


def _described(files: Sequence[SourceFile], base: Base, quotations: bool) -> list[SourceFile]:
    """Return the files whose source is described; without *quotations* those with a licence only."""
    sources = next(item for item in files if item.source == "sources")
    licence = ox.NamedNode("http://purl.org/dc/terms/license")
    described = {t.subject for t in sources.triples if t.predicate == _TYPE}
    licensed = {t.subject for t in sources.triples if t.predicate == licence}
    kept = []
    for item in files:
        graph = base.graph(item.source)
        if item.path.parent.name == "graphs" and ox.NamedNode(graph) not in described:
            hint = f"add a block for <{graph}> to {sources.path}"
            raise BadRecord("nothing says what this source is", file=item.path, hint=hint)
        if quotations or item.path.parent.name != "graphs" or ox.NamedNode(graph) in licensed:
            kept.append(item)
    return kept


def _digest(paths: Sequence[Path], *roots: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        name = next(
            (path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)), path.name
        )
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
