"""Releases: the act of making one, going back to one, and what differs between any two states of the data.

A Release is kept for ever in ``data/releases/`` (``ledger``); a build is made from the record, or from a
Release of the ledger when what is served has to go back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from . import __version__, build
from .build import Build, Past, Prepared
from .config import Settings
from .dataset import Dataset, SourceFile, open_dataset, shipped_ontology
from .description import void
from .description.about import about, gather
from .diff import Diff, compare
from .errors import BadInput, BuildFailed, LinkedDataError, ShapesViolated
from .iris import Base
from .ledger import (
    ADDED,
    CHANGES,
    DATASET,
    FOLDER,
    RECORD,
    REMOVED,
    Ledger,
    Published,
    Release,
    is_name,
    lines_of,
    name_of,
)
from .model import Model
from .namespaces import CCIN, RDF
from .store.names import version_of

_DATA = ("*.ttl", "*.nt", "*.trig", "*.nq", "*.rdf", "*.jsonld")


@dataclass(frozen=True)
class Made:
    """What ``release`` did: the Release, and whether it is a new one."""

    release: Release
    is_new: bool
    diff: Diff | None = None


def release(settings: Settings, day: date, *, engine: str = "auto") -> Made:
    """Add a Release of the record on *day* to the ledger, unless the newest one is of the same data.

    Always of the whole record, quotations and all, under its own base. Raises BadInput for a day before the
    newest Release or before an import, ShapesViolated when a shape is violated, BadRecord for a broken
    record or ledger, BuildFailed when the ledger cannot be written.
    """
    whole = replace(settings, base_iri=None, quotations=True)
    dataset = build.read(whole)
    build_id = build.identity(dataset, whole)
    ledger = Ledger(dataset.folder / FOLDER)
    newest = ledger.newest
    if newest and newest.id == build_id and newest.date <= day.isoformat():
        return Made(newest, is_new=False)
    _check_day(day, newest, build_id, ledger)
    known = Past(ledger, day.isoformat(), name_of(day.isoformat(), build_id))
    prepared = build.prepare(dataset, engine=engine, known=known)
    if not prepared.report.conforms:
        raise ShapesViolated(prepared.report)
    _check_imports(day, prepared)
    diff = compare(ledger.quads_of(newest) if newest else [], _everything(prepared), dataset.base)
    made = _release(prepared, day.isoformat(), build_id, newest)
    _write(ledger, made, prepared, diff)
    return Made(made, is_new=True, diff=diff)


def _check_day(day: date, newest: Release | None, build_id: str, ledger: Ledger) -> None:
    if newest and day.isoformat() < newest.date:
        hint = f"give {newest.date} or a later day"
        raise BadInput(f"--date {day} is before the newest Release, {newest.name}", hint=hint)
    name = name_of(day.isoformat(), build_id)
    if ledger.find(name):
        hint = "the data is as it was in that Release; give a later day to publish it again"
        raise BadInput(f"there is a Release {name} already, and another one after it", hint=hint)


def _check_imports(day: date, prepared: Prepared) -> None:
    imported = max((one.first_imported for one in build.imports_of(prepared.dataset)), default="")
    if imported > day.isoformat():
        hint = f"give {imported} or a later day"
        raise BadInput(f"--date {day} is before an import of {imported} that is in the data", hint=hint)


def _everything(prepared: Prepared) -> list[ox.Quad]:
    return [*(ox.Quad(t.subject, t.predicate, t.object) for t in prepared.default), *prepared.quads]


def _release(prepared: Prepared, day: str, build_id: str, newest: Release | None) -> Release:
    files = build.published_files(prepared)
    lines = lines_of(prepared.quads)
    before = prepared.past.lines()
    return Release(
        date=day,
        id=build_id,
        previous=newest.name if newest else None,
        base=prepared.dataset.base.iri,
        version=__version__,
        files=tuple(Published(**vars(build.file_of(name, files[name]))) for name in sorted(files)),
        triples=len(prepared.default),
        quads=files[DATASET].count(b"\n"),
        added=len(lines - before),
        removed=len(before - lines),
        classes=_classes(prepared),
        findings=prepared.report.counts,
        measures=prepared.quality.measures,
        overruled=build.overruled(prepared),
    )


def _classes(prepared: Prepared) -> dict[str, int]:
    """Return how many things there are of each class of ours."""
    counted = Counter(
        triple.object.value
        for triple in prepared.default
        if triple.predicate.value == RDF + "type"
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(CCIN)
    )
    return dict(sorted(counted.items()))


def _write(ledger: Ledger, made: Release, prepared: Prepared, diff: Diff) -> None:
    """Write the folder of a Release whole, by rename; a crash leaves the ledger as it was."""
    lines, before = lines_of(prepared.quads), prepared.past.lines()
    files = {
        ADDED: _text(lines - before),
        REMOVED: _text(before - lines),
        CHANGES: (json.dumps(diff.to_dict(), ensure_ascii=False, indent=1) + "\n").encode(),
        RECORD: made.to_json(),
    }
    folder = ledger.folder / made.name
    new = ledger.folder / f".new-{made.name}"
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, data in files.items():
            (new / name).write_bytes(data)
        os.rename(new, folder)
    except OSError as error:
        raise BuildFailed(f"the Release could not be written to {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(lines)).encode()


def rollback(settings: Settings, name: str, *, engine: str = "auto") -> Build:
    """Make a build of what a Release published, and point ``current`` to it. The record stays as it is.

    Statements, files of the dataset and day are those of the Release; its report is made anew, and pages are
    made by the program as it is now. Raises BadInput for an unknown Release, BadRecord for a broken ledger.
    """
    ledger = Ledger(settings.data_dir / FOLDER)
    found = ledger.get(name)
    known = Past(ledger, found.date, found.name)

    def make() -> Prepared:
        dataset = _dataset_of(ledger.quads_of(found), found, settings)
        stated = [quad for source in dataset.files for quad in _quads(source, dataset.base)]
        model = Model(dataset.triples, dataset.base)
        return build.checked(dataset, stated, model, known, found.date, engine)

    # Beside a build of the same data from the record: that one's report knows the lines of the files.
    return build.publish(settings, found.id, f"{build.folder_name(found.id, known)}-{found.date}", make)


def _quads(source: SourceFile, base: Base) -> list[ox.Quad]:
    graph = ox.NamedNode(base.graph(source.source))
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in source.triples]


def _dataset_of(quads: Iterable[ox.Quad], found: Release, settings: Settings) -> Dataset:
    """Return a Dataset of the graphs of a Release, each a source without a file of its own."""
    base = Base(found.base)
    folder = settings.data_dir / FOLDER / found.name
    start = base.graph("")
    graphs: dict[str, list[ox.Triple]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs[quad.graph_name.value.removeprefix(start)].append(quad.triple)
    files = tuple(
        SourceFile(name, folder / f"{name}.ttl", tuple(triples)) for name, triples in sorted(graphs.items())
    )
    context = (settings.ontology_dir or shipped_ontology()) / "context.jsonld"
    return Dataset(base, files, found.id, context)


# What differs


def differ(settings: Settings, old: str, new: str) -> Diff:
    """Return what differs between two states of the data: Releases, builds, folders or files.

    A Release is named by its address's last part, or ``latest``; a build by its id, its folder, or
    ``current``; ``record`` is the record as it stands. Raises BadInput for what is none of these.
    """
    base = _base(settings)
    return compare(quads_of(settings, old), quads_of(settings, new), base)


def _base(settings: Settings) -> Base:
    try:
        return build.read(settings).base
    except LinkedDataError:
        return Base(settings.base_iri) if settings.base_iri else Base()  # two files need no record


def version_and_quads(settings: Settings, what: str) -> tuple[str, str, list[ox.Quad]]:
    """Return base, version and quads, the default graph among them, of a Release or a build.

    A Release is named as in ``differ``. Raises BadInput for what is neither, BadRecord, BuildFailed.
    """
    folder = settings.var_dir / "builds" / what
    if what == build.CURRENT or (folder / build.MANIFEST).is_file():
        quads = quads_of(settings, what)
        found = build.current(settings) if what == build.CURRENT else folder
        assert found is not None
        manifest = json.loads((found / build.MANIFEST).read_text(encoding="utf-8"))
        said = build.parsed(found / build.SELF) if manifest["record"] else ()
        return manifest["base"], version_of(manifest), [*quads, *said]
    ledger = Ledger(settings.data_dir / FOLDER)
    release = ledger.get(what)
    manifest = {
        "id": release.id,
        "base": release.base,
        "files": [asdict(one) for one in release.files],
        "modified": release.date,
        "release": release.name,
    }
    quads = ledger.quads_of(release)
    return release.base, version_of(manifest), [*quads, *_said(quads, manifest, ledger)]


def _said(quads: Iterable[ox.Quad], manifest: Mapping[str, Any], ledger: Ledger) -> list[ox.Quad]:
    """Return what the site would say of itself if it served these quads."""
    base = Base(manifest["base"])
    catalog = ox.NamedNode(base.graph("catalog"))
    default = [q.triple for q in quads if not isinstance(q.graph_name, ox.NamedNode)]
    stated = [q.triple for q in quads if q.graph_name == catalog]
    model = Model(default, base)
    return void.quads(about(stated, model, manifest, gather(default, model), ledger))


def quads_of(settings: Settings, what: str) -> list[ox.Quad]:
    """Return the quads of one state of the data. Raises BadInput, BadRecord or BuildFailed."""
    path = Path(what)
    if what == "record":
        return _everything(build.prepare(build.read(settings)))
    if what == "latest" or is_name(what):
        ledger = Ledger(settings.data_dir / FOLDER)
        return ledger.quads_of(ledger.get(what))
    folder = settings.var_dir / "builds" / what
    if what == build.CURRENT or (folder / build.MANIFEST).is_file():
        found = build.current(settings) if what == build.CURRENT else folder
        if found is None:
            raise BuildFailed("there is no build yet; run: ccin-ld build")
        return list(build.parsed(found / "files" / DATASET))
    if path.is_dir():
        return _of_folder(path, settings)
    if path.is_file():
        return list(build.parsed(path))
    hint = "give a Release, latest, current, record, the id of a build, a folder or an RDF file"
    raise BadInput(f"{what!r} is nothing that can be compared", hint=hint)


def _of_folder(folder: Path, settings: Settings) -> list[ox.Quad]:
    """Return the quads of a build's folder, of a record (as it would be built), or of RDF files."""
    if (folder / build.MANIFEST).is_file():
        return list(build.parsed(folder / "files" / DATASET))
    if (folder / RECORD).is_file():
        ledger = Ledger(folder.parent)
        return ledger.quads_of(ledger.get(folder.name))
    if (folder / "catalog.ttl").is_file():
        return _everything(build.prepare(open_dataset(folder, settings.ontology_dir)))
    paths = sorted(path for pattern in _DATA for path in folder.rglob(pattern))
    if not paths:
        raise BadInput("there is no RDF file in this folder", file=folder, hint="give another folder")
    return [quad for path in paths for quad in build.parsed(path)]
