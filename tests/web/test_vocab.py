"""What the query editor suggests: words of this build and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build, build_files
from ccin_ld.config import Settings
from ccin_ld.namespaces import CCIN, FOAF, PREFIXES, RDFS
from ccin_ld.web.app import create_app


@pytest.fixture
def vocabulary(client: Client) -> dict[str, Any]:
    """The vocabulary of the committed record."""
    return told(client)


def told(client: Client) -> dict[str, Any]:
    found = client.get("/vocab.json").json
    assert isinstance(found, dict)
    return found


def terms(vocabulary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {term["iri"]: term for term in vocabulary["terms"]}


def test_it_is_json_that_is_kept(client: Client) -> None:
    first = client.get("/vocab.json")
    assert first.mimetype == "application/json"
    again = client.get("/vocab.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(client.get("/vocab.json", headers={"Accept-Encoding": "gzip"}).data) < 20_000


def test_every_term_of_the_ontology_that_is_in_use_is_there(vocabulary: dict[str, Any], built: Build) -> None:
    found = terms(vocabulary)
    stable = {term.iri for term in built.model.terms if term.status == "stable"}
    assert stable <= set(found)
    council = found[CCIN + "Council"]
    assert (council["name"], council["kind"], council["label"]) == ("ccin:Council", "class", "Council")
    assert council["description"]
    assert council["uses"] == built.index.count_class(CCIN + "Council")


def test_names_are_short_forms_under_the_prefixes(vocabulary: dict[str, Any]) -> None:
    assert vocabulary["prefixes"] == PREFIXES
    for term in vocabulary["terms"]:
        prefix, _, local = term["name"].partition(":")
        assert PREFIXES[prefix] + local == term["iri"]
    assert len(terms(vocabulary)) == len(vocabulary["terms"])


def test_terms_of_others_come_from_the_data(client: Client, vocabulary: dict[str, Any]) -> None:
    query = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    rows = client.get("/sparql", query_string={"query": query, "format": "json"}).json["results"]["bindings"]
    used = {row["p"]["value"]: int(row["n"]["value"]) for row in rows}
    known = {
        one["iri"]: one["uses"] for one in vocabulary["terms"] if one["kind"] == "property" and one["uses"]
    }
    assert known == {iri: number for iri, number in used.items() if iri in known}
    assert {RDFS + "label", FOAF + "homepage"} <= set(known)
    # Without a prefix there is no short name to suggest.
    assert [
        iri for iri in set(used) - set(known) if any(iri.startswith(one) for one in PREFIXES.values())
    ] == []
    assert FOAF + "knows" not in terms(vocabulary)


def test_concepts_are_those_of_the_data(vocabulary: dict[str, Any], built: Build) -> None:
    concept = {one["iri"]: one for one in vocabulary["concepts"]}[
        f"{built.base.iri}id/principle/co-production"
    ]
    assert (concept["label"], concept["kind"]) == ("Co-production", "principle")


def test_another_network_has_other_words(singers: Client, vocabulary: dict[str, Any]) -> None:
    theirs = told(singers)
    assert {one["iri"] for one in theirs["concepts"]}.isdisjoint(
        one["iri"] for one in vocabulary["concepts"] if "/id/principle/" in one["iri"]
    )
    assert CCIN + "Council" in {one["iri"] for one in theirs["terms"]}


def test_loose_files_have_the_words_that_they_use(tmp_path: Path) -> None:
    path = tmp_path / "people.ttl"
    path.write_text(
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        '<http://example.org/a> a foaf:Person ; foaf:name "Ann" ; <http://example.org/odd> 1 .\n',
        encoding="utf-8",
    )
    app = create_app(Settings(), build=build_files([path], tmp_path / "build"))
    words = told(Client(app))
    app.close()
    uses = {(one["name"], one["kind"], one["uses"]) for one in words["terms"]}
    assert {("foaf:Person", "class", 1), ("foaf:name", "property", 1)} <= uses
    assert "http://example.org/odd" not in {one["iri"] for one in words["terms"]}


def test_the_query_page_says_where_a_mistake_is(client: Client) -> None:
    query = 'SELECT * WHERE {\n  ?s ?p "><script>alert(1)</script>\n}'
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    assert page.status_code == 400
    told = client.get("/sparql", query_string={"query": query}).json
    assert isinstance(told, dict)
    assert f'data-line="{told["line"]}" data-column="{told["column"]}"' in page.text
    assert "<script>" not in page.text
    fine = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": "text/html"})
    assert "data-line" not in fine.text
    assert 'data-vocabulary="/vocab.json"' in fine.text
