"""Saved questions over HTTP: pages, answers as data, themselves as RDF, and the six everyday questions.

Rows Q2 to Q5; features.md, opportunity 8. What is expected comes from the sheets of the record where they say it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput
from ccin_ld.namespaces import DCT, SH
from ccin_ld.web.app import create_app

HTML = {"Accept": "text/html"}
SOURCES = Path(__file__).parents[2] / "data" / "sources"
PROJECT = "eoi-action-learning-set"


def sheet(name: str) -> list[dict[str, str]]:
    with (SOURCES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rows(client: Client, path: str) -> list[dict[str, Any]]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json["rows"]
    return found


def key(cell: dict[str, str]) -> str:
    return cell["id"].rpartition("/")[2]


# The six everyday questions


def test_who_is_a_member_on_a_day(client: Client, built: Build) -> None:
    """The question and the list of members agree on every day on which something changes."""
    days = {date(2026, 11, 24)}
    for said in built.statements.values():
        for bound in {one for each in said for one in (each.not_before, each.not_after) if one}:
            days |= {bound - timedelta(1), bound, bound + timedelta(1)}
    assert len(days) > 20
    for day in sorted(days)[::7]:
        asked: dict[str, str] = {}
        for row in rows(client, f"/questions/members-on-a-day.json?day={day}"):
            if asked.get(row["member"]["id"]) != "member":
                asked[row["member"]["id"]] = row["standing"]
        assert asked == {item.iri: str(one.status) for item, one in built.members_on(day)}, day


def test_who_is_a_member_today(client: Client) -> None:
    response = client.get("/questions/members-on-a-day.json")
    told = response.json
    assert (
        told["parameters"]["day"]
        == client.get("/questions/members-on-a-day.json?day=today").json["parameters"]["day"]
    )
    assert date.fromisoformat(told["parameters"]["day"]) >= date(2026, 11, 23)
    assert {row["standing"] for row in told["rows"]} <= {"member", "member when last known"}
    assert len(told["rows"]) > 20


def test_what_depends_on_the_day_is_not_kept(built: Build, settings: Settings) -> None:
    app = create_app(settings, build=built)
    client = Client(app)
    for path in (
        "/questions/members-on-a-day.json",
        "/questions/changed-since",
        "/questions/who-took-part.json",
    ):
        assert client.get(path).status_code == 200
    assert len(app.cached.cache) == 1
    app.close()


def test_which_projects_a_council_led_or_joined(client: Client) -> None:
    found = {
        (key(row["project"]), key(row["part"]))
        for row in rows(client, "/questions/projects-of-a-council.json?council=oldham")
    }
    assert (PROJECT, "participant") in found
    assert ("barriers-to-building-coop-economy", "lead") in found
    named = [one for one in sheet("projects") if "Oldham Council" in " ".join(one.values())]
    assert len({project for project, _ in found}) <= len(named)
    assert len(found) >= 4


def test_which_members_are_in_a_region(client: Client) -> None:
    found = rows(client, "/questions/members-in-a-region.json?region=North%20West")
    names = {row["member"]["label"] for row in found}
    assert {
        "Oldham Council",
        "Rochdale Metropolitan Borough Council",
        "Knowsley Metropolitan Borough Council",
    } <= names
    assert "Plymouth City Council" not in names
    assert {
        row["member"]["label"] for row in rows(client, "/questions/members-in-a-region.json?region=e12000009")
    } >= {"Plymouth City Council"}


def test_which_principles_a_project_claims_and_what_is_not_known(client: Client) -> None:
    found = rows(client, f"/questions/claims-of-a-project.json?project={PROJECT}")
    page = [row for row in found if key(row["source"] or {"id": ""}) == f"{PROJECT}--1"]
    states: dict[str, list[str]] = {}
    for row in page:
        states.setdefault(row["state"]["id"].rpartition("#")[2], []).append(row["principle"]["label"])
    assert {state: len(names) for state, names in states.items()} == {"met": 7, "notListed": 1, "notKnown": 2}
    assert states["notListed"] == ["Maximising social value"]
    assert states["notKnown"] == ["Democratic engagement", "Social partnership"]
    assert {key(row["principle"]) for row in found} == {key(row["principle"]) for row in page}


def test_who_joined_or_left(client: Client, built: Build) -> None:
    everything = rows(client, "/questions/joined-or-left.json?since=2000-01-01")
    changes = {row["change"] for row in everything}
    assert "joined, as a source says" in changes
    assert ("greater-manchester", "2018-07-31") in {
        (key(row["body"]), row["day"]) for row in everything if row["change"] == "joined, as a source says"
    }
    first = [row for row in everything if row["change"] == "first attested as a member"]
    bodies = {
        said.body
        for each in built.statements.values()
        for said in each
        if said.attests and (said.not_before or said.not_after)
    }
    stated = {key(row["body"]) for row in everything if row["change"] == "joined, as a source says"}
    assert {key(row["body"]) for row in first} | stated >= {iri.rpartition("/")[2] for iri in bodies}
    later = rows(client, "/questions/joined-or-left.json?since=2019-01-01")
    assert later == [row for row in everything if row["day"] >= "2019-01-01"]
    assert 0 < len(later) < len(everything)


def test_what_changed_since_a_day(client: Client, built: Build) -> None:
    project = f"https://w3id.org/ccin/id/project/{PROJECT}"
    (day,) = built.describe(project).texts(DCT + "modified", project.replace("/id/", "/doc/"))
    found = rows(client, f"/questions/changed-since.json?since={day}")
    assert project in {row["changed"]["id"] for row in found}
    assert min(row["day"] for row in found) == day
    after = date.fromisoformat(built.manifest["modified"]) + timedelta(1)
    assert rows(client, f"/questions/changed-since.json?since={after}") == []


# Other questions: each type of parameter


def test_a_year(client: Client) -> None:
    found = {key(row["project"]) for row in rows(client, "/questions/projects-of-a-year.json?year=2020")}
    assert PROJECT in found
    assert PROJECT not in {
        key(row["project"]) for row in rows(client, "/questions/projects-of-a-year.json?year=2024")
    }


def test_a_whole_number_and_a_value_that_may_be_left_out(client: Client) -> None:
    everywhere = {
        key(row["project"]): row["tookPart"]
        for row in rows(client, "/questions/projects-by-size.json?least=4")
    }
    assert everywhere[PROJECT] == 23  # a number, not a text
    assert min(everywhere.values()) >= 4
    regional = {
        key(row["project"]): row["tookPart"]
        for row in rows(client, "/questions/projects-by-size.json?least=4&region=north+west")
    }
    assert regional[PROJECT] == 4
    assert set(regional) < set(everywhere)
    assert rows(client, "/questions/projects-by-size.json?least=4&region=") == rows(
        client, "/questions/projects-by-size.json?least=4"
    )


def test_words(client: Client) -> None:
    names = {row["name"] for row in rows(client, "/questions/bodies-by-name.json?words=OLDHAM")}
    assert names == {"Oldham", "Oldham Council", "Oldham Metropolitan Borough Council"}
    assert rows(client, "/questions/bodies-by-name.json?words=%22%29%20%7D%20%23") == []


@pytest.mark.parametrize(
    "name",
    [
        "oldham",
        "council/oldham",
        "https://w3id.org/ccin/id/council/oldham",
        "Oldham Council",
        "oldham council",
    ],
)
def test_a_thing_has_several_names(client: Client, name: str) -> None:
    told = client.get("/questions/projects-of-a-council.json", query_string={"council": name}).json
    assert told["parameters"]["council"] == {
        "id": "https://w3id.org/ccin/id/council/oldham",
        "label": "Oldham Council",
    }


WRONG = [
    pytest.param("projects-of-a-council", {"council": "atlantis"}, "council", "called 'atlantis'", id="nothing of that name"),
    pytest.param("projects-of-a-council", {"council": "project/eoi-action-learning-set"}, "council", "fits", id="a thing of another class"),
    pytest.param("projects-of-a-council", {"council": "https://example.org/x"}, "council", "called", id="an IRI of others"),
    pytest.param("projects-of-a-council", {"council": "x> } #"}, "council", "called", id="letters no IRI has"),
    pytest.param("projects-of-a-council", {"council": "borough"}, "council", "more than one", id="several things"),
    pytest.param("members-in-a-region", {"region": "oldham"}, "region", "fits", id="a value of another property"),
    pytest.param("members-on-a-day", {"day": "2020-02-30"}, "day", "is not a day", id="no day"),
    pytest.param("members-on-a-day", {"day": "20200201"}, "day", "is not a day", id="a day in another form"),
    pytest.param("projects-of-a-year", {"year": "20"}, "year", "is not a year", id="no year"),
    pytest.param("projects-of-a-year", {"year": "２０２０"}, "year", "is not a year", id="digits of another script"),
    pytest.param("projects-by-size", {"least": "3.5"}, "least", "is not a whole number", id="no whole number"),
    pytest.param("bodies-by-name", {"words": "x" * 201}, "words", "at most 200", id="too long"),
    pytest.param("bodies-by-name", {"words": "a\nb"}, "words", "one line", id="two lines"),
    pytest.param("bodies-by-name", {"word": "a"}, "word", "no such parameter", id="unknown parameter"),
    pytest.param("who-took-part", {"who": "a"}, "who", "it has none", id="a question without parameters"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "given", "parameter", "words"), WRONG)
def test_a_wrong_value_is_told_with_its_parameter(
    client: Client, question: str, given: dict[str, str], parameter: str, words: str
) -> None:
    data = client.get(f"/questions/{question}.json", query_string=given)
    assert (data.status_code, data.headers["Content-Type"]) == (400, "application/problem+json")
    assert data.json["parameter"] == parameter
    assert words in data.json["detail"]
    page = client.get(f"/questions/{question}", query_string=given, headers=HTML)
    assert page.status_code == 400
    if "no such" not in words and "none" not in words:
        assert f'id="p-{parameter}-error"' in page.text
        assert f'aria-describedby="p-{parameter}-error' in page.text
        assert 'aria-invalid="true"' in page.text


def test_a_parameter_twice(client: Client) -> None:
    response = client.get("/questions/projects-of-a-year.csv?year=2020&year=2021")
    assert (response.status_code, response.json["parameter"]) == (400, "year")


# Forms of an answer


def test_the_page_has_form_answer_query_and_downloads(client: Client) -> None:
    page = client.get("/questions/projects-of-a-council?council=oldham", headers=HTML)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<option value="oldham" selected>Oldham Council</option>' in page.text
    assert (
        '<a href="/doc/project/eoi-action-learning-set">CCIN Action Learning: Co-operation through Covid-19</a>'
        in page.text
    )
    assert 'href="/questions/projects-of-a-council.csv?council=oldham"' in page.text
    assert "VALUES $council { &lt;https://w3id.org/ccin/id/council/oldham&gt; }" in page.text
    assert 'action="/questions/projects-of-a-council"' in page.text


def test_every_question_has_an_answer_on_its_page(client: Client) -> None:
    for one in client.get("/questions.json").json["items"]:
        page = client.get(one["answer"].removesuffix(".json"), headers=HTML)
        assert page.status_code == 200
        assert one["title"] in page.text.replace("&#39;", "'")
        assert "<tbody>" in page.text, one["title"]


def test_csv_has_labels_beside_iris(client: Client) -> None:
    response = client.get("/questions/projects-of-a-council.csv?council=rochdale")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    header, *body = list(csv.reader(io.StringIO(response.text, newline="")))
    assert header == ["project", "project label", "part", "part label", "year"]
    assert all(row[0].startswith("https://") and row[1] and row[3] in ("Lead", "Participant") for row in body)
    # Where the question itself asks for names they are not there twice.
    first = client.get("/questions/who-took-part.csv").text.splitlines()[0]
    assert first == "project,role,body,name"


def test_json_lines(client: Client) -> None:
    response = client.get("/questions/projects-of-a-council.jsonl?council=oldham")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [json.loads(line) for line in response.text.splitlines()] == rows(
        client, "/questions/projects-of-a-council.json?council=oldham"
    )


def test_geojson_where_there_are_places(client: Client) -> None:
    response = client.get("/questions/members-in-a-region.geojson?region=north+west")
    assert response.headers["Content-Type"] == "application/geo+json"
    points = {key(one): one["geometry"] for one in response.json["features"]}
    assert points["oldham"] == {"type": "Point", "coordinates": [-2.0508, 53.552]}
    refused = client.get("/questions/projects-of-a-year.geojson?year=2020")
    assert refused.status_code == 406
    assert "GeoJSON needs columns lat and long" in refused.json["detail"]
    assert "text/csv" in refused.json["formats"]
    assert "application/geo+json" not in refused.json["formats"]
    assert "GeoJSON" in client.get("/questions/members-in-a-region", headers=HTML).text
    assert "GeoJSON" not in client.get("/questions/projects-of-a-year", headers=HTML).text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("text/html", "text/html"), ("application/json", "application/json"), ("text/csv", "text/csv"),
     ("text/turtle", "text/turtle"), ("application/ld+json", "application/ld+json")],
)  # fmt: skip
def test_accept_chooses(client: Client, accept: str, media_type: str) -> None:
    response = client.get("/questions/who-says-what", headers={"Accept": accept})
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert response.headers["Content-Location"].startswith("/questions/who-says-what.")
    again = client.get(
        "/questions/who-says-what", headers={"Accept": accept, "If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_answer_that_is_cut_says_so(built: Build, settings: Settings) -> None:
    app = create_app(Settings(**{**vars(settings), "query_rows": 3}), build=built)
    client = Client(app)
    response = client.get("/questions/who-took-part.json")
    assert (response.headers["X-Result-Cut"], response.json["cut"], response.json["total"]) == (
        "rows=3",
        True,
        3,
    )
    page = client.get("/questions/who-took-part", headers=HTML)
    assert page.headers["X-Result-Cut"] == "rows=3"
    assert "This is not all of it" in page.text
    assert client.get("/questions/who-took-part.csv").headers["X-Result-Cut"] == "rows=3"
    assert client.get("/questions/how-many-took-part.csv?x=1").status_code == 400
    app.close()


# As RDF


def graph(client: Client, path: str) -> ox.Store:
    store = ox.Store()
    store.extend(ox.parse(client.get(path).data, format=ox.RdfFormat.TURTLE))
    return store


def test_questions_as_rdf(client: Client) -> None:
    store = graph(client, "/questions.ttl")
    found = list(store.query(f"SELECT ?q ?text {{ ?q a <{SH}SPARQLSelectExecutable> ; <{SH}select> ?text }}"))  # type: ignore[arg-type]
    assert len(found) == client.get("/questions.json").json["items"].__len__() == 16
    for row in found:
        ox.Store().query(row["text"].value)  # whole: it runs as it is
        assert client.get("/questions/" + row["q"].value.rpartition("/")[2] + ".ttl").status_code == 200


def test_a_question_as_rdf_has_its_parameters(client: Client) -> None:
    store = graph(client, "/questions/projects-of-a-council.ttl")
    found = list(store.query(
        f"SELECT * {{ ?q <{SH}parameter> ?p ; <{SH}prefixes> ?prefixes ; <https://schema.org/target> ?target ."
        f" ?p a <{SH}Parameter> ; <{SH}path> ?path ; <{SH}class> ?class ; <{SH}defaultValue> ?default ; <{SH}optional> ?optional }}"
    ))  # type: ignore[arg-type]  # fmt: skip
    (row,) = found
    assert row["path"].value.endswith("/questions/projects-of-a-council#council")
    assert row["class"].value == "https://w3id.org/ccin/def/ccin#Body"
    assert (row["optional"].value, row["target"].value) == ("false", "http://localhost/sparql")
    # Bound as SHACL binds: the variable that is the local name of the path.
    (text,) = [str(quad.object) for quad in store.quads_for_pattern(None, ox.NamedNode(SH + "select"), None)]
    assert "$" + row["path"].value.rpartition("#")[2] in text
    assert row["prefixes"].value.rpartition("/")[2] == "prefixes"
    assert "sh:declare" in client.get("/def/prefixes.ttl").text


# Elsewhere


def test_pages_lead_to_the_questions(client: Client) -> None:
    assert 'href="/questions/members-on-a-day"' in client.get("/", headers=HTML).text
    assert 'href="/questions"' in client.get("/sparql", headers=HTML).text
    page = client.get("/questions", headers=HTML).text
    assert (
        page.index("/questions/members-on-a-day")
        < page.index("/questions/bodies-by-name")
        < page.index("/questions/who-took-part")
    )


def test_unknown_questions(client: Client) -> None:
    assert client.get("/questions/nothing").status_code == 404
    assert client.get("/questions/1-who-took-part").status_code == 404


@pytest.fixture
def choirs(choir: Build, choir_settings: Settings, settings: Settings) -> Iterator[Client]:
    """Another record, with the questions of this one."""
    app = create_app(
        Settings(
            data_dir=choir_settings.data_dir, var_dir=choir_settings.var_dir, queries_dir=settings.queries_dir
        ),
        build=choir,
    )
    yield Client(app)
    app.close()


def test_a_default_that_another_record_lacks(choirs: Client) -> None:
    page = choirs.get("/questions/projects-of-a-council", headers=HTML)
    assert page.status_code == 200
    assert "Choose one" in page.text
    assert "<tbody>" not in page.text
    data = choirs.get("/questions/projects-of-a-council.json")
    assert (data.status_code, data.json["parameter"]) == (400, "council")
    assert choirs.get("/questions/members-on-a-day.json?day=2020-07-01").json["total"] > 0


def test_no_questions_at_all(built: Build, tmp_path: Path) -> None:
    app = create_app(Settings(queries_dir=tmp_path), build=built)
    client = Client(app)
    assert "No question is saved here" in client.get("/questions", headers=HTML).text
    assert "/questions" not in client.get("/sparql", headers=HTML).text
    app.close()


def test_a_file_that_cannot_be_asked_stops_the_start(built: Build, tmp_path: Path) -> None:
    (tmp_path / "broken.rq").write_text("SELEC", encoding="utf-8")
    with pytest.raises(BadInput, match=r"broken\.rq"):
        create_app(Settings(queries_dir=tmp_path), build=built)
