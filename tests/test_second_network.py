"""A second network of ten lines, under another base and with other principles, needs no change of code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build, build
from ccin_ld.config import Settings
from ccin_ld.errors import ShapesViolated
from ccin_ld.namespaces import CCIN, RDFS
from ccin_ld.web.app import create_app

ORCHARD = Path(__file__).parent / "networks" / "orchard"
PROJECT = "https://orchards.example/id/project/grafting"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=ORCHARD, var_dir=tmp_path_factory.mktemp("orchard"))


@pytest.fixture(scope="module")
def orchard(settings: Settings) -> Build:
    return build(settings)


@pytest.fixture(scope="module")
def client(orchard: Build, settings: Settings) -> Iterator[Client]:
    app = create_app(settings, build=orchard)
    yield Client(app)
    app.close()


def test_sources_that_disagree_about_a_name_do_not_stop_the_build(tmp_path: Path) -> None:
    shutil.copytree(ORCHARD, tmp_path / "data")
    name = '<https://orchards.example/id/organisation/pomona> skos:prefLabel "Pomona Foundation"@en .\n'
    path = tmp_path / "data" / "graphs" / "correction.ttl"
    head = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    path.write_text(head + path.read_text(encoding="utf-8") + name, encoding="utf-8")
    made = build(Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var"))
    found = made.describe("https://orchards.example/id/organisation/pomona")
    assert found.texts(RDFS + "label") == ["Pomona Foundation"]
    assert made.manifest["findings"]["warning"] >= 2


def test_it_is_ten_lines() -> None:
    lines = (ORCHARD / "graphs" / "orchard.ttl").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line and not line.startswith("@prefix")]) <= 10


def test_its_names_are_its_own(client: Client) -> None:
    home = client.get("/", headers={"Accept": "text/html"}).text
    assert "Orchard" in home
    for path in (
        "/",
        "/members",
        "/projects",
        "/principles",
        "/about",
        "/sparql",
        "/def/ccin",
        "/network",
        "/nowhere",
        "/quality",
        "/licence",
    ):
        page = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True).text
        for word in ("Co-operative Councils", "councils.coop", "Oldham", "mySociety"):
            assert word not in page.split("<main")[0] + page.split("</main>")[-1], (path, word)


def test_pages_data_and_queries(client: Client) -> None:
    page = client.get("/doc/project/grafting", headers={"Accept": "text/html"})
    assert "Pomona Trust" in page.text
    assert "Share the fruit" in page.text
    turtle = client.get("/doc/project/grafting.ttl").text
    assert "<https://orchards.example/id/organisation/pomona>" in turtle
    assert "https://w3id.org/ccin/id/" not in turtle
    ask = client.get("/sparql", query_string={"query": f"ASK {{ <{PROJECT}> <{CCIN}lead> ?body }}"})
    assert ask.json["boolean"] is True


def test_lists_are_its_own(client: Client) -> None:
    labels = [item["label"] for item in client.get("/members.json").json["items"]]
    assert labels == [{"en": "Orchard Network"}, {"en": "Pomona Trust"}]
    assert client.get("/principles.json").json["total"] == 1


def test_the_most_trusted_source_is_believed_and_the_other_kept(orchard: Build) -> None:
    """The correction's year counts; the other stays in its graph; the report warns (design, rule 2)."""
    resource = orchard.describe(PROJECT)
    assert resource.texts(CCIN + "fromYear") == ["2024"]
    said = orchard.store.values(PROJECT, CCIN + "fromYear")
    assert [value.partition("^^")[0] for value, _ in said] == ['"2024"', '"2025"']
    assert orchard.manifest["findings"]["violation"] == 0
    warnings = (orchard.folder / "files" / "report.json").read_text(encoding="utf-8")
    assert "2025" in warnings


def test_a_source_that_contradicts_itself_is_a_violation(tmp_path: Path) -> None:
    """Also where a more trusted source hides it from the default graph."""
    shutil.copytree(ORCHARD, tmp_path / "data")
    path = tmp_path / "data" / "graphs" / "orchard.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('ccin:fromYear "2025"^^xsd:gYear', 'ccin:fromYear "2025"^^xsd:gYear, "2023"^^xsd:gYear')
    )
    with pytest.raises(ShapesViolated, match="2023"):
        build(Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var"))
