"""The command line by hand: what it says, where it writes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccin_ld.cli import main

from .first_page import copy_first_page

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "data" / "sources" / "eoi-action-learning-set.txt"
URL = "https://www.councils.coop/eoi-action-learning-set/"
TITLE = "CCIN Action Learning: Co-operation through Covid-19"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_first_page(tmp_path / "data")
    return tmp_path


def run(folder: Path, *words: str, stdin: str | None = None) -> Result:
    env = {"CCIN_LD_DATA_DIR": str(folder / "data"), "CCIN_LD_VAR_DIR": str(folder / "var")}
    return CliRunner().invoke(main, list(words), env=env, input=stdin)


def test_every_command_says_what_it_does_and_how_it_ends(folder: Path) -> None:
    text = run(folder, "--help").output
    assert "ends with 0" in text
    for name in main.commands:
        assert name in text
        told = run(folder, name, "--help")
        assert told.exit_code == 0
        assert len((main.commands[name].help or "").split()) > 4


def test_the_tour(folder: Path) -> None:
    for words, code in [
        (["validate"], 0),
        (["format", "--check"], 0),
        (["build"], 0),
        (["query", "ASK { ?x a <https://w3id.org/ccin/def/ccin#Project> }"], 0),
        (["settings"], 0),
    ]:
        result = run(folder, *words)
        assert result.exit_code == code, (words, result.output)


def test_ingest_again_says_no_changes(folder: Path) -> None:
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    result = run(
        folder,
        "ingest",
        str(PAGE),
        "--url",
        URL,
        "--title",
        TITLE,
        "--captured-before",
        "2026-11-23",
        "--yes",
    )
    assert result.exit_code == 0
    assert "no changes" in result.output.lower()
    assert before == {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}


def test_ingest_writes_nothing_without_yes(folder: Path) -> None:
    for name in ("eoi-action-learning-set--1.ttl", "eoi-action-learning-set--1--quotations.ttl"):
        (folder / "data" / "graphs" / name).unlink()
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    words = ["ingest", str(PAGE), "--url", URL, "--title", TITLE, "--captured-before", "2026-11-23"]
    result = run(folder, *words)
    assert (result.exit_code, "Nothing is written yet" in result.output) == (0, True)
    assert before == {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    assert run(folder, *words, "--yes").exit_code == 0
    for name in ("eoi-action-learning-set--1.ttl", "eoi-action-learning-set--1--quotations.ttl"):
        assert (folder / "data" / "graphs" / name).read_bytes() == (
            ROOT / "data" / "graphs" / name
        ).read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(
            ["ingest", "nowhere.txt", "--url", URL, "--title", "x"], 2, "nowhere.txt", id="no such page"
        ),
        pytest.param(
            ["ingest", str(PAGE), "--url", URL, "--title", "x", "--captured", "yesterday"],
            2,
            "is not a day",
            id="no day",
        ),
        pytest.param(["query"], 2, "--file", id="no query"),
        pytest.param(["query", "ASK {}", "--to", "pdf"], 2, "--to pdf", id="no such format"),
        pytest.param(["build", "--base-iri", "nonsense"], 2, "base IRI", id="no base"),
        pytest.param(["validate", "--data-dir", "nowhere"], 2, "catalog.ttl", id="no record"),
        pytest.param(["serve", "nowhere.ttl"], 2, "nowhere.ttl", id="no such file"),
        pytest.param(["serve", "--port", "many"], 2, "many", id="port that is no number"),
        pytest.param(["nothing"], 2, "nothing", id="no such command"),
    ],
)
def test_one_clear_error(folder: Path, words: list[str], code: int, said: str) -> None:
    result = run(folder, *words)
    assert result.exit_code == code
    assert said in result.output
    assert "Traceback" not in result.output


def test_queries(folder: Path) -> None:
    assert run(folder, "query", "ASK {}").exit_code == 2  # no build yet
    assert run(folder, "build").exit_code == 0
    asked = run(
        folder,
        "query",
        "--file",
        "-",
        "--to",
        "json",
        stdin="SELECT (COUNT(*) AS ?n) { ?x a <https://w3id.org/ccin/def/ccin#Principle> }",
    )
    assert json.loads(asked.stdout)["results"]["bindings"][0]["n"]["value"] == "10"
    graph = run(
        folder, "query", "CONSTRUCT WHERE { <https://w3id.org/ccin/id/role/lead> ?p ?o }", "--to", "turtle"
    )
    assert "prov:Role" in graph.stdout
    mistake = run(folder, "query", "SELECT * {\n ?s ?p }")
    assert mistake.exit_code == 1
    assert "line 2" in mistake.output
    cut = run(folder, "query", "SELECT * { ?s ?p ?o }", "--query-rows", "3")
    assert len(cut.stdout.splitlines()) == 4
    assert "cut after 3 rows" in cut.stderr


def test_validate_ends_with_one_on_a_violation(folder: Path) -> None:
    path = folder / "data" / "graphs" / "register.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('ccin:gssCode "E06000010"', 'ccin:gssCode "E0600001"'),
        encoding="utf-8",
    )
    result = run(folder, "validate")
    assert result.exit_code == 1
    assert "register.ttl:" in result.output
    assert '"E0600001"' in result.output
    assert "What to do" in result.output
    told = json.loads(run(folder, "validate", "--json").stdout)
    assert told["conforms"] is False


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("@prefix ccin:", "@prefix ccin", 2, id="not Turtle: it could not run"),
        pytest.param('"1"^^xsd:integer', '"01"^^xsd:integer', 1, id="a statement the record may not hold"),
    ],
)
def test_validate_tells_what_could_not_run_from_what_is_at_fault(
    folder: Path, old: str, new: str, code: int
) -> None:
    path = folder / "data" / "graphs" / "principles.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result = run(folder, "validate")
    assert result.exit_code == code
    assert "principles.ttl:" in result.output


def test_format(folder: Path) -> None:
    path = folder / "data" / "graphs" / "principles.ttl"
    good = path.read_bytes()
    path.write_text(
        path.read_text(encoding="utf-8").replace("    a ccin:Principle ;\n", "  a ccin:Principle;\n", 1),
        encoding="utf-8",
    )
    assert run(folder, "format", "--check").exit_code == 1
    assert run(folder, "format").exit_code == 0
    assert path.read_bytes() == good
