"""``ccin-ld link``: what is proposed and why, and that only what a person accepts is written. Row L5, opportunity 3."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from ccin_ld import record
from ccin_ld.build import build
from ccin_ld.cli import main
from ccin_ld.config import Settings
from ccin_ld.dataset import shipped_ontology
from ccin_ld.errors import BadInput
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest.candidates import BY_CODE, BY_LABEL, BY_LINK, BY_NAME, BY_PLACE, SHARED, TAKEN
from ccin_ld.ingest.link import LinkPreview, apply, preview
from ccin_ld.namespaces import CCIN, DCT, ONTOLOGY_BASE, OWL, SKOS
from ccin_ld.web.app import create_app

from ..choir import CHOIR
from .conftest import DATA, digest

THERE = "https://directory.example.org/"
OLDHAM, PLACE = ONTOLOGY_BASE + "id/council/oldham", ONTOLOGY_BASE + "id/area/e08000004"
DAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the record that no test writes to."""
    folder = tmp_path_factory.mktemp("link") / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("releases"))
    return folder


@pytest.fixture
def folder(unchanged: Path, tmp_path: Path) -> Path:
    """A copy of the record of one's own."""
    return Path(shutil.copytree(unchanged, tmp_path / "data"))


def candidates(tmp_path: Path, *rows: str, header: str = "iri,name,code,relation,thing,accept") -> Path:
    path = tmp_path / "directory.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def run(folder: Path, file: Path, *accept: str, **more: object) -> LinkPreview:
    return preview(file, folder, accept=accept, today=lambda: DAY, **more)  # type: ignore[arg-type]


def command(folder: Path, file: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["link", str(file), "--data-dir", str(folder), *words])


@pytest.mark.parametrize(
    ("row", "proposed"),
    [
        pytest.param(f"{THERE}1,Oldham Metropolitan Borough Council", [(OLDHAM, BY_LABEL)], id="its whole name"),
        pytest.param(f"{THERE}1,Oldham Borough Council,", [(OLDHAM, BY_NAME - SHARED), (PLACE, BY_NAME - SHARED)], id="but for the words for a type, of several"),
        pytest.param(f"{THERE}1,,E08000004", [(PLACE, BY_CODE), (OLDHAM, BY_PLACE)], id="a code of its place"),
        pytest.param(f"{THERE}E08000004", [(PLACE, BY_CODE), (OLDHAM, BY_PLACE)], id="a code at the end of the IRI"),
        pytest.param(f"{THERE}1,,OLD", [(OLDHAM, BY_CODE)], id="the register's code"),
        pytest.param(f"{THERE}1,,http://www.wikidata.org/entity/Q17017730", [(OLDHAM, BY_LINK)], id="another record of it"),
        pytest.param(f"{THERE}1,,old | E08000004", [(OLDHAM, BY_CODE), (PLACE, BY_CODE)], id="two codes"),
        pytest.param(f"{THERE}1,Oldhamm Metropolitan Council", [(PLACE, 64), (OLDHAM, 64)], id="nearly its name"),
        pytest.param(f"{THERE}1,Choir of Nowhere", [], id="nothing like it"),
        pytest.param(f"{THERE}1,Newcastle", [(ONTOLOGY_BASE + "id/council/newcastle-upon-tyne", BY_NAME - SHARED)], id="a name of several in the register"),
        pytest.param("http://www.wikidata.org/entity/Q1,Oldham Metropolitan Borough Council", [(OLDHAM, BY_LABEL - TAKEN)], id="another at that site already"),
        pytest.param(f"{THERE}1,,,,council/rochdale", [(ONTOLOGY_BASE + "id/council/rochdale", 0)], id="what a person names"),
    ],
)  # fmt: skip
def test_what_is_proposed(unchanged: Path, tmp_path: Path, row: str, proposed: list[tuple[str, int]]) -> None:
    found = run(unchanged, candidates(tmp_path, row))
    assert sorted((one.thing, one.score) for one in found.proposals) == sorted(proposed)
    assert all(one.evidence or one.candidate.thing for one in found.proposals)
    assert not found.files
    assert not found.accepted


def test_a_link_that_is_known_is_not_proposed_again(unchanged: Path, tmp_path: Path) -> None:
    found = run(unchanged, candidates(tmp_path, "https://www.wikidata.org/entity/Q17017730/,Oldham,,,,yes"))
    assert [(one.thing, one.known) for one in found.proposals][:1] == [(OLDHAM, True)]
    assert not found.files
    assert found.to_csv().decode().count("Q17017730") == len(found.proposals) - 1


def test_nothing_is_written_but_what_is_accepted(folder: Path, tmp_path: Path) -> None:
    before = digest(folder)
    file = candidates(
        tmp_path,
        f"{THERE}oldham,Oldham Metropolitan Borough Council",
        f"{THERE}rochdale,Rochdale Metropolitan Borough Council",
        f"{THERE}E08000004,Oldham",
    )
    first = command(folder, file)
    assert (first.exit_code, digest(folder)) == (0, before)
    assert "Nothing is accepted" in first.output
    dry = command(folder, file, "--accept", f"{THERE}oldham=council/oldham")
    assert (dry.exit_code, digest(folder)) == (0, before)
    assert "--yes" in dry.output
    done = command(
        folder, file, "--accept", f"{THERE}oldham=council/oldham", "--yes", "--rights", "© A directory"
    )
    assert (done.exit_code, done.output.count("Wrote ")) == (0, 4)
    graph = record.read(folder / "graphs" / "links-directory.ttl")
    assert graph == [
        ox.Triple(ox.NamedNode(OLDHAM), ox.NamedNode(OWL + "sameAs"), ox.NamedNode(THERE + "oldham"))
    ]
    again = command(folder, file, "--accept", f"{THERE}oldham=council/oldham", "--yes")
    assert (again.exit_code, "no changes" in again.output) == (0, True)


def test_where_they_come_from(folder: Path, tmp_path: Path) -> None:
    file = candidates(tmp_path, f"{THERE}oldham,Oldham Metropolitan Borough Council,,,,yes")
    apply(run(folder, file, rights="© A directory, CC BY 4.0"))
    iri = ONTOLOGY_BASE + "data/graph/links-directory"
    sources = TripleIndex(record.read(folder / "sources.ttl"))
    assert sources.iri(iri, CCIN + "sourceKind") == ONTOLOGY_BASE + "id/source-kind/hand"
    assert sources.text(iri, DCT + "rights") == "© A directory, CC BY 4.0"
    kept = folder / "sources" / "links-directory.csv"
    with kept.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["thing"], row["score"], row["accept"]) == ("council/oldham", str(BY_LABEL), "yes")
    assert row["evidence"] == "the name “Oldham Metropolitan Borough Council”"
    table = (folder / "sources" / "imports.csv").read_text(encoding="utf-8")
    assert f"links-directory,links-directory.csv,{sources.text(iri, CCIN + 'sha256')},{DAY}," in table
    assert CliRunner().invoke(main, ["format", "--check", "--data-dir", str(folder)]).exit_code == 0


def test_a_list_grows(folder: Path, tmp_path: Path) -> None:
    apply(run(folder, candidates(tmp_path, f"{THERE}1,,OLD,,,yes"), rights="© A directory"))
    later = preview(candidates(tmp_path, f"{THERE}2,,RCH,,,yes"), folder, today=lambda: date(2027, 1, 1))
    apply(later)
    assert len(record.read(folder / "graphs" / "links-directory.ttl")) == 2
    assert (folder / "sources" / "links-directory.csv").read_text(encoding="utf-8").count(",yes\n") == 2
    table = (folder / "sources" / "imports.csv").read_text(encoding="utf-8")
    (line,) = [line for line in table.splitlines() if line.startswith("links-")]
    assert line.split(",")[3] == DAY.isoformat()
    assert "© A directory" in (folder / "sources.ttl").read_text(encoding="utf-8")


def test_the_proposals_are_looked_through_and_come_back(folder: Path, tmp_path: Path) -> None:
    file, out = candidates(tmp_path, f"{THERE}E08000004,Oldham"), tmp_path / "proposals.csv"
    assert command(folder, file, "--out", str(out)).exit_code == 0
    rows = out.read_text(encoding="utf-8").splitlines()
    assert rows[0].endswith(",accept")
    chosen = [f"{row}yes" if ",area/e08000004," in row else row for row in rows]
    out.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    done = command(folder, out, "--source", "links-directory", "--yes")
    assert done.exit_code == 0, done.output
    (triple,) = record.read(folder / "graphs" / "links-directory.ttl")
    assert triple.subject == ox.NamedNode(PLACE)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param([f"{THERE}E08000004,Oldham,,,,yes"], "may be several things here", id="of several"),
        pytest.param([f"{THERE}1,Nowhere,,,,yes"], "may be nothing here", id="of none"),
        pytest.param([f"{THERE}1,,,,council/nowhere,yes"], "nothing that the record holds", id="unknown thing"),
        pytest.param([f"{THERE}1,,,,council/oldham,yes", f"{THERE}1,,,,council/rochdale,yes"], "is accepted for", id="one record, two things"),
        pytest.param([f"{THERE}1,,,exactMatch,council/oldham,yes"], "is no concept", id="a match of no concept"),
        pytest.param(["http://www.wikidata.org/entity/Q1,,,,council/oldham,yes"], "is the same as", id="the record says another"),
    ],
)  # fmt: skip
def test_what_a_person_must_settle_first(folder: Path, tmp_path: Path, rows: list[str], words: str) -> None:
    before = digest(folder)
    done = command(folder, candidates(tmp_path, *rows), "--yes")
    assert done.exit_code == 1
    assert words in done.output
    assert "What to do" in done.output
    assert digest(folder) == before


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("name,code", "Oldham,OLD", "no column iri"),
        ("iri", "oldham", "not the IRI"),
        ("iri", "javascript:alert(1)", "not the IRI"),
        ("iri", "https://w3id.org/ccin/id/council/oldham", "not the IRI"),
        ("iri", "https://a b/", "not the IRI"),
        ("iri,relation", f"{THERE}1,equals", "no relation"),
        ("iri,accept", f"{THERE}1,perhaps", "neither yes nor no"),
    ],
)
def test_bad_rows(unchanged: Path, tmp_path: Path, header: str, row: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as raised:
        run(unchanged, candidates(tmp_path, row, header=header))
    assert raised.value.hint
    assert raised.value.line


@pytest.mark.parametrize(
    ("accept", "more", "words"),
    [
        ("no sign", {}, "names no thing"),
        (f"{THERE}2=council/oldham", {}, "is not in the file"),
        (None, {"source": "Links!"}, "cannot be the key"),
        (None, {"rights": "ask jane@example.org"}, "personal data"),
    ],
)
def test_bad_options(
    unchanged: Path, tmp_path: Path, accept: str | None, more: dict[str, str], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        run(unchanged, candidates(tmp_path, f"{THERE}1"), *([accept] if accept else []), **more)


def test_concepts_match(folder: Path, tmp_path: Path) -> None:
    file = candidates(tmp_path, f"{THERE}unitary,,,exactMatch,tier/unitary,yes")
    concepts = record.read(shipped_ontology() / "concepts.ttl")
    apply(run(folder, file, concepts=concepts))
    (triple,) = record.read(folder / "graphs" / "links-directory.ttl")
    assert triple.predicate == ox.NamedNode(SKOS + "exactMatch")


def test_it_is_built_and_found(folder: Path, tmp_path: Path) -> None:
    """The whole way: accepted, built, on the page's data, in the file of links, found by /resolve."""
    apply(run(folder, candidates(tmp_path, f"{THERE}oldham,,,,council/oldham,yes")))
    options = Settings(data_dir=folder, var_dir=tmp_path / "var")
    made = build(options)
    app = create_app(options, build=made)
    client = Client(app)
    found = client.get("/resolve", query_string={"iri": f"{THERE}oldham"}, headers={"Accept": "text/html"})
    assert found.headers["Location"] == "/id/council/oldham"
    assert f"<{THERE}oldham>" in client.get("/data/links/directory-example-org.nt").text
    quads = ox.parse(client.get("/doc/council/oldham.nq").data, format=ox.RdfFormat.N_QUADS)
    graphs = {str(quad.graph_name) for quad in quads if str(quad.object) == f"<{THERE}oldham>"}
    assert graphs == {f"<{ONTOLOGY_BASE}data/graph/links-directory>"}
    assert client.get("/data/graph/links-directory.ttl").status_code == 200
    app.close()


def test_the_second_network(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CHOIR, tmp_path / "data"))
    file = candidates(tmp_path, f"{THERE}bass,Bass Union,,,,yes")
    found = run(folder, file)
    assert [one.score for one in found.proposals] == [BY_LABEL]
    apply(found)
    assert build(Settings(data_dir=folder, var_dir=tmp_path / "var")).manifest["findings"]["violation"] == 0


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_name_and_code(
    unchanged: Path, tmp_path_factory: pytest.TempPathFactory, name: str, code: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([["iri", "name", "code"], [f"{THERE}1", name, code]])
    try:
        found = run(unchanged, path)
    except BadInput:
        return
    assert all(0 <= one.score <= 100 for one in found.proposals)
    assert not found.files
