"""What harvesters read: one description in many forms, which all say the same, and what the bytes bear out."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from csvw import TableGroup
from rdflib.namespace import DCAT, DCTERMS, RDF, SH
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.ledger import SUMS
from ccin_ld.namespaces import SPDX, VOID

from ..conftest import ROOT, missing

DATASET = "https://w3id.org/ccin/data/ccin"
SUITE = "suites/dcat-profiles.tar.gz"
AP = "dcat-ap-3.0.1"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    folder = tmp_path_factory.mktemp("profiles")
    with tarfile.open(shared / SUITE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def graph(client: Client, path: str) -> rdflib.Graph:
    answer = client.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    return rdflib.Graph().parse(data=answer.text, format="turtle")


def violations(data: rdflib.Graph, folder: Path, *files: str) -> set[tuple[str, str, str]]:
    """Return what each violation is of: a node, a path, the end of the message's shape."""
    shapes = rdflib.Graph()
    for file in files:
        shapes.parse(folder / file)
    # Five of the property shapes that the published files name are defined in none of them.
    for node, one in list(shapes.subject_objects(SH.property)):
        if (one, SH.path, None) not in shapes:
            shapes.remove((node, SH.property, one))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
    assert isinstance(report, rdflib.Graph)
    return {
        (
            str(report.value(one, SH.focusNode)),
            str(report.value(one, SH.resultPath)),
            str(report.value(one, SH.value)),
        )
        for one in report.subjects(SH.resultSeverity, SH.Violation)
    }


class TestDcat:
    def test_the_shapes_of_dcat_ap_find_nothing(self, client: Client, profiles: Path) -> None:
        data = graph(client, "/catalog")
        files = [f"{AP}.ttl", f"{AP}-ranges.ttl", f"{AP}-deprecated.ttl"]
        assert violations(data, profiles, *files) == set()
        data.remove((rdflib.URIRef(DATASET), DCTERMS.title, None))
        assert violations(data, profiles, *files) != set()

    def test_the_lists_of_the_eu_fit_but_where_they_cannot(self, client: Client, profiles: Path) -> None:
        """Publisher and places of the EU's own lists; and SPDX under an address that it does not have."""
        data = graph(client, "/catalog")
        found = violations(data, profiles, f"{AP}.ttl", f"{AP}-ranges.ttl", f"{AP}-vocabularies.ttl")
        others = {
            one
            for one in found
            if "#publisher" not in str(one) and "/id/area/" not in str(one) and SPDX not in one[2]
        }
        assert {one for one in others if "#sha256" not in one[0] and "-sha256" not in one[0]} == set()

    def test_what_the_uk_model_asks_for_is_there(self, client: Client, profiles: Path) -> None:
        """The cross-government model: each field that has to be there, but two that nobody can say.

        What a field holds is another thing: the model has texts of its own where DCAT has IRIs, and publishers
        are departments.
        """
        shapes = rdflib.Graph().parse(profiles / "uk-metadata-exchange.ttl")
        _, report, _ = pyshacl.validate(graph(client, "/catalog"), shacl_graph=shapes)
        assert isinstance(report, rdflib.Graph)
        missing_ = {
            str(report.value(one, SH.resultPath)).rpartition("/")[2].rpartition("#")[2]
            for one in report.subjects(SH.sourceConstraintComponent, SH.MinCountConstraintComponent)
        }
        # A phase of the government's service manual, and an e-mail address.
        assert missing_ == {"status", "hasEmail"}

    def test_a_harvester_lists_one_dataset(self, client: Client) -> None:
        for form in ("ttl", "rdf", "xml", "jsonld", "nt"):
            answer = client.get(f"/catalog.{form}")
            kind = {"rdf": "xml", "ttl": "turtle", "jsonld": "json-ld"}.get(form, form)
            found = rdflib.Graph().parse(data=answer.data, format=kind)
            assert set(found.subjects(RDF.type, DCAT.Dataset)) == {rdflib.URIRef(DATASET)}
            assert not [one for one in found.all_nodes() if isinstance(one, rdflib.BNode)]

    def test_its_pages_end(self, client: Client) -> None:
        """Hydra: one page, and no next one to ask for."""
        hydra = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
        data = graph(client, "/catalog?page=1")
        view = data.value(rdflib.URIRef("https://w3id.org/ccin/data"), hydra.view)
        assert data.value(view, hydra.last) == view
        assert data.value(view, hydra.next) is None
        assert client.get("/catalog?page=2").status_code == 404

    def test_every_file_is_what_is_said_of_it(self, client: Client) -> None:
        data = graph(client, "/catalog")
        parts = list(data.objects(rdflib.URIRef(DATASET), DCAT.distribution))
        assert len(parts) > 30
        for one in parts:
            address = str(data.value(one, DCAT.downloadURL)).removeprefix("https://w3id.org/ccin")
            answer = client.get(address)
            checksum = data.value(one, rdflib.URIRef(SPDX + "checksum"))
            assert answer.status_code == 200
            assert len(answer.data) == int(str(data.value(one, DCAT.byteSize)))
            assert hashlib.sha256(answer.data).hexdigest() == str(
                data.value(checksum, rdflib.URIRef(SPDX + "checksumValue"))
            )
            assert answer.mimetype == str(data.value(one, DCAT.mediaType)).partition("media-types/")[2]

    def test_data_json_says_the_same(self, client: Client) -> None:
        assert client.get("/data.json").data == client.get("/catalog.json").data
        told = client.get("/catalog.json").json
        data, node = graph(client, "/catalog"), rdflib.URIRef(DATASET)
        assert isinstance(told, list)
        assert len(told) == 1
        assert told[0]["identifier"] == DATASET
        assert told[0]["title"] == str(data.value(node, DCTERMS.title))
        assert told[0]["modified"] == str(data.value(node, DCTERMS.modified))
        assert told[0]["license"] == str(data.value(node, DCTERMS.license))
        assert len(told[0]["distribution"]) == len(list(data.objects(node, DCAT.distribution)))

    def test_its_score_is_told(self, client: Client) -> None:
        """The indicators of the EU's Metadata Quality Assessment (conventions.md d.5); the best file counts."""
        data, node = graph(client, "/catalog"), rdflib.URIRef(DATASET)
        eu = "http://publications.europa.eu/resource/authority/"

        def answers(address: object) -> bool:
            path = str(address).removeprefix("https://w3id.org/ccin")
            return client.head(path).status_code == 200

        def of_file(one: rdflib.term.Node) -> int:
            def value(name: rdflib.URIRef) -> rdflib.term.Node | None:
                return data.value(one, name)

            points = 50 * answers(value(DCAT.accessURL)) + 20 * bool(value(DCAT.downloadURL))
            points += 30 * answers(value(DCAT.downloadURL))
            form = str(value(DCTERMS.format) or "")
            points += 20 * bool(form) + 10 * bool(value(DCAT.mediaType))
            points += 10 * form.startswith(f"{eu}file-type/")
            points += (20 + 20) * form.endswith(("RDF_TURTLE", "RDF_N_QUADS", "JSON_LD", "CSV"))
            licence = str(value(DCTERMS.license) or "")
            points += 20 * bool(licence) + 10 * licence.startswith(f"{eu}licence/")
            return points + 5 * sum(
                bool(value(name))
                for name in (DCTERMS.rights, DCAT.byteSize, DCTERMS.issued, DCTERMS.modified)
            )

        weights = {DCAT.keyword: 30, DCAT.theme: 30, DCTERMS.spatial: 20, DCTERMS.temporal: 20}
        weights |= {DCTERMS.accessRights: 10, DCAT.contactPoint: 20, DCTERMS.publisher: 10}
        points = sum(size for name, size in weights.items() if data.value(node, name))
        points += 5 * str(data.value(node, DCTERMS.accessRights)).startswith(f"{eu}access-right/")
        points += max(of_file(one) for one in data.objects(node, DCAT.distribution))
        points += 30  # DCAT-AP: the first test of this class
        text = (ROOT / "docs" / "harvest.md").read_text(encoding="utf-8")
        assert f"<!-- mqa -->{points} of 405<!-- /mqa -->" in text


class TestCkan:
    """What CKAN's harvester makes of the catalogue: its own parser, in an environment of its own."""

    def packages(self, client: Client, folder: Path, form: str, kind: str) -> list[dict[str, Any]]:
        python = ROOT / ".venv-ckan" / "bin" / "python"
        if not python.is_file():
            missing("CKAN's parser is not installed (make .venv-ckan/.installed)")
        file = folder / f"catalog.{form}"
        file.write_bytes(client.get(f"/catalog.{form}").data)
        command = [str(python), str(ROOT / "tests" / "tools" / "ckan_packages.py"), str(file), kind]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        found: list[dict[str, Any]] = json.loads(made.stdout.splitlines()[-1])
        return found

    def test_it_makes_the_one_package_that_is_meant(self, client: Client, tmp_path: Path) -> None:
        (made,) = self.packages(client, tmp_path, "rdf", "xml")
        extras = {one["key"]: one["value"] for one in made["extras"]}
        data, node = graph(client, "/catalog"), rdflib.URIRef(DATASET)
        assert made["title"] == str(data.value(node, DCTERMS.title))
        assert (made["license_id"], made["url"]) == ("cc-by", "http://localhost/data/ccin")
        assert extras["uri"] == extras["identifier"] == DATASET
        assert extras["publisher_name"] == "CCIN Linked Data"
        assert extras["spatial_text"] == "United Kingdom"
        assert {one["name"] for one in made["tags"]} >= {"local government", "principles"}
        links = {one["download_url"]: one for one in made["resources"]}
        assert set(links) == {str(one) for one in data.objects(None, DCAT.downloadURL)}
        dump = links[f"{DATASET}/latest/dataset.nq"]
        answer = client.get("/data/ccin/latest/dataset.nq")
        assert (dump["size"], dump["hash"]) == (len(answer.data), hashlib.sha256(answer.data).hexdigest())

    def test_a_second_harvest_changes_nothing(self, client: Client, tmp_path: Path) -> None:
        def sorted_(made: list[dict[str, Any]]) -> Any:
            """Lists that the parser reads out of a graph have no order."""
            return [
                {k: sorted(v, key=str) if isinstance(v, list) else v for k, v in one.items()} for one in made
            ]

        first = sorted_(self.packages(client, tmp_path, "rdf", "xml"))
        assert sorted_(self.packages(client, tmp_path, "rdf", "xml")) == first
        assert sorted_(self.packages(client, tmp_path, "ttl", "turtle")) == first


class TestVoid:
    def test_the_store_holds_it_too(self, client: Client, built: Build) -> None:
        """A graph of its own: what it says of the sizes of the default graph stays true."""
        name = "https://w3id.org/ccin/.well-known/void"
        stored = {str(one) for one in built.store.graph(name)}
        assert len(stored) == built.manifest["counts"]["graphs"][name]
        data = graph(client, "/.well-known/void")
        here = {one for one in data if "http://localhost/" not in str(one[2])}
        kept = rdflib.Graph().parse(data="".join(f"{one} .\n" for one in stored), format="nt")
        assert here <= set(kept)
        assert {p for _, p, _ in kept} == {p for _, p, _ in data}

    def test_the_sizes_are_those_of_the_dump(self, client: Client, built: Build) -> None:
        data, node = graph(client, "/.well-known/void"), rdflib.URIRef(DATASET)
        dump = list(ox.parse(path=str(built.folder / "files" / "dataset.ttl")))

        def size(name: str, of: rdflib.term.Node = node) -> int:
            return int(str(data.value(of, rdflib.URIRef(VOID + name))))

        assert size("triples") == len(dump)
        assert size("distinctSubjects") == len({one.subject for one in dump})
        assert size("distinctObjects") == len({one.object for one in dump})
        assert size("properties") == len({one.predicate for one in dump})
        parts = list(data.objects(node, rdflib.URIRef(VOID + "propertyPartition")))
        assert sum(size("triples", one) for one in parts) == len(dump)
        kind = ox.NamedNode("https://w3id.org/ccin/def/ccin#Council")
        (council,) = data.subjects(rdflib.URIRef(VOID + "class"), rdflib.URIRef(kind.value))
        councils = {
            one.subject for one in dump if one.object == kind and one.predicate.value.endswith("#type")
        }
        assert size("entities", council) == len(councils)
        inner = list(data.objects(council, rdflib.URIRef(VOID + "propertyPartition")))
        assert sum(size("triples", one) for one in inner) == sum(one.subject in councils for one in dump)

    def test_the_links_are_counted(self, client: Client, built: Build) -> None:
        data = graph(client, "/.well-known/void")
        wikidata = [
            one for one in data.subjects(rdflib.URIRef(VOID + "linkPredicate")) if "wikidata" in str(one)
        ]
        counted = sum(int(str(data.value(one, rdflib.URIRef(VOID + "triples")))) for one in wikidata)
        lines = {
            (one.subject, one.object)
            for one in ox.parse(path=str(built.folder / "files" / "dataset.ttl"))
            if "#sameAs" in one.predicate.value and "www.wikidata.org" in str(one.object)
        }
        assert counted == len(lines) > 40

    def test_it_leads_to_the_data(self, client: Client) -> None:
        data, node = graph(client, "/.well-known/void"), rdflib.URIRef(DATASET)
        for name in ("dataDump", "exampleResource"):
            found = [str(one) for one in data.objects(node, rdflib.URIRef(VOID + name))]
            assert len(found) >= 3
            for one in found:
                path = one.removeprefix("https://w3id.org/ccin")
                assert client.get(path, follow_redirects=True).status_code == 200


class TestFiles:
    def test_each_release_keeps_its_files(self, client: Client, built: Build) -> None:
        """Made again from the ledger, to the byte; parts of them too; for ever."""
        dataset = "https://w3id.org/ccin/data/ccin"
        for release in (built.ledger.releases[0], built.ledger.releases[-1]):
            told = graph(client, f"/data/ccin/{release.name}")
            files = {str(one) for one in told.objects(None, DCAT.downloadURL)}
            assert {
                f"{dataset}/{release.name}/dataset.{one}" for one in ("nq", "trig", "ttl", "jsonld")
            } < files
            for one in release.lasting:
                path = f"/data/ccin/{release.name}/{one.name}"
                assert (f"https://w3id.org/ccin{path}" in files) == (one.holds_everything or one.name == SUMS)
                answer = client.get(path, headers={"Accept-Encoding": "identity"})
                assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
                assert hashlib.sha256(answer.data).hexdigest() == one.sha256
            part = client.get(f"/data/ccin/{release.name}/dataset.ttl", headers={"Range": "bytes=0-9"})
            assert (part.status_code, len(part.data)) == (206, 10)
        assert client.get(f"/data/ccin/{built.ledger.releases[0].name}/report.ttl").status_code == 404

    def test_packed_copies_hold_the_same(self, client: Client) -> None:
        for name in ("dataset.nq", "dataset.ttl", "dataset.trig", "dataset.jsonld"):
            plain = client.get(f"/data/ccin/latest/{name}").data
            packed = client.get(f"/data/ccin/latest/{name}.gz")
            assert "Content-Encoding" not in packed.headers
            assert gzip.decompress(packed.data) == plain

    def test_the_sums_are_right(self, client: Client, built: Build) -> None:
        lines = client.get("/data/ccin/latest/sha256sums.txt").text.splitlines()
        assert len(lines) > 30
        for line in lines:
            digest, name = line.split("  ")
            assert hashlib.sha256((built.folder / "files" / name).read_bytes()).hexdigest() == digest

    def test_tables_and_their_description_fit(self, built: Build, tmp_path: Path) -> None:
        with zipfile.ZipFile(built.folder / "files" / "csv.zip") as archive:
            archive.extractall(tmp_path)
        found = TableGroup.from_file(tmp_path / "csv-metadata.json")
        sizes = {table.url.string: len(list(table.iterdicts(strict=True))) for table in found.tables}
        kinds = built.index.kinds()
        assert {
            f"{name}.csv" for name in ("council", "project", "principle", "case-study", "statement")
        } <= set(sizes)
        for name, size in sizes.items():
            assert size == kinds[name.removesuffix(".csv")]

    def test_nothing_quoted_stands_in_a_table(self, built: Build) -> None:
        """A table has no place for rights of its own row by row."""
        quoted = [
            triple.object.value
            for graph in built.manifest["counts"]["graphs"]
            if graph.endswith("--quotations")
            for triple in built.store.graph(graph)
            if isinstance(triple.object, ox.Literal) and len(triple.object.value) > 60
        ]
        assert quoted
        for path in [*(built.folder / "files").glob("*.csv"), built.folder / "files" / "places.geojson"]:
            text = path.read_text(encoding="utf-8")
            assert not [words for words in quoted if words[:90] in text]

    def test_every_place_is_there(self, built: Build) -> None:
        told = json.loads((built.folder / "files" / "places.geojson").read_text(encoding="utf-8"))
        assert len(told["features"]) > 90
        for one in told["features"]:
            long, lat = one["geometry"]["coordinates"]
            assert -9 < long < 2.5
            assert 49 < lat < 61


def test_what_the_docs_name_is_there(client: Client) -> None:
    text = (ROOT / "docs" / "harvest.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(/[^`]+)` \| `([^`]+)` \|", text, re.MULTILINE)
    assert len(rows) > 9
    for path, kind in rows:
        answer = client.get(path, headers={"Accept": f"{kind}, */*;q=0.1"})
        assert (answer.status_code, answer.mimetype) == (200, kind), path
    for name in re.findall(
        r"`([a-z0-9-]+\.[a-z0-9]+)`", text.partition("## Files")[2].partition("## CKAN")[0]
    ):
        assert client.head(f"/data/ccin/latest/{name}").status_code == 200, name


def test_the_sitemap_holds_every_document_with_its_day(client: Client, built: Build) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    entries = {one.findtext(f"{SITEMAP}loc"): one.findtext(f"{SITEMAP}lastmod") for one in root}
    assert len(entries) > sum(built.index.kinds().values())
    for address in (
        "/",
        "/members",
        "/doc/council/oldham",
        "/def/ccin",
        "/doc/project/eoi-action-learning-set",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert f"http://localhost{address}" in entries
    page = client.get("/doc/council/oldham")
    day = entries["http://localhost/doc/council/oldham"]
    assert day
    assert rdflib.Literal(day).value[:4] in page.headers["Last-Modified"]
    assert not [one for one in entries if one and "?" in one]


def test_robots_may_read_what_is_data(client: Client) -> None:
    text = client.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml" in text
    closed = [line.partition(": ")[2] for line in text.splitlines() if line.startswith("Disallow")]
    assert "/sparql?" in closed
    for path in (
        "/doc/council/oldham",
        "/doc/council/oldham.ttl",
        "/data/ccin/latest/dataset.nq",
        "/catalog",
        "/sparql",
    ):
        assert not [one for one in closed if "*" not in one and path.startswith(one)]


class TestSignposts:
    def test_its_link_set_has_every_file_and_the_way_back(self, client: Client, built: Build) -> None:
        """Signposting, level 2."""
        told = client.get("/linkset/data/ccin.json").json["linkset"]
        by_anchor = {one["anchor"]: one for one in told}
        page = by_anchor["http://localhost/data/ccin"]
        items = {one["href"]: one["type"] for one in page["item"]}
        assert {href.rpartition("/")[2] for href in items} == {one.name for one in built.files}
        for href, kind in items.items():
            assert client.head(href.removeprefix("http://localhost")).mimetype == kind
            assert by_anchor[href]["collection"][0]["href"] == "http://localhost/data/ccin"
        for one in page["describedby"]:
            answer = client.get(one["href"].removeprefix("http://localhost"))
            assert (answer.status_code, answer.mimetype) == (200, one["type"])
        assert client.get("/linkset/data/ccin.txt").mimetype == "application/linkset"
        assert client.get("/linkset/data/nothing").status_code == 404


def test_the_map_for_language_models_leads_somewhere(client: Client) -> None:
    answer = client.get("/llms.txt")
    assert answer.text.startswith("# CCIN Linked Data\n\n> ")
    links = re.findall(r"\]\(http://localhost(/[^)]*)\)", answer.text)
    assert len(links) > 30
    for path in links:
        found = client.get(path.replace("&amp;", "&"), headers={"Accept": "*/*"})
        # A question may need a value for its parameter: it says which.
        assert found.status_code == 200 or "/questions/" in path, path


def test_a_page_as_markdown_says_what_its_turtle_says(client: Client) -> None:
    text = client.get("/doc/council/oldham", headers={"Accept": "text/markdown"}).text
    data = graph(client, "/doc/council/oldham")
    node = rdflib.URIRef("https://w3id.org/ccin/id/council/oldham")
    for predicate, value in data.predicate_objects(node):
        if predicate not in (RDF.type, rdflib.RDFS.label, rdflib.FOAF.isPrimaryTopicOf):
            assert str(value) in text, predicate


def test_the_api_catalogue_leads_to_what_is_there(client: Client) -> None:
    answer = client.get("/.well-known/api-catalog")
    assert answer.content_type.startswith("application/linkset+json")
    assert 'profile="https://www.rfc-editor.org/info/rfc9727"' in answer.content_type
    told = json.loads(answer.data)["linkset"]
    items = [one["href"] for one in told[0]["item"]]
    assert items
    for entry in told[1:]:
        assert entry["anchor"] in items
        for rel in ("service-desc", "service-doc"):
            for link in entry.get(rel, []):
                path = link["href"].removeprefix("http://localhost")
                found = client.get(path, headers={"Accept": link["type"]})
                assert (found.status_code, found.mimetype) == (200, link["type"]), link


def test_what_is_not_well_known_is_not_found(client: Client) -> None:
    for name in ("security.txt", "openid-configuration", "void.exe"):
        assert client.get(f"/.well-known/{name}").status_code == 404


def test_all_forms_agree(client: Client, built: Build) -> None:
    """Every fact that two documents tell is the same in all: one description, many documents."""
    catalogue, void = graph(client, "/catalog"), graph(client, "/.well-known/void")
    page_graph, service = graph(client, "/data/ccin"), graph(client, "/sparql")
    node = rdflib.URIRef(DATASET)
    page = client.get("/data/ccin", headers={"Accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json" id="schema-org">(.*?)</script>', page)
    assert block
    schema = next(one for one in json.loads(block[1])["@graph"] if one["@type"] == "Dataset")
    (entry,) = json.loads(client.get("/data.json").data)
    described = json.loads(client.get("/openapi.json").data)
    llms = client.get("/llms.txt").text
    ns = rdflib.Namespace(VOID)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")

    def same(*values: object) -> str:
        texts = {str(one) for one in values}
        assert len(texts) == 1, texts
        return texts.pop()

    graphs = (catalogue, void, page_graph)
    same(*(one.value(node, DCTERMS.title) for one in graphs), schema["name"], entry["title"])
    same(
        *(one.value(node, DCTERMS.description) for one in graphs), schema["description"], entry["description"]
    )
    same(
        *(one.value(node, DCTERMS.license) for one in graphs),
        schema["license"],
        entry["license"],
        described["info"]["license"]["url"],
    )
    day = same(
        *(one.value(node, DCTERMS.modified) for one in graphs), schema["dateModified"], entry["modified"]
    )
    assert f"as of {day}" in llms
    publisher = same(*(one.value(node, DCTERMS.publisher) for one in graphs), schema["publisher"]["@id"])
    same(catalogue.value(rdflib.URIRef(publisher), rdflib.FOAF.name), entry["publisher"]["name"])
    same(
        ", ".join(sorted(str(one) for one in catalogue.objects(node, DCAT.keyword))),
        ", ".join(sorted(schema["keywords"])),
        ", ".join(sorted(entry["keyword"])),
    )
    same(catalogue.value(node, DCTERMS.spatial), schema["spatialCoverage"]["@id"])
    period = catalogue.value(node, DCTERMS.temporal)
    same(
        "/".join(str(catalogue.value(period, one)) for one in (DCAT.startDate, DCAT.endDate)),
        schema["temporalCoverage"],
        entry["temporal"],
    )
    endpoint = same(void.value(node, ns.sparqlEndpoint), next(service.objects(None, sd.endpoint)))
    assert rdflib.URIRef(endpoint) in set(catalogue.objects(None, DCAT.endpointURL))
    default = next(service.objects(None, sd.defaultGraph))
    triples = same(
        void.value(node, ns.triples), service.value(default, ns.triples), built.manifest["counts"]["triples"]
    )
    assert f"{int(triples):,} statements" in llms
    named = {
        str(service.value(one, sd.name)): str(service.value(service.value(one, sd.graph), ns.triples))
        for one in service.objects(None, sd.namedGraph)
    }
    assert named == {iri: str(size) for iri, size in built.manifest["counts"]["graphs"].items()}
    # The files, in all that list them.
    sizes = {
        str(catalogue.value(one, DCAT.downloadURL)).rpartition("/")[2]: str(
            catalogue.value(
                catalogue.value(one, rdflib.URIRef(SPDX + "checksum")), rdflib.URIRef(SPDX + "checksumValue")
            )
        )
        for one in catalogue.objects(node, DCAT.distribution)
    }
    assert {one["name"]: one["sha256"] for one in schema["distribution"]} == sizes
    assert {one["downloadURL"].rpartition("/")[2] for one in entry["distribution"]} == set(sizes)
    sums = client.get("/data/ccin/latest/sha256sums.txt").text.splitlines()
    assert {line[66:]: line[:64] for line in sums}.items() <= sizes.items()
    dumps = {str(one).rpartition("/")[2] for one in void.objects(node, ns.dataDump)}
    assert dumps < set(sizes)
    # The vocabularies and prefixes.
    prefixes = json.loads(client.get("/def/prefixes.json").data)
    assert {str(one) for one in void.objects(node, ns.vocabulary)} <= set(prefixes.values())
    # Places that are named are there.
    for name in (ns.uriLookupEndpoint, ns.openSearchDescription):
        path = str(void.value(node, name)).removeprefix("http://localhost")
        assert client.get(path + (DATASET if path.endswith("=") else "")).status_code in (200, 303)
