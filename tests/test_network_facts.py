"""Facts about a network: what they are called, which figures disagree, and what validate and the pages say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld import record
from ccin_ld.build import Build, prepare, read
from ccin_ld.config import Settings
from ccin_ld.graph import TripleIndex
from ccin_ld.namespaces import CCIN, ONTOLOGY_BASE, PREFIXES, SHAPES
from ccin_ld.network_facts import Figure, disagreeing, figures_of, labels, several
from ccin_ld.web.app import App

ROOT = Path(__file__).parent.parent
THING = ONTOLOGY_BASE + "id/"
NETWORK = "/doc/network/ccin"


def figure(iri: str, count: int, **more: object) -> Figure:
    given = {"kind": None, "first": date(2022, 7, 1), "last": date(2022, 7, 31), **more}
    return Figure(iri, "urn:net", str(given.pop("measure", "urn:members")), count=count, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "disagree"),
    [
        pytest.param({}, True, id="the same in all but the number"),
        pytest.param({"count": 1}, False, id="the same number"),
        pytest.param({"kind": "urn:full"}, False, id="another kind"),
        pytest.param({"measure": "urn:residents"}, False, id="another measure"),
        pytest.param({"last": date(2022, 8, 1)}, False, id="another period"),
        pytest.param({"first": None, "last": None}, False, id="one without a day"),
    ],
)
def test_which_figures_disagree(other: dict[str, object], disagree: bool) -> None:
    two = figure("urn:2", **{"count": 2, **other})  # type: ignore[arg-type]
    assert bool(disagreeing([two, figure("urn:1", 1)])) is disagree


def test_two_figures_without_a_day_do_not_disagree() -> None:
    undated = {"first": None, "last": None}
    assert disagreeing([figure("urn:1", 1, **undated), figure("urn:2", 2, **undated)]) == []


def test_a_figure_without_a_whole_number_is_none() -> None:
    text = '<urn:f> a ccin:Figure ; ccin:body <urn:n> ; ccin:measure <urn:m> ; ccin:count "many"@en .'
    head = f"@prefix ccin: <{PREFIXES['ccin']}> .\n"
    assert figures_of(TripleIndex(record.parse((head + text).encode(), "a test"))) == []


@pytest.mark.parametrize(
    ("words", "number", "made"),
    [
        ("Full member", 31, "full members"),
        ("Full member", 1, "full member"),
        ("Residents", 9, "residents"),
        ("Member, kind not said", 2, "members, kind not said"),
        ("Filler Lab", 2, "Filler Labs"),
    ],
)
def test_words_behind_a_number(words: str, number: int, made: str) -> None:
    assert several(words, number) == made


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("a ccin:Figure ; ccin:count 31 ; ccin:body <urn:n> ; ccin:measure <urn:m>", "31 ms, day not recorded"),
        ('a ccin:OfficeHolding ; ccin:office <urn:o> ; ccin:holder "Ann"@en', "Ann, o, year not recorded"),
        ("a ccin:FundingRound", "Funding round, year not recorded"),
        ('a ccin:FundingRound ; ccin:fromYear "2020"^^xsd:gYear ; ccin:projectKind <urn:k>', "Funding round for ks, 2020"),
        ('a ccin:Event ; ccin:eventKind <urn:E> ; ccin:notAfter "2020-01-02"^^xsd:date', "E on or before 2 January 2020"),
    ],
)  # fmt: skip
def test_labels(said: str, label: str) -> None:
    head = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("ccin", "xsd"))
    graph = TripleIndex(record.parse(f"{head}<urn:x> {said} .".encode(), "a test"))
    assert list(labels(graph, lambda iri: (iri or "").removeprefix("urn:"))) == [("urn:x", label)]


@pytest.mark.parametrize(
    ("thing", "label"),
    [
        ("figure/full-2020-07", "31 full members in July 2020"),
        ("figure/residents-2022-07", "9,500,000 residents in July 2022"),
        ("figure/affiliate-undated", "46 affiliate members, day not recorded"),
        ("office-holding/chair-2017", "Sharon Taylor, chair, 2017 to 2021"),
        ("funding-round/policy-lab-2025", "Funding round for Policy Labs, 2025 to 2026"),
        ("funding-round/2020-2024", "Funding round, 2020 to 2024"),
        ("event/founding", "Founding, between 1 January 2012 and 31 December 2013"),
        ("event/joining-the-lga", "Joining the Local Government Association in 2014"),
    ],
)
def test_facts_in_the_record_have_labels(built: Build, thing: str, label: str) -> None:
    assert built.index.label(THING + thing) == label


def test_the_report_names_the_figures_that_disagree_once(client: Client) -> None:
    page = client.get("/quality", headers={"Accept": "text/html"}).text
    assert page.count("two figures of the same period differ") == 1


@pytest.fixture(scope="module")
def report(settings: Settings) -> list[tuple[str, str]]:
    """The thing and the shape of each finding about facts of the network."""
    found = prepare(read(settings)).report.findings
    kinds = ("figure", "office-holding", "funding-round", "event")
    start = {f"{THING}{kind}/" for kind in kinds}
    return [
        (one.focus.removeprefix(THING), (one.shape or one.component).rpartition("#")[2])
        for one in found
        if any(one.focus.startswith(prefix) for prefix in start)
    ]


def test_every_warning_is_a_gap_of_the_record(report: list[tuple[str, str]], settings: Settings) -> None:
    said = TripleIndex(read(settings).triples)
    expected = [("figure/residents-2022-07", "FiguresAgreeConstraint")]
    for name in ("Figure", "OfficeHolding", "FundingRound", "Event"):
        for iri in said.of_type(CCIN + name):
            days = {t.predicate.value.removeprefix(CCIN) for t in said.about(iri)}
            is_dated = bool(days & {"notBefore", "notAfter", "fromYear", "toYear"})
            shape = "fact-day" if name in ("Figure", "Event") else "fact-years"
            expected += [(iri.removeprefix(THING), shape)] * (not is_dated)
            has_page = "http://purl.org/dc/terms/source" in days
            expected += [(iri.removeprefix(THING), "fact-source-known")] * (not has_page)
    assert sorted(report) == sorted(expected)


# Pages


def test_the_page_of_the_network_shows_every_fact(client: Client, built: Build) -> None:
    page = client.get(NETWORK, headers={"Accept": "text/html"}).text
    for name in ("Figure", "OfficeHolding", "FundingRound", "Event"):
        items = built.index.of_class(CCIN + name, limit=100)
        assert items
        for item in items:
            assert f'href="/doc/{item.iri.removeprefix(THING)}"' in page, item.label
    assert "60,000 pounds a year" in page
    assert "as printed: 13 bids, 7+7" in page
    assert "Values and Principles Board" in page


@pytest.mark.parametrize("thing", ["residents-2022-07", "residents-2022-07-second"])
def test_the_page_of_a_figure_shows_the_other_one(client: Client, thing: str) -> None:
    page = client.get(f"/doc/figure/{thing}", headers={"Accept": "text/html"}).text
    note = page.partition("Sources disagree")[2].partition("</section>")[0]
    assert "9,500,000 residents in July 2022" in note
    assert "9,100,000 residents in July 2022" in note


def test_the_page_of_a_figure_that_nobody_disputes(client: Client) -> None:
    assert (
        "Sources disagree" not in client.get("/doc/figure/full-2020-07", headers={"Accept": "text/html"}).text
    )


def test_json_of_a_holding(client: Client) -> None:
    found = client.get("/doc/office-holding/chair-2017.json").get_json()
    assert "Sharon Taylor" in str(found)
    assert "2017" in str(found)


# What the docs say


def queries() -> dict[str, str]:
    text = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (.*?)$.*?```sparql\n(.*?)```", text, re.M | re.S))


EXPECTED = {
    "Members by date": (15, ["2020-07-01", "2020-07-31", "Affiliate member", "25"]),
    "Figures that disagree": (1, ["9,500,000 residents in July 2022", "9,100,000 residents in July 2022"]),
    "Who was in the chair": (4, ["Jim McMahon", "2013", "2013"]),
    "What money there was": (9, ["Funding round for Policy Labs, 2022", "60000", None, None]),
    "What happened": (5, ["Founding", "2012-01-01", "2013-12-31"]),
    "Governance bodies": (3, ["Executive Oversight Committee"]),
}


@pytest.mark.parametrize("title", EXPECTED)
def test_the_queries_in_the_docs(built: Build, app: App, client: Client, title: str) -> None:
    answer = client.get("/sparql", query_string={"query": queries()[title], "format": "json"})
    assert answer.status_code == 200, answer.text
    found = answer.get_json(force=True)
    names = found["head"]["vars"]
    rows = [[row.get(name, {}).get("value") for name in names] for row in found["results"]["bindings"]]
    assert len(rows) == EXPECTED[title][0]
    assert rows[0] == EXPECTED[title][1]


def test_every_query_in_the_docs_is_asked() -> None:
    assert set(queries()) == set(EXPECTED)


def test_the_numbers_in_the_docs(built: Build) -> None:
    text = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `ccin:(\w+)` \|.*\| (\d+) \|$", text, re.M))
    assert {name: str(built.index.count_class(CCIN + name)) for name in told} == told
    assert len(told) == 4


def test_the_shapes_of_facts_have_their_warnings() -> None:
    shapes = TripleIndex(record.read(ROOT / "ontology" / "shapes.ttl"))
    for name in ("fact-day", "fact-years", "fact-source-known"):
        assert shapes.iri(SHAPES + name, PREFIXES["sh"] + "severity") == PREFIXES["sh"] + "Warning"


def test_a_person_has_no_identifier(built: Build) -> None:
    for item in built.index.of_class(CCIN + "OfficeHolding"):
        for value in built.store.objects(item.iri, CCIN + "holder"):
            assert isinstance(value, ox.Literal)
