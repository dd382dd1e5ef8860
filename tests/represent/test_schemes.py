"""The pages of concept schemes: concepts as a tree, each with its uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccin_ld.build import Build, build_files
from ccin_ld.namespaces import CCIN, SKOS
from ccin_ld.represent.html import Html, PageContext
from ccin_ld.represent.pages import schemes
from ccin_ld.represent.pages.schemes import ConceptRow

from .pages_check import read

HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <http://localhost/id/kind/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix thing: <http://localhost/id/thing/> .
<http://localhost/def/kinds> a skos:ConceptScheme ; rdfs:label "Kinds"@en .
"""


def tree(rows: tuple[ConceptRow, ...]) -> list[object]:
    return [[one.link.text, *tree(one.narrower)] if one.narrower else one.link.text for one in rows]


def view(folder: Path, turtle: str) -> schemes.SchemeView:
    path = folder / "scheme.ttl"
    names = "".join(
        f':{name} a skos:Concept ; rdfs:label "{name}"@en ; skos:inScheme <http://localhost/def/kinds> .\n'
        for name in "abcd"
    )
    path.write_text(HEAD + names + turtle, encoding="utf-8")
    build = build_files([path], folder / "build")
    html = Html(build)
    return schemes.view(build.describe("http://localhost/def/kinds"), html.known_terms.maker)


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        pytest.param("", ["a", "b", "c", "d"], id="flat"),
        pytest.param(
            ":b skos:broader :a . :c skos:broader :b .", [["a", ["b", "c"]], "d"], id="three levels"
        ),
        pytest.param(":a skos:narrower :b , :c .", [["a", "b", "c"], "d"], id="said from above"),
        pytest.param(":a skos:broader :b . :b skos:broader :a .", ["c", "d", ["a", "b"]], id="a circle"),
        pytest.param(":a skos:broader :a .", ["a", "b", "c", "d"], id="itself"),
        pytest.param(":c skos:broader :a , :b .", [["a", "c"], "b", "d"], id="two above"),
        pytest.param(":a skos:broader <http://example.org/x> .", ["a", "b", "c", "d"], id="above elsewhere"),
    ],
)
def test_concepts_stand_under_broader_ones(tmp_path: Path, turtle: str, expected: list[object]) -> None:
    found = view(tmp_path, turtle)
    assert tree(found.concepts) == expected
    assert found.total == 4


def test_a_use_is_a_statement_that_is_not_about_the_scheme(tmp_path: Path) -> None:
    found = view(
        tmp_path, ":b skos:broader :a ; skos:related :c . thing:x :has :b . thing:y :has :b ; :was :c ."
    )
    uses = {one.link.text: one.uses for row in found.concepts for one in (row, *row.narrower)}
    assert uses == {"a": 0, "b": 2, "c": 1, "d": 0}
    assert found.used == 2


def test_the_record_s_schemes_count_what_the_store_counts(built: Build) -> None:
    html = Html(built)
    for item in built.index.of_class(SKOS + "ConceptScheme"):
        found = schemes.view(built.describe(item.iri), html.known_terms.maker)
        assert found.total == len(built.store.subjects_of(SKOS + "inScheme", item.iri)), item.iri
    tiers = built.index.item(f"{built.base.iri}def/tiers")
    assert tiers is not None
    rows = schemes.view(built.describe(tiers.iri), html.known_terms.maker).concepts
    (row,) = built.store.select(
        f"SELECT (COUNT(*) AS ?n) {{ ?s ccin:tier <{built.base.iri}id/tier/unitary> ; a <{CCIN}Council> }}"
    )
    assert next(one.uses for one in rows if one.link.text == "Unitary") == int(row["n"].value)
    page = read(
        html.resource(built.describe(tiers.iri), PageContext(path="/def/tiers", canonical="http://x/"))
    )
    assert page.faults == []
    assert f"used in {row['n'].value} statements" in page.text
