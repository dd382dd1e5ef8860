"""A build: a throw-away folder made from the record by one pipeline, and opened to be served.

read -> derive -> believe -> validate -> write -> point ``current`` to it (design, section 1.3).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from . import __version__, archive, derivation, gaps, index, network_facts
from .archive import Archive
from .config import Settings
from .dataset import VERSIONS, Dataset, open_dataset, shipped_ontology
from .derivation import Conflict
from .description import imports as imported
from .description import quality as described
from .description import void
from .description.about import NAME as FACTS
from .description.about import About, Facts, about, gather
from .errors import BadInput, BuildFailed, ShapesViolated, UnknownResource
from .graph import TripleIndex, name_blanks
from .history import STATED, Standing, Statement, Status, standing, statements_of
from .index import Index, Item, Link
from .ingest.imports import Import, read_imports
from .ingest.registered import digest as digest_of_register
from .ingest.registered import registered
from .iris import Base
from .ledger import ADDED, CHANGES, DATASET, FOLDER, RECORD, REMOVED, Ledger, lines_of, subjects, whole
from .links import NAME as LINKS
from .links import outgoing, read_links
from .model import Model
from .namespaces import CCIN, DCT, RDF, RDFS, SH, SKOS
from .published import media_type, more_files
from .quality import Quality, link_findings, measure, past_of
from .represent.jsonld import Context
from .represent.rdf import serialize
from .resource import Resource, pick
from .store.local import LocalStore
from .store.protocol import Store
from .validation import (
    Finding,
    Report,
    conflict_findings,
    disagreement_findings,
    figure_findings,
    locate,
    validate,
)

if TYPE_CHECKING:
    from .store.engine import Engine

CURRENT = "current"
MANIFEST = "manifest.json"
# What the site says of itself: in the store, in a graph of its own, but in no dump and no Release.
SELF = "self.nq"
# The folder of the register of bodies, whose names matching has to know.
REFERENCE = "reference"
# How many links to a thing stand in its description at once; ?incoming= turns to the rest.
INCOMING = 12


@dataclass(frozen=True)
class File:
    """One published file of a build."""

    name: str
    media_type: str
    bytes: int
    sha256: str


class Build:
    """One finished build, opened for reading."""

    def __init__(self, folder: Path, engine: Engine | None = None) -> None:
        """Open the build in *folder*, its triples in *engine* when there is one.

        Raises BuildFailed when it is not a whole one, or the engine does not hold it; EngineFailed.
        """
        self.folder = folder.resolve()
        try:
            self.manifest: Mapping[str, Any] = json.loads((self.folder / MANIFEST).read_text())
        except (OSError, ValueError) as error:
            raise BuildFailed(f"{folder} is not a build: {error}. Run: ccin-ld build") from error
        if self.manifest.get("format") != index.FORMAT:
            raise BuildFailed(f"{folder} is a build of another version of ccin-ld. Run: ccin-ld build")
        self.id: str = self.manifest["id"]
        self.base = Base(self.manifest["base"])
        self.store = self._store(engine)

    def _store(self, engine: Engine | None) -> Store:
        if engine is None:
            return LocalStore(self.folder / "store", self.base)
        from .store.remote import RemoteStore  # brings SPARQLWrapper and rdflib with it

        store = RemoteStore(engine, self.base, self.manifest)
        store.check()
        return store

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
    def ledger(self) -> Ledger:
        """The Releases that the record had had when the build was made."""
        return Ledger(self.folder / FOLDER)

    @cached_property
    def archive(self) -> Archive | None:
        """What every Resource was in each Release; None where no Release or no statement of one is kept."""
        path = self.folder / archive.NAME
        return Archive(path, self.base) if path.is_file() else None

    @cached_property
    def statements(self) -> Mapping[str, Sequence[Statement]]:
        """What sources say of memberships, by body: read once, when first asked for."""
        iris = self.store.subjects_of(RDF + "type", CCIN + "MembershipStatement")
        triples = [triple for name in STATED for triple in self.store.triples_with(name)] if iris else []
        return statements_of(TripleIndex(triples), iris)

    def before(self, vocabulary: str, version: str) -> list[ox.Triple]:
        """Return the triples of a version of before of a vocabulary; none when it is not kept."""
        path = self.folder / VERSIONS / f"{vocabulary}-{version}.ttl"
        if not path.is_file():
            return []
        # The parser names blank nodes by chance; the same document has the same bytes in every process.
        return name_blanks((quad.triple for quad in parsed(path)), vocabulary)

    def name(self, iri: str) -> str:
        """Return the words for an IRI: its label, or the IRI itself."""
        return pick(self.store.labels([iri]).get(iri, ())) or iri

    def members_on(self, day: date) -> list[tuple[Item, Standing]]:
        """Return the bodies that are members on a day, by name, then those that were when last known."""
        found = [(self.index.item(body), standing(said, day)) for body, said in self.statements.items()]
        listed = [(item, one) for item, one in found if item and one.status is not Status.NOT_LISTED]
        listed.sort(
            key=lambda pair: (pair[1].status is not Status.MEMBER, pair[0].label.casefold(), pair[0].iri)
        )
        return listed

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of this build."""
        return Context(json.loads((self.folder / "files" / "context.jsonld").read_text()))

    @cached_property
    def facts(self) -> Facts:
        """What was worked out from the published triples when the build was made: sizes, places, years."""
        return Facts.from_json(json.loads((self.folder / FACTS).read_text(encoding="utf-8")))

    @cached_property
    def about(self) -> About:
        """What the build says of itself to harvesters, under its canonical address."""
        stated = self.store.graph(self.base.graph("catalog"))
        return about(stated, self.model, self.manifest, self.facts, self.ledger)

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
class Past:
    """What the ledger says to a build: the Releases so far, and the day and the Release that it bears."""

    ledger: Ledger
    day: str | None = None
    release: str | None = None

    def lines(self) -> set[str]:
        """Return what the sources said in the newest Release."""
        return self.ledger.lines(self.ledger.newest)


def past(dataset: Dataset, build_id: str | None = None) -> Past:
    """Return what the ledger of the record says to a build of it. Raises BadRecord.

    The ledger speaks of one base: under another one a build has no Releases.
    """
    ledger = Ledger(dataset.folder / FOLDER)
    newest = ledger.newest
    if newest is None or newest.base != dataset.base.iri:
        return Past(Ledger(dataset.folder / "no-releases"))
    return Past(ledger, newest.date, newest.name if newest.id == build_id else None)


@dataclass(frozen=True)
class Prepared:
    """A Dataset with all that a build adds to it, checked but not written."""

    dataset: Dataset
    quads: tuple[ox.Quad, ...]
    default: tuple[ox.Triple, ...]
    model: Model
    report: Report
    quality: Quality
    conflicts: tuple[Conflict, ...]
    past: Past
    day: str | None


def prepare(dataset: Dataset, *, engine: str = "auto", known: Past | None = None) -> Prepared:
    """Return the Dataset with derived triples, its default graph, its report and its quality.

    *known* is the past to believe, by default the one in the record. Raises nothing for a violated shape:
    the report tells.
    """
    before = known or past(dataset)
    model = Model(dataset.triples, dataset.base)
    imports = imports_of(dataset)
    derived = derivation.derive(dataset, model)
    derived = sorted(
        {*derived, *imported.triples(imports, dataset)} - _refused_labels(dataset, model), key=str
    )
    day = before.day or max((one.first_imported for one in imports), default=None)
    stated = [*dataset.quads(), *_in_graphs({derivation.DERIVED: derived}, dataset.base)]
    days = _days(imports)
    changed = _changed(stated, dataset, before, max([day or "", *days.values()]))
    documents = derivation.documents(dataset, model, derived, days, changed)
    documents = sorted({*documents, *derivation.published(dataset, model, day)}, key=str)
    quads = [*stated, *_in_graphs({derivation.DOCUMENTS: documents}, dataset.base)]
    return checked(dataset, quads, model, before, day, engine)


def _refused_labels(dataset: Dataset, model: Model) -> set[ox.Triple]:
    """Return the labels that would follow from names which a more trusted source overrules."""
    trust = derivation.trust_of_sources(dataset)
    _, conflicts = derivation.believe(list(dataset.quads()), model, trust)
    label = ox.NamedNode(RDFS + "label")
    return {
        ox.Triple(ox.NamedNode(one.subject), label, value)
        for one in conflicts
        if one.predicate in derivation.NAMES
        for value, _ in one.refused
    }


def checked(
    dataset: Dataset, quads: Sequence[ox.Quad], model: Model, before: Past, day: str | None, engine: str
) -> Prepared:
    """Return what is believed of the quads, checked against the shapes and measured."""
    trust = derivation.trust_of_sources(dataset)
    default, conflicts = derivation.believe(quads, model, trust)
    files = {item.path: item.triples for item in dataset.files if item.path.is_file()}
    report = _without_echoes(locate(validate(default, dataset.shapes(), engine=engine), files))
    labels = TripleIndex(default)

    def name(iri: str) -> str:
        return labels.text(iri, RDFS + "label") or model.field_name(iri) or iri

    findings = [*conflict_findings(conflicts, name), *_doubles(quads, model, report, name)]
    disagreements = derivation.contradictions(dataset)
    findings += disagreement_findings(disagreements, name)
    differing = network_facts.disagreeing(network_facts.figures_of(labels))
    findings += figure_findings(differing, name)
    # A second Model: now with the labels and everything else that the build has added.
    final = Model(default, dataset.base)
    report = report.with_more(findings)
    quality = measure(
        default,
        quads,
        final,
        findings=report.counts,
        conflicts=len(conflicts) + len(disagreements) + len(differing),
        links=outgoing(default, dataset.base),
        checked=read_links(dataset.folder),
        past=past_of(takewhile(lambda one: one.name != before.release, before.ledger.releases)),
        release=before.release,
        date=day,
    )
    broken = locate(Report.of(link_findings(quality.broken)), files)
    report = report.with_more(broken.findings)
    quality = replace(quality, findings=report.counts)
    return Prepared(
        dataset, tuple(quads), tuple(default), final, report, quality, tuple(conflicts), before, day
    )


def _without_echoes(report: Report) -> Report:
    """Return the report without "no label" where it says already that the name is missing, which makes it."""
    nameless = {one.focus for one in report.findings if one.path in (SKOS + "prefLabel", DCT + "title")}
    echo = RDFS + "label"
    return Report.of(one for one in report.findings if not (one.path == echo and one.focus in nameless))


def _changed(stated: Iterable[ox.Quad], dataset: Dataset, before: Past, newest: str) -> dict[str, str] | None:
    """Return the day on which what is said of each thing changed last, by its IRI; None without a ledger.

    What the sources say now and did not say in the newest Release changed on the day *newest*.
    """
    if not before.ledger.releases and before.release is None:
        return None
    now, then = lines_of(stated), before.lines()
    if not dataset.quotations:
        graphs = {f"<{dataset.base.graph(name)}> ." for name in _graph_names(dataset)}
        then = {line for line in then if line.rsplit(" ", 2)[1] + " ." in graphs}
    return {**before.ledger.changed, **dict.fromkeys(subjects(now ^ then), newest)}


def _graph_names(dataset: Dataset) -> list[str]:
    return [*(item.source for item in dataset.files), derivation.DERIVED]


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


def imports_of(dataset: Dataset) -> list[Import]:
    """Return what the committed list says of each import. Raises BadInput."""
    return read_imports(dataset.folder / "sources")


def _days(imports: Iterable[Import]) -> dict[str, str]:
    """Return the last day on which a file of each source was first imported."""
    days: dict[str, str] = {}
    for one in imports:
        days[one.source] = max(days.get(one.source, ""), one.first_imported)
    return days


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
    known = past(dataset, build_id)

    def make() -> Prepared:
        prepared = prepare(dataset, engine=engine, known=known)
        if not prepared.report.conforms:
            raise ShapesViolated(prepared.report)
        return prepared

    return publish(settings, build_id, folder_name(build_id, known), make)


def publish(settings: Settings, build_id: str, name: str, make: Callable[[], Prepared]) -> Build:
    """Write what *make* gives as a build in the folder *name*, unless it is there, and make it current.

    Raises BuildFailed when the folder cannot be written, and what *make* raises.
    """
    folder = settings.var_dir / "builds" / name
    try:
        with _alone(settings.var_dir):
            if not (folder / MANIFEST).is_file():
                _write_whole(folder, make(), build_id, settings.data_dir / REFERENCE)
            _point(settings.var_dir, folder)
            _prune(settings.var_dir / "builds", folder, settings.keep_builds)
    except OSError as error:
        raise BuildFailed(
            f"the build could not be written to {folder}: {error.strerror or error}; see that there is room"
            " on the disk and that the folder may be written. The old build is still served"
        ) from error
    return Build(folder)


def identity(dataset: Dataset, settings: Settings) -> str:
    """Return the id of the build: a digest of the record, the settings that shape it, and the versions.

    The ledger does not count (design, section 1.3): a Release does not change what it publishes.
    """
    parts = [dataset.digest, dataset.base.iri, str(settings.quotations), __version__, str(index.FORMAT)]
    parts += ["=".join(asdict(one).values()) for one in imports_of(dataset)]
    parts.append(digest_of_register(dataset.folder / REFERENCE))
    links = dataset.folder / LINKS
    parts += [hashlib.sha256(links.read_bytes()).hexdigest()] if links.is_file() else []
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def folder_name(build_id: str, known: Past) -> str:
    """Return the name of a build's folder: its id and, where there is a ledger, eight characters of that.

    A Release adds to the ledger, from which a build takes its day and the Releases that it shows: the same
    build stands in another folder then, so that no folder ever changes while it is served.
    """
    return "-".join(part for part in (build_id, known.ledger.digest[:8]) if part)


def fits(folder: Path) -> bool:
    """Say whether a folder holds a build that this version can read."""
    try:
        return bool(json.loads((folder / MANIFEST).read_text())["format"] == index.FORMAT)
    except (OSError, ValueError, KeyError):
        return False


def is_current(settings: Settings) -> bool:
    """Say whether the current build is the one that the record gives now. Raises BadRecord."""
    found, dataset = current(settings), read(settings)
    build_id = identity(dataset, settings)
    return found is not None and found.name == folder_name(build_id, past(dataset, build_id))


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


def _write_whole(folder: Path, prepared: Prepared, build_id: str, reference: Path) -> None:
    new = folder.parent / f".new-{folder.name}"
    try:
        new.mkdir()
        _write(new, prepared, build_id, reference)
        _sync(new)
        if folder.exists():  # without a manifest: not a whole build
            shutil.rmtree(folder)
        os.rename(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write(folder: Path, prepared: Prepared, build_id: str, reference: Path) -> None:
    files = folder / "files"
    files.mkdir()
    made = published_files(prepared)
    for name, data in made.items():
        (files / name).write_bytes(data)
    _copy_ledger(prepared.past.ledger, folder / FOLDER, with_changes=prepared.dataset.quotations)
    if prepared.past.ledger.releases and prepared.dataset.quotations:
        archive.write(folder / archive.NAME, prepared.past.ledger, prepared.model, prepared.dataset.base)
    (folder / VERSIONS).mkdir()
    for path in prepared.dataset.versions:
        shutil.copyfile(path, folder / VERSIONS / path.name)
    base = prepared.dataset.base
    manifest, facts = _manifest(prepared, build_id, made), gather(prepared.default, prepared.model)
    (folder / FACTS).write_text(json.dumps(facts.to_json(), ensure_ascii=False) + "\n", encoding="utf-8")
    said = void.quads(_about(prepared, manifest, facts))
    manifest["counts"]["graphs"][void.graph(base)] = len(said)
    (folder / SELF).write_text("".join(f"{line}\n" for line in sorted(lines_of(said))), encoding="utf-8")
    _write_store(folder / "store", [*_everything(prepared), *said])
    bodies = registered(reference, base)
    index.write(folder / "index.sqlite", prepared.default, prepared.model, base, registered=bodies)
    unknown = gaps.gaps_of(prepared.default, prepared.report.findings, prepared.model)
    (folder / gaps.NAME).write_bytes(gaps.write_gaps(unknown))
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _about(prepared: Prepared, manifest: Mapping[str, Any], facts: Facts) -> About:
    stated = next(item.triples for item in prepared.dataset.files if item.source == "catalog")
    return about(stated, prepared.model, manifest, facts, prepared.past.ledger)


def _everything(prepared: Prepared) -> list[ox.Quad]:
    return [*(ox.Quad(t.subject, t.predicate, t.object) for t in prepared.default), *prepared.quads]


def published_files(prepared: Prepared) -> dict[str, bytes]:
    """Return every file that a build publishes, by name. The same input and ledger give the same bytes."""
    # The context names vocabularies only, never things: it is the same under every base.
    text = prepared.dataset.context_file.read_text(encoding="utf-8")
    data = data_files(
        prepared.quads,
        prepared.default,
        prepared.model,
        Context(json.loads(text)),
        overruled=overruled(prepared),
    )
    return {**data, "context.jsonld": text.encode(), **_report_files(prepared)}


def data_files(
    quads: Sequence[ox.Quad],
    default: Sequence[ox.Triple],
    model: Model,
    context: Context,
    *,
    overruled: Iterable[str],
) -> dict[str, bytes]:
    """Return the files that follow from the published triples alone: dumps, tables, places, checksums.

    *quads* are those of the named graphs, *overruled* the triples of them that *default* leaves out.
    """
    everything = [*(ox.Quad(t.subject, t.predicate, t.object) for t in default), *quads]
    dumps = {
        DATASET: whole(lines_of(quads), overruled),
        "dataset.trig": serialize(everything, ox.RdfFormat.TRIG),
        "dataset.ttl": serialize(default, ox.RdfFormat.TURTLE),
        "dataset.jsonld": context.graph(default),
    }
    graph = TripleIndex(_licensed(quads, default))
    return {**dumps, **more_files(dumps, graph, model, licence=model.site.licence)}


def _licensed(quads: Iterable[ox.Quad], default: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the triples of the default graph but those that only sources without a licence say."""
    named = [quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
    kind, licence, source = (ox.NamedNode(iri) for iri in (RDF + "type", DCT + "license", CCIN + "Source"))
    quoted = {q.subject for q in named if q.predicate == kind and q.object == source}
    quoted -= {q.subject for q in named if q.predicate == licence}
    said = {quad.triple for quad in named if quad.graph_name not in quoted}
    return (triple for triple in default if triple in said)


def overruled(prepared: Prepared) -> tuple[str, ...]:
    """Return the triples that a source says and the default graph leaves out, as sorted N-Triples."""
    left_out = {quad.triple for quad in prepared.quads}.difference(prepared.default)
    return tuple(sorted(str(triple) for triple in left_out))


def _report_files(prepared: Prepared) -> dict[str, bytes]:
    base = prepared.dataset.base
    found = described.triples(prepared.report, prepared.quality, base, prepared.model.site.dataset)
    told = {**prepared.report.to_dict(), **prepared.quality.to_dict()}
    return {
        "report.ttl": serialize(found, ox.RdfFormat.TURTLE, first=[base.iri + "quality"]),
        "report.json": (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _copy_ledger(ledger: Ledger, folder: Path, *, with_changes: bool) -> None:
    """Copy what is served of the ledger. Without quotations its change sets stay out: they hold them."""
    names = (RECORD, ADDED, REMOVED, CHANGES) if with_changes else (RECORD,)
    for release in ledger.releases:
        (folder / release.name).mkdir(parents=True)
        for name in names:
            shutil.copyfile(ledger.path(release, name), folder / release.name / name)


def _write_store(folder: Path, quads: Iterable[ox.Quad]) -> None:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    del store  # closes it: readers may open only what has no writer


def _manifest(prepared: Prepared, build_id: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the build says of itself. No clock: its day is the ledger's, or the newest import's."""
    graphs: dict[str, int] = {}
    for quad in prepared.quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    return {
        "id": build_id,
        "base": prepared.dataset.base.iri,
        "record": True,
        "version": __version__,
        "format": index.FORMAT,
        "modified": prepared.day,
        "release": prepared.past.release,
        "counts": {"triples": len(prepared.default), "graphs": dict(sorted(graphs.items()))},
        "findings": prepared.report.counts,
        "files": [asdict(file_of(name, files[name])) for name in sorted(files)],
    }


def file_of(name: str, data: bytes) -> File:
    """Return what is said of a published file."""
    return File(name, media_type(name), len(data), hashlib.sha256(data).hexdigest())


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
    quads = [quad for path in paths for quad in parsed(path, apart=len(paths) > 1)]
    default = [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    base = Base(base_iri or "http://localhost/")
    files = folder / "files"
    files.mkdir(parents=True)
    (files / "context.jsonld").write_text((shipped_ontology() / "context.jsonld").read_text(encoding="utf-8"))
    _write_store(folder / "store", quads)
    index.write(folder / "index.sqlite", default, Model((), base), base, everything=True)
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


def parsed(path: Path, *, apart: bool = False) -> Iterator[ox.Quad]:
    """Yield the quads of an RDF file of any kind; *apart*: no blank node is called like another file's.

    Raises BadInput with file, line and column.
    """
    rdf_format = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if rdf_format is None:
        hint = "give a file ending in .ttl, .trig, .nt, .nq, .rdf, .jsonld or .n3"
        raise BadInput("the ending of the name does not say which kind of RDF this is", file=path, hint=hint)
    try:
        yield from ox.parse(
            path=str(path), format=rdf_format, base_iri=path.resolve().as_uri(), rename_blank_nodes=apart
        )
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
