"""Things taken back: read, kept out of what a build says, and written to the record. Row I10."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from ccin_ld import record
from ccin_ld.cli import main
from ccin_ld.dataset import open_dataset
from ccin_ld.errors import BadRecord
from ccin_ld.namespaces import PREFIXES
from ccin_ld.tombstones import Tombstone, replacements, withdraw, without_withdrawn

from .choir import CHOIR, body


def turtle(text: str) -> list[ox.Triple]:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return record.parse(f"{head}@base <https://n.example/id/> .\n{text}".encode(), "a test")


N = "https://n.example/id/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<a> a ccin:Tombstone .", {"a": None}, id="taken back"),
        pytest.param("<a> a ccin:Tombstone ; dct:isReplacedBy <b> .", {"a": "b"}, id="entered twice"),
        pytest.param(
            "<a> a ccin:Tombstone ; dct:isReplacedBy <b> . <b> a ccin:Tombstone ; dct:isReplacedBy <c> .",
            {"a": "c", "b": "c"},
            id="the last of a line",
        ),
        pytest.param(
            "<a> a ccin:Tombstone ; dct:isReplacedBy <b> . <b> a ccin:Tombstone .",
            {"a": "b", "b": None},
            id="a line that ends in what was taken back",
        ),
    ],
)
def test_replacements(text: str, expected: dict[str, str | None]) -> None:
    found = replacements(turtle(text))
    assert found == {N + one: two and N + two for one, two in expected.items()}


@pytest.mark.parametrize("line", ["ab", "abc", "a"])
def test_a_circle_is_no_record(line: str) -> None:
    pairs = zip(line, line[1:] + line[0], strict=True)
    text = " ".join(f"<{one}> a ccin:Tombstone ; dct:isReplacedBy <{two}> ." for one, two in pairs)
    with pytest.raises(BadRecord, match="in a circle"):
        replacements(turtle(text))


def test_what_is_left_of_a_source() -> None:
    said = turtle("""<a> skos:prefLabel "A"@en . <a#point> skos:note "n"@en . <x> ccin:lead <a>, <b>, <g> .
        <y> dct:source <x> . <ab> skos:prefLabel "AB"@en .""")
    left = without_withdrawn(said, {N + "a": N + "b", N + "g": None})
    assert set(left) == set(
        turtle("""<x> ccin:lead <b>, <g> . <y> dct:source <x> . <ab> skos:prefLabel "AB"@en .""")
    )
    assert len(left) == len(set(left))


def test_a_dataset_is_without_them() -> None:
    dataset = open_dataset(CHOIR)
    subjects = {
        t.subject.value for t in dataset.file("choirs").triples if isinstance(t.subject, ox.NamedNode)
    }
    assert body("alto") in subjects
    assert {body("alto-soc"), body("hymn")}.isdisjoint(subjects)
    objects = {t.object for t in dataset.file("choirs").triples}
    assert ox.NamedNode(body("alto-soc")) not in objects
    assert ox.NamedNode(body("alto")) in objects


@pytest.fixture
def record_of_choirs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHOIR, tmp_path / "data"))


def run(data: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["withdraw", *arguments, "--data-dir", str(data)])
    return result.exit_code, result.output


def test_withdraw_writes_the_record(record_of_choirs: Path) -> None:
    code, output = run(record_of_choirs, body("gloria"), "--reason", "A misprint.", "--on", "2022-05-04")
    assert code == 0, output
    path = record_of_choirs / "tombstones.ttl"
    assert path.read_bytes() == record.write(record.read(path))
    assert set(Tombstone(body("gloria"), date(2022, 5, 4), "A misprint.").triples()) <= set(record.read(path))
    assert len([t for t in record.read(path) if str(t.object).endswith("Tombstone>")]) == 3
    assert (record_of_choirs / "graphs" / "choirs.ttl").read_bytes() == (
        CHOIR / "graphs" / "choirs.ttl"
    ).read_bytes()


def test_merge_writes_what_stays(record_of_choirs: Path) -> None:
    (record_of_choirs / "tombstones.ttl").unlink()
    arguments = ["--merge-into", body("alto"), "--reason", "Entered twice.", "--on", "2022-03-01"]
    assert run(record_of_choirs, body("alto-soc"), *arguments)[0] == 0
    wanted = Tombstone(body("alto-soc"), date(2022, 3, 1), "Entered twice.", body("alto"))
    assert set(record.read(record_of_choirs / "tombstones.ttl")) == set(wanted.triples())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([body("nobody")], "tells of no thing", id="nothing there"),
        pytest.param(["https://choirs.example/data"], "tells of no thing", id="no thing"),
        pytest.param([body("hymn")], "was taken back before", id="again"),
        pytest.param([body("echo"), "--merge-into", body("echo")], "replaced by itself", id="by itself"),
        pytest.param(
            [body("echo"), "--merge-into", body("hymn")], "was taken back itself", id="by what is gone"
        ),
        pytest.param([body("echo"), "--merge-into", body("nobody")], "tells of no thing", id="by nothing"),
        pytest.param([body("echo"), "--reason", " "], "no reason", id="for nothing"),
        pytest.param([body("echo"), "--on", "May"], "is not a day", id="on no day"),
    ],
)
def test_what_cannot_be_withdrawn(record_of_choirs: Path, arguments: list[str], words: str) -> None:
    before = (record_of_choirs / "tombstones.ttl").read_bytes()
    code, output = run(record_of_choirs, "--reason", "Wrong.", "--on", "2022-05-04", *arguments)
    assert code != 0
    assert words in output
    assert (record_of_choirs / "tombstones.ttl").read_bytes() == before


def test_withdraw_says_where_it_would_write(tmp_path: Path) -> None:
    dataset = open_dataset(CHOIR)
    tombstone = Tombstone(body("echo"), date(2022, 1, 1), "x")
    path, data = withdraw(tmp_path, dataset.base, dataset.triples, tombstone)
    assert path == tmp_path / "tombstones.ttl"
    assert data == record.write(tombstone.triples())
    assert not path.exists()
