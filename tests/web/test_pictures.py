"""Pictures on pages: each stands beside a list or a table with the same facts, and each choice is an address."""

from __future__ import annotations

import csv
import html as entities
import io
import json
import re

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.namespaces import CCIN
from ccin_ld.represent.html import Html, PageContext
from ccin_ld.represent.pages import charts
from ccin_ld.represent.pages.work import BODIES_ON_PAGE, PARTS_ON_PAGE, Project, in_pages
from ccin_ld.web.app import App

from ..page_kinds import PARTS, PLACES, SELECT, SIZES
from ..represent.pictures.drawing import Drawing, read

HTML = {"Accept": "text/html"}
PREFIX = f"PREFIX ccin: <{CCIN}>\n"


def page(client: Client, address: str) -> str:
    response = client.get(address, headers=HTML)
    assert response.status_code == 200, response.text[:300]
    return response.text


def drawings(text: str) -> dict[str, Drawing]:
    """Return the pictures of a page by their class."""
    found = re.findall(r'<svg class="([^"]+)".*?</svg>', text, re.DOTALL)
    whole = re.finditer(r'<svg class="[^"]+".*?</svg>', text, re.DOTALL)
    return {css: read(one[0]) for css, one in zip(found, whole, strict=True)}


def beside(text: str) -> str:
    """Return the visible words of a page without its pictures."""
    bare = re.sub(r"<svg.*?</svg>|<script.*?</script>", " ", text, flags=re.DOTALL)
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def linked(text: str) -> set[str]:
    """Return where the links of a page go that are not in a picture."""
    bare = re.sub(r"<svg.*?</svg>", " ", text, flags=re.DOTALL)
    return {entities.unescape(one) for one in re.findall(r'<a [^>]*?href="([^"]+)"', bare)}


def joined(built: Build, *, year: str = "", principle: str = "") -> set[tuple[str, str]]:
    """Return who took part in what, asked of the store itself."""
    more = f'?project ccin:fromYear "{year}"^^xsd:gYear . ' if year else ""
    more += f"?project ccin:meetsPrinciple <{built.base.iri}id/principle/{principle}> . " if principle else ""
    rows = built.store.select(
        PREFIX
        + "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
        + f"SELECT DISTINCT ?project ?body {{ ?project a ccin:Project ; ccin:tookPart|ccin:lead ?body . {more}}}"
    )
    return {(row["project"].value, row["body"].value) for row in rows}


@pytest.mark.parametrize(
    ("query", "year", "principle"),
    [
        pytest.param("", "", "", id="all"),
        pytest.param("?year=2020", "2020", "", id="a year"),
        pytest.param("?principle=innovation", "", "innovation", id="a principle"),
        pytest.param("?year=2022&principle=learning", "2022", "learning", id="both"),
    ],
)
def test_the_network_is_whole_as_picture_table_and_data(
    client: Client, built: Build, query: str, year: str, principle: str
) -> None:
    expected = joined(built, year=year, principle=principle)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/network.csv{query}").text)))
    assert {(row["project"], row["body"]) for row in rows if row["body"]} == expected
    told = json.loads(client.get(f"/network.json{query}").text)
    assert {(one["id"], body["id"]) for one in told["items"] for body in one["tookPart"]} == expected
    turtle = ox.parse(client.get(f"/network.ttl{query}").data, format=ox.RdfFormat.TURTLE)
    links = {
        (q.subject.value, q.object.value)
        for q in turtle
        if q.predicate.value in (CCIN + "tookPart", CCIN + "lead")
    }
    assert links == expected
    text = page(client, f"/network{query}")
    drawn = {href for href, _ in drawings(text)["lanes"].links}
    assert drawn == {"/doc/" + iri.removeprefix(built.base.iri + "id/") for pair in expected for iri in pair}
    assert drawn <= linked(text)
    cells = re.findall(r'<span class="vh">(?:led|took part)</span>', text)
    assert len(cells) == len(expected)


@pytest.mark.parametrize("query", ["?year=20", "?year=next", "?principle=nothing", "?principle=%3Cb%3E"])
def test_a_choice_that_is_none_is_told(client: Client, query: str) -> None:
    response = client.get(f"/network{query}", headers=HTML)
    assert response.status_code == 400


def test_projects_without_a_year_have_an_address(client: Client, built: Build) -> None:
    rows = built.store.select(
        PREFIX + "SELECT ?p { ?p a ccin:Project FILTER NOT EXISTS { ?p ccin:fromYear|ccin:toYear ?y } }"
    )
    told = client.get("/network.json?year=not-recorded").json
    assert {one["id"] for one in told["items"]} == {row["p"].value for row in rows}
    assert "<td>Not recorded</td>" in page(client, "/network?year=not-recorded")


def test_a_filtered_network_keeps_robots_out_and_the_whole_lets_them_in(client: Client) -> None:
    assert client.get("/network?year=2020", headers=HTML).headers["X-Robots-Tag"] == "noindex, follow"
    assert "X-Robots-Tag" not in client.get("/network", headers=HTML).headers


def test_an_empty_network_says_so(client: Client) -> None:
    text = page(client, "/network?year=1900")
    assert "No project is recorded with that year and principle." in text
    assert "lanes" not in drawings(text)


def test_the_network_in_pages_of_a_size_that_is_read() -> None:
    projects = [
        Project(f"p{n}", f"P {n}", (2020,), (), (), tuple(f"b{(n * 11 + k) % 450}" for k in range(17)))
        for n in range(130)
    ]
    pages = in_pages(projects)
    assert [one for each in pages for one in each] == projects
    for each in pages:
        bodies = {body for one in each for body in one.bodies}
        assert len(bodies) <= BODIES_ON_PAGE
        assert sum(len(one.bodies) for one in each) <= PARTS_ON_PAGE
    assert len(pages) < 30
    assert in_pages([]) == [[]]


def test_ten_times_the_network_has_pages_under_60_kb(built: Build) -> None:
    start = built.base.iri
    projects = [
        Project(
            f"{start}id/project/a-project-with-a-name-of-some-length-{number}",
            f"Project {number}",
            (2020,),
            (),
            (f"{start}id/council/a-council-of-the-north-{number}",),
            tuple(
                f"{start}id/council/a-council-of-the-north-{(number + k * k * 7) % 450}" for k in range(size)
            ),
        )
        for number, size in enumerate([23, 1, 5, 5, 40, 4, 0, 16, 80, 6, 3, 3, 7] * 10)
    ]
    html, here = Html(built), PageContext(path="/network", canonical="http://localhost:8000/network")
    pages = in_pages(projects)
    for number, each in enumerate(pages, 1):
        page = html.network(each, len(projects), number, len(pages), ("", ""), here)
        assert len(page.encode()) < 60_000
        assert drawings(page)["lanes"].overlaps() == []


def test_home_shows_the_network(client: Client, built: Build) -> None:
    ring = drawings(page(client, "/"))["net"]
    pairs = joined(built)
    marks = [one for one in ring.root.iter() if "mark" in (one.get("class") or "")]
    assert len(marks) == len({one for pair in pairs for one in pair})
    assert 'href="/network"' in page(client, "/")


def test_one_member_and_those_it_works_with(client: Client, built: Build) -> None:
    text = page(client, "/doc/council/oldham")
    oldham = f"{built.base.iri}id/council/oldham"
    pairs = joined(built)
    mine = {project for project, body in pairs if body == oldham}
    others = {body for project, body in pairs if project in mine} - {oldham}
    flow = drawings(text)["flow"]
    drawn = {href for href, _ in flow.links}
    assert drawn == {"/doc/" + iri.removeprefix(built.base.iri + "id/") for iri in mine | others}
    assert drawn <= linked(text)


def test_a_body_without_projects_has_no_such_picture(client: Client) -> None:
    assert "flow" not in drawings(page(client, "/doc/council/tameside"))


def test_maps_show_who_has_a_place_and_name_who_has_none(client: Client, built: Build) -> None:
    placed = built.store.select(
        PREFIX + "PREFIX geo: <http://www.opengis.net/ont/geosparql#>\n"
        "SELECT DISTINCT ?body { ?body ccin:groupOn?/ccin:area/geo:hasCentroid ?point . ?body a ccin:Body }"
    )
    bodies = {"/doc/" + row["body"].value.removeprefix(built.base.iri + "id/") for row in placed}
    text = page(client, "/members?view=map")
    assert {href for href, _ in drawings(text)["map named"].links} == bodies
    assert bodies <= linked(text)
    assert drawings(text)["map"].count("dot") == len(bodies)
    every = {
        "/doc/" + item.iri.removeprefix(built.base.iri + "id/")
        for item in built.index.items("members", limit=500)
    }
    assert every <= linked(text)


def test_a_map_of_what_facets_leave(client: Client) -> None:
    asked = "region=e12000002"
    listed = client.get(f"/members.json?{asked}").json
    text = page(client, f"/members?view=map&{asked}")
    assert drawings(text)["map"].count("dot") == len(listed["items"]) > 1
    assert f"/members?{asked}" in linked(text)


def test_the_map_of_a_project_tells_who_is_not_on_it(client: Client, built: Build) -> None:
    text = page(client, "/doc/project/eoi-action-learning-set")
    assert "21 bodies with a known place." in beside(text)
    assert drawings(text)["map"].count("dot") == 21
    assert "No place is recorded for Burntwood Town Council" in beside(text)


def test_every_map_says_where_the_coast_is_from(client: Client) -> None:
    for address in ("/members?view=map", "/doc/council/oldham", "/doc/project/eoi-action-learning-set"):
        assert "Office for National Statistics, Open Government Licence" in page(client, address)


# The charts


def answer(client: Client, query: str) -> list[dict[str, str]]:
    text = client.get("/sparql", query_string={"query": query, "format": "csv"}).text
    return list(csv.DictReader(io.StringIO(text)))


def table_of(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the table in the section of a heading."""
    section = text.split(f">{heading}</h2>")[1].split("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>")[1], re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_projects_by_year_are_what_their_query_says(client: Client, built: Build) -> None:
    found = {row["year"]: row["projects"] for row in answer(client, charts.BY_YEAR)}
    shown = {
        row[0].replace("Year not recorded", "not recorded"): row[1]
        for row in table_of(page(client, "/charts"), "Projects by year")
    }
    assert shown == found
    assert sum(map(int, found.values())) == built.index.count_class(CCIN + "Project")


def test_projects_by_principle_are_what_their_query_says(client: Client, built: Build) -> None:
    found = {built.name(row["principle"]): row["projects"] for row in answer(client, charts.BY_PRINCIPLE)}
    assert {row[0]: row[1] for row in table_of(page(client, "/charts"), "Projects by principle")} == found
    assert len(found) == 10


def test_members_by_kind_are_what_their_query_says(client: Client, built: Build) -> None:
    found = {
        (built.name(row["kind"]), built.name(row["figure"]), row["members"])
        for row in answer(client, charts.BY_KIND)
    }
    shown = table_of(page(client, "/charts"), "Members by kind over time")
    assert {(row[0], row[1], row[4].replace(",", "")) for row in shown} == found
    assert found


def test_each_chart_links_its_query_and_its_csv(client: Client) -> None:
    for href in linked(page(client, "/charts")):
        if href.startswith("/sparql"):
            assert client.get(href, headers=HTML).status_code == 200
    assert sum("format=csv" in href for href in linked(page(client, "/charts"))) == 3


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("2020-07-01", "2020-07-31", 2020.5), ("", "2021-01-01", 2021.0), ("", "", None), ("soon", "", None)],
)
def test_when_a_figure_stands(first: str, last: str, expected: float | None) -> None:
    found = charts.middle_of(first, last)
    assert found == (pytest.approx(expected, abs=0.1) if expected else None)


# The diagram


def test_the_diagram_is_true_to_the_ontology(client: Client, app: App, built: Build) -> None:
    text = page(client, "/def/ccin")
    drawing = drawings(text)["onto"]
    anchors = set(re.findall(r'id="([^"]+)"', re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)))
    assert {href.removeprefix("#") for href, _ in drawing.links} <= anchors
    assert drawing.overlaps() == []
    assert drawing.count("box") >= 6


# Views of a query


def view(client: Client, query: str, name: str) -> str:
    response = client.get("/sparql", query_string={"query": query, "view": name}, headers=HTML)
    assert response.status_code == 200
    return response.text


def test_a_result_as_a_chart(client: Client) -> None:
    rows = answer(client, SIZES)
    drawing = drawings(view(client, SIZES, "chart"))["chart"]
    assert drawing.count("bar") == len(rows)
    told = [" ".join(one.lines) for one in drawing.texts]
    assert all(row["bodies"] in told for row in rows)


def test_numbers_over_years_are_lines(client: Client) -> None:
    query = 'SELECT ?year ?members ?kind { VALUES (?year ?members ?kind) { ("2020" 1 "a") ("2021" 3 "a") ("2022" 2 "a") ("2020" 5 "b") } }'
    drawing = drawings(view(client, query, "chart"))["chart"]
    assert drawing.count("series") == 1  # b has one value: a mark without a line
    assert drawing.count("point") == 3 + 1 + 2  # and one beside each name
    assert {"a", "b"} <= {one.lines[0] for one in drawing.texts}


def test_a_result_as_a_map(client: Client) -> None:
    drawing = drawings(view(client, PLACES, "map"))["map named"]
    assert drawing.count("dot") == 30
    lat_long = (
        'SELECT * { VALUES (?name ?lat ?long) { ("here" 51.5 -0.1) ("there" 53.5 -2.1) ("nowhere" "x" 2) } }'
    )
    text = view(client, lat_long, "map")
    assert [one.lines[0] for one in drawings(text)["map named"].texts] == ["there", "here"]
    assert "1 row has no place." in text


def test_a_result_as_a_network(client: Client, built: Build) -> None:
    drawing = drawings(view(client, PARTS, "network"))["lanes"]
    things = {row[name] for row in answer(client, PARTS) for name in ("project", "body")}
    assert {href for href, _ in drawing.links} == {
        "/doc/" + one.removeprefix(built.base.iri + "id/") for one in things
    }


def test_a_graph_as_a_network(client: Client) -> None:
    query = PREFIX + "CONSTRUCT { ?project ccin:lead ?lead } WHERE { ?project ccin:lead ?lead }"
    text = view(client, query, "network")
    assert drawings(text)["lanes"].links
    assert "A graph of" in text


@pytest.mark.parametrize(
    ("query", "name", "sentence"),
    [
        pytest.param(SELECT, "chart", "A chart needs a column of numbers", id="no numbers"),
        pytest.param(
            "SELECT ?n { VALUES ?n { 1 2 } }", "chart", "A chart needs a column of numbers", id="only numbers"
        ),
        pytest.param(SIZES, "map", "A map needs columns named lat and long", id="no place"),
        pytest.param(
            'SELECT * { VALUES (?lat ?long) { (1e999 2) ("NaN" 3) (100 200) } }',
            "map",
            "A map needs",
            id="impossible places",
        ),
        pytest.param(SIZES, "network", "A network needs two columns of things", id="one column of things"),
        pytest.param(
            "SELECT * { ?s ?p 'nothing at all' }", "network", "The query found nothing", id="nothing"
        ),
    ],
)
def test_a_result_that_does_not_fit_says_why(client: Client, query: str, name: str, sentence: str) -> None:
    text = view(client, query, name)
    assert sentence in text
    assert not {"chart", "map", "lanes"} & set(drawings(text))


def test_large_results_are_cut_in_words(client: Client) -> None:
    text = view(client, "SELECT ?s ?o { ?s ?p ?o FILTER(ISIRI(?o)) } LIMIT 1000", "network")
    assert re.search(r"The picture shows [\d,]+ of [\d,]+ links", text)
    bars = view(client, PREFIX + "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s LIMIT 300", "chart")
    assert "The chart shows 60 of 300 rows" in bars
    assert drawings(bars)["chart"].count("bar") == 60


def test_a_saved_question_has_the_same_views(client: Client) -> None:
    address = "/questions/projects-by-size"
    assert f"{address}?view=chart" in linked(page(client, address))
    assert drawings(page(client, f"{address}?view=chart"))["chart"].count("bar") > 3
    assert client.get(f"{address}?view=hologram", headers=HTML).status_code == 400
    assert "view=" not in "".join(
        href for href in linked(page(client, f"{address}?view=chart")) if ".csv" in href
    )
