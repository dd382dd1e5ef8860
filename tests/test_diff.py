"""What differs: as graphs, in words, as a page and as RDF (row C6)."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from ccin_ld.build import build
from ccin_ld.cli import main
from ccin_ld.config import Settings
from ccin_ld.diff import compare
from ccin_ld.errors import BadInput
from ccin_ld.graph import name_blanks
from ccin_ld.release import differ, quads_of, release

ROOT = Path(__file__).parent.parent
ORCHARD = Path(__file__).parent / "networks" / "orchard"
HEAD = """@prefix : <https://w3id.org/ccin/id/council/> . @prefix ccin: <https://w3id.org/ccin/def/ccin#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse((HEAD + text).encode(), format=ox.RdfFormat.TRIG))


def graph_of(found: list[ox.Quad]) -> Graph:
    lines = "".join(f"{quad.triple} .\n" for quad in found)
    return Graph(bind_namespaces="none").parse(data=lines, format="nt")


OLDHAM = ':oldham a ccin:Council ; skos:prefLabel "Oldham Council"@en ; '


class TestWords:
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            pytest.param(
                "foaf:homepage <https://old.example/> .",
                "foaf:homepage <https://new.example/> .",
                "Oldham Council: the website changed from https://old.example/ to https://new.example/.",
                id="changed",
            ),
            pytest.param(
                'skos:altLabel "A"@en .',
                'skos:altLabel "A"@en, "B"@en .',
                "Oldham Council: the other names: “B” added.",
                id="added",
            ),
            pytest.param(
                'skos:altLabel "A"@en, "B"@en, "C"@en .',
                'skos:altLabel "D"@en .',
                "Oldham Council: the other names: “D” added; “A”, “B”, “C” removed.",
                id="several",
            ),
            pytest.param(
                'ccin:notAfter "2020-07-01"^^xsd:date .',
                'ccin:notAfter "2020-07-31"^^xsd:date .',
                "Oldham Council: the not after changed from 1 July 2020 to 31 July 2020.",
                id="days",
            ),
            pytest.param(
                "ccin:area :a . :a skos:prefLabel 'North'@en . :b skos:prefLabel 'South'@en .",
                "ccin:area :b . :a skos:prefLabel 'North'@en . :b skos:prefLabel 'South'@en .",
                "Oldham Council: the area changed from North to South.",
                id="labels of what is linked",
            ),
        ],
    )
    def test_a_change(self, before: str, after: str, said: str) -> None:
        found = compare(quads(OLDHAM + before), quads(OLDHAM + after))
        assert [text for one in found.things for text in one.sentences] == [said]

    def test_new_gone_and_the_same(self) -> None:
        other = ':leeds a ccin:Council ; skos:prefLabel "Leeds"@en .'
        there, both = quads(OLDHAM + "."), quads(OLDHAM + ". " + other)
        assert [one.sentences for one in compare(there, both).things] == [["New: Leeds (Council)."]]
        assert [one.sentences for one in compare(both, there).things] == [["Gone: Leeds (Council)."]]
        same = compare(both, both)
        assert same.same
        assert same.to_text() == "Nothing has changed."

    def test_a_name_that_is_new_is_told_with_the_old(self) -> None:
        found = compare(quads(OLDHAM + "."), quads(OLDHAM.replace("Oldham Council", "Oldham MBC") + "."))
        assert found.things[0].sentences == [
            "Oldham MBC: the name changed from “Oldham Council” to “Oldham MBC”."
        ]

    def test_who_says_so_is_counted_by_source(self) -> None:
        said = "<https://w3id.org/ccin/data/graph/a> { :oldham skos:altLabel 'O'@en }"
        told = ":oldham skos:altLabel 'O'@en . "
        more = said + " <https://w3id.org/ccin/data/graph/b> { :oldham skos:altLabel 'O'@en }"
        found = compare(quads(told + said), quads(told + more))
        assert found.things == ()
        assert [(added, gone) for _, added, gone in found.by_graph] == [(1, 0)]


LIST = '<urn:shape> a sh:PropertyShape ; sh:in ( "a" "b" "c" ) . <urn:other> sh:in ( 1 2 ) ; sh:path [ sh:inversePath <urn:p> ] .'


class TestBlankNodes:
    def test_another_writing_of_the_same_lists_is_no_change(self) -> None:
        written = """<urn:other> sh:path _:p ; sh:in _:x . _:p sh:inversePath <urn:p> .
            _:x rdf:first 1 ; rdf:rest _:y . _:y rdf:first 2 ; rdf:rest rdf:nil .
            <urn:shape> sh:in ("a" "b" "c") ; a sh:PropertyShape ."""
        assert compare(quads(LIST), quads(written)).same

    def test_a_changed_list_is_told_whole(self) -> None:
        found = compare(quads(LIST), quads(LIST.replace('"c"', '"d"')))
        (shape,) = found.things
        assert shape.iri == "urn:shape"
        assert "(“a”, “b”, “c”) to (“a”, “b”, “d”)" in shape.sentences[0]
        assert all("urn:other" not in str(quad) for quad in (*found.added, *found.removed))

    def test_equal_nodes_stay_apart(self) -> None:
        two, one = quads("<urn:a> <urn:b> [], [] ."), quads("<urn:a> <urn:b> [] .")
        assert len(compare(one, two).added) == 1
        assert compare(two, two).same

    def test_nodes_in_a_circle(self) -> None:
        circle = quads("_:a <urn:p> _:b . _:b <urn:p> _:c . _:c <urn:p> _:a .")
        again = quads("_:z <urn:p> _:x . _:x <urn:p> _:y . _:y <urn:p> _:z .")
        assert compare(circle, again).same

    def test_names_do_not_move_with_what_stands_elsewhere(self) -> None:
        before = {str(t) for t in name_blanks((q.triple for q in quads(LIST)), "s")}
        more = quads(LIST + ' <urn:third> sh:in ( "z" ) .')
        assert before < {str(t) for t in name_blanks((q.triple for q in more), "s")}

    @given(
        st.lists(
            st.tuples(st.sampled_from("abcde"), st.sampled_from("pq"), st.sampled_from("abcdeXY")), max_size=9
        )
    )
    def test_naming_keeps_the_graph(self, edges: list[tuple[str, str, str]]) -> None:
        def node(name: str) -> ox.NamedNode | ox.BlankNode:
            return ox.NamedNode(f"urn:{name}") if name in "aXY" else ox.BlankNode(name)

        triples = [ox.Triple(node(s), ox.NamedNode(f"urn:{p}"), node(o)) for s, p, o in edges]
        named = name_blanks(triples, "x")
        left = graph_of([ox.Quad(t.subject, t.predicate, t.object) for t in triples])
        right = graph_of([ox.Quad(t.subject, t.predicate, t.object) for t in named])
        assert isomorphic(left, right)


class TestAsRdf:
    def test_the_old_less_the_removed_with_the_added_is_the_new(self) -> None:
        old = quads(LIST + OLDHAM + "foaf:homepage <https://old.example/> .")
        new = quads(LIST.replace('"c"', '"d" "e"') + OLDHAM + "foaf:homepage <https://new.example/> .")
        found = compare(old, new)
        named = [ox.Quad(t.subject, t.predicate, t.object) for t in name_blanks((q.triple for q in old), "b")]
        patched = (set(named) - set(found.removed)) | set(found.added)
        assert isomorphic(graph_of(list(patched)), graph_of(new))
        added, removed = found.n_quads()
        assert added.splitlines() == sorted(added.splitlines())
        assert isomorphic(
            graph_of(list(ox.parse(removed, format=ox.RdfFormat.N_QUADS))), graph_of(list(found.removed))
        )


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small network with two Releases and a build of the second; no test of it may change it."""
    home = tmp_path_factory.mktemp("orchard")
    shutil.copytree(ORCHARD, home / "data")
    settings = Settings(data_dir=home / "data", var_dir=home / "var")
    release(settings, date(2026, 11, 23))
    path = home / "data" / "graphs" / "orchard.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Pomona Trust", "Pomona Foundation"), encoding="utf-8"
    )
    release(settings, date(2026, 12, 1))
    build(settings)
    return settings


def names(settings: Settings) -> list[str]:
    return sorted(path.parent.name for path in (settings.data_dir / "releases").glob("*/release.json"))


class TestOperands:
    def test_every_name_of_the_same_state(self, orchard: Settings, tmp_path: Path) -> None:
        first, second = names(orchard)
        current = (orchard.var_dir / "current").resolve()
        same = [second, "latest", "current", "record", current.name, str(current), str(orchard.data_dir)]
        same += [str(orchard.data_dir / "releases" / second), str(current / "files" / "dataset.nq")]
        wanted = quads_of(orchard, second)
        for name in same:
            found = compare(quads_of(orchard, name), wanted)
            assert found.same, (name, found.to_text())
        assert differ(orchard, "record", second).same
        sentences = [text for one in differ(orchard, first, "current").things for text in one.sentences]
        assert sentences == [
            "Pomona Foundation: the name changed from “Pomona Trust” to “Pomona Foundation”."
        ]

    def test_files_need_no_record(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "none", var_dir=tmp_path / "var")
        for name, text in (("a", "A"), ("b", "B")):
            (tmp_path / f"{name}.ttl").write_text(
                f'<urn:x> <http://www.w3.org/2004/02/skos/core#prefLabel> "{text}"@en .'
            )
        found = differ(settings, str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl"))
        assert found.things[0].sentences == ["B: the name changed from “A” to “B”."]

    @pytest.mark.parametrize(
        ("name", "said"),
        [("nowhere", "nothing that can be compared"), ("2020-01-01-00000000", "there is no Release")],
    )
    def test_what_is_none_of_these(self, orchard: Settings, name: str, said: str) -> None:
        with pytest.raises(BadInput, match=said):
            quads_of(orchard, name)

    def test_a_folder_without_rdf(self, orchard: Settings, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(BadInput, match="no RDF file"):
            quads_of(orchard, str(tmp_path / "empty"))


class TestCommand:
    def run(self, settings: Settings, *words: str) -> Result:
        env = {"CCIN_LD_DATA_DIR": str(settings.data_dir), "CCIN_LD_VAR_DIR": str(settings.var_dir)}
        return CliRunner().invoke(main, ["diff", *words], env=env)

    def test_text_page_and_rdf(self, orchard: Settings, tmp_path: Path) -> None:
        first, second = names(orchard)
        page, prefix = tmp_path / "out.html", tmp_path / "change"
        found = self.run(orchard, first, second, "--html", str(page), "--rdf", str(prefix))
        assert found.exit_code == 0, found.output
        assert "the name changed from “Pomona Trust” to “Pomona Foundation”" in found.output
        text = page.read_text(encoding="utf-8")
        assert "the name changed from “Pomona Trust” to “Pomona Foundation”" in text
        assert "<script" not in text
        assert "src=" not in text
        added = (tmp_path / "change-added.nq").read_bytes()
        assert [q.object.value for q in ox.parse(added, format=ox.RdfFormat.N_QUADS)].count(
            "Pomona Foundation"
        ) == 4
        assert b"Pomona Trust" in (tmp_path / "change-removed.nq").read_bytes()

    def test_words_are_escaped(self, tmp_path: Path) -> None:
        for name, text in (("a", "A"), ("b", "<script>alert(1)</script>")):
            (tmp_path / f"{name}.ttl").write_text(
                f'<urn:x> <http://www.w3.org/2004/02/skos/core#prefLabel> "{text}"@en .'
            )
        settings = Settings(data_dir=tmp_path, var_dir=tmp_path)
        self.run(
            settings, str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl"), "--html", str(tmp_path / "c.html")
        )
        assert "<script>" not in (tmp_path / "c.html").read_text(encoding="utf-8")

    def test_nothing_to_compare(self, orchard: Settings) -> None:
        found = self.run(orchard, "nowhere", "latest")
        assert (found.exit_code, "nothing that can be compared" in found.output) == (2, True)
