"""Whom to talk to, what is not known, briefings, citations and reports, as a client of the site sees them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.gaps import KINDS, read_gaps
from ccin_ld.reports import NAME, Rate, read_reports
from ccin_ld.web.app import App, create_app
from ccin_ld.web.uses import RATE

from ..represent.pages_check import read

HTML = {"Accept": "text/html"}
BASE = "https://w3id.org/ccin/id/"
OURS = {"Origin": "http://localhost"}


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text
    found = read(response.text)
    assert found.faults == []
    assert len(response.data) < 60_000
    return found.text


# Who should we talk to?


def test_the_form_leads_to_advice(client: Client) -> None:
    form = client.get("/talk", headers=HTML).text
    assert '<form action="/talk"' in form
    assert '<option value="oldham">Oldham Council</option>' in form
    assert '<option value="co-production">Co-production</option>' in form
    text = page(client, "/talk?council=oldham&principle=co-production")
    assert "For Oldham Council on Co-production" in text
    advice = text.partition("For Oldham Council")[2]
    assert advice.index("Rochdale Metropolitan Borough Council") < advice.index("Birmingham City Council")
    assert "It is in your region, North West." in text
    choose = client.get("/talk?council=oldham", headers=HTML).text
    assert 'href="/talk?council=oldham&amp;principle=learning"' in choose


@pytest.mark.parametrize("council", ["oldham", "council/oldham", BASE + "council/oldham", "Oldham Council"])
def test_a_council_is_named_in_any_way(client: Client, council: str) -> None:
    told = client.get("/talk.json", query_string={"council": council, "principle": "learning"}).json
    assert told["council"] == BASE + "council/oldham"


def test_advice_is_the_same_as_page_json_and_csv(client: Client) -> None:
    query = "council=oldham&principle=learning"
    response = client.get(f"/talk.json?{query}")
    items = response.json["items"]
    assert response.headers["X-Total-Count"] == str(len(items)) == str(response.json["total"])
    rows = list(csv.DictReader(io.StringIO(client.get(f"/talk.csv?{query}").text)))
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    assert [row["reason"] for row in rows] == [item["reason"] for item in items]
    assert [row["led"].split(" | ") if row["led"] else [] for row in rows] == [item["led"] for item in items]
    text = page(client, f"/talk?{query}")
    assert all(item["reason"] in text for item in items[:20])
    second = page(client, f"/talk?{query}&page=2")
    assert items[20]["reason"] in second
    assert client.get("/talk?" + query, headers={"Accept": "application/json"}).json == response.json


@pytest.mark.parametrize(
    "path",
    [
        "/talk?council=nowhere",
        "/talk?principle=oldham",
        "/talk?council=learning",
        "/talk?councel=oldham",
        "/talk?council=a&council=b",
        "/talk.json?council=oldham",
        "/talk?council=" + "x" * 301,
        "/unknown?kind=nothing",
        "/unknown?body=council/nowhere",
        "/unknown?bodie=council/oldham",
        "/unknown?page=0",
        "/cite.bib",
        "/report?field=nonsense",
    ],
)
def test_what_cannot_be_asked_is_told(client: Client, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 400


@pytest.mark.parametrize("path", ["/doc/council/oldham", "/doc/principle/learning"])
def test_pages_lead_to_the_advice(client: Client, path: str) -> None:
    text = client.get(path, headers=HTML).text
    link = re.search(r'<a href="(/talk\?[^"]+)">Who should we talk to\?</a>', text)
    assert link
    assert client.get(unescape(link[1]), headers=HTML).status_code == 200


# What we do not know


def test_every_gap_is_on_one_page_of_the_list(client: Client, built: Build) -> None:
    gaps = read_gaps(built.folder)
    assert gaps
    found: list[dict[str, str]] = []
    path: str | None = "/unknown.csv"
    while path:
        response = client.get(path)
        assert response.headers["X-Total-Count"] == str(len(gaps))
        found += csv.DictReader(io.StringIO(response.text))
        following = re.search(r'<(/unknown\.csv[^>]*)>; rel="next"', response.headers["Link"])
        path = following[1] if following else None
    key = ("kind", "thing", "field", "words")
    assert sorted(tuple(row[name] for name in key) for row in found) == sorted(
        (gap.kind, gap.thing, gap.field, gap.words) for gap in gaps
    )


def test_gaps_stand_by_body_and_lead_to_the_form(client: Client) -> None:
    response = client.get("/unknown.json?body=council/oldham")
    items = response.json["items"]
    assert items
    assert all(BASE + "council/oldham" in item["body"] for item in items)
    text = client.get("/unknown?body=council/oldham", headers=HTML).text
    answers = re.findall(r'<a href="(/report\?about=[^"]+)"', text)
    assert len(answers) == len(items)
    for one in answers:
        form = page(client, unescape(one))
        assert "About “" in form


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_gap_is_an_address(client: Client, built: Build, kind: str) -> None:
    wanted = sum(one.kind == kind for one in read_gaps(built.folder) or ())
    told = client.get(f"/unknown.json?kind={kind}").json
    assert told["total"] == wanted
    assert {item["kind"] for item in told["items"]} <= {kind}
    assert f"{KINDS[kind]} {wanted}" in page(client, "/unknown")
    page(client, f"/unknown?kind={kind}")


def test_past_the_last_page_there_is_nothing(client: Client) -> None:
    assert client.get("/unknown?page=999", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/doc/project/social-value-toolkit", "Whether it meets “Democratic engagement” is not known."),
        ("/doc/organisation/anthony-collins-solicitors", "Whether it is or was a member is not recorded"),
        ("/doc/figure/residents-2022-07", "two figures of the same period differ"),
        ("/doc/tier/unitary", "Nothing that is looked for is missing here."),
    ],
)
def test_each_record_says_what_is_not_known_of_it(client: Client, path: str, words: str) -> None:
    assert words in page(client, path)


# Facts at their very words


@pytest.mark.parametrize(
    ("path", "fragment"),
    [
        ("/doc/statement/oldham--co-operative-councils-update--1", "#:~:text=Oldham&text=member%20council"),
        ("/doc/participation/eoi-action-learning-set--oldham--participant", "#:~:text=Oldham%20Council"),
        ("/doc/project/eoi-action-learning-set", "#:~:text=Policy%20Labs&text=2020"),
        ("/doc/council/oldham", "#:~:text=Oldham&text=member%20council"),
    ],
)
def test_a_fact_leads_to_its_words(client: Client, path: str, fragment: str) -> None:
    text = client.get(path, headers=HTML).text
    links = re.findall(r'<a href="(https?://[^"]+#:~:[^"]+)"( rel="noopener")?', text)
    assert links
    assert all(rel for _, rel in links)
    assert any(unescape(href).endswith(fragment) for href, _ in links)


# The same elsewhere


def test_other_identifiers_are_marked_unchecked_until_they_are(client: Client, built: Build) -> None:
    text = client.get("/doc/council/oldham", headers=HTML).text
    part = text[text.index('id="else-h"') : text.index("</section>", text.index('id="else-h"'))]
    links = [unescape(one) for one in re.findall(r'<li>.*?href="([^"]+)"', part)]
    rows = built.store.select(
        f"SELECT ?other {{ BIND(<{BASE}council/oldham> AS ?council)"
        " { ?council owl:sameAs|rdfs:seeAlso|foaf:homepage ?other }"
        " UNION { ?council ccin:area/(owl:sameAs|rdfs:seeAlso) ?other } }"
    )
    assert sorted(links) == sorted(row["other"].value for row in rows)
    assert part.count("unchecked") == len(links) > 4


# Briefings


def test_a_briefing_tells_the_most_of_a_body(client: Client) -> None:
    text = page(client, "/briefing/council/oldham")
    for heading in ("Membership", "Projects", "Works with", "Principles in practice", "What we do not know"):
        assert heading in text
    assert "Full member, last known in 2020" in text
    assert "CCIN Action Learning: Co-operation through Covid-19" in text
    assert "https://w3id.org/ccin/id/council/oldham" in text


@pytest.mark.parametrize(
    "path",
    ["project/eoi-action-learning-set", "council/nowhere", "network/ccin", "Council/%20", "council/.."],
)
def test_only_bodies_have_a_briefing(client: Client, path: str) -> None:
    assert client.get(f"/briefing/{path}", headers=HTML, follow_redirects=True).status_code == 404


# Citations


def test_a_record_is_cited_in_three_forms(client: Client, built: Build) -> None:
    iri = BASE + "council/oldham"
    text = client.get(f"/cite.txt?about={iri}")
    assert text.content_type == "text/plain; charset=utf-8"
    assert text.text.endswith(f"{iri}\n")
    release = built.manifest["release"]
    assert (f"Release {release}" if release else f"Unreleased build {built.id}") in text.text
    assert text.text.strip() in page(client, "/doc/council/oldham")
    assert client.get(f"/cite.bib?about={iri}").text.startswith("@misc{")
    csl = client.get(f"/cite.json?about={iri}")
    assert csl.content_type == "application/vnd.citationstyles.csl+json"
    assert csl.json[0]["title"] == "Oldham Council"
    asked = client.get(f"/cite?about={iri}", headers={"Accept": "application/x-bibtex"})
    assert asked.text == client.get(f"/cite.bib?about={iri}").text
    assert client.get(f"/cite.bib?about={BASE}council/nowhere").status_code == 404


def test_a_release_is_cited_by_its_address(client: Client, built: Build) -> None:
    newest = built.ledger.newest
    assert newest
    iri = f"{built.model.site.dataset}/{newest.name}"
    assert iri in client.get(f"/cite.txt?about={iri}").text


# Reports


@pytest.fixture
def kept(built: Build, settings: Settings, tmp_path: Path) -> Iterator[App]:
    """The site with a folder for reports."""
    app = create_app(replace(settings, reports=tmp_path / "reports"), build=built)
    yield app
    app.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def send(client: Client, headers: Mapping[str, str] | None = None, /, **form: str) -> TestResponse:
    filled = {"about": BASE + "council/oldham", "field": "ccin:region", "words": "It is in the east.", **form}
    return client.post("/report", data=filled, headers={**HTML, **(OURS if headers is None else headers)})


def test_a_report_is_kept_and_thanked_for(kept: App, folder: Path) -> None:
    client = Client(kept)
    text = client.get(f"/report?about={BASE}council/oldham&field=ccin:region", headers=HTML)
    assert "About “Region” of" in read(text.text).text
    assert text.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text.text
    response = send(client, source="https://example.org/page")
    assert (response.status_code, response.headers["Location"]) == (303, "/report/sent")
    assert "Thank you" in page(client, "/report/sent")
    (one,) = read_reports(folder)
    assert one.about == BASE + "council/oldham"
    assert one.field == "https://w3id.org/ccin/def/ccin#region"
    assert (one.words, one.source) == ("It is in the east.", "https://example.org/page")
    assert "127.0.0.1" not in (folder / NAME).read_text()
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no word on where from"),
        pytest.param({"Origin": "https://evil.example"}, id="another site"),
        pytest.param({"Origin": "null"}, id="a sandbox"),
        pytest.param({"Origin": "https://localhost"}, id="another scheme"),
        pytest.param({"Origin": "http://localhost.evil.example"}, id="a name that begins like ours"),
        pytest.param({"Referer": "https://evil.example/http://localhost/"}, id="a page of another site"),
        pytest.param(
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, id="told by the browser"
        ),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbour"),
        pytest.param({"Sec-Fetch-Site": "none"}, id="typed in"),
    ],
)
def test_a_form_of_another_site_is_refused(kept: App, folder: Path, headers: dict[str, str]) -> None:
    response = send(Client(kept), headers)
    assert response.status_code == 403
    assert read_reports(folder) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://behind.a.proxy"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/report?about=x"},
    ],
)
def test_our_own_form_is_taken(kept: App, folder: Path, headers: dict[str, str]) -> None:
    assert send(Client(kept), headers).status_code == 303
    assert len(read_reports(folder)) == 1


def test_who_fills_in_what_nobody_sees_is_thanked_and_not_kept(kept: App, folder: Path) -> None:
    response = send(Client(kept), website="https://buy.example")
    assert response.status_code == 303
    assert read_reports(folder) == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"words": "  "}, "say what is wrong"),
        ({"words": "Ask jane.doe@example.org about it."}, "take the e-mail address out"),
        ({"source": "mailto:jane.doe@example.org"}, "take the e-mail address out"),
    ],
)
def test_a_form_with_a_mistake_comes_back_as_it_was(
    kept: App, folder: Path, form: dict[str, str], words: str
) -> None:
    response = send(Client(kept), **{"words": "<b>My words</b>", **form})
    assert response.status_code == 400
    assert words in response.text
    assert "<b>My words</b>" not in response.text
    if "words" not in form:
        assert "&lt;b&gt;My words&lt;/b&gt;</textarea>" in response.text
    assert read_reports(folder) == []


def test_too_much_is_refused(kept: App, folder: Path) -> None:
    client = Client(kept)
    assert send(client, words="x" * 4001).status_code == 413
    assert send(client, words="x" * 200_000).status_code == 413
    json = client.post("/report", json={"words": "x"}, headers={**HTML, **OURS})
    assert json.status_code == 400
    assert send(client, about=BASE + "council/nowhere").status_code == 404
    assert send(client, field="javascript:alert(1)").status_code == 400
    assert read_reports(folder) == []


def test_too_many_are_refused(kept: App, folder: Path) -> None:
    client = Client(kept)
    kept.flask.extensions[RATE] = Rate(3)
    assert [send(client).status_code for _ in range(3)] == [303] * 3
    response = send(client)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 3000
    assert len(read_reports(folder)) == 3


def test_what_cannot_be_kept_is_told(kept: App, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    response = send(Client(kept))
    assert response.status_code == 500
    assert "cannot be written" in response.text


def test_without_a_folder_the_page_says_where_else(client: Client) -> None:
    text = page(client, "/report")
    assert "nowhere to keep reports" in text
    assert send(client).status_code == 403


@pytest.mark.parametrize(
    ("contact", "wanted"),
    [
        ("mailto:data@example.org", 'href="mailto:data@example.org?subject='),
        ("https://example.org/contact", 'href="https://example.org/contact" rel="noopener"'),
    ],
)
def test_a_contact_takes_reports_instead(
    built: Build, settings: Settings, monkeypatch: pytest.MonkeyPatch, contact: str, wanted: str
) -> None:
    monkeypatch.setattr(built.model, "site", replace(built.model.site, contact_url=contact))
    app = create_app(settings, build=built)
    text = Client(app).get(f"/report?about={BASE}council/oldham&field=ccin:region", headers=HTML).text
    app.close()
    assert wanted in text
    if contact.startswith("mailto:"):
        assert "council%2Foldham%0ARegion" in text


def test_robots_are_asked_to_leave_the_forms_alone(client: Client) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /report" in lines
    assert "Disallow: /cite" in lines


def test_the_privacy_page_tells_of_reports(client: Client) -> None:
    assert "refuses words that hold an e-mail address" in page(client, "/privacy")


def test_pages_of_loose_files_have_what_they_can(tmp_path: Path, settings: Settings) -> None:
    from ccin_ld.build import build_files

    file = tmp_path / "a.ttl"
    file.write_text('<http://localhost/id/thing/a> <http://www.w3.org/2000/01/rdf-schema#label> "A thing" .')
    app = create_app(settings, build=build_files([file], tmp_path / "built"))
    client = Client(app)
    text = page(client, "/doc/thing/a")
    assert "this data was not checked" in text
    assert "Cite this" in text
    assert "this data was not checked" in page(client, "/unknown")
    app.close()


def test_what_is_quoted_is_cited_under_the_rights_of_its_source(client: Client) -> None:
    about = "https://w3id.org/ccin/data/graph/eoi-action-learning-set--1--quotations"
    for extension in ("bib", "json"):
        told = client.get(f"/cite.{extension}?about={about}").text
        assert "creativecommons.org" not in told
        assert "no licence known" in told
    own = client.get("/cite.json?about=https://w3id.org/ccin/data/graph/register").json
    assert own[0]["note"] == "Licence: https://creativecommons.org/licenses/by/4.0/"
