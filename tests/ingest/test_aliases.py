"""Names that a person accepts for a body: the table, the graph that is made from it, and the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccin_ld import record
from ccin_ld.cli import main
from ccin_ld.errors import BadInput
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest import apply
from ccin_ld.ingest.aliases import GRAPH, add_alias
from ccin_ld.ingest.match import Match, open_directory
from ccin_ld.namespaces import CCIN, ONTOLOGY_BASE, SKOS

from .conftest import Importing, digest

OLDHAM = ONTOLOGY_BASE + "id/council/oldham"


def accepted(folder: Path, iri: str = OLDHAM) -> list[str]:
    """Return the names that the graph of aliases gives to a body."""
    path = folder / "graphs" / f"{GRAPH}.ttl"
    graph = TripleIndex(record.read(path) if path.exists() else ())
    return sorted(one.value for one in graph.literals(iri, SKOS + "altLabel"))


def alias(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["alias", *words, "--data-dir", str(folder)])


def test_a_name_is_added_with_its_reason_and_its_source(importing: Importing, folder: Path) -> None:
    apply(importing())
    changed = add_alias(folder, "  Oldham  by the Filler ", "council/oldham", "printed on a filler")
    assert {path.name for path in changed} == {"aliases.csv", "aliases.ttl"}
    assert accepted(folder) == ["Oldham by the Filler"]
    table = (folder / "reference" / "aliases.csv").read_text(encoding="utf-8")
    assert table.endswith("Oldham by the Filler,council/oldham,printed on a filler\n")
    sources = TripleIndex(record.read(folder / "sources.ttl"))
    graph = ONTOLOGY_BASE + "data/graph/aliases"
    assert sources.iri(graph, CCIN + "sourceKind") == ONTOLOGY_BASE + "id/source-kind/hand"
    assert add_alias(folder, "Oldham by the Filler", "council/oldham", "again") == []
    found = open_directory(folder / "reference").find("oldham by the filler")
    assert isinstance(found, Match)
    assert (found.body.key, found.how) == ("oldham", "by a name accepted for it")


def test_a_body_that_the_record_does_not_hold_yet(importing: Importing, folder: Path) -> None:
    assert [path.name for path in add_alias(folder, "Fillerham", "council/oldham", "why")] == ["aliases.csv"]
    assert accepted(folder) == []
    apply(importing())
    assert accepted(folder) == ["Fillerham"]


def test_a_name_that_several_bodies_have(importing: Importing, folder: Path) -> None:
    text = "Lead Member Newcastle\nYear 2020\n"
    assert importing(text).problems  # it can mean two councils, and neither is chosen
    add_alias(folder, "Newcastle", "council/newcastle-upon-tyne", "the page tells of the Tyne")
    assert not importing(text).problems


def test_an_accepted_name_is_never_the_preferred_label(importing: Importing, folder: Path) -> None:
    apply(importing("Lead Member Fillerham\nYear 2020\n", accept=["Fillerham=council/oldham"]))
    assert accepted(folder) == ["Fillerham"]
    graphs = TripleIndex(
        one for path in sorted((folder / "graphs").glob("*.ttl")) for one in record.read(path)
    )
    preferred = [one.value for one in graphs.literals(OLDHAM, SKOS + "prefLabel")]
    assert preferred == ["Oldham Metropolitan Borough Council"]


def test_a_preferred_label_is_no_other_label(importing: Importing, folder: Path) -> None:
    # SKOS Reference, S13. A page printed the name, and a person accepts it all the same.
    apply(importing("Lead Member Oldham Council\nYear 2020\n"))
    add_alias(folder, "Oldham Council", "council/oldham", "why")
    assert accepted(folder) == []


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("Filler", "council/nowhere", "no known body"),
        ("Filler", "oldham", "no known body"),
        ("", "council/oldham", "cannot be the name"),
        ("x" * 201, "council/oldham", "cannot be the name"),
        ("a\0b", "council/oldham", "cannot be the name"),
        ("jane@example.org", "council/oldham", "cannot be the name"),
        ("Wigan Metropolitan Borough Council", "group/north-warwickshire-labour-group", "is the name of"),
        ("Telford", "council/oldham", "is accepted for council/telford-and-wrekin"),
    ],
)
def test_refused(folder: Path, name: str, body: str, words: str) -> None:
    before = digest(folder)
    with pytest.raises(BadInput, match=words) as raised:
        add_alias(folder, name, body, "why")
    assert raised.value.hint
    assert digest(folder) == before


def test_the_command(importing: Importing, folder: Path) -> None:
    apply(importing())
    first = alias(folder, "Fillerham", "council/oldham", "--why", "printed so")
    assert (first.exit_code, first.output.count("Wrote ")) == (0, 2)
    again = alias(folder, "Fillerham", "council/oldham")
    assert (again.exit_code, "no changes" in again.output) == (0, True)
    wrong = alias(folder, "Fillerham", "council/nowhere")
    assert (wrong.exit_code, "What to do" in wrong.output) == (2, True)


def test_ingest_takes_accepted_names_on_the_command_line(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body><main><h1>Filler</h1><p>Lead Member Fillerham</p><p>Year 2020</p></main>")
    words = ["ingest", str(page), "--url", "https://councils.coop/?p=7", "--data-dir", str(folder)]
    words += ["--also", "https://councils.coop/project/filler/", "--as", "project"]
    assert CliRunner().invoke(main, words).exit_code == 1
    done = CliRunner().invoke(main, [*words, "--accept", "Fillerham=council/oldham", "--yes"])
    assert done.exit_code == 0, done.output
    assert (folder / "graphs" / "p-7--1.ttl").exists()
    text = (folder / "sources" / "p-7.txt").read_text(encoding="utf-8")
    assert text == "\nFiller\n\nLead Member Fillerham\n\nYear 2020\n"
