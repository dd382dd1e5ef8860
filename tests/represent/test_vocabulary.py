"""The pages of the ontology and of the shapes: what they say, and that it is what the data says."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from ccin_ld.build import Build
from ccin_ld.graph import TripleIndex
from ccin_ld.model import FieldShape
from ccin_ld.namespaces import CCIN, DCT, OWL, RDFS, SH, SHAPES, SKOS, VS, shorten
from ccin_ld.represent.html import Html, PageContext
from ccin_ld.represent.pages.vocabulary import Statements, changes, how_many
from ccin_ld.resource import Resource
from ccin_ld.words import words

from .pages_check import Read, read

ONTOLOGY = CCIN.rstrip("#")


@pytest.fixture(scope="module")
def html(built: Build) -> Html:
    return Html(built)


@pytest.fixture(scope="module")
def stated(built: Build) -> TripleIndex:
    """The triples of the ontology."""
    return TripleIndex(built.store.graph(built.base.graph("ontology")))


def context(path: str) -> PageContext:
    return PageContext(path=path, canonical=f"http://localhost{path}")


def even(text: str) -> str:
    return " ".join(text.split())


def resource(html: Html, vocabulary: str, name: str) -> Resource:
    found = html.known_terms.resource(vocabulary, name)
    assert found is not None
    return found


def term(html: Html, name: str) -> Read:
    return read(html.term(resource(html, "ccin", name), context(f"/def/ccin/{name}")))


def shape(html: Html, name: str) -> Read:
    return read(html.shape(resource(html, "shapes", name), context(f"/def/shapes/{name}")))


def lacking(found: Resource, page: Read) -> list[str]:
    """Return the literals that a page does not show. The order of properties it shows by their place."""
    said = [t for t in found.triples if t.predicate.value != SH + "order"]
    literals = {t.object.value for t in said if isinstance(t.object, ox.Literal)}
    return sorted(text for text in literals if even(text) not in page.text)


def triples(text: str) -> list[ox.Triple]:
    head = f"""@prefix : <{CCIN}> . @prefix ccin: <{CCIN}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .
        @prefix skos: <{SKOS}> . @prefix dct: <{DCT}> . @prefix vs: <{VS}> ."""
    return [quad.triple for quad in ox.parse((head + text).encode(), format=ox.RdfFormat.TURTLE)]


# One term


def test_every_term_says_what_its_data_says(html: Html, built: Build) -> None:
    for one in built.model.terms:
        found = resource(html, "ccin", one.name)
        page = term(html, one.name)
        assert page.faults == [], one.name
        assert lacking(found, page) == [], one.name
        assert [tag for tag, _ in page.tags].count("h1") == 1
        # What it links to, and what points to it, can be followed.
        links = {href for href, _ in page.links}
        for triple in found.triples:
            for node in (triple.subject, triple.object):
                local = built.base.path(node.value) if isinstance(node, ox.NamedNode) else None
                if local and node != ox.NamedNode(one.iri) and triple.predicate.value != RDFS + "label":
                    assert local in links, (one.name, local)


def test_the_data_of_a_term_is_its_own_and_what_points_to_it(html: Html, stated: TripleIndex) -> None:
    found = resource(html, "ccin", "Body")
    own = {t for t in found.triples if t.subject == ox.NamedNode(CCIN + "Body")}
    assert own == set(stated.about(CCIN + "Body"))
    body = ox.NamedNode(CCIN + "Body")
    below = {t.subject for t in found.triples if t.predicate.value == RDFS + "subClassOf"} - {body}
    assert below == {ox.NamedNode(iri) for iri, value in stated.pairs(RDFS + "subClassOf") if value == body}
    assert len(below) > 3


def test_a_list_of_members_is_whole(html: Html) -> None:
    page = term(html, "ClaimState")
    assert {"#met", "#notListed", "#notKnown"} <= {href.removeprefix("/def/ccin") for href, _ in page.links}


def test_the_count_of_use_is_the_store_s(html: Html, built: Build) -> None:
    uses = dict(html.known_terms.uses)
    for name in ("lead", "tookPart", "asPrinted", "gssCode"):
        (row,) = built.store.select(f"SELECT (COUNT(*) AS ?n) {{ ?s ccin:{name} ?o }}")
        assert uses[CCIN + name] == int(row["n"].value) > 0
        assert f"Used: {uses[CCIN + name]} statements." in term(html, name).text
    (row,) = built.store.select("SELECT (COUNT(*) AS ?n) { ?s a ccin:Council }")
    assert f"Used: {row['n'].value} things." in term(html, "Council").text
    (row,) = built.store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ccin:met FILTER isIRI(?s) }")
    assert f"Used: value of {int(row['n'].value):,} statements." in term(html, "met").text


def test_the_example_is_in_the_data(html: Html, built: Build) -> None:
    for one in built.model.terms:
        view = html.known_terms.term(resource(html, "ccin", one.name))
        if not html.known_terms.uses.get(one.iri):
            assert view.example is None or one.kind == "individual", one.name
            continue
        assert view.example is not None
        if one.kind == "property" and view.example.href.startswith("/doc/"):  # type: ignore[union-attr]
            thing = f"{built.base.iri}id/{view.example.href.removeprefix('/doc/')}"  # type: ignore[union-attr]
            assert len(built.store.objects(thing, one.iri)) >= len(view.example_values) > 0


def test_a_rich_thing_is_the_example(html: Html, built: Build) -> None:
    item = built.index.example(CCIN + "Project")
    assert item is not None
    assert "not recorded" not in item.label
    sizes = [
        len(built.store.describe(one.iri).properties()) for one in built.index.of_class(CCIN + "Project")
    ]
    assert len(built.store.describe(item.iri).properties()) > sum(sizes) / len(sizes)


def test_a_class_has_its_properties_and_how_many_of_each(html: Html, built: Build) -> None:
    rows = {row.term.text: row for row in html.known_terms.rows_of_class(CCIN + "Council")}
    assert rows["ccin:councilKind"].how_many == "exactly 1"
    assert rows["skos:prefLabel"].how_many == "1 or more, one in each language"
    assert rows["ccin:registerCode"].how_many == "at most 1"
    # Two shapes have the area: one wishes for it, one says what it is.
    assert rows["ccin:area"].wish
    assert [one.text for one in rows["ccin:area"].values] == ["Area"]
    shape = built.model.shape_for([CCIN + "Council"])
    assert shape is not None
    assert {shorten(field.path) for field in shape.fields} == set(rows)
    page = term(html, "Council").text
    assert all(row.name in page and row.description in page for row in rows.values())


def test_a_property_says_which_kinds_of_thing_have_it(html: Html, built: Build) -> None:
    rows = html.known_terms.term(resource(html, "ccin", "fromYear")).rows
    having = {
        shape.label for shape in built.model.shapes if CCIN + "fromYear" in {f.path for f in shape.fields}
    }
    assert {row.of.text for row in rows} == {
        built.model.term_label(s.target) for s in built.model.shapes if s.label in having
    }
    assert len(rows) > 1


def test_there_is_no_page_for_what_is_no_term(html: Html) -> None:
    known = html.known_terms
    assert known.resource("ccin", "Nothing") is None
    assert known.resource("ccin", "") is None
    assert known.resource("shapes", "label") is None
    assert known.resource("shapes", "Nothing") is None


FIELD = FieldShape("i", "p", "n", "d", "g", (1, 1), 0, None, None, None, SH + "Violation", ())


@pytest.mark.parametrize(
    ("least", "most", "unique", "said"),
    [
        (0, None, False, "any number"),
        (1, None, False, "1 or more"),
        (0, 1, False, "at most 1"),
        (1, 1, False, "exactly 1"),
        (2, 5, False, "2 to 5"),
        (0, None, True, "any number, one in each language"),
        (1, None, True, "1 or more, one in each language"),
        (1, 1, True, "exactly 1"),
    ],
)
def test_how_many(least: int, most: int | None, unique: bool, said: str) -> None:
    field = replace(FIELD, min_count=least, max_count=most, one_a_language=unique)
    assert how_many([field], words()) == said


def test_the_strictest_counts() -> None:
    fields = [replace(FIELD, min_count=1), replace(FIELD, max_count=3), replace(FIELD, max_count=2)]
    assert how_many(fields, words()) == "1 to 2"
    assert how_many([], words()) == "any number"


# All terms


def test_each_term_stands_once_and_leads_to_its_page(html: Html, built: Build) -> None:
    view = html.known_terms.overview()
    anchors = [entry.anchor for group in view.groups for entry in group.entries]
    assert sorted(anchors) == sorted(one.name for one in built.model.terms)
    page = read(html.ontology(context("/def/ccin")))
    links = {href for href, _ in page.links}
    assert {f"/def/ccin/{one.name}" for one in built.model.terms} <= links
    assert {f"#{one.name}" for one in built.model.terms} <= links
    assert page.faults == []


def test_a_property_stands_under_the_class_that_it_is_said_of(html: Html) -> None:
    groups = {
        group.anchor: [one.anchor for one in group.entries] for group in html.known_terms.overview().groups
    }
    assert "councilKind" in groups["of-Council"]
    assert "fromYear" in groups["of-several"]
    assert "pathSegment" in groups["of-terms"]
    assert groups["individuals"][:1] == ["met"] or "met" in groups["individuals"]


def test_the_newest_change_comes_first(html: Html, stated: TripleIndex) -> None:
    found = changes(html.known_terms.ontology, ONTOLOGY)
    numbers = [[int(part) for part in version.split(".")] for version, _ in found]
    assert numbers == sorted(numbers, reverse=True)
    assert found[0][0] == stated.text(ONTOLOGY, OWL + "versionInfo")


@pytest.mark.parametrize(
    ("notes", "order"),
    [
        (["1.0: a", "1.10: c", "1.9: b"], ["1.10", "1.9", "1.0"]),
        (["1.0, 1 May 2026: a", "2.0, 2 May 2026: b"], ["2.0", "1.0"]),
        (["without a number", "1.0: a", "see: that"], ["1.0", "", ""]),
        ([], []),
    ],
)
def test_changes_in_order(notes: list[str], order: list[str]) -> None:
    said = [
        ox.Triple(ox.NamedNode(ONTOLOGY), ox.NamedNode(SKOS + "changeNote"), ox.Literal(one)) for one in notes
    ]
    assert [version for version, _ in changes(Statements(said), ONTOLOGY)] == order


OLD = """
<https://w3id.org/ccin/def/ccin> a owl:Ontology ; dct:title "Old"@en ; owl:versionInfo "0.9" .
:Gone a owl:Class ; rdfs:label "Gone"@en ; skos:definition "What is no more."@en ; skos:example "This."@en ;
    owl:deprecated true ; dct:isReplacedBy :Here ; vs:term_status "stable" .
:Here a owl:Class ; rdfs:label "Here"@en ; skos:definition "What stands for it."@en ; vs:term_status "planned" .
"""


def test_a_deprecated_term_is_marked_and_says_what_to_use(html: Html) -> None:
    page = read(html.ontology_before(triples(OLD), f"{ONTOLOGY}/0.9", context("/def/ccin/0.9")))
    assert page.faults == []
    assert page.text.count("Deprecated, do not use") == 1
    assert page.text.count("Planned, not in use yet") == 1
    assert "Use instead" in page.text
    assert {("#Gone", "Gone"), ("/def/ccin", "See the present one")} <= set(page.links)
    assert "Old, version 0.9" in page.text
    # Terms of a version of before have no pages of their own, so their examples are here.
    assert "This." in page.text
    assert not any(href.startswith("/def/ccin/") for href, _ in page.links)


def test_a_version_of_before_says_all_that_it_said(html: Html, built: Build) -> None:
    kept = built.before("ccin", "1.0")
    page = read(html.ontology_before(kept, f"{ONTOLOGY}/1.0", context("/def/ccin/1.0")))
    assert page.faults == []
    for triple in kept:
        if isinstance(triple.object, ox.Literal):
            assert even(triple.object.value) in page.text, triple


def test_no_term_of_a_version_of_before_is_gone_or_without_a_note(built: Build, stated: TripleIndex) -> None:
    """What was published stays: a term that is not the same any more says so, and a new one since when."""
    before = TripleIndex(built.before("ccin", "1.0"))
    kept = {one for one in before.subjects() if one.startswith(CCIN)}
    now = {one for one in stated.subjects() if one.startswith(CCIN)}
    assert kept <= now
    blank = (ox.BlankNode, type(None))
    for one in sorted(now):
        noted = stated.literals(one, SKOS + "changeNote") + stated.literals(one, SKOS + "historyNote")
        same = {t for t in before.about(one) if not isinstance(t.object, blank)} == {
            t for t in stated.about(one) if not isinstance(t.object, blank)
        }
        assert same or noted, one


# The shapes


def test_every_class_with_a_shape_has_its_page(html: Html, built: Build) -> None:
    overview = {href for href, _ in read(html.shapes(context("/def/shapes"))).links}
    for one in built.model.shapes:
        name = one.iri.removeprefix(SHAPES)
        page = shape(html, name)
        assert page.faults == [], name
        found = resource(html, "shapes", name)
        assert lacking(found, page) == [], name
        assert f"/def/shapes/{name}" in overview
        assert {field.iri.removeprefix(SHAPES) for field in one.fields} <= set(page.ids)


def test_rules_stand_in_the_order_of_a_page(html: Html, built: Build) -> None:
    rows = html.known_terms.rows_of_class(CCIN + "Project")
    found = built.model.shape_for([CCIN + "Project"])
    assert found is not None
    assert [row.name for row in rows] == [field.name for field in found.fields]


def test_the_columns_of_a_sheet_are_those_of_the_shapes(html: Html, built: Build) -> None:
    from ccin_ld.ingest.columns import fields_of

    shapes = TripleIndex(built.store.graph(built.base.graph("shapes")))
    for sheet, target in built.model.sheets.items():
        one = next(shape for shape in built.model.shapes if shape.target == target)
        page = shape(html, one.iri.removeprefix(SHAPES))
        wanted = [field.name for field in fields_of([target], built.model, shapes).values()]
        assert "As a sheet" in page.text
        text = page.text.partition("As a sheet")[2]
        assert all(name in text for name in wanted), sheet
    assert "Label" not in text.partition("ccin-ld export")[0].split()


def test_paths_are_written_as_sparql_writes_them(html: Html, built: Build) -> None:
    from ccin_ld.represent.pages.shapes import Rules

    written = {
        dict(rule.demands).get("ccin:facetPath")
        for kind in Rules(html.known_terms).overview().kinds
        for rule in kind.rules
    }
    assert "ccin:councilKind" in written
    assert "^ccin:tookPart" in written
    assert "^org:member / ccin:membershipKind" in written
    assert any(text and "(ccin:area | ccin:area / ccin:within" in text for text in written)


def test_what_has_no_shape_and_no_use_still_has_a_page(html: Html, built: Build) -> None:
    unused = [
        one for one in built.model.terms if not html.known_terms.uses.get(one.iri) and one.kind == "class"
    ]
    for one in unused:
        assert "Not used yet." in term(html, one.name).text or "Used: 0 things." in term(html, one.name).text


def test_the_individuals_of_a_class_are_listed(html: Html) -> None:
    view = html.known_terms.term(resource(html, "ccin", "ClaimState"))
    assert {one.text for one in dict(view.from_others)["Individuals"]} == {"met", "not listed", "not known"}
