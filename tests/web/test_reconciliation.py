"""The reconciliation services: the official schemas and examples, and requests as OpenRefine and the test bench send them."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from werkzeug.test import Client, TestResponse

ARCHIVE = "suites/reconciliation-schemas.tar.gz"
SPECS = {"0.2": "/reconcile", "1.0-draft": "/reconcile/draft"}
CORS = "Access-Control-Allow-Origin"
Validate = Callable[[str, str, Any], None]


@pytest.fixture(scope="session")
def suite(shared: Path) -> Mapping[str, Any]:
    """The schemas and examples of the specifications, by path in the archive."""
    with tarfile.open(shared / ARCHIVE) as archive:
        names = [one for one in archive.getmembers() if one.name.endswith(".json")]
        return {one.name.removeprefix("./"): json.load(archive.extractfile(one)) for one in names}  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def valid(suite: Mapping[str, Any]) -> Validate:
    """Check a value against a schema of a version of the specification."""
    schemas = {path: value for path, value in suite.items() if "/schemas/" in path}
    registries = {
        version: Registry().with_resources(
            (value["$id"].rstrip("#"), Resource.from_contents(value, default_specification=DRAFT7))
            for path, value in schemas.items()
            if path.startswith(version)
        )
        for version in SPECS
    }

    def check(version: str, schema: str, value: Any) -> None:
        found = schemas[f"{version}/schemas/{schema}.json"]
        errors = list(Draft7Validator(found, registry=registries[version]).iter_errors(value))
        assert not errors, [error.message for error in errors]

    return check


def examples(suite: Mapping[str, Any], version: str, kind: str, verdict: str) -> Iterator[tuple[str, Any]]:
    start = f"{version}/examples/{kind}/{verdict}/"
    yield from ((path.removeprefix(start), value) for path, value in suite.items() if path.startswith(start))


def ask(client: Client, queries: Any, path: str = "/reconcile") -> Any:
    """Send a batch of version 0.2 as OpenRefine does: by POST, a form with one field."""
    body = "queries=" + quote(json.dumps(queries))
    response = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200, response.text
    return response.json


def match(client: Client, *queries: Any) -> Any:
    """Send a batch of the 1.0 draft as the test bench does: by POST, JSON."""
    response = client.post("/reconcile/match", json={"queries": queries}, headers={"Accept-Language": "en"})
    assert response.status_code == 200, response.text
    return response.json


def named(name: str) -> dict[str, Any]:
    return {"conditions": [{"matchType": "name", "propertyValue": name}]}


def problem(response: TestResponse, status: int) -> str:
    """Return what an error says: JSON, to be read from any origin."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.headers[CORS] == "*"
    told = response.json
    assert told is not None
    assert told["status"] == status
    return str(told["detail"])


# What the services say of themselves


@pytest.mark.parametrize(("version", "path"), SPECS.items())
def test_manifest(client: Client, valid: Validate, version: str, path: str) -> None:
    response = client.get(path)
    assert response.headers[CORS] == "*"
    assert response.content_type == "application/json"
    manifest = response.json
    valid(version, "manifest", manifest)
    assert manifest is not None
    assert manifest["versions"] == [version]
    assert [one["id"] for one in manifest["defaultTypes"]] == [
        "ccin:Body",
        "ccin:CaseStudy",
        "ccin:Principle",
        "ccin:Project",
    ]
    assert manifest["batchSize"] == 50


def test_the_spaces_follow_the_base_and_the_services_this_server(client: Client) -> None:
    one = client.get("/reconcile", headers={"Host": "data.example"}).json
    other = client.get("/reconcile", headers={"Host": "other.example:8080"}).json
    assert one is not None
    assert other is not None
    assert one["identifierSpace"] == other["identifierSpace"] == "https://w3id.org/ccin/id/"
    assert one["schemaSpace"] == other["schemaSpace"] == "https://w3id.org/ccin/def/ccin#"
    assert one["view"]["url"] == "http://data.example/id/{{id}}"
    assert other["suggest"]["entity"]["service_url"] == "http://other.example:8080/reconcile"


def addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "service_path":
                yield value["service_url"] + one
            elif name == "flyout_service_path":
                yield value["flyout_service_url"] + one
            elif name in ("url", "logo", "documentation"):
                yield one
            else:
                yield from addresses(one)


def test_every_address_of_the_manifest_answers(client: Client) -> None:
    manifest = client.get("/reconcile").json
    found = list(addresses(manifest))
    assert len(found) == 11
    for address in found:
        thing = (
            "ccin:Council"
            if "/type" in address
            else "ccin:tier"
            if "/property" in address
            else "council/oldham"
        )
        for written in (thing, quote(thing, safe="")):
            path = (
                address.replace("{{id}}", written).replace("${id}", written).removeprefix("http://localhost")
            )
            assert client.get(path, follow_redirects=True).status_code == 200, path


# Queries


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/"])
def test_openrefine_reconciles(client: Client, valid: Validate, path: str) -> None:
    queries = {
        "q0": {"query": "Oldham MBC", "type": "ccin:Council", "type_strict": "should", "limit": 3},
        "q1": {"query": "Newcastle", "type": "ccin:Council", "type_strict": "should", "properties": [{"pid": "ccinsh:facet-region", "v": {"id": "area/e12000001", "name": "North East"}}]},
        "q2": {"query": "nobody at all"},
    }  # fmt: skip
    found = ask(client, queries, path)
    valid("0.2", "reconciliation-query-batch", queries)
    valid("0.2", "reconciliation-result-batch", found)
    assert list(found) == list(queries)
    best = found["q0"]["result"][0]
    assert (best["id"], best["match"], best["score"]) == ("council/oldham", True, 98)
    assert best["type"][0] == {"id": "ccin:Body", "name": "Body"}
    assert found["q1"]["result"][0]["id"] == "council/newcastle-upon-tyne"
    assert found["q1"]["result"][0]["match"] is True
    assert found["q2"] == {"result": []}


def test_openrefine_guesses_types(client: Client) -> None:
    """A few cells of the column without a type, three candidates of each."""
    found = ask(
        client,
        {f"q{place}": {"query": name, "limit": 3} for place, name in enumerate(["Oldham", "Bury", "Stroud"])},
    )
    types = [one["type"][-1]["id"] for each in found.values() for one in each["result"][:1]]
    assert types == ["ccin:Council"] * 3


def test_the_test_bench_of_02_asks_by_get_and_jsonp(client: Client, valid: Validate) -> None:
    queries = json.dumps({"q0": {"query": "Oldham MBC"}})
    plain = client.get("/reconcile", query_string={"queries": queries})
    valid("0.2", "reconciliation-result-batch", plain.json)
    script = client.get(
        "/reconcile", query_string={"callback": "jsonp_1700000000000_12345", "queries": queries}
    )
    assert script.content_type == "text/javascript; charset=utf-8"
    assert script.headers["X-Content-Type-Options"] == "nosniff"
    told = re.fullmatch(r"/\*\*/jsonp_1700000000000_12345\((.*)\);\n", script.text)
    assert told is not None
    assert json.loads(told[1]) == plain.json
    assert client.get("/reconcile/?" + "queries=%7B%7D", follow_redirects=True).json == {}


@pytest.mark.parametrize("callback", ["jQuery3310_1", "$.x[0]", "a.b"])
def test_jsonp_of_everything_that_is_asked_by_get(client: Client, callback: str) -> None:
    for path in (
        "/reconcile",
        "/reconcile/suggest/type",
        "/reconcile/extend/propose",
        "/reconcile/flyout/entity?id=council/oldham",
    ):
        joint = "&" if "?" in path else "?"
        assert client.get(f"{path}{joint}callback={quote(callback)}").text.startswith(f"/**/{callback}(")


@pytest.mark.parametrize("callback", ["alert(1)//", "<script>", "a b", "1x", "é", "x" * 101])
def test_what_is_no_callback(client: Client, callback: str) -> None:
    assert "callback" in problem(client.get("/reconcile", query_string={"callback": callback}), 400)


def test_the_test_bench_of_the_draft_matches(client: Client, valid: Validate) -> None:
    query = {"type": "ccin:Body", "limit": 2, "conditions": [
        {"matchType": "name", "propertyValue": "Newcastle"},
        {"matchType": "property", "propertyId": "ccin:area/ccin:region", "propertyValue": ["North East", "nowhere"], "required": False, "matchQuantifier": "any"},
    ]}  # fmt: skip
    valid("1.0-draft", "reconciliation-query-batch", {"queries": [query]})
    found = match(client, query, {"conditions": [{"matchType": "id", "propertyValue": "council/oldham"}]})
    valid("1.0-draft", "reconciliation-result-batch", found)
    assert [one["candidates"][0]["id"] for one in found["results"]] == [
        "council/newcastle-upon-tyne",
        "council/oldham",
    ]
    assert all(one["candidates"][0]["match"] for one in found["results"])
    shown = client.get("/reconcile/draft/match", query_string={"queries": json.dumps({"queries": [query]})})
    assert shown.json is not None
    assert shown.json["results"] == found["results"][:1]


@pytest.mark.parametrize("version", SPECS)
def test_the_examples_of_the_specification(
    client: Client, suite: Mapping[str, Any], valid: Validate, version: str
) -> None:
    """Every valid batch of queries is answered as the schema says, every invalid one is told what is wrong."""
    tried = 0
    for name, value in examples(suite, version, "reconciliation-query-batch", "valid"):
        found: Any = ask(client, value) if version == "0.2" else match(client, *value["queries"])
        valid(version, "reconciliation-result-batch", found)
        assert len(found if version == "0.2" else found["results"]) == len(
            value if version == "0.2" else value["queries"]
        ), name
        tried += 1
    for name, value in examples(suite, version, "reconciliation-query-batch", "invalid"):
        sent = (
            client.post("/reconcile", data={"queries": json.dumps(value)})
            if version == "0.2"
            else client.post("/reconcile/match", json=value)
        )
        assert problem(sent, 400), name
        tried += 1
    assert tried == {"0.2": 7, "1.0-draft": 12}[version]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_gets_a_valid_answer(client: Client, valid: Validate, text: str) -> None:
    valid("0.2", "reconciliation-result-batch", ask(client, {text: {"query": text}}))
    found = match(client, named(text))
    valid("1.0-draft", "reconciliation-result-batch", found)
    for one in found["results"][0]["candidates"]:
        assert 0 <= one["score"] <= 100
    for path in (
        "suggest/entity?prefix=",
        "suggest/type?prefix=",
        "preview?id=",
        "flyout/entity?id=",
        "extend/propose?type=",
    ):
        assert client.get(f"/reconcile/{path}{quote(text)}").status_code in (200, 404), path


# Suggestions, previews, extension


@pytest.mark.parametrize("start", SPECS.values())
def test_suggest(client: Client, valid: Validate, start: str) -> None:
    for what, schema, prefix, wanted in (
        ("entity", "entities", "oldh", "council/oldham"),
        ("entity", "entities", "E08000004", "council/oldham"),
        ("type", "types", "counc", "ccin:Council"),
        ("property", "properties", "web", "foaf:homepage"),
    ):
        found = client.get(f"{start}/suggest/{what}", query_string={"prefix": prefix})
        assert found.headers[CORS] == "*"
        assert found.json is not None
        for version in SPECS:
            valid(version, f"suggest-{schema}-response", found.json)
        assert found.json["result"][0]["id"] == wanted
        assert client.get(f"{start}/suggest/{what}", query_string={"prefix": "zzzz"}).json == {"result": []}


def test_suggestions_go_on_and_keep_to_a_type(client: Client) -> None:
    def ids(**query: str) -> list[str]:
        found = client.get("/reconcile/suggest/entity", query_string=query).json
        return [one["id"] for one in found["result"]] if found else []

    first, rest = ids(prefix="c", limit="3"), ids(prefix="c", limit="3", cursor="3")
    assert len({*first, *rest}) == 6
    assert ids(prefix="c", limit="6") == first + rest
    assert {one.split("/")[0] for one in ids(prefix="c", type="ccin:Organisation")} == {"organisation"}
    types = client.get("/reconcile/suggest/type?prefix=").json
    assert types is not None
    assert len(types["result"]) > 5


def test_properties_of_a_type_come_from_its_shape(client: Client, valid: Validate) -> None:
    found = client.get("/reconcile/extend/propose?type=ccin%3ACouncil&limit=50").json
    assert found is not None
    for version in SPECS:
        valid(version, "data-extension-property-proposal", found)
    ids = [one["id"] for one in found["properties"]]
    assert {"ccin:councilKind", "ccin:area/ccin:gssCode", "ccinsh:facet-membership"} <= set(ids)
    assert len(ids) == len(set(ids))
    few = client.get("/reconcile/extend/propose?type=ccin:Project&limit=2").json
    assert few is not None
    assert len(few["properties"]) == few["limit"] == 2
    assert client.get("/reconcile/suggest/property?prefix=tier&type=ccin:Project").json == {"result": []}


COLUMNS = [
    {"id": "ccin:area/ccin:gssCode"},
    {"id": "ccinsh:facet-work-year", "settings": {"limit": "1"}},
    {"id": "ccin:councilKind"},
    {"id": "ccin:councilKind"},
    {"id": "owl:sameAs", "settings": {"limit": 0, "content": "entity"}},
]  # fmt: skip


def test_openrefine_adds_columns(client: Client, valid: Validate) -> None:
    """POST, a form with the field ``extend``; values by id and property."""
    query = {"ids": ["council/oldham", "council/nothing"], "properties": COLUMNS}
    valid("0.2", "data-extension-query", query)
    response = client.post("/reconcile", data={"extend": json.dumps(query)})
    found = response.json
    assert found is not None
    valid("0.2", "data-extension-response", found)
    assert found["meta"][2] == {
        "id": "ccin:councilKind",
        "name": "Kind of council",
        "type": {"id": "skos:Concept", "name": "Concept"},
    }
    row = found["rows"]["council/oldham"]
    assert row["ccin:area/ccin:gssCode"] == [{"str": "E08000004"}]
    assert row["ccinsh:facet-work-year"] == [{"int": 2018}]
    assert row["ccin:councilKind"] == [
        {"id": "council-kind/metropolitan-district", "name": "Metropolitan district"}
    ]
    assert {"str": "http://www.wikidata.org/entity/Q17017730"} in row["owl:sameAs"]
    assert set(found["rows"]["council/nothing"]) == set(row)
    assert not any(found["rows"]["council/nothing"].values())
    by_get = client.get("/reconcile", query_string={"extend": json.dumps(query)})
    assert by_get.json == found


@pytest.mark.parametrize("start", SPECS.values())
def test_extension_in_the_draft(client: Client, valid: Validate, start: str) -> None:
    contents = [{"id": "ccin:councilKind", "settings": {"content": content}} for content in ("name", "iri")]
    for column, cell in zip(
        contents,
        (
            {"str": "Metropolitan district"},
            {"str": "https://w3id.org/ccin/id/council-kind/metropolitan-district"},
        ),
        strict=True,
    ):
        found = client.post(
            f"{start}/extend",
            json={"ids": ["council/oldham"], "properties": [column, {"id": "skos:prefLabel"}]},
        ).json
        valid("1.0-draft", "data-extension-response", found)
        assert found is not None
        assert [one["id"] for one in found["rows"][0]["properties"]] == ["ccin:councilKind", "skos:prefLabel"]
        assert found["rows"][0]["properties"][0]["values"] == [cell]
        assert found["rows"][0]["properties"][1]["values"] == [{"str": "Oldham Council", "lang": "en"}]


def test_every_property_of_every_type_fits_the_schema(client: Client, valid: Validate, app: Any) -> None:
    schema = app.sites.get().matcher.schema
    names = app.sites.get().matcher.names
    for kind in schema.types:
        iri = next(iri for iri, one in names.by_iri.items() if kind.iri in one.naming.types)
        key = app.sites.get().matcher.key(iri)
        query = {"ids": [key], "properties": [{"id": one.id} for one in schema.properties_of(kind.id)]}
        found = client.post("/reconcile/extend", json=query)
        valid("1.0-draft", "data-extension-response", found.json)
        valid(
            "0.2",
            "data-extension-response",
            client.post("/reconcile", data={"extend": json.dumps(query)}).json,
        )


@pytest.mark.parametrize("key", ["council/oldham", "https://w3id.org/ccin/id/council/oldham", "principle/co-production", "area/e08000004", "council/nothing", "nothing", ""])  # fmt: skip
def test_preview_is_a_page_for_a_frame(client: Client, key: str) -> None:
    response = client.get("/reconcile/preview", query_string={"id": key})
    assert response.status_code == (404 if "nothing" in key or not key else 200)
    assert response.content_type == "text/html; charset=utf-8"
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert response.headers[CORS] == "*"
    assert len(response.data) < 8_000
    assert "frame-ancestors 'none'" in client.get("/reconcile").headers["Content-Security-Policy"]


def test_flyouts(client: Client) -> None:
    for what, key, words in (
        ("entity", "council/oldham", "Oldham"),
        ("type", "ccin:Council", "Council"),
        ("property", "ccin:tier", "Tier"),
    ):
        found = client.get(f"/reconcile/flyout/{what}", query_string={"id": key}).json
        assert found is not None
        assert set(found) == {"id", "html"}
        assert found["id"] == key
        assert f"<strong>{words}" in found["html"]
        problem(client.get(f"/reconcile/flyout/{what}", query_string={"id": "<b>"}), 404)


# What goes wrong


@pytest.mark.parametrize(
    ("path", "form", "status", "message"),
    [
        pytest.param("/reconcile", {"queries": "nix"}, 400, "queries is not JSON", id="no JSON"),
        pytest.param("/reconcile", {"queries": "[]"}, 400, "object of queries", id="no batch"),
        pytest.param("/reconcile", {"queries": '{"\\ud800": {"query": "x"}}'}, 400, "not JSON", id="half a letter"),
        pytest.param("/reconcile", {}, 400, "a form with queries", id="nothing"),
        pytest.param("/reconcile", {"extend": "{}"}, 400, "two lists", id="no extension"),
        pytest.param("/reconcile", {"extend": '{"ids": [1], "properties": []}'}, 400, "ids is a list", id="no ids"),
        pytest.param("/reconcile", {"extend": '{"ids": [], "properties": [{"id": "x:y"}]}'}, 400, "no property here", id="unknown property"),
        pytest.param("/reconcile", {"extend": '{"ids": [], "properties": [{"id": "ccin:tier", "settings": {"limit": "x"}}]}'}, 400, "limit", id="no limit"),
        pytest.param("/reconcile", {"extend": '{"ids": [], "properties": [{"id": "ccin:tier", "settings": {"content": "x"}}]}'}, 400, "content is", id="no content"),
        pytest.param("/reconcile", {"queries": json.dumps({str(n): {"query": "x"} for n in range(51)})}, 413, "at most 50", id="too many queries"),
        pytest.param("/reconcile", {"extend": json.dumps({"ids": list(map(str, range(101))), "properties": []})}, 413, "at most 100 ids", id="too many ids"),
        pytest.param("/reconcile/match", {"queries": "{}"}, 400, "a list", id="no list"),
    ],
)  # fmt: skip
def test_bad_requests(client: Client, path: str, form: dict[str, str], status: int, message: str) -> None:
    assert message in problem(client.post(path, data=form), status)


def test_bad_bodies_and_addresses(client: Client) -> None:
    assert "UTF-8" in problem(
        client.post("/reconcile/match", data=b"\xff", content_type="application/json"), 400
    )
    assert "JSON" in problem(client.post("/reconcile/extend", data=b"", content_type="application/json"), 400)
    assert "by POST" in problem(client.get("/reconcile/match"), 400)
    assert "limit" in problem(client.get("/reconcile/suggest/entity?prefix=a&limit=x"), 400)
    problem(client.delete("/reconcile"), 405)
    problem(client.get("/reconcile/nothing", headers={"Accept": "text/html"}), 404)
    big = "queries=" + "x" * 1_000_001
    problem(client.post("/reconcile", data=big, content_type="application/x-www-form-urlencoded"), 413)
    problem(client.post("/reconcile/match", data=b"[" * 1_000_001, content_type="application/json"), 413)


@pytest.mark.parametrize(
    "path", ["/reconcile", "/reconcile/", "/reconcile/match", "/reconcile/draft/match", "/reconcile/extend"]
)
def test_a_browser_may_ask_first_whether_it_may_ask(client: Client, path: str) -> None:
    headers = {"Origin": "https://portal.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    response = client.options(path, headers=headers)
    assert response.status_code == 204
    assert response.headers[CORS] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_another_network_has_a_service_of_its_own(singers: Client, valid: Validate) -> None:
    manifest = singers.get("/reconcile").json
    valid("0.2", "manifest", manifest)
    assert manifest is not None
    assert not manifest["identifierSpace"].startswith("https://w3id.org/ccin/")
    suggested = singers.get("/reconcile/suggest/entity?prefix=choir").json
    assert suggested is not None
    one = suggested["result"][0]
    found = ask(singers, {"q": {"query": one["name"]}})["q"]["result"][0]
    assert (found["id"], found["score"]) == (one["id"], 100)
