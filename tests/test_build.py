"""Builds: the same input gives the same bytes, and whatever happens the old one is served (design, 1.3)."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld import build as builds
from ccin_ld.build import SELF, Build, build, build_files, current, open_build
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput, BadRecord, BuildFailed, ShapesViolated
from ccin_ld.namespaces import CCIN

from .first_page import copy_first_page

ROOT = Path(__file__).parent.parent
PROJECT = "https://w3id.org/ccin/id/project/eoi-action-learning-set"


@pytest.fixture
def copied(tmp_path: Path) -> Settings:
    """A copy of the first page's record that a test may spoil."""
    copy_first_page(tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", ontology_dir=ROOT / "ontology", var_dir=tmp_path / "var")


def spoil(settings: Settings, name: str, old: str, new: str) -> Path:
    path = settings.data_dir / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_numbers_of_the_first_page(built: Build) -> None:
    resource = built.describe(PROJECT)
    assert len(resource.iris(CCIN + "lead")) == 1
    assert len(resource.iris(CCIN + "participant")) == 22
    assert len(resource.iris(CCIN + "tookPart")) == 23
    assert len(resource.iris(CCIN + "meetsPrinciple")) == 7
    claims = [one.subject.iri for one in built.index.incoming(PROJECT, predicate=CCIN + "project")]
    for source in ("eoi-action-learning-set--1", "sheet-projects"):
        told = [iri for iri in claims if "/claim/" in iri and iri.endswith(f"--{source}")]
        states = [built.store.describe(iri).iris(CCIN + "claimState") for iri in told]
        counted = {
            name: sum(state == [CCIN + name] for state in states) for name in ("met", "notListed", "notKnown")
        }
        assert counted == {"met": 7, "notListed": 1, "notKnown": 2}, source


def test_same_input_same_bytes(built: Build, settings: Settings, tmp_path: Path) -> None:
    again = build(replace(settings, var_dir=tmp_path / "elsewhere"))
    assert again.id == built.id
    assert (again.folder / "manifest.json").read_bytes() == (built.folder / "manifest.json").read_bytes()
    for file in built.files:
        assert (again.folder / "files" / file.name).read_bytes() == (
            built.folder / "files" / file.name
        ).read_bytes()


def test_bytes_do_not_depend_on_the_hash_seed(built: Build, tmp_path: Path) -> None:
    """The order of Python's sets differs between processes; no published byte may."""
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "ccin_ld.cli", "build", "--data-dir", str(ROOT / "data"), "--var-dir", str(tmp_path / seed)],
            check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT,
        )  # fmt: skip
        again = open_build(tmp_path / seed / "current")
        assert (again.folder / "manifest.json").read_bytes() == (built.folder / "manifest.json").read_bytes()


def test_dumps_store_and_default_graph_say_the_same(built: Build) -> None:
    files = built.folder / "files"
    default = set(built.store.default_graph())
    turtle = {quad.triple for quad in ox.parse(path=str(files / "dataset.ttl"))}
    json_ld = {quad.triple for quad in ox.parse(path=str(files / "dataset.jsonld"))}
    named = list(ox.parse(path=str(files / "dataset.nq")))
    assert canonical(turtle) == canonical(default) == canonical(json_ld)
    assert canonical(q.triple for q in named if isinstance(q.graph_name, ox.DefaultGraph)) == canonical(
        default
    )
    # The store also holds what the site says of itself, in a graph of its own.
    said = len(list(ox.parse(path=str(built.folder / SELF))))
    assert len(named) == len(built.store) - said == len(list(ox.parse(path=str(files / "dataset.trig"))))
    assert built.manifest["counts"]["triples"] == len(default)


def unpacked(path: Path) -> bytes:
    """Return what a file holds, packed or not."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return path.read_bytes()


def canonical(triples: object) -> set[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)  # type: ignore[attr-defined]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def test_no_clock_in_published_files(built: Build) -> None:
    today = time.strftime("%Y-%m-%dT")
    for file in built.files:
        assert today.encode() not in (built.folder / "files" / file.name).read_bytes()


def test_no_blank_nodes_outside_ontology_and_shapes(built: Build) -> None:
    allowed = {built.base.graph("ontology"), built.base.graph("shapes")}
    for quad in ox.parse(path=str(built.folder / "files" / "dataset.nq")):
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value not in allowed:
            assert not isinstance(quad.subject, ox.BlankNode)
            assert not isinstance(quad.object, ox.BlankNode)


def test_every_thing_has_a_label(built: Build) -> None:
    for kind in built.index.kinds():
        for item in built.index.of_kind(kind, limit=1000):
            assert built.store.labels([item.iri]), item.iri


def test_a_violation_stops_the_build_and_the_old_one_stays(copied: Settings) -> None:
    before = build(copied).id
    spoil(copied, "graphs/eoi-action-learning-set--1.ttl", 'ccin:toYear "2020"', 'ccin:toYear "1990"')
    with pytest.raises(ShapesViolated) as caught:
        build(copied)
    assert "eoi-action-learning-set--1.ttl:" in str(caught.value)
    assert "What to do" in str(caught.value)
    assert open_build(copied.var_dir / "current").id == before


BROKEN = [
    pytest.param("graphs/principles.ttl", "@prefix ccin:", "@prefix ccin", BadRecord, id="wrong Turtle"),
    pytest.param("graphs/principles.ttl", '"1"^^xsd:integer', '"01"^^xsd:integer', BadRecord, id="number not canonical"),
    pytest.param("graphs/principles.ttl", '"1"^^xsd:integer', '"one"^^xsd:integer', BadRecord, id="not a number"),
    pytest.param("graphs/principles.ttl", "id/principle/co-production>\n", "id/principle/Co_production>\n", BadRecord, id="bad key"),
    pytest.param("graphs/principles.ttl", '"@en', '"@EN', None, id="language tag in capitals is read as small"),
    pytest.param("catalog.ttl", "void:uriSpace", "void:uriRegexPattern", BadRecord, id="no base"),
    pytest.param("sources.ttl", "data/graph/principles>", "data/graph/principals>", BadRecord, id="undescribed source"),
    pytest.param("graphs/eoi-action-learning-set--1.ttl", "ccin:claimState ccin:met ;", "ccin:claimState ccin:lead ;", ShapesViolated, id="unknown state"),
    pytest.param("graphs/eoi-action-learning-set--1.ttl", "ccin:claimState ccin:met ;", "ccin:claimState ccin:mett ;", BadRecord, id="a value that is no term"),
    pytest.param("graphs/eoi-action-learning-set--1.ttl", "ccin:describedOn", "ccin:describdOn", BadRecord, id="a property that is no term"),
    pytest.param("graphs/register.ttl", '"53.7643"^^xsd:decimal', '"153.7643"^^xsd:decimal', ShapesViolated, id="not on Earth"),
    pytest.param("graphs/register.ttl", 'ccin:gssCode "E06000010"', 'ccin:gssCode "E0600001"', ShapesViolated, id="code too short"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "error"), BROKEN)
def test_broken_records(
    copied: Settings, name: str, old: str, new: str, error: type[Exception] | None
) -> None:
    before = build(copied).id
    spoil(copied, name, old, new)
    if error is None:
        build(copied)
        return
    with pytest.raises(error) as caught:
        build(copied)
    assert "What to do" in str(caught.value)
    assert Path(name).name in str(caught.value)
    assert open_build(copied.var_dir / "current").id == before


def test_a_missing_name_is_told_once(copied: Settings) -> None:
    """The label is made from the name: that it is missing too is nothing that a person could mend."""
    spoil(copied, "graphs/principles.ttl", '    skos:prefLabel "Innovation"@en ;\n', "")
    with pytest.raises(ShapesViolated) as caught:
        build(copied)
    broken = [one for one in caught.value.report.findings if one.severity == "violation"]
    assert [one.path.rpartition("#")[2] for one in broken if one.path] == ["prefLabel"]


def test_blank_nodes_are_refused_with_their_line(copied: Settings) -> None:
    path = copied.data_dir / "graphs" / "principles.ttl"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "\n<https://w3id.org/ccin/id/principle/x>\n    ccin:principle [] .\n"
    )
    with pytest.raises(BadRecord, match="no IRI") as caught:
        build(copied)
    assert caught.value.line is not None


def test_a_full_disk_leaves_the_old_build(copied: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(copied).id
    spoil(copied, "graphs/principles.ttl", "Co-production", "Coproduction")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(builds, "_write_store", full)
    with pytest.raises(BuildFailed, match="No space left on device"):
        build(copied)
    assert open_build(copied.var_dir / "current").id == before
    assert not list((copied.var_dir / "builds").glob(".new-*"))


def test_a_folder_that_may_not_be_written(copied: Settings) -> None:
    copied.var_dir.parent.joinpath("blocked").write_text("a file where the folder should be")
    with pytest.raises(BuildFailed, match="could not be written"):
        build(replace(copied, var_dir=copied.var_dir.parent / "blocked"))


def test_killed_at_random_moments_the_old_build_is_served(copied: Settings) -> None:
    """20 builds, each killed with SIGKILL at a random moment: `current` always names a whole build."""
    before = build(copied)
    command = [
        sys.executable,
        "-m",
        "ccin_ld.cli",
        "build",
        "--data-dir",
        str(copied.data_dir),
        "--var-dir",
        str(copied.var_dir),
    ]
    spoil(copied, "graphs/principles.ttl", "Co-production", "Coproduction")
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    whole = time.monotonic() - started
    after = open_build(copied.var_dir / "current").id
    chance = random.Random(20)
    for _ in range(20):
        shutil.rmtree(copied.var_dir / "builds" / after, ignore_errors=True)
        builds._point(copied.var_dir, before.folder)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        time.sleep(chance.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        served = open_build(copied.var_dir / "current")
        assert served.id in (before.id, after)
        assert served.describe(PROJECT).label()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    assert open_build(copied.var_dir / "current").id == after
    assert not list((copied.var_dir / "builds").glob(".new-*"))


def test_the_last_builds_are_kept(copied: Settings) -> None:
    settings = replace(copied, keep_builds=2)
    made = [build(settings).folder.name]
    for number in range(3):
        path = settings.data_dir / "graphs" / "principles.ttl"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("Innovation", f"Innovation {number}", 1), encoding="utf-8")
        made.append(build(settings).folder.name)
    kept = {path.name for path in (settings.var_dir / "builds").iterdir() if not path.name.startswith(".")}
    assert kept == set(made[-2:])
    assert current(settings) == (settings.var_dir / "builds" / made[-1]).resolve()


def test_without_quotations(copied: Settings) -> None:
    full, spare = build(copied), build(replace(copied, quotations=False))
    assert full.id != spare.id
    assert full.describe(PROJECT).texts("http://purl.org/dc/terms/description")
    assert not spare.describe(PROJECT).texts("http://purl.org/dc/terms/description")
    words = full.describe(PROJECT).texts("http://purl.org/dc/terms/description")[0][:60]
    for file in spare.files:
        assert words.encode() not in unpacked(spare.folder / "files" / file.name)


def test_another_base_moves_iris_and_nothing_else(copied: Settings) -> None:
    moved = build(replace(copied, base_iri="https://data.example.org/ccin/"))
    quads = list(ox.parse(path=str(moved.folder / "files" / "dataset.nq")))
    terms = {term for quad in quads for term in (quad.subject, quad.object, quad.graph_name)}
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    assert "https://data.example.org/ccin/id/council/oldham" in iris
    assert CCIN + "Project" in iris
    assert not [iri for iri in iris if iri.startswith("https://w3id.org/ccin/") and "/def/" not in iri]
    spaces = [
        quad.object.value
        for quad in quads
        if quad.predicate.value.endswith("#uriSpace") and isinstance(quad.object, ox.Literal)
    ]
    assert set(spaces) == {"https://data.example.org/ccin/"}


def test_a_build_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="ccin-ld build"):
        open_build(tmp_path)


def test_loose_files_are_served_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(
        "<urn:a> <urn:b> [] . <urn:g> { <urn:a> <urn:b> '01'^^<http://www.w3.org/2001/XMLSchema#integer> }"
    )
    made = build_files([tmp_path / "a.trig"], tmp_path / "out")
    assert made.manifest["counts"] == {"triples": 1, "graphs": {"urn:g": 1}}
    (tmp_path / "b.ttl").write_text("<urn:a> <urn:b>")
    with pytest.raises(BadInput, match="not Turtle"):
        build_files([tmp_path / "b.ttl"], tmp_path / "out2")
    with pytest.raises(BadInput, match="ending of the name"):
        build_files([tmp_path / "b.docx"], tmp_path / "out3")


def test_a_build_of_another_version_is_not_opened(built: Build, tmp_path: Path) -> None:
    """Its indexes may lack what this version asks of them."""
    old = tmp_path / "old"
    shutil.copytree(built.folder, old)
    manifest = json.loads((old / "manifest.json").read_text())
    (old / "manifest.json").write_text(json.dumps({**manifest, "format": manifest["format"] - 1}))
    with pytest.raises(BuildFailed, match="another version of ccin-ld"):
        open_build(old)
    assert (builds.fits(built.folder), builds.fits(old), builds.fits(tmp_path)) == (True, False, False)
