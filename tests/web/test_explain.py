"""``?explain``: how language, suffix, query, Accept and profile led to an answer; the cache is not confused."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

COUNCIL = "/doc/council/oldham"
START = "https://w3id.org/ccin/def/profile/"


@pytest.mark.parametrize(
    ("path", "headers", "status", "by", "media_type", "profile", "profile_by"),
    [
        pytest.param(COUNCIL, {"Accept": "text/turtle"}, 200, "Accept", "text/turtle", "full", None, id="Accept"),
        pytest.param(f"{COUNCIL}.nt", {"Accept": "text/turtle"}, 200, "suffix", "application/n-triples", "full", None, id="suffix"),
        pytest.param(f"{COUNCIL}?_format=ttl", {"Accept": "text/html"}, 200, "_format", "text/turtle", "full", None, id="query"),
        pytest.param(f"{COUNCIL}.nt?_format=ttl", {}, 200, "suffix", "application/n-triples", "full", None, id="suffix and query"),
        pytest.param(f"{COUNCIL}.ttl?_profile=org", {}, 200, "suffix", "text/turtle", "org", "_profile", id="profile by query"),
        pytest.param(
            f"{COUNCIL}.ttl", {"Accept-Profile": f"<{START}labels>"}, 200, "suffix", "text/turtle", "labels", "Accept-Profile", id="profile by header"
        ),
        pytest.param(f"{COUNCIL}.ttl", {"Accept-Profile": "<urn:x>"}, 200, "suffix", "text/turtle", "full", None, id="unknown profile"),
        pytest.param("/members", {"Accept": "text/csv"}, 200, "Accept", "text/csv", None, None, id="a list"),
        pytest.param("/id/council/oldham", {}, 303, None, None, None, None, id="a redirect"),
        pytest.param("/nowhere", {}, 404, None, None, None, None, id="nothing"),
        pytest.param(f"{COUNCIL}?_format=pdf", {}, 406, None, None, None, None, id="not on offer"),
        pytest.param("/sparql?query=ASK%7B%7D", {"Accept": "text/csv"}, 200, None, None, None, None, id="a query"),
        pytest.param("/data/ccin/latest/dataset.nq", {}, 200, None, None, None, None, id="a file"),
    ],
)  # fmt: skip
def test_why(
    client: Client, path: str, headers: dict[str, str], status: int, by: str | None, media_type: str | None,
    profile: str | None, profile_by: str | None,
) -> None:  # fmt: skip
    sign = "&" if "?" in path else "?"
    answer = client.get(f"{path}{sign}explain=json", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert (told["address"], told["status"], told["format"]["by"]) == (path, status, by)
    assert [one["mediaType"] for one in told["format"]["offers"] if one["chosen"]] == (
        [media_type] if media_type else []
    )
    assert (told["profile"] or {}).get("token") == profile
    assert (told["profile"] or {}).get("by") == profile_by
    # What it says is what a client gets.
    real = client.get(path, headers=headers)
    assert real.status_code == told["status"]
    for name, value in told["headers"].items():
        if name not in ("Content-Length", "ETag"):
            assert real.headers[name] == value, name
    assert real.headers.get("ETag") == told["headers"].get("ETag")


def test_what_is_overruled(client: Client) -> None:
    told = client.get(f"{COUNCIL}.nt?_format=ttl&explain=json", headers={"Accept": "text/html"}).json
    assert told["format"]["overruled"] == ["_format", "Accept"]


def test_the_language(client: Client) -> None:
    told = [
        client.get(f"{path}?explain=json", headers={"Accept-Language": "cy"}).json
        for path in ("/cy/members", "/members", "/")
    ]
    assert [one["language"]["code"] for one in told] == ["cy", "en", "en"]
    assert [one["status"] for one in told] == [200, 200, 303]
    assert [one["language"]["header"] for one in told] == [None, None, "cy"]


def test_for_people(client: Client) -> None:
    page = client.get(COUNCIL + "?explain", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    for words in ("Why this answer", "application/ld+json", "0.8", "Content-Location"):
        assert words in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    welsh = client.get("/cy" + COUNCIL + "?explain", headers={"Accept": "text/html"})
    assert '<html lang="cy">' in welsh.text


@pytest.mark.parametrize("path", [COUNCIL, "/members", "/sparql?query=ASK%7B%7D", "/id/council/oldham"])
def test_the_cache_is_not_confused(client: Client, path: str) -> None:
    sign = "&" if "?" in path else "?"
    for _ in range(2):
        plain = client.get(path, headers={"Accept": "text/html"})
        told = client.get(f"{path}{sign}explain", headers={"Accept": "text/html"})
        assert "Why this answer" in told.text
        assert "Why this answer" not in plain.text
    again = client.get(
        f"{path}{sign}explain=json",
        headers={"Accept": "text/html", "If-None-Match": plain.headers.get("ETag", "")},
    )
    assert again.json["status"] == plain.status_code


def test_a_word_that_only_looks_like_it(client: Client) -> None:
    assert client.get(COUNCIL + ".ttl?explained=1").headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert (
        client.post("/sparql?explain", data={"query": "ASK {}"}).headers["Content-Type"]
        != "text/html; charset=utf-8"
    )
