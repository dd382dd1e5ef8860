"""The pages: every word of the data is there, nothing that is not known is told, and nothing breaks out."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_ld.build import INCOMING, Build, build_files
from ccin_ld.facets import Wanted
from ccin_ld.index import Found
from ccin_ld.namespaces import CCIN, DCT, RDF, RDFS, SKOS, XSD
from ccin_ld.represent.html import Alternate, Answer, Html, PageContext, theme_css
from ccin_ld.represent.pages import shared
from ccin_ld.represent.pages.project import _summary
from ccin_ld.represent.pages.terms import broken, count, day, literal, outside_name
from ccin_ld.resource import Resource
from ccin_ld.words import words as spoken

from .pages_check import Read, read

ROOT = Path(__file__).parents[2]

PROJECT = "project/eoi-action-learning-set"
TEMPLATES = ROOT / "ccin_ld" / "web" / "templates"
FOOTER = ["About this site", "Accessibility statement", "Licence and reuse", "Privacy", "Report a problem"]


@pytest.fixture(scope="session")
def html(built: Build) -> Html:
    """The pages of the committed record."""
    return Html(built)


def context(path: str, **more: object) -> PageContext:
    alternates = [Alternate("Turtle", "text/turtle", f"{path}.ttl")]
    made = PageContext(path=path, canonical=f"http://localhost:8000{path}", alternates=alternates)
    return replace(made, **more)  # type: ignore[arg-type]


def page_of(html: Html, built: Build, name: str, **more: object) -> Read:
    iri = f"{built.base.iri}id/{name}"
    made = html.resource(built.describe(iri), context(f"/doc/{name}", thing=iri, **more))
    return read(made)


def things(built: Build) -> Iterator[Resource]:
    for kind, size in built.index.kinds().items():
        for item in built.index.of_kind(kind, limit=size):
            yield built.describe(item.iri)


def even(text: str) -> str:
    return " ".join(text.split())


def missing_words(resource: Resource, page: Read) -> list[str]:
    """Return the literals of a Resource, labels of linked things among them, that the page does not show."""
    literals = {t.object.value for t in resource.triples if isinstance(t.object, ox.Literal)}
    text = page.text
    return sorted(value for value in literals if even(value) not in text)


def sheet(name: str) -> list[dict[str, str]]:
    """Return the rows of a sheet as it was received."""
    with (ROOT / "data" / "sources" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(row: dict[str, str], *columns: str) -> set[str]:
    """Return the names printed in columns of a row."""
    return {name for column in columns for name in row[column].split("; ") if name}


def projects_of(name: str, *columns: str) -> list[dict[str, str]]:
    """Return the rows of the projects that print a name in one of the columns."""
    return [row for row in sheet("projects") if name in printed(row, *columns)]


# Every page of the record


@pytest.fixture(scope="module")
def of_things(html: Html, built: Build) -> list[tuple[Resource, Read]]:
    """Everything that is described, with its page: made once for all that is asked of every page."""
    found = []
    for resource in things(built):
        path = built.base.path(resource.document)
        assert path is not None
        found.append((resource, read(html.resource(resource, context(path)))))
    return found


def test_every_literal_and_every_linked_label_is_in_the_visible_text(
    of_things: list[tuple[Resource, Read]],
) -> None:
    lacking = {}
    for resource, page in of_things:
        if page.faults or missing_words(resource, page):
            lacking[resource.iri] = page.faults + missing_words(resource, page)
    assert lacking == {}
    assert len(of_things) > 100


def test_every_linked_thing_is_linked(of_things: list[tuple[Resource, Read]], built: Build) -> None:
    for resource, page in of_things:
        links = {href for href, _ in page.links}
        for triple in resource.triples:
            local = built.base.path(triple.object.value) if isinstance(triple.object, ox.NamedNode) else None
            if local and triple.object != ox.NamedNode(resource.iri):
                assert local.replace("/id/", "/doc/", 1) in links, (resource.iri, local)


def all_pages(html: Html, built: Build) -> dict[str, str]:
    """Return one page of every kind by its path."""
    base = built.base.iri
    items = built.index.items("members", limit=5)
    made = {
        name: html.resource(built.describe(f"{base}{name}"), context(f"/{name}"))
        for name in ("def/tiers", "def/principles", "data", "data/ccin", "data/graph/register")
    }
    made |= {
        name: html.resource(built.describe(f"{base}id/{name}"), context(f"/doc/{name}"))
        for name in (PROJECT, "council/oldham", "network/ccin", "group/hillingdon-labour-and-co-op-group")
    }
    made |= {
        name: html.text(name, context(f"/{name}")) for name in ("about", "quality", "licence", "privacy")
    }
    made["accessibility"] = html.text("accessibility", context("/accessibility"))
    made["home"] = html.home(context("/"))
    made["members"] = html.listing("members", items, 26, 1, 6, context("/members"))
    made["ontology"] = html.ontology(context("/def/ccin"))
    made["shapes"] = html.shapes(context("/def/shapes"))
    made["search"] = html.search(context("/search"), Wanted(text="old"), Found(5, tuple(items), ()), 1)
    made["nothing found"] = html.search(context("/search"), Wanted(text="zzz"), Found(0, (), ()), 1)
    made["sparql"] = html.sparql(context("/sparql"), "SELECT * WHERE { }")
    made["404"] = html.error(404, "There is nothing at this address", "x", (), context("/x"))
    return made


@pytest.fixture(scope="session")
def every_page(html: Html, built: Build) -> dict[str, Read]:
    return {name: read(page) for name, page in all_pages(html, built).items()}


def test_every_kind_of_page_is_well_formed_with_one_heading(every_page: dict[str, Read]) -> None:
    assert {name: page.faults for name, page in every_page.items() if page.faults} == {}
    for name, page in every_page.items():
        assert [tag for tag, _ in page.tags].count("h1") == 1, name
        assert ("html", {"lang": "en-GB"}) in page.tags, name


def _is_ours(script: dict[str, str | None]) -> bool:
    """Say whether a script element is a block of data, or leads to a file of this site."""
    return script.get("type") == "application/ld+json" or (script.get("src") or "").startswith("/static/")


def test_no_page_has_style_or_script_or_loads_from_elsewhere(every_page: dict[str, Read]) -> None:
    for name, page in every_page.items():
        for tag, found in page.tags:
            assert tag != "style", name
            assert "style" not in found, name
            assert not [key for key in found if key.startswith("on")], name
            assert tag != "script" or _is_ours(found), name
            if tag == "link" and found.get("rel") in ("stylesheet", "icon"):
                assert (found["href"] or "").startswith("/"), name
            assert (found.get("src") or "/static/").startswith("/static/"), name


def test_every_page_says_who_publishes_and_what_it_is_not(every_page: dict[str, Read], built: Build) -> None:
    site = built.model.site
    for name, page in every_page.items():
        assert [words for _, words in page.links[-7:]][: len(FOOTER)] == FOOTER or all(
            words in [text for _, text in page.links] for words in FOOTER
        ), name
        assert even(site.notice) in page.text, name
        assert f"Published by {site.publisher_name}." in page.text, name
        assert "This is not a GOV.UK service." in page.text, name
        assert all(even(words) in page.text for words in site.rights), name


def test_local_links_are_paths(every_page: dict[str, Read], built: Build) -> None:
    for name, page in every_page.items():
        assert [href for href, _ in page.links if href.startswith(built.base.iri)] == [], name


def test_links_of_a_page_to_itself_and_other_formats_stand_in_the_head(html: Html, built: Build) -> None:
    page = page_of(html, built, "council/oldham", data_json='{"name": "</script><b>"}')
    links = [found for tag, found in page.tags if tag == "link"]
    assert {"rel": "cite-as", "href": f"{built.base.iri}id/council/oldham"} in links
    assert {"rel": "canonical", "href": "http://localhost:8000/doc/council/oldham"} in links
    assert "/doc/council/oldham.ttl" in [one["href"] for one in links if one["rel"] == "alternate"]
    assert ("script", {"type": "application/ld+json", "id": "data"}) in page.tags
    assert page.faults == []


def test_skip_link_is_the_first_thing_to_reach(every_page: dict[str, Read]) -> None:
    for name, page in every_page.items():
        assert page.links[0] == ("#main", "Skip to main content"), name
        assert "main" in page.ids, name


def test_no_template_names_the_network() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"co-operative|councils\.coop|covid", text, re.IGNORECASE), path.name


# A project


def test_a_project_counts_a_body_once(html: Html, built: Build) -> None:
    page = page_of(html, built, PROJECT)
    row = next(row for row in sheet("projects") if row["slug"] == PROJECT.partition("/")[2])
    named = printed(row, "participating_members")
    assert f"1 lead and {len(named)} participants: {len(named) + 1} bodies took part in all." in page.text
    repeated = next(
        row
        for row in sheet("projects")
        if row["lead_members"] and row["lead_members"] in printed(row, "participating_members")
    )
    who = page_of(html, built, f"project/{repeated['slug']}").text
    size = len(printed(repeated, "participating_members"))
    assert f"1 lead and {size} participants: {size} bodies took part in all." in who


def test_a_project_groups_bodies_by_region(html: Html, built: Build) -> None:
    who = page_of(html, built, PROJECT).text.partition("Who took part")[2].partition("Principles met")[0]
    assert "London Brent Council Hillingdon Labour and Co-op Group" in who
    assert "West Midlands Birmingham City Council Burntwood Town Council" in who
    assert "Region not recorded" not in who


def test_a_project_tells_met_not_listed_and_not_known_apart(html: Html, built: Build) -> None:
    page = page_of(html, built, PROJECT)
    assert (
        "7 of 10 principles are listed as met. 1 is not listed. "
        "2 are not known, because this form of page never shows them." in page.text
    )
    rest = page.text.partition("Not listed The page")[2].partition("Everything recorded here")[0]
    listed, _, known = rest.partition("Not known")
    assert "Maximising social value" in listed
    assert "Democratic engagement" in known
    assert "Social partnership" in known


def test_only_the_first_statement_of_principle_is_open(html: Html, built: Build) -> None:
    details = [
        found
        for tag, found in page_of(html, built, PROJECT).tags
        if tag == "details" and not found.get("class")
    ]
    assert len(details) == 7
    assert [("open" in found) for found in details] == [True] + 6 * [False]


def test_the_words_of_a_project_are_said_to_be_the_networks_own(html: Html, built: Build) -> None:
    made = html.resource(built.describe(f"{built.base.iri}id/{PROJECT}"), context(f"/doc/{PROJECT}"))
    about = made.partition("About the project")[2].partition("Who took part")[0]
    assert about.count("<p>") == 3
    assert "The words are the network’s own, quoted from" in about
    assert "no licence known" in about


def test_sources_say_when_they_were_captured(html: Html, built: Build) -> None:
    page = page_of(html, built, PROJECT)
    assert "captured on or before 23 November 2026" in page.text


@pytest.mark.parametrize(
    ("met", "not_listed", "not_known", "sentence"),
    [
        pytest.param(0, 0, 0, "No source here says which principles it meets.", id="no claim"),
        pytest.param(1, 0, 0, "1 of 1 principle is listed as met.", id="all met"),
        pytest.param(0, 2, 1, "0 of 3 principles are listed as met. 2 are not listed. 1 is not known.", id="mixed"),
    ],
)  # fmt: skip
def test_summary_of_principles(met: int, not_listed: int, not_known: int, sentence: str) -> None:
    from ccin_ld.represent.pages.project import Claimed
    from ccin_ld.represent.pages.terms import Shown

    one = Claimed("", Shown("x"), None, "")
    assert _summary((one,) * met, (one,) * not_listed, (one,) * not_known, spoken()) == sentence


# A council


def test_taking_part_is_not_membership(html: Html, built: Build) -> None:
    page = page_of(html, built, "council/hillingdon")
    assert "Member since Not recorded. Do you know?" in page.text
    assert (
        "Taking part is not membership: no source here says that London Borough of Hillingdon is or was"
        in page.text
    )


def title_of(slug: str) -> str:
    number = re.fullmatch(r"p-(\d+)", slug)
    return f"{f'page {number[1]}' if number else slug} (title not recorded)"


def test_a_council_says_where_it_is_and_who_it_works_with(html: Html, built: Build) -> None:
    page = page_of(html, built, "council/oldham")
    name = "Oldham Council"
    led, took = (
        len(projects_of(name, "lead_members")),
        projects_of(name, "lead_members", "participating_members"),
    )
    others = {one for row in took for one in printed(row, "lead_members", "participating_members")} - {name}
    did = f"Led {count(led, 'project')}. Took part in {len(took) - led} more."
    with_it = f"{len(others)} other bodies took part with it."
    assert led > 0
    assert f"Metropolitan district, North West. {did} {with_it}" in page.text
    assert f"{len(others)} bodies took part in the same projects." in page.text
    assert f"{count(len(took), 'project')}, {led} as lead." in page.text
    studies = projects_of(name, "related_body")
    assert studies
    for row in studies:
        assert (f"/doc/case-study/{row['slug']}", title_of(row["slug"])) in page.links
    assert ("/doc/area/e08000004", "E08000004") in page.links
    assert ("http://www.wikidata.org/entity/Q17017730", "Wikidata Q17017730") in page.links


def test_a_group_is_on_its_council(html: Html, built: Build) -> None:
    page = page_of(html, built, "group/hillingdon-labour-and-co-op-group")
    assert "A political group on London Borough of Hillingdon." in page.text


def test_a_body_says_first_whether_it_is_a_member(html: Html, built: Build) -> None:
    """Which kind, of when, since when, who says so: before anything else on the page."""
    page = page_of(html, built, "council/oldham")
    first = page.text.partition("Membership")[2].partition("Projects")[0]
    assert "Full member, last known in 2020, according to" in first
    assert "on readkong.com. When it began is not recorded." in first
    assert "no source here speaks of today" in first
    manchester = page_of(html, built, "council/greater-manchester").text
    assert "Member, kind not said, since July 2018, with no end named, according to" in manchester
    assert "Member since July 2018" in manchester
    tameside = page_of(html, built, "council/tameside").text
    assert "Membership Not yet a member, day not recorded, according to coopcouncil" in tameside


def test_a_body_has_every_statement_about_it(html: Html, built: Build) -> None:
    rows = [row for row in sheet("members") if row["name"] in ("Oldham Council", "Oldham")]
    page = page_of(html, built, "council/oldham").text.partition("What each source says of its membership")[2]
    listed, _, besides = page.partition("Everything recorded here")[0].partition("It is also named here:")
    members = [row for row in rows if row["statement"] == "member"]
    assert len(members) >= 2
    assert all(row["kind_as_printed"] in listed for row in members)
    assert besides.count("Took part, ") == len(rows) - len(members) > 0


def test_the_network_counts_its_memberships_and_keeps_kinds_apart(html: Html, built: Build) -> None:
    page = page_of(html, built, "network/ccin")
    members = page.text.partition("A body may be in more than one.")[2].partition("All memberships")[0]
    for code, words in (
        ("full", "Full member"),
        ("affiliate", "Affiliate member"),
        ("associate", "Associate"),
    ):
        rows = [r for r in sheet("members") if (r["statement"], r["kind_code"]) == ("member", code)]
        assert rows
        assert re.search(f"{words}[a-z ]* {count(len({r['name'] for r in rows}), 'body', 'bodies')}", members)
    assert "Supporter 0 bodies" in members
    assert [words for _, words in page.links if words == "Members"] == ["Members"]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        pytest.param("A", "are not known, because this form of page never shows them.", id="sentences only"),
        pytest.param("B", "listed as met", id="titles"),
    ],
)
def test_a_case_study_says_of_whom_it_tells_and_what_it_lists(
    html: Html, built: Build, form: str, sentence: str
) -> None:
    row = next(
        row
        for row in sheet("projects")
        if row["page_type"] == "case study"
        and row["form"] == form
        and row["related_body"]
        and row["principles"]
    )
    page = page_of(html, built, f"case-study/{row['slug']}")
    assert f"About {row['related_body']}" in page.text
    listed = page.text.partition("Principles met")[2].partition("Everything recorded here")[0]
    met = printed(row, "principles")
    assert f"{len(met)} of 10 principles {'is' if len(met) == 1 else 'are'} listed as met" in listed
    assert sentence in listed
    assert all(f"All that meet “{one}”" in listed for one in met)


def test_a_page_of_no_known_kind_has_its_principles(html: Html, built: Build) -> None:
    row = next(row for row in sheet("projects") if row["page_type"] == "not known" and row["form"] == "B")
    page = page_of(html, built, f"page/{row['slug']}")
    assert "What kind of thing this page tells of is not recorded." in page.text
    assert f"{len(printed(row, 'principles'))} of 10 principles are listed as met" in page.text
    assert "Captured on or before" in page.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("statement/oldham--co-operative-councils-update--1", "According to co-operative-councils-update (title not recorded) on concernedcooperators.wordpress.com.", id="a member"),
        pytest.param("statement/stevenage--p-6269--1", "Taking part or holding an office does not make a member. According to", id="an office"),
        pytest.param("membership/brent--full", "No source here speaks of the days before and after", id="worked out"),
        pytest.param("claim/eoi-action-learning-set--social-partnership--eoi-action-learning-set--1", "This form of page never shows it. Not known is not the same as not met.", id="not known"),
        pytest.param("claim/eoi-action-learning-set--maximising-social-value--eoi-action-learning-set--1", "The page lists principles, and this is not among them.", id="not listed"),
        pytest.param("claim/eoi-action-learning-set--learning--eoi-action-learning-set--1", "The page lists it. According to", id="met"),
        pytest.param("participation/eoi-action-learning-set--oldham--participant", "capture 1, captured on or before 23 November 2026", id="a part"),
    ],
)  # fmt: skip
def test_a_single_claim_says_who_makes_it(html: Html, built: Build, name: str, words: str) -> None:
    assert words in page_of(html, built, name).text


def test_a_membership_with_a_named_beginning_is_not_said_to_be_unknown(html: Html, built: Build) -> None:
    page = page_of(html, built, "membership/greater-manchester--not-said")
    assert "Worked out from what the sources say." in page.text
    assert "before and after" not in page.text


def test_incoming_links_come_in_pages(html: Html, built: Build) -> None:
    name = "capture/eoi-action-learning-set--1"
    iri, path = f"{built.base.iri}id/{name}", f"/doc/{name}"
    pages = [
        read(html.resource(built.describe(iri, page=number), context(path), incoming_page=number))
        for number in (1, 2)
    ]
    total = built.index.count_news(iri)
    assert f"{total} links. 1 to {INCOMING} are shown." in pages[0].text
    assert f"{total} links. {INCOMING + 1} to {min(2 * INCOMING, total)} are shown." in pages[1].text
    assert (f"{path}?incoming=2#incoming", "Next page") in pages[0].links
    assert (f"{path}?incoming=1#incoming", "Previous page") in pages[1].links
    assert pages[0].text != pages[1].text


def test_the_page_shows_as_many_incoming_links_as_its_data_holds() -> None:
    assert shared.INCOMING == INCOMING


def test_a_conflict_of_sources_is_shown(built: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        built.store,
        "values",
        lambda iri, path: [('"E99999999"', built.base.graph("bodies"))] if path == CCIN + "gssCode" else [],
    )
    page = page_of(Html(built), built, "area/e08000004")
    assert "Sources disagree" in page.text
    assert "GSS code: E08000004 according to no source that is named (shown on this page)" in page.text
    assert "E99999999 according to Bodies that the register" in page.text


def test_a_principle_without_text_says_so(html: Html, built: Build) -> None:
    page = page_of(html, built, "principle/democratic-engagement")
    assert "The text of this principle is not recorded." in page.text
    # Form A never shows it; a row without a form has no list of principles.
    seen = {"project": [0, 0, 0], "case study": [0, 0, 0], "not known": [0, 0, 0]}
    for row in sheet("projects"):
        if row["form"]:
            listed = "Democratic engagement" in printed(row, "principles")
            seen[row["page_type"]][0 if listed else 2 if row["form"] == "A" else 1] += 1
    for place, words in enumerate(("Listed as met", "Not listed", "Not known")):
        project, study, page_ = (seen[kind][place] for kind in seen)
        told = [count(project, "project")] + ([count(study, "case study", "case studies")] if study else [])
        told += [count(page_, "page of no recorded kind", "pages of no recorded kind")] if page_ else []
        joined = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
        assert f"{words}: {joined}." in page.text


def test_this_page_as_data(html: Html, built: Build) -> None:
    page = page_of(html, built, "council/oldham")
    box = page.text.partition("This page as data")[2].partition("Where this comes from")[0]
    assert f"{built.base.iri}id/council/oldham" in box
    assert "Turtle" in box
    assert "Licence: Creative Commons BY 4.0" in box
    assert "Last changed:" in box
    queries = [href for href, words in page.links if words == "See the query behind this page"]
    assert queries == ["/sparql?query=DESCRIBE%20%3Chttps%3A%2F%2Fw3id.org%2Fccin%2Fid%2Fcouncil%2Foldham%3E"]


# What the data may do to a page

NASTY = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40
) | st.sampled_from(
    ["<script>alert(1)</script>", '"><b>', "</title>", "&amp;", "{{ 7*7 }}", "]]>", "<!--", "'", "x\n\ny"]
)


@settings(max_examples=60, deadline=None)
@given(text=NASTY, tag=st.sampled_from(["en", "cy", "zh-hant", None]))
def test_no_literal_breaks_out(html: Html, built: Build, text: str, tag: str | None) -> None:
    iri = ox.NamedNode(f"{built.base.iri}id/council/nasty")
    value = ox.Literal(text, language=tag) if tag else ox.Literal(text)
    names = (RDFS + "label", SKOS + "prefLabel", DCT + "description", "http://example.org/p?<")
    triples = [ox.Triple(iri, ox.NamedNode(name), value) for name in names[:3]]
    triples.append(ox.Triple(iri, ox.NamedNode(RDF + "type"), ox.NamedNode(CCIN + "Council")))
    made = html.resource(Resource(iri.value, iri.value, tuple(triples)), context("/doc/council/nasty"))
    page = read(made)
    assert page.faults == []
    assert even(text) in page.text
    assert all(_is_ours(found) for tag, found in page.tags if tag == "script")
    searched = read(html.search(context("/search"), Wanted(text=text), Found(0, (), ()), 1))
    assert searched.faults == []
    assert even(text) in searched.text
    asked = read(html.sparql(context("/sparql"), text))
    assert asked.faults == []
    assert even(text) in asked.text
    failed = read(html.error(404, text, text, (text,), context("/" + text)))
    assert failed.faults == []
    assert even(text) in failed.text


def test_languages_are_marked(html: Html, built: Build) -> None:
    iri = ox.NamedNode(f"{built.base.iri}id/council/cardiff-test")
    names = [ox.Literal("Cardiff Council", language="en"), ox.Literal("Cyngor Caerdydd", language="cy")]
    triples = tuple(ox.Triple(iri, ox.NamedNode(SKOS + "prefLabel"), one) for one in names)
    made = html.resource(Resource(iri.value, iri.value, triples), context("/doc/council/x"))
    assert '<span lang="cy">Cyngor Caerdydd</span>' in made
    assert 'lang="en"' not in made


FOREIGN = """
@prefix : <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:thing a :Odd ; :bad <javascript:alert(1)> ; :urn <urn:x:y> ; :number 4.50 ; :when "not-a-day"^^xsd:date ;
  :at "POINT(1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> ; :node [ :inside "deep" ] ;
  :odd "x"^^<http://example.org/type> .
"""


def test_any_rdf_has_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(FOREIGN)
    build = build_files([tmp_path / "a.ttl"], tmp_path / "build")
    resource = build.describe("http://example.org/thing")
    page = read(Html(build).resource(resource, context("/x")))
    assert page.faults == []
    assert missing_words(resource, page) == []
    assert [href for href, _ in page.links if href.lower().startswith(("javascript", "urn"))] == []
    assert "javascript:alert(1)" in page.text
    assert "urn:x:y" in page.text
    home = read(Html(build).home(context("/")))
    assert home.faults == []
    assert "Members" not in home.text


# Lists, search, queries, errors


def test_the_list_of_members_claims_no_membership(html: Html, built: Build) -> None:
    items = built.index.items("members", limit=100)
    page = read(html.listing("members", items, len(items), 1, 1, context("/members")))
    assert f"{len(items)} bodies" in page.text
    assert "does not say that a body is, or was, a member" in page.text
    took = len(projects_of("Oldham Council", "lead_members", "participating_members"))
    led = len(projects_of("Oldham Council", "lead_members"))
    assert (
        "Oldham Council Metropolitan district, North West Full member, last known in 2020 "
        f"took part in {count(took, 'project')}, led {led}" in page.text
    )


@pytest.mark.parametrize(
    ("number", "size", "words"),
    [
        pytest.param(1, 2, "1 to 2 on this page", id="first"),
        pytest.param(2, 2, "3 to 4 on this page", id="middle"),
        pytest.param(3, 1, "5 to 5 on this page", id="last"),
    ],
)
def test_a_list_has_turns(html: Html, built: Build, number: int, size: int, words: str) -> None:
    items = built.index.of_kind("role", limit=size)
    page = read(html.listing("doc/role", items, 5, number, 3, context("/doc/role")))
    turns = {text: href for href, text in page.links if text.endswith(" page")}
    wanted = {"Previous page": number - 1, "Next page": number + 1}
    assert turns == {text: f"/doc/role?page={to}" for text, to in wanted.items() if 1 <= to <= 3}
    assert words in page.text


@dataclass
class Limit:
    timeout: float = 10.0
    rows: int = 100_000
    bytes: int = 64 * 1024 * 1024
    length: int = 65536


@dataclass
class Wrong:
    title: str = "The query has a mistake on line 2"
    detail: str = "a full stop is missing"
    hints: tuple[str, ...] = ("Add one.",)
    more: tuple[tuple[str, object], ...] = (("line", 2), ("token", "?b"))


def test_a_mistake_is_marked_and_the_text_kept(html: Html) -> None:
    query = "SELECT * {\n ?a ?b\n}"
    made = html.sparql(context("/sparql"), query, problem=Wrong(), limits=Limit())
    page = read(made)
    assert '<mark class="t-e">?b</mark>' in made
    assert "A full stop is missing. Nothing was run. Add one." in page.text
    assert f"\n{query}</textarea>" in made.replace("\n\n", "\n")
    assert "10 seconds and be 64 KB long" in page.text
    assert "100,000 rows or 64 MB" in page.text


def test_results_show_labels_and_missing_values(html: Html, built: Build) -> None:
    oldham = ox.NamedNode(f"{built.base.iri}id/council/oldham")
    seven = ox.Literal("7", datatype=ox.NamedNode(XSD + "integer"))
    answer = Answer(variables=["who", "n", "none"], rows=[[oldham, seven, None]], cut=True)
    page = read(html.sparql(context("/sparql"), "SELECT", result=answer))
    assert ("/doc/council/oldham", "Oldham Council") in page.links
    assert "1 Oldham Council https://w3id.org/ccin/id/council/oldham 7 no value" in page.text
    assert "This is not all of it" in page.text
    assert ("/sparql?query=SELECT&_format=csv", "CSV") in page.links


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(Answer(boolean=True), "Yes: the data has a match.", id="yes"),
        pytest.param(Answer(boolean=False), "No: the data has no match.", id="no"),
        pytest.param(Answer(variables=["a"], rows=[]), "The query ran and found nothing.", id="no row"),
        pytest.param(Answer(is_graph=True, raw="<a> <b> <c> .", view="raw"), "<a> <b> <c> .", id="graph"),
    ],
)
def test_other_answers(html: Html, answer: Answer, words: str) -> None:
    page = read(html.sparql(context("/sparql"), "x", result=answer))
    assert words in page.text
    assert page.faults == []


@pytest.mark.parametrize("status", [400, 404, 405, 406, 410, 429, 500, 503, 504])
def test_an_error_names_two_ways_on(html: Html, status: int) -> None:
    page = read(html.error(status, "Title", "What happened.", ("text/turtle",), context("/x")))
    main = page.text.partition("Title")[2].partition("About this site")[0]
    places = [href for href, words in page.links if words and words in main]
    assert len(places) >= 2
    assert "text/turtle" in main


def test_the_dataset_lists_its_files(html: Html, built: Build) -> None:
    page = read(html.dataset(context("/data/ccin")))
    for file in built.files:
        assert f"{file.media_type} {file.bytes:,} {file.sha256[:16]}…" in page.text
        assert (f"/data/ccin/latest/{file.name}", file.name) in page.links


def test_terms_have_anchors_and_planned_ones_are_marked(html: Html, built: Build) -> None:
    made = html.ontology(context("/def/ccin"))
    page = read(made)
    assert {term.name for term in built.model.terms} <= set(page.ids)
    planned = [term for term in built.model.terms if term.status == "planned"]
    assert page.text.count("Planned, not in use yet") == len(planned)
    for triple in built.store.graph(built.base.graph("ontology")):
        # An example is on the page of its term (test_vocabulary.py).
        if isinstance(triple.object, ox.Literal) and triple.predicate.value != SKOS + "example":
            assert even(triple.object.value) in page.text, triple


def test_every_shape_and_field_has_an_anchor_and_its_words(html: Html, built: Build) -> None:
    page = read(html.shapes(context("/def/shapes")))
    for triple in built.store.graph(built.base.graph("shapes")):
        if isinstance(triple.subject, ox.NamedNode) and "#" in triple.subject.value:
            assert triple.subject.value.partition("#")[2] in page.ids
            if isinstance(triple.object, ox.Literal):
                assert even(triple.object.value) in page.text, triple


def test_quality_tells_each_finding(html: Html, built: Build) -> None:
    page = read(html.text("quality", context("/quality")))
    total = sum(built.manifest["findings"].values())
    assert f"{total} things to improve" in page.text
    found = page.text.partition("What was found")[2].partition("What was counted")[0]
    groups = [int(size) for size in re.findall(r"(\d+) warnings?: ", found)]
    assert sum(groups) == built.manifest["findings"]["warning"]
    report = json.loads((built.folder / "files" / "report.json").read_text(encoding="utf-8"))
    with_line = [one for one in report["findings"] if one["line"]]
    assert len(with_line) > 100
    # Of many in one file the first 30 are named, and how many more there are.
    more = sum(int(size) for size in re.findall(r"(\d+) more are in the report as data", found))
    assert len(re.findall(r", line \d+", found)) + more == len(with_line)
    assert 0 < more < len(with_line)


# Small pieces


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("http://www.wikidata.org/entity/Q17017730", "Wikidata Q17017730"),
        ("http://statistics.data.gov.uk/id/statistical-geography/E08000004", "ONS E08000004"),
        ("https://creativecommons.org/licenses/by/4.0/", "Creative Commons BY 4.0"),
        ("https://www.oldham.gov.uk/", "www.oldham.gov.uk"),
        ("https://www.example.org/a/b/?x=1", "example.org/a/b/?x=1"),
        ("mailto:someone@example.org", "someone@example.org"),
        ("urn:isbn:1", "urn:isbn:1"),
    ],
)
def test_outside_name(iri: str, name: str) -> None:
    assert outside_name(iri) == name


@pytest.mark.parametrize(
    ("text", "words"), [("2026-11-23", "23 November 2026"), ("2026-13-01", None), ("2026", None)]
)
def test_day(text: str, words: str | None) -> None:
    assert day(text) == words


def test_a_day_keeps_its_written_form() -> None:
    shown = literal(ox.Literal("2020-02-01", datatype=ox.NamedNode(XSD + "date")), spoken())
    assert (shown.text, shown.beside, shown.machine) == ("1 February 2020", "2020-02-01", "2020-02-01")


def test_count() -> None:
    assert [count(0, "body", "bodies"), count(1, "body", "bodies"), count(1200, "link")] == [
        "0 bodies",
        "1 body",
        "1,200 links",
    ]


@pytest.mark.parametrize("iri", ["https://w3id.org/ccin/id/council/oldham", "urn:x", "https://a/"])
def test_broken_links_are_whole(iri: str) -> None:
    assert "".join(broken(iri)) == iri


# Colours


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--[a-z-]+|color-scheme): ([^;]+);", css))


def test_the_colour_choice_repeats_the_tokens_of_the_style_sheet() -> None:
    style = (TEMPLATES.parent / "static" / "style.css").read_text(encoding="utf-8")
    dark = tokens(style.partition(':root[data-theme="dark"]')[2].partition("}")[0])
    chosen, light = tokens(theme_css("dark")), tokens(theme_css("light"))
    assert chosen == dark
    assert len(dark) > 30
    assert light.keys() == dark.keys()
    assert light["--paper"] == "#f6f5f0"
    assert "--gap-1" not in light
    assert tokens(theme_css(None)) == {}
    assert theme_css("dark").startswith("@media screen")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        pytest.param("tier/unitary", "What links here", id="a concept: what it is said of"),
        pytest.param("page/co-operative-councils-update", "What links here", id="a page: what was read from it"),
        pytest.param("council/oldham", "Everything recorded here", id="all others: what they say"),
    ],
)  # fmt: skip
def test_what_is_wanted_of_a_thing_stands_first(html: Html, built: Build, name: str, first: str) -> None:
    text = page_of(html, built, name).text
    other = ({"What links here", "Everything recorded here"} - {first}).pop()
    assert 0 < text.index(first) < text.index(other)


def test_a_page_leads_to_its_source_at_once(html: Html, built: Build) -> None:
    page = page_of(html, built, "page/co-operative-councils-update")
    address = "https://concernedcooperators.wordpress.com/2019/03/19/co-operative-councils-update/"
    assert address.rstrip("/") in {href.rstrip("/") for href, _ in page.links}
    assert page.text.index("At the source:") < page.text.index("What links here")


def test_what_is_said_of_the_document_itself_can_be_unfolded(html: Html, built: Build) -> None:
    iri = f"{built.base.iri}id/council/oldham"
    made = html.resource(built.describe(iri), context("/doc/council/oldham", thing=iri))
    _, _, document = made.partition('<summary><h3 id="document">')
    inside, _, _ = document.partition("</details>")
    assert "dct:modified" in inside
    assert "void:inDataset" in inside


def test_the_crumb_of_a_list_with_two_words(html: Html, built: Build) -> None:
    page = page_of(html, built, "case-study/armed-forces-community-commitment-oldham")
    assert ("/case-studies", "Case studies") in page.links
