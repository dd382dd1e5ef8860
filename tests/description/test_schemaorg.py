"""The schema.org block of a page says what the page's Turtle says, value for value, and nothing else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build

SKOS, DCT, RDFS = (
    "http://www.w3.org/2004/02/skos/core#",
    "http://purl.org/dc/terms/",
    "http://www.w3.org/2000/01/rdf-schema#",
)
CCIN, DCAT = "https://w3id.org/ccin/def/ccin#", "http://www.w3.org/ns/dcat#"
OWL, FOAF = "http://www.w3.org/2002/07/owl#", "http://xmlns.com/foaf/0.1/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# Which of our properties each of schema.org's stands for, in any kind of thing.
MEANS = {
    "name": (SKOS + "prefLabel", DCT + "title", RDFS + "label"),
    "alternateName": (SKOS + "altLabel",),
    "legalName": (CCIN + "officialName",),
    "identifier": (CCIN + "registerCode",),
    "description": (DCT + "description", SKOS + "definition"),
    "sameAs": (OWL + "sameAs",),
    "url": (FOAF + "homepage",),
    "areaServed": (CCIN + "area",),
    "additionalType": (RDF_TYPE,),
    "keywords": (DCAT + "keyword", CCIN + "meetsPrinciple", CCIN + "projectKind"),
    "member": (CCIN + "tookPart", CCIN + "lead"),
    "subjectOf": (CCIN + "describedOn",),
    "about": (CCIN + "about",),
    "inDefinedTermSet": (SKOS + "inScheme",),
    "hasDefinedTerm": (SKOS + "hasTopConcept",),
    "license": (DCT + "license",),
    "creator": (DCT + "publisher",),
    "publisher": (DCT + "publisher",),
    "dateModified": (DCT + "modified",),
    "creditText": (DCT + "rights",),
}
# Lists in full, so that nothing is left out either.
WHOLE = (
    "alternateName",
    "sameAs",
    "areaServed",
    "keywords",
    "member",
    "inDefinedTermSet",
    "hasDefinedTerm",
    "identifier",
)
ADDRESSES = {"mainEntityOfPage", "@id", "@type", "roleName"}
PAGES = {
    "/doc/council/oldham": "GovernmentOrganization",
    "/doc/council/cardiff": "GovernmentOrganization",
    "/doc/group/hillingdon-labour-and-co-op-group": "Organization",
    "/doc/organisation/anthony-collins-solicitors": "Organization",
    "/doc/network/ccin": "Organization",
    "/doc/project/eoi-action-learning-set": "Project",
    "/doc/project/living-well-at-home-lwah": "Project",
    "/doc/case-study/armed-forces-community-commitment-oldham": "CreativeWork",
    "/doc/principle/co-production": "DefinedTerm",
    "/doc/principle/democratic-engagement": "DefinedTerm",
    "/doc/tier/unitary": "DefinedTerm",
    "/def/principles": "DefinedTermSet",
}


def blocks(client: Client, path: str) -> list[dict[str, Any]]:
    page = client.get(path).text
    found = re.search(r'<script type="application/ld\+json" id="schema-org">(.*?)</script>', page, re.DOTALL)
    assert found
    told = json.loads(found[1])
    assert told["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = told["@graph"]
    return graph


def facts(client: Client, path: str) -> set[tuple[str, str, str]]:
    parsed = ox.parse(client.get(f"{path}.nt").data, format=ox.RdfFormat.N_TRIPLES)
    return {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in parsed}


def leaves(name: str, value: Any) -> Iterator[str]:
    """Yield the texts and IRIs that a property of a block has; of another thing its IRI, of a role whom it is."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from leaves(name, one["member"]) if one.get("@type") == "OrganizationRole" else [one["@id"]]
        else:
            yield one


@pytest.mark.parametrize(("path", "kind"), PAGES.items())
def test_every_value_is_in_the_turtle(client: Client, path: str, kind: str) -> None:
    thing, *others = blocks(client, path)
    triples = facts(client, path)
    assert thing["@type"] == kind
    iri = thing["@id"]
    assert any(subject == iri for subject, _, _ in triples)
    for name, value in thing.items():
        if name in ADDRESSES or (name == "url" and value == f"http://localhost{path}"):
            continue
        for leaf in leaves(name, value):
            assert any((iri, means, leaf) in triples for means in MEANS[name]), (name, leaf)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "@type" in one:
                named = one["member"] if one["@type"] == "OrganizationRole" else one
                assert (named["@id"], RDFS + "label", named["name"]) in triples
    assert [one["@type"] for one in others] in ([], ["BreadcrumbList"])


@pytest.mark.parametrize("path", PAGES)
def test_what_it_tells_of_it_tells_whole(client: Client, path: str) -> None:
    thing = blocks(client, path)[0]
    triples = facts(client, path)
    for name in WHOLE:
        if name in thing:
            told = set(leaves(name, thing[name]))
            assert told == {o for s, p, o in triples if s == thing["@id"] and p in MEANS[name]}, name


def test_the_lead_is_told_by_its_role(client: Client) -> None:
    members = blocks(client, "/doc/project/eoi-action-learning-set")[0]["member"]
    roles = [one for one in members if "roleName" in one]
    assert [(one["roleName"], one["member"]["@id"]) for one in roles] == [
        ("Lead", "https://w3id.org/ccin/id/network/ccin")
    ]


@pytest.mark.parametrize("path", PAGES)
def test_no_membership_of_today_is_claimed(client: Client, path: str) -> None:
    assert "memberOf" not in json.dumps(blocks(client, path))


def test_a_title_that_is_not_recorded_is_no_name(client: Client) -> None:
    path = "/doc/project/barriers-to-building-coop-economy"
    assert "title not recorded" in client.get(path).text
    assert "name" not in blocks(client, path)[0]


def test_the_dataset_has_what_search_engines_ask_for(client: Client, built: Build) -> None:
    thing = blocks(client, "/data/ccin")[0]
    triples = facts(client, "/data/ccin")
    iri = thing["@id"]
    # Required by Google's Dataset Search: a name, and a description of 50 to 5,000 characters.
    assert (iri, DCT + "title", thing["name"]) in triples
    assert (iri, DCT + "description", thing["description"]) in triples
    assert 50 <= len(thing["description"]) <= 5000
    # Recommended.
    assert (iri, DCT + "license", thing["license"]) in triples
    assert (iri, DCT + "publisher", thing["creator"]["@id"]) in triples
    assert (thing["creator"]["@id"], RDFS + "label", thing["creator"]["name"]) in triples
    assert set(thing["keywords"]) == {o for s, p, o in triples if (s, p) == (iri, DCAT + "keyword")}
    assert (iri, DCT + "modified", thing["dateModified"]) in triples
    assert (iri, DCAT + "hasCurrentVersion", f"{iri}/{thing['version']}") in triples
    assert thing["isAccessibleForFree"] is True
    assert thing["url"] == "http://localhost/data/ccin"
    assert thing["identifier"] == iri
    assert (thing["includedInDataCatalog"]["@id"], DCAT + "dataset", iri) in triples
    places = {one["@id"] for one in _many(thing["spatialCoverage"])}
    assert {(iri, DCT + "spatial", place) for place in places} <= triples
    files = {one.name: one for one in built.files}
    assert {one["name"] for one in thing["distribution"]} == set(files)
    for one in thing["distribution"]:
        known = files[one["name"]]
        assert (one["encodingFormat"], one["sha256"]) == (known.media_type, known.sha256)
        assert (
            client.get(one["contentUrl"].removeprefix("http://localhost"), buffered=True).status_code == 200
        )


def test_the_years_of_the_dataset_are_those_of_its_projects(client: Client, built: Build) -> None:
    thing = blocks(client, "/data/ccin")[0]
    query = f"SELECT (MIN(?a) AS ?first) (MAX(?b) AS ?last) {{ ?x <{CCIN}fromYear> ?a ; <{CCIN}toYear> ?b }}"
    response = client.get(
        "/sparql", query_string={"query": query}, headers={"Accept": "text/csv"}, buffered=True
    )
    first, last = response.text.split("\r\n")[1].split(",")
    assert thing["temporalCoverage"] == f"{first}/{last}"


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("path", ["/doc/council/oldham", "/members?as-of=2020-07-01", "/data/ccin"])
def test_the_breadcrumbs_are_those_of_the_page(client: Client, path: str) -> None:
    found = next(one for one in blocks(client, path) if one["@type"] == "BreadcrumbList")
    nav = re.search(r'<nav class="crumbs".*?</nav>', client.get(path).text, re.DOTALL)
    assert nav
    links = [
        (href, html.unescape(words)) for href, words in re.findall(r'<a href="([^"]*)">([^<]*)</a>', nav[0])
    ]
    *steps, last = found["itemListElement"]
    assert [(one["item"].removeprefix("http://localhost"), one["name"]) for one in steps] == links
    assert [one["position"] for one in found["itemListElement"]] == list(range(1, len(links) + 2))
    assert "item" not in last
    assert f"<title>{last['name']} – " in html.unescape(client.get(path).text)


def test_a_page_of_nothing_that_schema_org_knows_has_no_thing(client: Client) -> None:
    found = blocks(client, "/doc/capture/eoi-action-learning-set--1")
    assert [one["@type"] for one in found] == ["BreadcrumbList"]
