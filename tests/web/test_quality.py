"""The quality report and the Releases as they are served (rows V3, V6, C5)."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build, build, build_files
from ccin_ld.config import Settings
from ccin_ld.description.quality import triples as described
from ccin_ld.ledger import Release
from ccin_ld.namespaces import DCAT, DCT, DQV, PROV, RDF, SH, VOID
from ccin_ld.quality import METRICS, LinkCounts, Quality
from ccin_ld.release import release
from ccin_ld.validation import Report
from ccin_ld.web.app import create_app

from ..conftest import ReadingClient
from ..represent.pages_check import read

ORCHARD = Path(__file__).parent.parent / "networks" / "orchard"
BASE = "https://orchards.example/"
DATASET = BASE + "data/orchards"
KINDS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[Release]]:
    """The small network with two Releases, and something not released yet."""
    folder = tmp_path_factory.mktemp("orchard")
    shutil.copytree(ORCHARD, folder / "data")
    settings = Settings(data_dir=folder / "data", var_dir=folder / "var")
    path = folder / "data" / "graphs" / "orchard.ttl"
    made = [release(settings, date(2026, 11, 23)).release]
    path.write_text(
        path.read_text(encoding="utf-8").replace("Pomona Trust", "Pomona Foundation"), encoding="utf-8"
    )
    made.append(release(settings, date(2026, 12, 1)).release)
    more = f'<{BASE}id/organisation/pip> a <https://w3id.org/ccin/def/ccin#Organisation> ; skos:prefLabel "Pip"@en .\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return settings, made


@pytest.fixture(scope="module")
def grown(orchard: tuple[Settings, list[Release]]) -> Build:
    return build(orchard[0])


@pytest.fixture(scope="module")
def orchards(orchard: tuple[Settings, list[Release]], grown: Build) -> Iterator[Client]:
    app = create_app(orchard[0], build=grown)
    yield ReadingClient(app)
    app.close()


def parsed(client: Client, path: str) -> set[ox.Triple]:
    response = client.get(path)
    assert response.status_code == 200, path
    return {quad.triple for quad in ox.parse(response.data, format=KINDS[path.rpartition(".")[2]])}


def objects(triples: set[ox.Triple], subject: str, predicate: str) -> set[str]:
    node, wanted = ox.NamedNode(subject), ox.NamedNode(predicate)
    found = [t.object for t in triples if t.subject == node and t.predicate == wanted]
    return {str(one.value) for one in found if isinstance(one, ox.NamedNode | ox.Literal)}


class TestReport:
    def test_every_format_says_the_same(self, orchards: Client) -> None:
        graphs = [parsed(orchards, f"/quality.{extension}") for extension in KINDS]
        assert all(one == graphs[0] for one in graphs)
        assert not any(isinstance(term, ox.BlankNode) for t in graphs[0] for term in (t.subject, t.object))

    def test_it_is_negotiated_and_has_its_validators(self, orchards: Client) -> None:
        found = orchards.get("/quality", headers={"Accept": "text/turtle"})
        assert (found.status_code, found.headers["Content-Location"]) == (200, "/quality.ttl")
        again = orchards.get("/quality.ttl", headers={"If-None-Match": found.headers["ETag"]})
        assert again.status_code == 304
        assert (
            orchards.get("/quality", headers={"Accept": "text/html"})
            .headers["Content-Type"]
            .startswith("text/html")
        )
        assert orchards.get("/quality", headers={"Accept": "image/png"}).status_code == 406
        assert orchards.get("/quality.nq").status_code == 406

    def test_it_is_a_validation_report_with_measurements(self, orchards: Client) -> None:
        report = parsed(orchards, "/quality.ttl")
        iri = BASE + "quality"
        assert {SH + "ValidationReport", DQV + "QualityMetadata"} <= objects(report, iri, RDF + "type")
        for key in METRICS:
            (value,) = objects(report, f"{iri}#now-{key}", DQV + "value")
            assert float(value) >= 0
            assert objects(report, f"{iri}#now-{key}", DQV + "isMeasurementOf") == {f"{iri}#metric-{key}"}
            assert objects(report, f"{iri}#now-{key}", DQV + "computedOn") == {DATASET}

    def test_the_dataset_leads_to_it(self, orchards: Client) -> None:
        found = parsed(orchards, "/data/orchards.ttl")
        assert objects(found, DATASET, DQV + "hasQualityMetadata") == {BASE + "quality"}
        assert objects(found, DATASET, DCT + "conformsTo") == {"https://w3id.org/ccin/def/shapes"}

    def test_fields_are_counted_by_kind(self, orchards: Client) -> None:
        told = json.loads(orchards.get("/quality.json").data)
        (project,) = [one for one in told["kinds"] if one["label"] == "Project"]
        filled = {one["name"]: one["have"] for one in project["fields"]}
        assert project["things"] == 1
        assert (filled["Title"], filled["Lead"], filled["About the project"]) == (1, 1, 0)
        (principle,) = [one for one in told["kinds"] if one["label"] == "Principle"]
        assert {one["name"]: one["wanted"] for one in principle["fields"]}["Statement"] is True
        assert told["measures"]["missing"] >= 1
        assert told["measures"]["completeness"] < 100
        assert told["measures"]["conflicts"] == 1

    def test_the_trend_has_each_release_and_what_is_not_released(
        self, orchards: Client, orchard: tuple[Settings, list[Release]]
    ) -> None:
        _, made = orchard
        told = json.loads(orchards.get("/quality.json").data)
        assert [one["release"] for one in told["trend"]] == [made[0].name, made[1].name, None]
        things = [one["measures"]["things"] for one in told["trend"]]
        assert things[0] == things[1] == things[2] - 1
        report = parsed(orchards, "/quality.ttl")
        node = f"{BASE}quality#{made[0].name}-warnings"
        assert objects(report, node, DQV + "computedOn") == {f"{DATASET}/{made[0].name}"}
        page = orchards.get("/quality").text
        assert page.count("Release of 1 December 2026") == 1
        assert "Not released yet" in page

    def test_every_finding_is_on_the_page(self, orchards: Client) -> None:
        told = json.loads(orchards.get("/quality.json").data)
        page = read(orchards.get("/quality").text)
        assert told["findings"]
        labels = dict(page.links)
        for one in told["findings"]:
            name = labels["/doc/" + one["focus"].removeprefix(f"{BASE}id/")]
            # Findings with one message stand together under it, each by its name.
            assert one["message"].removeprefix(f"{name}: ") in page.text
            assert (f"{name}, line {one['line']}" if one["line"] else name) in page.text

    def test_files_as_they_are_have_no_report(self, tmp_path: Path) -> None:
        (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
        made = build_files([tmp_path / "a.ttl"], tmp_path / "build")
        client = ReadingClient(create_app(Settings(var_dir=tmp_path), build=made))
        assert "was not checked" in client.get("/quality").text
        assert client.get("/quality.ttl").status_code == 406

    def test_names_without_a_body_and_facts_without_a_source_are_counted(self, tmp_path: Path) -> None:
        shutil.copytree(ORCHARD, tmp_path / "data")
        path = tmp_path / "data" / "graphs" / "orchard.ttl"
        text = path.read_text(encoding="utf-8")
        loose = f'<{BASE}id/thing/loose> <https://w3id.org/ccin/def/ccin#nameAsPrinted> "Nobody knows"@en .\n'
        path.write_text(text + loose, encoding="utf-8")
        made = build(Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var"))
        told = json.loads((made.folder / "files" / "report.json").read_bytes())
        assert [one["label"] for one in told["unmatched"]] == ["Nobody knows"]
        # Both sources of this network: nothing says what they were made from.
        assert [one["iri"] for one in told["without_source"]] == [
            f"{BASE}data/graph/correction",
            f"{BASE}data/graph/orchard",
        ]

    def test_numbers_are_canonical(self) -> None:
        quality = Quality(
            findings={"warning": 1}, triples=3, kinds=(), without_source=(), by_hand=0, conflicts=0,
            unmatched=(), links=LinkCounts(0, 0, 0, 0), broken=(), checked={},
        )  # fmt: skip
        from ccin_ld.iris import Base

        made = described(Report.of([]), quality, Base(BASE), DATASET)
        values = {str(t.object) for t in made if t.predicate.value == DQV + "value"}
        assert '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>' in values


class TestReleases:
    def test_the_dataset_lists_them(self, orchards: Client, orchard: tuple[Settings, list[Release]]) -> None:
        _, made = orchard
        found = parsed(orchards, "/data/orchards.ttl")
        addresses = {f"{DATASET}/{one.name}" for one in made}
        assert objects(found, DATASET, DCAT + "hasVersion") == addresses
        assert objects(found, DATASET, DCAT + "hasCurrentVersion") == {f"{DATASET}/{made[1].name}"}
        assert objects(found, DATASET, DCT + "modified") == {"2026-12-01"}
        page = orchards.get("/data/orchards").text
        assert all(f'href="/data/orchards/{one.name}"' in page for one in made)

    def test_each_has_a_page_and_says_what_came_before(
        self, orchards: Client, orchard: tuple[Settings, list[Release]]
    ) -> None:
        _, (first, second) = orchard
        iri = f"{DATASET}/{second.name}"
        found = parsed(orchards, f"/data/orchards/{second.name}.ttl")
        assert objects(found, iri, DCAT + "previousVersion") == {f"{DATASET}/{first.name}"}
        assert objects(found, iri, PROV + "wasRevisionOf") == {f"{DATASET}/{first.name}"}
        assert objects(found, iri, DCAT + "version") == {second.name}
        assert objects(found, iri, VOID + "triples") == {str(second.triples)}
        assert objects(found, f"{iri}#class-Project", VOID + "entities") == {"1"}
        assert DCAT + "Dataset" not in objects(
            found, iri, RDF + "type"
        )  # harvesters would list it (DCAT in CKAN)
        page = orchards.get(f"/data/orchards/{second.name}", headers={"Accept": "text/html"}).text
        assert "the name changed from “Pomona Trust” to “Pomona Foundation”" in page
        assert f'href="/data/orchards/{first.name}"' in page
        formats = [parsed(orchards, f"/data/orchards/{second.name}.{one}") for one in KINDS]
        assert all(one == formats[0] for one in formats)

    def test_files_are_those_of_the_digests_and_never_change(
        self, orchards: Client, orchard: tuple[Settings, list[Release]]
    ) -> None:
        _, made = orchard
        for one in made:
            response = orchards.get(f"/data/orchards/{one.name}/dataset.nq")
            known = one.file("dataset.nq")
            assert known
            assert hashlib.sha256(response.data).hexdigest() == known.sha256
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert response.headers["Content-Type"] == "application/n-quads"
            for name, number in (("added.nq", one.added), ("removed.nq", one.removed)):
                found = orchards.get(f"/data/orchards/{one.name}/{name}")
                assert found.data.count(b"\n") == number
                assert "immutable" in found.headers["Cache-Control"]
                etag = found.headers["ETag"]
                again = orchards.get(f"/data/orchards/{one.name}/{name}", headers={"If-None-Match": etag})
                assert again.status_code == 304
            told = json.loads(orchards.get(f"/data/orchards/{one.name}/changes.json").data)
            assert told["counts"]["new"] >= 0

    def test_every_address_in_a_description_answers(
        self, orchards: Client, orchard: tuple[Settings, list[Release]]
    ) -> None:
        _, (_, second) = orchard
        for path in ("/data/orchards.nt", f"/data/orchards/{second.name}.nt", "/quality.nt"):
            for triple in parsed(orchards, path):
                for term in (triple.subject, triple.object):
                    if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                        local = term.value.removeprefix(BASE).partition("#")[0]
                        response = orchards.get(f"/{local}", follow_redirects=True, buffered=True)
                        assert response.status_code == 200, term.value

    @pytest.mark.parametrize(
        "path",
        [
            "/data/orchards/2020-01-01-00000000",
            "/data/orchards/2020-01-01-00000000/added.nq",
            "/data/other/{name}/added.nq",
            "/data/orchards/{name}/release.json",
            "/data/orchards/{name}/..%2frelease.json",
        ],
    )
    def test_nothing_else_is_there(
        self, orchards: Client, orchard: tuple[Settings, list[Release]], path: str
    ) -> None:
        assert orchards.get(path.format(name=orchard[1][0].name)).status_code == 404

    def test_without_quotations_no_statements_are_served(
        self, orchard: tuple[Settings, list[Release]], tmp_path: Path
    ) -> None:
        settings, (first, second) = orchard
        spare = replace(settings, quotations=False, var_dir=tmp_path)
        client = ReadingClient(create_app(spare, build=build(spare)))
        page = client.get(f"/data/orchards/{second.name}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "leaves quotations out" in page.text
        assert client.get(f"/data/orchards/{first.name}/dataset.nq").status_code == 404
        assert not re.search(r"distribution", client.get(f"/data/orchards/{second.name}.ttl").text)

    def test_a_release_is_seen_without_a_restart(self, tmp_path: Path) -> None:
        shutil.copytree(ORCHARD, tmp_path / "data")
        settings = Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")
        build(settings)
        app = create_app(settings)
        client = ReadingClient(app)
        assert "There has been no Release yet" in client.get("/data/orchards").text
        made = release(settings, date(2026, 11, 23)).release
        build(settings)
        app.sites._looked = float("-inf")  # type: ignore[union-attr]
        assert made.name in client.get("/data/orchards").text
        app.close()
