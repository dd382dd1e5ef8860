"""Every format, the dump, the store and a CONSTRUCT say the same triples (rule 1; rows F1, F2, F4, H1, H2, H8)."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.namespaces import RDFS
from ccin_ld.resource import Resource

KINDS = ["council/oldham", "council/cardiff", "council/hillingdon", "council/burntwood-town-council", "group/hillingdon-labour-and-co-op-group",
         "network/ccin", "project/eoi-action-learning-set", "principle/walking-the-talk", "principle/social-partnership",
         "area/e08000004", "area/e12000002", "page/eoi-action-learning-set", "capture/eoi-action-learning-set--1",
         "participation/eoi-action-learning-set--oldham--participant",
         "claim/eoi-action-learning-set--social-partnership--eoi-action-learning-set--1",
         "project-kind/policy-lab", "role/lead", "page-field/lead-member", "source-kind/capture",
         "case-study/armed-forces-community-commitment-oldham", "page/p-15086", "project/social-value-toolkit",
         "capture/armed-forces-community-commitment-oldham--sheet-projects", "council/greater-manchester",
         "statement/oldham--co-operative-councils-update--1", "membership/brent--full", "import/sheet-members",
         "organisation/the-development-co-operative", "statement-kind/not-yet", "council-kind/metropolitan-district"]  # fmt: skip
SHEET = Path(__file__).parents[2] / "data" / "sources" / "projects.csv"
RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def parsed(data: bytes, kind: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=kind)}


@pytest.mark.parametrize("name", KINDS)
def test_same_triples_in_every_format(client: Client, built: Build, name: str) -> None:
    expected = set(built.describe(f"https://w3id.org/ccin/id/{name}").triples)
    for extension, kind in RDF_FORMATS.items():
        assert parsed(client.get(f"/doc/{name}.{extension}").data, kind) == expected, extension
    for extension, kind in (("trig", ox.RdfFormat.TRIG), ("nq", ox.RdfFormat.N_QUADS)):
        quads = list(ox.parse(client.get(f"/doc/{name}.{extension}").data, format=kind))
        assert {quad.triple for quad in quads} == expected
        assert all(isinstance(quad.graph_name, ox.NamedNode) for quad in quads)


@pytest.mark.parametrize("name", KINDS)
def test_plain_json_says_the_same_with_our_context(client: Client, built: Build, name: str) -> None:
    expected = set(built.describe(f"https://w3id.org/ccin/id/{name}").triples)
    plain = json.loads(client.get(f"/doc/{name}.json").data)
    context = json.loads(client.get("/def/context.jsonld").data)["@context"]
    data = json.dumps({"@context": context, **plain}).encode()
    assert parsed(data, ox.RdfFormat.JSON_LD) == expected
    assert plain["id"] == f"https://w3id.org/ccin/id/{name}"
    assert plain["label"]


def test_plain_json_has_labels_beside_ids(client: Client) -> None:
    plain = json.loads(client.get("/doc/project/eoi-action-learning-set.json").data)
    assert {"id": "https://w3id.org/ccin/id/council/oldham", "label": {"en": "Oldham Council"}} in plain[
        "participant"
    ]
    with SHEET.open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["slug"] == "eoi-action-learning-set"]
    assert len(plain["participant"]) == len(row["participating_members"].split("; "))
    assert plain["title"] == {"en": "CCIN Action Learning: Co-operation through Covid-19"}
    assert plain["document"]["id"] == "https://w3id.org/ccin/doc/project/eoi-action-learning-set"


@pytest.mark.parametrize("name", KINDS)
def test_rdflib_reads_it_too(client: Client, name: str) -> None:
    sizes = {
        kind: len(
            Graph(bind_namespaces="none").parse(data=client.get(f"/doc/{name}.{extension}").data, format=kind)
        )
        for extension, kind in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld"))
    }
    assert len(set(sizes.values())) == 1


@pytest.mark.parametrize("name", KINDS)
def test_a_document_says_what_the_default_graph_says(client: Client, built: Build, name: str) -> None:
    triples = parsed(client.get(f"/doc/{name}.ttl").data, ox.RdfFormat.TURTLE)
    dump = {quad.triple for quad in ox.parse(path=str(built.folder / "files" / "dataset.ttl"))}
    assert triples <= dump
    iri = f"https://w3id.org/ccin/id/{name}"
    query = f"CONSTRUCT {{ <{iri}> ?p ?o }} WHERE {{ <{iri}> ?p ?o }}"
    constructed = parsed(
        client.get(
            "/sparql", query_string={"query": query}, headers={"Accept": "application/n-triples"}
        ).data,
        ox.RdfFormat.N_TRIPLES,
    )
    assert constructed == {t for t in triples if t.subject == ox.NamedNode(iri)}


class Visible(HTMLParser):
    """The text of a page that a person can read, and its embedded data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.data: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "head"):
            self._inside.append("data" if ("id", "data") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head"):
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["data"]:
            self.data.append(data)
        elif not self._inside:
            self.text.append(data)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


def not_said(resource: Resource, page: str) -> list[str]:
    """Return the literals and labels of linked things that are not in the visible text of the page."""
    exempt = {resource.document}
    missing = []
    for triple in resource.triples:
        subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
        label_of_document = subject in exempt and triple.predicate.value == RDFS + "label"
        if (
            isinstance(triple.object, ox.Literal)
            and not label_of_document
            and words(triple.object.value) not in page
        ):
            missing.append(f"{subject} {triple.predicate.value} {triple.object.value[:80]}")
    return missing


@pytest.mark.parametrize("name", KINDS)
def test_the_page_says_it_too(client: Client, built: Build, name: str) -> None:
    resource = built.describe(f"https://w3id.org/ccin/id/{name}")
    response = client.get(f"/doc/{name}", headers={"Accept": "text/html"})
    page = Visible()
    page.feed(response.text)
    assert parsed("".join(page.data).encode(), ox.RdfFormat.JSON_LD) == set(resource.triples)
    assert not_said(resource, words(" ".join(page.text))) == []


def labels_needed(triples: Iterable[ox.Triple], base: str) -> set[str]:
    return {
        t.object.value
        for t in triples
        if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(base)
    }


@pytest.mark.parametrize("name", KINDS)
def test_the_label_of_each_linked_thing_is_in_the_document(built: Build, name: str) -> None:
    resource = built.describe(f"https://w3id.org/ccin/id/{name}")
    labelled = {
        t.subject.value
        for t in resource.triples
        if t.predicate.value == RDFS + "label" and isinstance(t.subject, ox.NamedNode)
    }
    formats = set(resource.iris("http://purl.org/dc/terms/hasFormat", resource.document))
    assert labels_needed(resource.triples, "https://w3id.org/ccin/") - formats <= labelled
