"""Terms, shapes and versions over HTTP: each in every format, under its own address."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.namespaces import CCIN, ONTOLOGY_BASE, OWL, SHAPES

from .test_same_triples import RDF_FORMATS, Visible, parsed

HTML = {"Accept": "text/html"}
TERMS = ["Project", "project", "met", "Facet", "ClaimState", "fromYear"]


@pytest.mark.parametrize("name", TERMS)
def test_a_term_says_the_same_in_every_format(client: Client, name: str) -> None:
    page = client.get(f"/def/ccin/{name}", headers=HTML)
    assert page.status_code == 200
    seen = Visible()
    seen.feed(page.text)
    expected = parsed("".join(seen.data).encode(), ox.RdfFormat.JSON_LD)
    assert any(triple.subject == ox.NamedNode(CCIN + name) for triple in expected)

    def without_nodes(triples: set[ox.Triple]) -> set[str]:
        return {str(t) for t in triples if "_:" not in f"{t.subject} {t.object}"}

    for extension, kind in RDF_FORMATS.items():
        found = parsed(client.get(f"/def/ccin/{name}.{extension}").data, kind)
        assert len(found) == len(expected), extension
        assert without_nodes(found) == without_nodes(expected), extension


def test_a_term_is_in_the_ontology_s_own_data(client: Client) -> None:
    whole = {
        str(t) for t in parsed(client.get("/def/ccin.nt").data, ox.RdfFormat.N_TRIPLES) if "_:" not in str(t)
    }
    for name in TERMS:
        own = parsed(client.get(f"/def/ccin/{name}.nt").data, ox.RdfFormat.N_TRIPLES)
        assert {str(t) for t in own if str(t.subject) == f"<{CCIN}{name}>" and "_:" not in str(t)} <= whole


def test_names_of_terms_keep_their_capitals(client: Client) -> None:
    upper, lower = (client.get(f"/def/ccin/{name}", headers=HTML) for name in ("Project", "project"))
    assert (upper.status_code, lower.status_code) == (200, 200)
    assert "Class" in upper.text.partition("<h1")[0]
    assert "Property" in lower.text.partition("<h1")[0]
    assert client.get("/def/CCIN", headers=HTML).status_code == 301
    assert client.get("/def/Tiers", headers=HTML).location == "/def/tiers"
    assert client.get("/def/ccin/Project/", headers=HTML).location == "/def/ccin/Project"


def test_negotiation_and_links(client: Client) -> None:
    page = client.get("/def/ccin/Project", headers={"Accept": "text/turtle"})
    assert page.mimetype == "text/turtle"
    assert page.headers["Content-Location"] == "/def/ccin/Project.ttl"
    assert f'<{CCIN}Project>; rel="cite-as"' in page.headers["Link"]
    again = client.get(
        "/def/ccin/Project", headers={"Accept": "text/turtle", "If-None-Match": page.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/def/ccin/Nothing", "/def/ccin/PROJECT", "/def/ccin/9.9", "/def/ccin/1.0.0.ttl", "/def/shapes/label",
     "/def/shapes/council", "/def/shapes/9.9", "/def/tiers/unitary", "/def/ccin/..%2f..%2fetc", "/def/ccin/1"],
)  # fmt: skip
def test_there_is_nothing_else(client: Client, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404
    assert client.get(path, headers={"Accept": "application/json"}).status_code == 404


def test_the_present_version_is_the_document_itself(client: Client, built: Build) -> None:
    for name in ("ccin", "shapes"):
        (version,) = built.store.objects(f"{ONTOLOGY_BASE}def/{name}", OWL + "versionIRI")
        local = built.base.path(version.value)  # type: ignore[union-attr]
        assert local is not None
        found = client.get(local, headers=HTML)
        assert (found.status_code, found.location) == (303, f"/def/{name}")
        assert client.get(f"{local}.ttl").location == f"/def/{name}.ttl"


def test_every_version_of_before_answers_with_what_it_was(client: Client, built: Build) -> None:
    iri = f"{ONTOLOGY_BASE}def/ccin"
    seen = []
    waiting = built.store.objects(iri, OWL + "priorVersion")
    assert len(waiting) == 1
    for version in waiting:
        local = built.base.path(version.value)  # type: ignore[union-attr]
        triples = parsed(client.get(f"{local}.nt").data, ox.RdfFormat.N_TRIPLES)
        own = {t.object for t in triples if t.predicate.value == OWL + "versionIRI"}
        assert own == {version}
        page = client.get(local or "", headers=HTML)
        assert page.status_code == 200
        assert "This is a version of before." in page.text
        assert len(page.data) < 60_000
        seen.append(version)
        waiting += [t.object for t in triples if t.predicate.value == OWL + "priorVersion"]
    assert seen


def test_the_shape_of_a_class_in_rdf(client: Client, built: Build) -> None:
    found = parsed(client.get("/def/shapes/Council.nt").data, ox.RdfFormat.N_TRIPLES)
    subjects = {t.subject.value for t in found if isinstance(t.subject, ox.NamedNode)}
    assert SHAPES + "Council" in subjects
    assert SHAPES + "register-code" in subjects
    graph = {str(t) for t in built.store.graph(built.base.graph("shapes"))}
    own = {str(t) for t in found if str(t.subject).startswith(f"<{SHAPES}") and "_:" not in str(t)}
    assert {one for one in own if "label" not in one} <= graph


def test_every_page_of_the_vocabularies_is_small(client: Client, built: Build) -> None:
    paths = [f"/def/ccin/{term.name}" for term in built.model.terms]
    paths += [f"/def/shapes/{shape.iri.removeprefix(SHAPES)}" for shape in built.model.shapes]
    paths += ["/def/ccin", "/def/shapes", "/cy/def/ccin", "/cy/def/shapes"]
    sizes = {path: len(client.get(path, headers=HTML).data) for path in paths}
    assert min(sizes.values()) > 3_000
    assert {path: size for path, size in sizes.items() if size >= 60_000} == {}


def test_a_property_of_a_record_leads_to_its_term(client: Client) -> None:
    page = client.get("/doc/council/oldham", headers=HTML).text
    ontology = client.get("/def/ccin", headers=HTML).text
    for name in ("tier", "councilKind", "registerCode"):
        assert f'href="/def/ccin#{name}"' in page
        assert f'id="{name}"' in ontology


def test_another_network_has_the_same_ontology_with_its_own_uses(singers: Client, client: Client) -> None:
    ours, theirs = (one.get("/def/ccin/Council", headers=HTML).text for one in (client, singers))
    assert "Oldham" not in theirs
    assert singers.get("/def/ccin/1.0", headers=HTML).status_code == 200
    told = [parsed(one.get("/def/ccin/Project.nt").data, ox.RdfFormat.N_TRIPLES) for one in (client, singers)]
    assert {t for t in told[0] if CCIN in str(t.subject)} == {t for t in told[1] if CCIN in str(t.subject)}
    assert ours != theirs


def test_a_version_of_before_is_the_same_each_time_it_is_read(built: Build) -> None:
    first, second = built.before("ccin", "1.0"), built.before("ccin", "1.0")
    assert len(first) > 100
    assert first == second
