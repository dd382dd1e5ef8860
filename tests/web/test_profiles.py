"""Negotiation by profile (W3C Content Negotiation by Profile; conventions.md d.2). Row I6."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.errors import BadRequest, NotAcceptable
from ccin_ld.iris import Base
from ccin_ld.namespaces import ALTR, CCIN, DCT, ORG, PROF, RDF, RDFS, SCHEMA, SHAPES, SKOS
from ccin_ld.represent import DOCUMENTS
from ccin_ld.represent.profiles import FORMATS, FULL, LABELS, PROFILES, SCHEMA_CONTEXT, nearest
from ccin_ld.resource import Resource
from ccin_ld.web import profiles

COUNCIL = "/doc/council/oldham"
START = "https://w3id.org/ccin/def/profile/"
BASE = Base()
RDF_FORMATS = {one.extension: one.rdf or ox.RdfFormat.JSON_LD for one in FORMATS}
THINGS = ["council/oldham", "project/eoi-action-learning-set", "principle/co-production", "membership/brent--full",
          "statement/oldham--co-operative-councils-update--1", "area/e08000004", "network/ccin", "tier/unitary",
          "case-study/armed-forces-community-commitment-oldham", "capture/eoi-action-learning-set--1",
          "claim/eoi-action-learning-set--co-production--eoi-action-learning-set--1",
          "figure/supporter-2022-07", "event/study-visits", "office-holding/chair-undated"]  # fmt: skip


def graph(client: Client, path: str, kind: ox.RdfFormat = ox.RdfFormat.N_TRIPLES) -> set[ox.Triple]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return {quad.triple for quad in ox.parse(response.data, format=kind)}


def name(term: object) -> str:
    """Return the IRI, or the value, of a term."""
    return str(getattr(term, "value", term))


def canonical(triples: set[ox.Triple]) -> set[ox.Quad]:
    """Return a graph in which blank nodes have the names that RDFC-1.0 gives them."""
    found = ox.Dataset(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


# Which profile and format.


@pytest.mark.parametrize(
    ("query", "header", "accept", "suffix", "content_type", "profile"),
    [
        pytest.param("", "", "text/turtle", "", "text/turtle", "full", id="nothing asked: the default"),
        pytest.param("", "", "text/html", "", "text/html", "full", id="a page"),
        pytest.param("_profile=schema", "", "text/turtle", "", "text/turtle", "schema", id="a token"),
        pytest.param(
            f"_profile={START}org", "", "text/turtle", "", "text/turtle", "org", id="an IRI in the query"
        ),
        pytest.param("_profile=org", "", "", ".nt", "application/n-triples", "org", id="with a suffix"),
        pytest.param(
            "_profile=org&_format=rdfxml", "", "text/turtle", "", "application/rdf+xml", "org", id="with a format"
        ),
        pytest.param(
            "_profile=org&_mediatype=text/turtle", "", "*/*", "", "text/turtle", "org", id="the draft's own keys"
        ),
        pytest.param("", f"<{START}schema>", "text/turtle", "", "text/turtle", "schema", id="the header"),
        pytest.param(
            "", f"<{START}schema>;q=0.2, <{START}org>;q=0.9", "text/turtle", "", "text/turtle", "org", id="q-values"
        ),
        pytest.param(
            "", f"<{START}labels>, <{START}org>", "text/turtle", "", "text/turtle", "labels", id="of equals the first"
        ),
        pytest.param(
            "", f"<{START}org>;q=0, <{START}labels>;q=0.1", "text/turtle", "", "text/turtle", "labels", id="q=0 refuses"
        ),
        pytest.param("", "org", "text/turtle", "", "text/turtle", "org", id="a token in the header"),
        pytest.param(
            "", "<http://example.org/x>", "text/turtle", "", "text/turtle", "full", id="unknown: the default, named"
        ),
        pytest.param(
            "", f"<urn:x>;q=1, <{START}org>;q=0.1", "text/turtle", "", "text/turtle", "org", id="the known one"
        ),
        pytest.param("", "<<<;;", "text/turtle", "", "text/turtle", "full", id="a header that is none"),
        pytest.param(
            "", f"<{START}org>", "text/html, text/turtle;q=0.1", "", "text/turtle", "org", id="profile before format"
        ),
        pytest.param(
            "", f"<{START}org>", "text/html", "", "text/html", "full", id="no page in that profile: the default"
        ),
        pytest.param(
            "_profile=labels", f"<{START}org>", "text/turtle", "", "text/turtle", "labels", id="the query wins"
        ),
        pytest.param("_profile=org", "", "text/html,*/*;q=0.8", "", "application/ld+json", "org", id="a browser"),
    ],
)  # fmt: skip
def test_the_choice(
    client: Client, query: str, header: str, accept: str, suffix: str, content_type: str, profile: str
) -> None:
    headers = {"Accept": accept} | ({"Accept-Profile": header} if header else {})
    response = client.get(f"{COUNCIL}{suffix}?{query}", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].split(";")[0] == content_type
    assert f'<{START}{profile}>; rel="profile"' in response.headers["Link"]
    assert response.headers["Vary"] == "Accept, Accept-Encoding, Accept-Profile, Accept-Datetime"
    if not suffix:
        asked = "" if profile == "full" else f"?_profile={profile}"
        assert response.headers["Content-Location"].endswith(asked)
        assert client.get(response.headers["Content-Location"]).data == response.data


@pytest.mark.parametrize(
    ("path", "query", "accept", "status"),
    [
        pytest.param(COUNCIL, "_profile=dcat", "text/turtle", 406, id="a token that is none"),
        pytest.param(COUNCIL, "_profile=http://example.org/p", "text/turtle", 406, id="an IRI that is none"),
        pytest.param(COUNCIL, "_profile=a%20b", "text/turtle", 400, id="malformed"),
        pytest.param(COUNCIL, "_profile=%3Cx%3E%3E", "text/turtle", 400, id="malformed brackets"),
        pytest.param(COUNCIL, "_profile=org", "text/html", 406, id="a profile that has no page"),
        pytest.param(COUNCIL + ".json", "_profile=org", "", 406, id="nor plain JSON"),
        pytest.param(
            "/doc/capture/eoi-action-learning-set--1", "_profile=schema", "text/turtle", 406, id="no word for it"
        ),
        pytest.param("/data/ccin", "_profile=org", "text/turtle", 406, id="the dataset comes in one profile"),
        pytest.param("/data/ccin", "_profile=full", "text/turtle", 200, id="which may be named"),
    ],
)  # fmt: skip
def test_refusals(client: Client, path: str, query: str, accept: str, status: int) -> None:
    response = client.get(f"{path}?{query}", headers={"Accept": accept} if accept else {})
    assert response.status_code == status
    if status == 406 and path == COUNCIL and "org" not in query[:12]:
        assert "_profile=alt" in response.text


def test_the_header_counts_only_where_vary_names_it(client: Client) -> None:
    for path in ("/members", "/data/ccin", "/def/ccin", "/sparql"):
        plain = client.get(path, headers={"Accept": "text/turtle"})
        other = client.get(path, headers={"Accept": "text/turtle", "Accept-Profile": f"<{START}labels>"})
        assert (plain.data, plain.headers["Vary"]) == (other.data, other.headers["Vary"])
        assert "Accept-Profile" not in plain.headers["Vary"]


def test_every_status_of_an_address_has_one_vary(client: Client) -> None:
    answers = [
        client.get(COUNCIL),
        client.get(COUNCIL, headers={"If-None-Match": "*"}),
        client.get(COUNCIL + "?_profile=nothing"),
        client.get(COUNCIL, headers={"Accept": "image/png"}),
        client.post(COUNCIL),
        client.options(COUNCIL),
    ]
    assert [one.status_code for one in answers] == [200, 304, 406, 406, 405, 204]
    assert {one.headers["Vary"] for one in answers} == {
        "Accept, Accept-Encoding, Accept-Profile, Accept-Datetime"
    }


def test_the_cache_keeps_profiles_apart(client: Client) -> None:
    asked = [{}, *({"Accept-Profile": f"<{START}{one.token}>"} for one in PROFILES)]
    for _ in range(2):
        found = [client.get(COUNCIL, headers={"Accept": "text/turtle", **one}) for one in asked]
        tags = [one.headers["ETag"] for one in found]
        assert tags[0] == tags[1]
        assert len(set(tags)) == len(PROFILES)
    by_query = {client.get(f"{COUNCIL}.ttl?_profile={one.token}").headers["ETag"] for one in PROFILES}
    assert by_query == set(tags)


def test_headers_that_mean_the_same_have_one_signature() -> None:
    def signed(header: str) -> tuple[str, ...]:
        return profiles.signature({profiles.ENVIRON: header}, COUNCIL, BASE)

    assert signed(f"<{START}org>;q=0.9,<{START}labels>") == signed("labels, org;q=0.5 , <urn:x>;q=1")
    assert signed("") == signed("<urn:x>") == ()
    assert profiles.signature({profiles.ENVIRON: "org"}, "/members", BASE) == ()


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_name_and_header_is_answered_or_refused(text: str) -> None:
    assert set(profiles.ranked(text, BASE)) <= {one.token for one in PROFILES}
    try:
        assert profiles.by_name(text, PROFILES, BASE) in PROFILES
    except (NotAcceptable, BadRequest):
        return


# What each profile says.


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("profile", ["org", "labels"])
def test_a_profile_is_the_same_in_every_format(client: Client, thing: str, profile: str) -> None:
    first = graph(client, f"/doc/{thing}.nt?_profile={profile}")
    assert first
    for extension, kind in RDF_FORMATS.items():
        assert graph(client, f"/doc/{thing}.{extension}?_profile={profile}", kind) == first, extension


@pytest.mark.parametrize(
    "thing", ["council/oldham", "project/eoi-action-learning-set", "principle/co-production"]
)
def test_schema_org_is_the_block_of_the_page(client: Client, thing: str) -> None:
    page = client.get(f"/doc/{thing}", headers={"Accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json" id="schema-org">(.*?)</script>', page, re.DOTALL)
    assert block
    (told,) = [one for one in json.loads(block[1])["@graph"] if one.get("@id", "").endswith(f"/id/{thing}")]
    data = json.loads(client.get(f"/doc/{thing}.jsonld?_profile=schema").data)
    assert data.pop("@context") == SCHEMA_CONTEXT
    assert data == told
    expected = canonical(
        {
            q.triple
            for q in ox.parse(json.dumps({"@context": SCHEMA_CONTEXT, **told}), format=ox.RdfFormat.JSON_LD)
        }
    )
    for extension, kind in RDF_FORMATS.items():
        assert canonical(graph(client, f"/doc/{thing}.{extension}?_profile=schema", kind)) == expected, (
            extension
        )
    assert all(quad.predicate.value.startswith((SCHEMA, RDF)) for quad in expected)
    # The same bytes each time, whatever the parser calls a blank node.
    paths = [f"/doc/{thing}.ttl?_profile=schema", f"/doc/{thing}.ttl?_profile=schema&_format=ttl"]
    assert client.get(paths[0]).data == client.get(paths[1]).data


@pytest.mark.parametrize("thing", THINGS)
def test_standard_vocabularies_alone(client: Client, built: Build, thing: str) -> None:
    found = graph(client, f"/doc/{thing}.nt?_profile=org")
    terms = {term.value for one in found for term in (one.subject, one.predicate, one.object)
             if isinstance(term, ox.NamedNode)}  # fmt: skip
    assert not [one for one in terms if one.startswith((CCIN, SHAPES))]
    own = built.describe(f"https://w3id.org/ccin/id/{thing}")
    told = {one for one in own.triples if not any(t.value.startswith((CCIN, SHAPES)) for t in
            (one.subject, one.predicate, one.object) if isinstance(t, ox.NamedNode))}  # fmt: skip
    assert {one for one in told if one.predicate.value not in LABELS} <= found
    # What hangs in the air is left out: whatever has a label here is spoken of.
    spoken = {t for one in found if one.predicate.value not in LABELS for t in (one.subject, one.object)}
    assert {one.subject for one in found} <= spoken | {ox.NamedNode(own.iri)}


def test_alignments_are_followed(client: Client) -> None:
    oldham, project = (ox.NamedNode(f"https://w3id.org/ccin/id/{one}") for one in
                       ("council/oldham", "project/eoi-action-learning-set"))  # fmt: skip
    found = graph(client, COUNCIL + ".nt?_profile=org")
    said = {(one.predicate.value, getattr(one.object, "value", "")) for one in found if one.subject == oldham}
    assert (ORG + "classification", "https://w3id.org/ccin/id/tier/unitary") in said  # ccin:tier
    assert (DCT + "identifier", "OLD") in said  # ccin:registerCode
    assert (RDF + "type", ORG + "FormalOrganization") in said
    took_part = graph(client, "/doc/project/eoi-action-learning-set.nt?_profile=org")
    agents = "http://www.w3.org/ns/prov#wasAssociatedWith"  # two steps above ccin:participant
    assert ox.Triple(project, ox.NamedNode(agents), oldham) in took_part


def test_the_mapping_is_computed_from_the_ontology() -> None:
    own, other = CCIN + "new", "http://example.org/above"
    supers = {own: (CCIN + "middle", "http://example.org/a"), CCIN + "middle": (other, own), CCIN + "top": ()}
    assert nearest(own, supers) == ["http://example.org/a", other]
    assert nearest(CCIN + "top", supers) == []
    assert nearest("http://example.org/a", supers) == ["http://example.org/a"]


@pytest.mark.parametrize("thing", THINGS)
def test_names_are_only_names(client: Client, built: Build, thing: str) -> None:
    found = graph(client, f"/doc/{thing}.nt?_profile=labels")
    assert {one.predicate.value for one in found} <= set(LABELS)
    own = built.describe(f"https://w3id.org/ccin/id/{thing}")
    labels = {one for one in own.triples if one.predicate.value == RDFS + "label"}
    assert labels <= found
    assert (SKOS + "prefLabel" in own.properties()) == (
        SKOS + "prefLabel" in {t.predicate.value for t in found}
    )


# How a client is told.


def test_the_list_of_profiles_in_rdf(client: Client) -> None:
    found = graph(client, COUNCIL + ".nt?_profile=alt")
    document = ox.NamedNode("https://w3id.org/ccin" + COUNCIL)
    rows = {
        (name(one.object), how)
        for one in found
        for how in ("hasRepresentation", "hasDefaultRepresentation")
        if one.predicate.value == ALTR + how and one.subject == document
    }
    assert len([how for _, how in rows if how == "hasDefaultRepresentation"]) == 1
    conforms = {
        name(one.subject): name(one.object) for one in found if one.predicate.value == DCT + "conformsTo"
    }
    formats = {name(one.subject): name(one.object) for one in found if one.predicate.value == DCT + "format"}
    assert conforms.keys() == formats.keys() == {address for address, _ in rows}
    assert set(conforms.values()) == {one.iri(BASE) for one in PROFILES}
    assert len(rows) == len(DOCUMENTS) + 1 + 3 * len(FORMATS)  # a council has a place: GeoJSON
    for address in sorted(formats):
        answer = client.get(address.removeprefix("https://w3id.org/ccin"))
        assert answer.headers["Content-Type"].split(";")[0] == formats[address]
        assert f'<{conforms[address]}>; rel="profile"' in answer.headers["Link"]


def test_the_list_of_profiles_for_people_and_as_json(client: Client) -> None:
    page = client.get(COUNCIL + "?_profile=alt", headers={"Accept": "text/html"})
    told = client.get(COUNCIL + "?_profile=all", headers={"Accept": "application/json"}).json
    assert told["resource"] == "http://localhost" + COUNCIL
    assert [one["token"] for one in told["profiles"]] == [one.token for one in PROFILES]
    for one in told["profiles"]:
        assert one["token"] in page.text
        assert f'href="/def/profile/{one["token"]}"' in page.text
    hrefs = set(re.findall(rf'href="({COUNCIL}\.[^"]+)"', page.text))
    assert {client.get(href).status_code for href in hrefs} == {200}
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_page_names_its_profiles(client: Client) -> None:
    page = client.get(COUNCIL, headers={"Accept": "text/html"}).text
    (words,) = re.findall(r'<a href="[^"]*\?_profile=alt" rel="nofollow">([^<]+)</a>', page)
    assert words == "schema.org, Standard vocabularies, Names, all profiles"
    header = client.get(COUNCIL).headers["Link"]
    for one in PROFILES[1:]:
        named = f'<{COUNCIL}.ttl?_profile={one.token}>; rel="alternate"; type="text/turtle"; profile="{one.iri(BASE)}"'
        assert named in header


@pytest.mark.parametrize("one", PROFILES, ids=lambda one: one.token)
def test_a_profile_dereferences(client: Client, one: object) -> None:
    iri = one.iri(BASE)  # type: ignore[attr-defined]
    path = iri.removeprefix("https://w3id.org/ccin")
    found = Resource(iri, iri, tuple(graph(client, path + ".nt")))
    assert PROF + "Profile" in found.types
    assert found.texts(PROF + "hasToken") == [path.rpartition("/")[2]]
    for part in found.iris(PROF + "hasResource"):
        (artifact,) = found.iris(PROF + "hasArtifact", part)
        assert client.get(artifact.removeprefix("https://w3id.org/ccin")).status_code == 200
        assert found.iris(PROF + "hasRole", part)[0].startswith(PROF + "role/")
    page = client.get(path, headers={"Accept": "text/html"})
    assert found.texts(DCT + "description")[0].split(",")[0] in page.text
    (example,) = re.findall(r'<a href="(/doc/[^"]+\.ttl[^"]*)"', page.text)
    assert client.get(example).status_code == 200


def test_all_profiles_have_one_list(client: Client) -> None:
    found = graph(client, "/def/profile.ttl", ox.RdfFormat.TURTLE)
    listed = {name(one.object) for one in found if one.predicate.value == DCT + "hasPart"}
    assert listed == {one.iri(BASE) for one in PROFILES}
    assert client.get("/def/profile", headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/def/profile/nothing").status_code == 404
    assert client.get("/def/profile.pdf").status_code == 404


def test_a_tombstone_has_no_profiles(singers: Client) -> None:
    gone = [t.subject.value for t in ox.parse(
        path=str(Path(__file__).parents[1] / "networks" / "choir" / "tombstones.ttl")
    )]  # fmt: skip
    assert gone
    statuses = {
        singers.get(
            "/doc/" + iri.split("/id/")[1] + "?_profile=org", headers={"Accept": "text/turtle"}
        ).status_code
        for iri in gone
    }
    assert statuses <= {301, 410}


def test_the_default_is_first() -> None:
    assert PROFILES[0] is FULL
