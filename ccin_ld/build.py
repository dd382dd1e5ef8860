"""A build: a throw-away folder made from the record by one pipeline, and opened to be served.

read -> derive -> believe -> validate -> write -> point ``current`` to it (design, section 1.3).
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from . import __version__, derivation, index
from .config import Settings
from .dataset import Dataset, open_dataset, shipped_ontology
from .errors import BadInput, BuildFailed, ShapesViolated, UnknownResource
from .graph import TripleIndex
from .index import Index, Link
from .iris import Base
from .model import Model
from .namespaces import CCIN, DCT, RDF, RDFS, SH, SKOS
from .represent.jsonld import Context
from .represent.rdf import serialize
from .resource import Resource
from .store.local import LocalStore
from .validation import Finding, Report, conflict_findings, locate, validate

CURRENT = "current"
MANIFEST = "manifest.json"
# How many links to a thing stand in its description at once; ?incoming= turns to the rest.
INCOMING = 20


@dataclass(frozen=True)
class File:
    """One published file of a build."""

    name: str
    media_type: str
    bytes: int
    sha256: str


class Build:
    """One finished build, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open the build in *folder*. Raises BuildFailed when it is not a whole one."""
        self.folder = folder.resolve()
        try:
            self.manifest: Mapping[str, Any] = json.loads((self.folder / MANIFEST).read_text())
        except (OSError, ValueError) as error:
            raise BuildFailed(f"{folder} is not a build: {error}. Run: ccin-ld build") from error
        self.id: str = self.manifest["id"]
        self.base = Base(self.manifest["base"])
        self.store = LocalStore(self.folder / "store", self.base)

    @cached_property
    def model(self) -> Model:
        """The ontology, shapes and catalogue of this build."""
        wanted = [self.base.graph(name) for name in ("ontology", "shapes", "catalog", "concepts")]
        triples = [triple for iri in wanted for triple in self.store.graph(iri)]
        for network in self.store.subjects_of(RDF + "type", CCIN + "Network"):
            triples += self.store.describe(network).triples
        named = [triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)]
        for iri, labels in self.store.labels(named).items():
            triples += [ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), one) for one in labels]
        return Model(triples, self.base)

    @cached_property
    def index(self) -> Index:
        """The lists, counts, incoming links and search of this build."""
        return Index(self.folder / "index.sqlite", self.model)

    def describe(self, iri: str, *, page: int = 1) -> Resource:
        """Return the Resource that *iri* names, with one page of the links to it, and labels.

        A page for people shows who links to a thing, so its data says it too: INCOMING links on each page,
        those left out that the thing answers with a link of its own. Raises UnknownResource.
        """
        own = self.store.describe(iri)
        links = self.index.news(iri, limit=INCOMING, offset=(page - 1) * INCOMING)
        if not links:
            if page > 1:
                raise UnknownResource(f"{iri}?incoming={page}")
            return own
        node = ox.NamedNode(iri)
        more = [ox.Triple(ox.NamedNode(one.subject.iri), ox.NamedNode(one.predicate), node) for one in links]
        return Resource(iri, own.document, tuple(dict.fromkeys((*own.triples, *more, *self._labels(links)))))

    def _labels(self, links: Iterable[Link]) -> Iterator[ox.Triple]:
        subjects = self.store.labels(one.subject.iri for one in links)
        for subject, labels in subjects.items():
            for label in labels:
                yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(RDFS + "label"), label)

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of this build."""
        return Context(json.loads((self.folder / "files" / "context.jsonld").read_text()))

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The published files."""
        return tuple(File(**one) for one in self.manifest["files"])

    @property
    def is_record(self) -> bool:
        """Whether this is a build of a record, not of loose RDF files."""
        return bool(self.manifest["record"])


def open_build(folder: Path | str = Path("var") / CURRENT) -> Build:
    """Return the build in *folder*, by default the current one below ``var/``. Raises BuildFailed."""
    return Build(Path(folder))


def describe(build: Build, iri: str) -> Resource:
    """Return the Resource that *iri* names in a build. Raises UnknownResource."""
    return build.describe(iri)


def select(build: Build, query: str) -> list[ox.QuerySolution]:
    """Return the rows of a SPARQL SELECT over a build, asked in this process; our prefixes are known.

    For queries of your own: there is no limit of time or memory. Strangers' go through ``store.workers``.
    Raises BadQuery for what is not a SELECT, QueryForbidden for SERVICE.
    """
    return build.store.select(query)


def current(settings: Settings) -> Path | None:
    """Return the folder of the current build, or None when there is none."""
    link = settings.var_dir / CURRENT
    return link.resolve() if (link / MANIFEST).is_file() else None


def read(settings: Settings) -> Dataset:
    """Return the Dataset that the settings name. Raises BadRecord."""
    return open_dataset(
        settings.data_dir,
        settings.ontology_dir,
        base_iri=settings.base_iri,
        quotations=settings.quotations,
    )


@dataclass(frozen=True)
class Prepared:
    """A Dataset with all that a build adds to it, checked but not written."""

    dataset: Dataset
    quads: tuple[ox.Quad, ...]
    default: tuple[ox.Triple, ...]
    model: Model
    report: Report


def prepare(dataset: Dataset, *, engine: str = "auto") -> Prepared:
    """Return the Dataset with derived triples, its default graph and its report.

    Raises nothing for a violated shape: the report tells.
    """
    model = Model(dataset.triples, dataset.base)
    derived = derivation.derive(dataset, model)
    documents = derivation.documents(dataset, model, derived, _days(dataset))
    made = {derivation.DERIVED: derived, derivation.DOCUMENTS: documents}
    quads = [*dataset.quads(), *_in_graphs(made, dataset.base)]
    trust = derivation.trust_of_sources(dataset)
    default, conflicts = derivation.believe(quads, model, trust)
    files = {item.path: item.triples for item in dataset.files}
    report = _without_echoes(locate(validate(default, dataset.shapes(), engine=engine), files))
    labels = TripleIndex(derived)

    def name(iri: str) -> str:
        return labels.text(iri, RDFS + "label") or model.field_name(iri) or iri

    findings = [*conflict_findings(conflicts, name), *_doubles(quads, model, report, name)]
    # A second Model: now with the labels and everything else that the build has added.
    return Prepared(
        dataset, tuple(quads), tuple(default), Model(default, dataset.base), report.with_more(findings)
    )


def _without_echoes(report: Report) -> Report:
    """Return the report without "no label" where it says already that the name is missing, which makes it."""
    nameless = {one.focus for one in report.findings if one.path in (SKOS + "prefLabel", DCT + "title")}
    echo = RDFS + "label"
    return Report.of(one for one in report.findings if not (one.path == echo and one.focus in nameless))


def _doubles(
    quads: Iterable[ox.Quad], model: Model, report: Report, name: Callable[[str], str]
) -> Iterator[Finding]:
    """Yield a violation where a source contradicts itself and a more trusted one hides it from the shapes."""
    known = {(finding.focus, finding.path) for finding in report.findings}
    for thing, predicate, graph, values in derivation.doubled(quads, model):
        if (thing, predicate) not in known:
            words = " and ".join(f'"{getattr(value, "value", value)}"' for value in values)
            yield Finding(
                severity="violation",
                focus=thing,
                path=predicate,
                value=values[0],
                component=SH + "MaxCountConstraintComponent",
                shape=None,
                message=f"{name(thing)}: the source {graph} says of “{name(predicate)}” both {words}.",
                hint="Leave one of them in that source.",
            )


def _days(dataset: Dataset) -> dict[str, str]:
    """Return the day on which each source was first imported, from the committed list."""
    path = dataset.file("catalog").path.parent / "sources" / "imports.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["source"]: row["first_imported"] for row in csv.DictReader(file)}


def _in_graphs(made: Mapping[str, Iterable[ox.Triple]], base: Base) -> Iterator[ox.Quad]:
    for source, triples in made.items():
        graph = ox.NamedNode(base.graph(source))
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def build(settings: Settings, *, engine: str = "auto") -> Build:
    """Make the build of the record, or find it made, and point ``current`` to it.

    Raises BadRecord when the record cannot be read, ShapesViolated when a shape is violated, BuildFailed
    when the folder cannot be written. Whatever happens, the old build stays current until the new is whole.
    """
    dataset = read(settings)
    build_id = identity(dataset, settings)
    folder = settings.var_dir / "builds" / build_id
    try:
        with _alone(settings.var_dir):
            if not (folder / MANIFEST).is_file():
                prepared = prepare(dataset, engine=engine)
                if not prepared.report.conforms:
                    raise ShapesViolated(prepared.report)
                _write_whole(folder, prepared, build_id)
            _point(settings.var_dir, folder)
            _prune(settings.var_dir / "builds", folder, settings.keep_builds)
    except OSError as error:
        raise BuildFailed(
            f"the build could not be written to {folder}: {error.strerror or error}; see that there is room"
            " on the disk and that the folder may be written. The old build is still served"
        ) from error
    return Build(folder)


def identity(dataset: Dataset, settings: Settings) -> str:
    """Return the id of the build: a digest of the record, the settings that shape it, and the versions."""
    parts = [dataset.digest, dataset.base.iri, str(settings.quotations), __version__, str(index.FORMAT)]
    parts += [f"{source}={day}" for source, day in sorted(_days(dataset).items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@contextmanager
def _alone(var_dir: Path) -> Iterator[None]:
    """Hold the lock of the builds folder: two builds at once would tidy away each other's work."""
    folder = var_dir / "builds"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(".new-*"):  # what a killed build left behind
            shutil.rmtree(left, ignore_errors=True)
        yield


def _write_whole(folder: Path, prepared: Prepared, build_id: str) -> None:
    new = folder.parent / f".new-{folder.name}"
    try:
        new.mkdir()
        _write(new, prepared, build_id)
        _sync(new)
        if folder.exists():  # without a manifest: not a whole build
            shutil.rmtree(folder)
        os.rename(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write(folder: Path, prepared: Prepared, build_id: str) -> None:
    files = folder / "files"
    files.mkdir()
    base = prepared.dataset.base
    everything = [*(ox.Quad(t.subject, t.predicate, t.object) for t in prepared.default), *prepared.quads]
    # The context names vocabularies only, never things: it is the same under every base.
    context = prepared.dataset.context_file.read_text(encoding="utf-8")
    _write_dumps(files, prepared, everything, Context(json.loads(context)))
    (files / "context.jsonld").write_text(context, encoding="utf-8")
    _write_report(files, prepared.report, base)
    _write_store(folder / "store", everything)
    index.write(folder / "index.sqlite", prepared.default, prepared.model, base)
    manifest = _manifest(prepared, build_id, files)
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _write_dumps(folder: Path, prepared: Prepared, everything: Sequence[ox.Quad], context: Context) -> None:
    lines = sorted(f"{quad} .\n" for quad in everything)
    (folder / "dataset.nq").write_text("".join(lines), encoding="utf-8")
    (folder / "dataset.trig").write_bytes(serialize(everything, ox.RdfFormat.TRIG))
    (folder / "dataset.ttl").write_bytes(serialize(prepared.default, ox.RdfFormat.TURTLE))
    (folder / "dataset.jsonld").write_bytes(context.graph(prepared.default))


def _write_report(folder: Path, report: Report, base: Base) -> None:
    triples = report.triples(base.iri + "quality")
    (folder / "report.ttl").write_bytes(serialize(triples, ox.RdfFormat.TURTLE, first=[base.iri + "quality"]))
    text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1) + "\n"
    (folder / "report.json").write_text(text, encoding="utf-8")


def _write_store(folder: Path, quads: Iterable[ox.Quad]) -> None:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    del store  # closes it: readers may open only what has no writer


_MEDIA_TYPES = {
    "dataset.nq": "application/n-quads",
    "dataset.trig": "application/trig",
    "dataset.ttl": "text/turtle",
    "dataset.jsonld": "application/ld+json",
    "report.ttl": "text/turtle",
    "report.json": "application/json",
    "context.jsonld": "application/ld+json",
}


def _manifest(prepared: Prepared, build_id: str, files: Path) -> dict[str, Any]:
    """Return what the build says of itself. No clock: its day is the newest import's."""
    graphs: dict[str, int] = {}
    for quad in prepared.quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    days = _days(prepared.dataset)
    return {
        "id": build_id,
        "base": prepared.dataset.base.iri,
        "record": True,
        "version": __version__,
        "format": index.FORMAT,
        "modified": max(days.values(), default=None),
        "counts": {"triples": len(prepared.default), "graphs": dict(sorted(graphs.items()))},
        "findings": prepared.report.counts,
        "files": [_file(files / name, media_type) for name, media_type in sorted(_MEDIA_TYPES.items())],
    }


def _file(path: Path, media_type: str) -> dict[str, Any]:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"name": path.name, "media_type": media_type, "bytes": len(data), "sha256": digest}


def _sync(folder: Path) -> None:
    """Ask the system to put every file of the folder on the disk."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point(var_dir: Path, folder: Path) -> None:
    """Point ``current`` to *folder* by one rename."""
    target = folder.relative_to(var_dir)
    link = var_dir / CURRENT
    if link.is_symlink() and os.readlink(link) == str(target):
        return
    new = var_dir / f".{CURRENT}-{os.getpid()}"
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    os.replace(new, link)


def _prune(folder: Path, keep: Path, count: int) -> None:
    builds = [path for path in folder.iterdir() if (path / MANIFEST).is_file() and path.name != keep.name]
    builds.sort(key=lambda path: (path / MANIFEST).stat().st_mtime, reverse=True)
    for path in builds[count - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    os.utime(keep / MANIFEST)


def build_files(paths: Sequence[Path], folder: Path, *, base_iri: str | None = None) -> Build:
    """Make a build in *folder* of any RDF files as they are: their own default graph, nothing added.

    Raises BadInput with file, line and column for what is not RDF.
    """
    quads = [quad for path in paths for quad in _parsed(path)]
    default = [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    base = Base(base_iri or "http://localhost/")
    files = folder / "files"
    files.mkdir(parents=True)
    (files / "context.jsonld").write_text((shipped_ontology() / "context.jsonld").read_text(encoding="utf-8"))
    _write_store(folder / "store", quads)
    index.write(folder / "index.sqlite", default, Model(default, base), base, everything=True)
    graphs: dict[str, int] = {}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    manifest = {
        "id": hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16],
        "base": base.iri,
        "record": False,
        "version": __version__,
        "format": index.FORMAT,
        "modified": None,
        "counts": {"triples": len(default), "graphs": graphs},
        "findings": {},
        "files": [],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return Build(folder)


def _parsed(path: Path) -> Iterator[ox.Quad]:
    rdf_format = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if rdf_format is None:
        hint = "give a file ending in .ttl, .trig, .nt, .nq, .rdf, .jsonld or .n3"
        raise BadInput("the ending of the name does not say which kind of RDF this is", file=path, hint=hint)
    try:
        yield from ox.parse(path=str(path), format=rdf_format, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        raise BadInput(
            f"this is not {rdf_format.name}: {error.msg}",
            file=path,
            line=error.lineno,
            column=error.offset,
            hint="mend the file at this place",
        ) from error
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot be read: {error}", file=path, hint="check the path and the file") from error
