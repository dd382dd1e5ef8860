"""Members on a day, in every format of a list; memberships and statements as things. Rows M5, M6, P3."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from ccin_ld.build import Build, select
from ccin_ld.cli import main
from ccin_ld.config import Settings
from ccin_ld.namespaces import CCIN, HYDRA, ORG, PROV, RDFS

from ..choir import BASE, body
from ..represent.pages_check import read
from .test_same_triples import Visible, not_said, words

HTML = {"Accept": "text/html"}
MEMBER, LAST = "member", "member when last known"


def listed(client: Client, day: str) -> dict[str, tuple[str, str]]:
    """Return (status, kind) of each body listed for a day."""
    items = client.get(f"/members.json?as-of={day}").json["items"]
    return {
        one["id"].rpartition("/")[2]: (one["status"], one["membershipKind"]["id"].rpartition("/")[2])
        for one in items
    }


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2018-06-30", {}, id="before anybody"),
        pytest.param(
            "2020-07-01",
            {"alto": (MEMBER, "full"), "bass": (MEMBER, "associate"), "tenor": (MEMBER, "not-said"),
             "fugue": (LAST, "associate")},
            id="descant is only announced on 6 July; echo only took part; gloria hopes",
        ),
        pytest.param(
            "2021-06-01",
            {"tenor": (MEMBER, "not-said"), "alto": (LAST, "full"), "bass": (LAST, "full"),
             "descant": (LAST, "full"), "fugue": (LAST, "associate")},
            id="later",
        ),
    ],
)  # fmt: skip
def test_members_on_a_day(singers: Client, day: str, expected: dict[str, tuple[str, str]]) -> None:
    assert listed(singers, day) == expected


def test_members_stand_before_those_last_known(singers: Client) -> None:
    statuses = [one["status"] for one in singers.get("/members.json?as-of=2021-06-01").json["items"]]
    assert statuses == sorted(statuses, key=lambda one: one != MEMBER)


def test_json_says_day_kind_and_source(singers: Client) -> None:
    answer = singers.get("/members.json?as-of=2020-07-01").json
    assert (answer["id"], answer["asOf"], answer["total"]) == (
        f"{BASE}members?as-of=2020-07-01",
        "2020-07-01",
        4,
    )
    alto = next(one for one in answer["items"] if one["id"] == body("alto"))
    assert alto["source"] == [{"id": f"{BASE}id/page/list", "label": {"en": "Our singers"}}]
    assert (alto["notBefore"], alto["notAfter"], alto["exact"]) == ("2020-01-01", "2020-12-31", False)
    assert alto["words"] == "attested in 2020, without a day"
    assert alto["derivedFrom"] == [f"{BASE}id/statement/alto--list-one--1"]
    tenor = next(one for one in answer["items"] if one["id"] == body("tenor"))
    assert (tenor["start"], tenor["words"]) == ("2018-07-31", "since July 2018, with no end named")
    fugue = next(one for one in answer["items"] if one["id"] == body("fugue"))
    assert fugue["contrary"] == [f"{BASE}id/statement/fugue--list-one--1"]
    assert [one["membershipKind"]["id"].rpartition("/")[2] for one in fugue["others"]] == ["full"]


def test_csv(singers: Client) -> None:
    answer = singers.get("/members.csv?as-of=2020-07-01")
    assert answer.headers["X-Total-Count"] == "4"
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(one["label"], one["status"], one["kind"]) for one in found] == [
        ("Alto Society", MEMBER, "Full member"),
        ("Bass Union", MEMBER, "Associate member"),
        ("Tenor Circle", MEMBER, "Member, kind not said"),
        ("Fugue Group", LAST, "Associate member"),
    ]
    assert found[0]["sources"] == "Our singers"
    assert found[3]["also"] == "Full member, last known on 1 June 2020"


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
def test_rdf_tells_them_apart(singers: Client, extension: str) -> None:
    kind = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
            "jsonld": ox.RdfFormat.JSON_LD}[extension]  # fmt: skip
    data = singers.get(f"/members.{extension}?as-of=2020-07-01").data
    store = ox.Store()
    store.extend(ox.parse(data, format=kind))
    rows: Any = store.query(
        f"SELECT ?body ?status ?day WHERE {{ <{BASE}members?as-of=2020-07-01> <{HYDRA}member> ?body ; <{CCIN}asOf> ?day ."
        f" ?s <{CCIN}body> ?body ; <{CCIN}status> ?status ; <{CCIN}asOf> ?day ; <{PROV}wasDerivedFrom> ?said ."
        f" ?status <{RDFS}label> ?words }}"
    )
    found = {(r["body"].value.rpartition("/")[2], r["status"].value.rpartition("/")[2]) for r in rows}
    assert found == {("alto", "member"), ("bass", "member"), ("tenor", "member"), ("fugue", "last-known")}


def test_the_page(singers: Client) -> None:
    answer = singers.get("/members?as-of=2020-07-01", headers=HTML)
    page = read(answer.text)
    assert page.faults == []
    assert "Members on 1 July 2020" in page.text
    assert "3 members on that day. 1 body was a member when last known." in page.text
    assert "Alto Society Full member, attested in 2020, without a day Source: Our singers" in page.text
    before, _, after = page.text.partition("Members when last known")
    assert "Tenor Circle" in before
    assert "Fugue Group" in after
    assert "Another source says otherwise" in after
    assert "Echo Club" not in page.text
    assert "Gloria" not in page.text


def test_nobody(singers: Client) -> None:
    page = read(singers.get("/members?as-of=1999-01-01", headers=HTML).text)
    assert page.faults == []
    assert "No source here attests a member on or before that day." in page.text


def test_the_list_has_a_form_that_needs_no_script(singers: Client) -> None:
    page = read(singers.get("/members", headers=HTML).text)
    assert page.faults == []
    inputs = [found for tag, found in page.tags if tag == "input" and found.get("name") == "as-of"]
    assert [one["type"] for one in inputs] == ["date"]
    assert "Members on a day" in page.text
    assert "Alto Society Organisation, region not recorded Full member, last known in 2020" in page.text
    assert (
        "Tenor Circle Organisation, region not recorded Member, kind not said, since July 2018" in page.text
    )


@pytest.mark.parametrize("text", ["", "2020", "2020-13-01", "2020-02-30", "20200701", "01.07.2020", "2020-W01-1", "x" * 300])  # fmt: skip
def test_a_bad_day(singers: Client, text: str) -> None:
    answer = singers.get("/members", query_string={"as-of": text})
    assert answer.status_code == 400
    assert "write year, month and day" in answer.text


def test_only_the_list_of_members_has_days(singers: Client) -> None:
    assert singers.get("/projects?as-of=2020-07-01").status_code == 400


def test_a_page_past_the_end(singers: Client) -> None:
    assert singers.get("/members?as-of=2020-07-01&page=2").status_code == 404


def test_headers_name_the_day(singers: Client) -> None:
    answer = singers.get("/members?as-of=2020-07-01", headers={"Accept": "text/turtle"})
    assert answer.headers["Content-Location"] == "/members.ttl?as-of=2020-07-01"
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert '</members.csv?as-of=2020-07-01>; rel="alternate"' in answer.headers["Link"]
    assert '/members?as-of=2020-07-01>; rel="canonical"' in answer.headers["Link"]


def test_each_day_is_kept_apart(choir: Build, choir_settings: Settings) -> None:
    from ccin_ld.web.app import create_app

    app = create_app(choir_settings, build=choir)
    client = Client(app)
    try:
        first, second, plain = (
            [client.get(f"/members.csv{query}").data for _ in range(2)]
            for query in ("?as-of=2020-07-01", "?as-of=2021-06-01", "")
        )
        assert len(app.cached.cache) == 3
        assert len({*first, *second, *plain}) == 3
    finally:
        app.close()


# Memberships and statements as things


def test_memberships_are_worked_out(choir: Build) -> None:
    full = choir.describe(f"{BASE}id/membership/bass--full")
    assert full.iris(CCIN + "body") == full.iris(ORG + "member") == [body("bass")]
    assert full.iris(ORG + "organization") == [f"{BASE}id/network/choirs"]
    assert full.iris(ORG + "role") == full.iris(CCIN + "membershipKind") == [f"{BASE}id/membership-kind/full"]
    assert full.texts(CCIN + "firstAttested") == full.texts(CCIN + "lastAttested") == ["2021-05-01"]
    assert full.label() == "Bass Union: full member, attested on 1 May 2021"
    assert choir.describe(f"{BASE}id/membership/tenor--not-said").texts(CCIN + "start") == ["2018-07-31"]
    assert choir.describe(f"{BASE}id/membership/descant--full").texts(CCIN + "firstAttested") == [
        "2020-07-07"
    ]
    assert choir.index.count_kind("membership") == 8
    for key in ("echo", "gloria"):
        assert not [one for one in choir.index.of_kind("membership") if key in one.iri]


def test_statements_have_labels(choir: Build) -> None:
    labels = {one.label for one in choir.index.of_kind("statement")}
    assert {"Alto Society: full member, 2020", "Tenor Circle: member, kind not said, since July 2018",
            "Descant Trust: joining announced, 6 July 2020", "Echo Club: took part, 2020",
            "Gloria House: not yet a member, day not recorded"} <= labels  # fmt: skip


def test_sources_that_disagree_are_a_warning_and_stand_side_by_side(choir: Build, singers: Client) -> None:
    report = (choir.folder / "files" / "report.json").read_text(encoding="utf-8")
    assert "Fugue Group: sources disagree about the kind of its membership." in report
    assert "StatementsAgreeConstraint" in report
    assert report.count("StatementsAgreeConstraint") == 1
    page = read(singers.get("/doc/organisation/fugue", headers=HTML).text)
    assert page.faults == []
    assert "Sources disagree about the kind of membership." in page.text
    assert "Full member, 1 June 2020, according to Our singers" in page.text
    assert "Associate member, 1 June 2020, according to News of the choirs" in page.text


def test_the_page_of_a_body_has_every_statement(singers: Client) -> None:
    page = read(singers.get("/doc/organisation/alto", headers=HTML).text)
    assert page.faults == []
    assert "Membership Full member, last known in 2020" in page.text
    assert "Full member 2020 Full singer; date: about 2020; name: Alto Society Our singers" in page.text
    assert "Member, kind not said 19 March 2019 name: Alto Society News of the choirs" in page.text
    assert ("/doc/statement/alto--list-one--1", "2020") in page.links
    echo = read(singers.get("/doc/organisation/echo", headers=HTML).text)
    assert "Took part, 2020" in echo.text
    assert (
        "Taking part is not membership: no source here says that Echo Club is or was a member." in echo.text
    )


@pytest.mark.parametrize("name", ["membership/alto--full", "statement/alto--list-one--1", "statement/gloria--list-two--1"])  # fmt: skip
def test_their_pages_are_whole(singers: Client, name: str) -> None:
    answer = singers.get(f"/doc/{name}", headers=HTML)
    assert answer.status_code == 200
    assert read(answer.text).faults == []


NAMES = ["membership/alto--full", "membership/tenor--not-said", "statement/alto--list-one--1",
         "statement/gloria--list-two--1", "organisation/alto", "organisation/fugue", "organisation/gloria",
         "statement-kind/announced", "standing/last-known"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_the_data_says(singers: Client, choir: Build, name: str) -> None:
    resource = choir.describe(f"{BASE}id/{name}")
    page = Visible()
    page.feed(singers.get(f"/doc/{name}", headers=HTML).text)
    assert not_said(resource, words(" ".join(page.text))) == []
    assert {q.triple for q in ox.parse("".join(page.data), format=ox.RdfFormat.JSON_LD)} == set(
        resource.triples
    )
    turtle = singers.get(f"/doc/{name}.ttl").data
    assert {q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)} == set(resource.triples)


def test_the_query_in_the_docs(choir: Build) -> None:
    text = (Path(__file__).parents[2] / "docs" / "memberships.md").read_text(encoding="utf-8")
    rows = select(choir, text.partition("```sparql\n")[2].partition("```")[0])
    assert [(row["name"].value, row["kind"].value, row["status"].value) for row in rows] == [
        ("Alto Society", "Full member", MEMBER),
        ("Bass Union", "Associate member", MEMBER),
        ("Tenor Circle", "Member, kind not said", MEMBER),
        ("Alto Society", "Member, kind not said", LAST),
        ("Fugue Group", "Full member", LAST),
        ("Fugue Group", "Associate member", LAST),
    ]


# The command


def test_the_command(choir: Build, choir_settings: Settings) -> None:
    result = CliRunner().invoke(
        main, ["members", "--as-of", "2020-07-01", "--var-dir", str(choir_settings.var_dir)]
    )
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert lines[0][:4] == ["id", "label", "status", "kind"]
    assert [line[1:4] for line in lines[1:]] == [
        ["Alto Society", MEMBER, "Full member"],
        ["Bass Union", MEMBER, "Associate member"],
        ["Tenor Circle", MEMBER, "Member, kind not said"],
        ["Fugue Group", LAST, "Associate member"],
    ]
    assert {len(line) for line in lines} == {12}
    bad = CliRunner().invoke(
        main, ["members", "--as-of", "yesterday", "--var-dir", str(choir_settings.var_dir)]
    )
    assert bad.exit_code == 2
    assert "is not a day" in bad.output
