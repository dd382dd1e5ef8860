"""Lists as files: columns to choose, GeoJSON, JSON Lines, N-Triples; how much there is and where it goes on. Rows F3 to F7."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.namespaces import HYDRA
from ccin_ld.web import browse

HTML = {"Accept": "text/html"}
LISTS = ["/members", "/projects", "/principles", "/doc/council", "/id", "/members?as-of=2020-07-01"]


def table(client: Client, path: str) -> list[list[str]]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.reader(io.StringIO(response.text, newline="")))


def suffixed(path: str, extension: str) -> str:
    start, mark, query = path.partition("?")
    return f"{start}.{extension}{mark}{query}"


@pytest.mark.parametrize("path", LISTS)
def test_a_header_names_each_column_once(client: Client, path: str) -> None:
    header = table(client, suffixed(path, "csv"))[0]
    assert header[:2] == ["id", "label"]
    assert len(set(header)) == len(header)


def test_columns_can_be_chosen(client: Client) -> None:
    whole = table(client, "/members.csv")
    some = table(client, "/members.csv?columns=label,official-name,AREA")
    assert some[0] == ["label", "Official name", "Area"]
    places = [whole[0].index(name) for name in some[0]]
    assert some[1:] == [[row[place] for place in places] for row in whole[1:]]


def test_columns_of_members_on_a_day(client: Client) -> None:
    found = table(client, "/members.csv?as-of=2020-07-01&columns=label,status")
    assert found[0] == ["label", "status"]
    assert {row[1] for row in found[1:]} == {"member", "member when last known"}


def test_the_address_of_chosen_columns_holds_them(client: Client) -> None:
    found = client.get("/members?columns=label,official+name", headers={"Accept": "text/csv"})
    assert found.headers["Content-Location"] == "/members.csv?columns=label%2Cofficial%20name"
    assert client.get(found.headers["Content-Location"]).data == found.data
    assert client.get("/members?columns=label").headers["Content-Location"] == "/members.html"


def test_columns_of_everything(client: Client) -> None:
    assert table(client, "/id.csv?columns=label")[0] == ["label"]


@pytest.mark.parametrize(
    ("columns", "words"), [("label,colour", "no column 'colour'"), ("", "names none"), (",", "names none")]
)
def test_columns_that_are_not_there(client: Client, columns: str, words: str) -> None:
    response = client.get(
        "/members.csv", query_string={"columns": columns}, headers={"Accept": "application/json"}
    )
    assert response.status_code == 400
    assert words in response.json["detail"]
    assert "Official name" in response.json["detail"]


def test_the_cache_tells_columns_apart(client: Client) -> None:
    paths = ["/members.csv?columns=id", "/members.csv?columns=label", "/members.csv"]
    assert len({client.get(path).data for path in [*paths, *paths]}) == 3


def members(client: Client, path: str) -> dict[str, Any]:
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/geo+json")
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_members_on_a_map(client: Client, built: Build) -> None:
    found = members(client, "/members.geojson")
    assert found["type"] == "FeatureCollection"
    assert found["total"] == built.index.count("members") == len(found["features"])
    by_id = {one["id"].rpartition("/")[2]: one for one in found["features"]}
    assert by_id["oldham"]["geometry"] == {"type": "Point", "coordinates": [-2.0508, 53.552]}
    assert by_id["oldham"]["properties"]["label"] == "Oldham Council"
    assert by_id["action-together-cio"]["geometry"] is None  # no place is recorded, and it is not left out
    councils = list(built.store.select("SELECT ?c { ?c a ccin:Council ; ccin:area/geo:hasCentroid ?p }"))
    assert sum(one["geometry"] is not None for one in found["features"]) == len(councils)


def test_members_of_a_day_on_a_map(client: Client) -> None:
    found = members(client, "/members.geojson?as-of=2020-07-01")
    items = client.get("/members.json?as-of=2020-07-01").json["items"]
    assert [(one["id"], one["properties"]["status"]) for one in found["features"]] == [
        (one["id"], one["status"]) for one in items
    ]


def test_one_council_on_a_map(client: Client) -> None:
    found = client.get("/id/council/oldham.geojson", follow_redirects=True)
    assert found.headers["Content-Type"] == "application/geo+json"
    assert found.json["geometry"]["coordinates"] == [-2.0508, 53.552]
    assert found.json["properties"]["Area"] == "Oldham"
    assert client.get("/doc/area/e08000004.geojson").json["geometry"]["coordinates"] == [-2.0508, 53.552]
    negotiated = client.get("/doc/council/oldham", headers={"Accept": "application/geo+json"})
    assert negotiated.headers["Content-Location"] == "/doc/council/oldham.geojson"
    assert 'href="/doc/council/oldham.geojson"' in client.get("/doc/council/oldham", headers=HTML).text


@pytest.mark.parametrize("path", ["/doc/project/eoi-action-learning-set", "/projects", "/principles"])
def test_what_has_no_place_is_on_no_map(client: Client, path: str) -> None:
    response = client.get(path + ".geojson", headers={"Accept": "application/json"})
    assert response.status_code == 406
    assert "application/geo+json" not in response.json["formats"]
    assert "geojson" not in client.get(path, headers=HTML).text


@pytest.mark.parametrize("path", LISTS)
def test_json_lines_are_the_items_of_json(client: Client, path: str) -> None:
    response = client.get(suffixed(path, "jsonl"))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [json.loads(line) for line in response.text.splitlines()] == client.get(
        suffixed(path, "json")
    ).json["items"]


def test_text_is_not_chosen_by_accept(client: Client) -> None:
    assert client.get("/members", headers={"Accept": "text/plain"}).status_code == 406


@pytest.mark.parametrize("path", LISTS)
def test_n_triples_hold_a_line_for_each_member(client: Client, path: str) -> None:
    triples = {
        one.triple for one in ox.parse(client.get(suffixed(path, "nt")).data, format=ox.RdfFormat.N_TRIPLES)
    }
    named = [one for one in triples if one.predicate.value == HYDRA + "member"]
    assert len(named) == len(client.get(suffixed(path, "json")).json["items"])


def test_a_page_of_several_says_how_much_there_is(
    client: Client, monkeypatch: pytest.MonkeyPatch, built: Build
) -> None:
    total = built.index.count("members")
    assert "X-Result-Cut" not in client.get("/members.csv").headers
    monkeypatch.setattr(browse, "PAGE_SIZE", 30)
    seen: list[str] = []
    path: str | None = "/members.csv?columns=id&page=1"
    for _ in range(10):
        assert path
        response = client.get(path)
        assert (response.headers["X-Total-Count"], response.headers["X-Result-Cut"]) == (
            str(total),
            "rows=30",
        )
        seen += response.text.split()[1:]
        links = [one for one in response.headers["Link"].split(", ") if 'rel="next"' in one]
        path = links[0].partition(">")[0][1:] if links else None
        if path is None:
            break
    assert len(seen) == len(set(seen)) == total
    for extension in ("geojson", "jsonl", "nt"):
        assert client.get(f"/members.{extension}?page=2").headers["X-Result-Cut"] == "rows=30"
    body = members(client, "/members.geojson?page=2")
    assert (body["total"], body["page"], len(body["features"])) == (total, 2, 30)
