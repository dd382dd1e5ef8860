"""The record's layout and the literals that a store keeps (design, rules 1 and 6)."""

from __future__ import annotations

import errno
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld import record
from ccin_ld.errors import BadRecord
from ccin_ld.namespaces import DCT, XSD

THING = ox.NamedNode("https://w3id.org/ccin/id/project/x")
TITLE = ox.NamedNode(DCT + "title")


def typed(value: str, name: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + name))


def test_layout() -> None:
    triples = [
        ox.Triple(THING, TITLE, ox.Literal('b "quoted"\nline', language="en")),
        ox.Triple(THING, TITLE, ox.Literal("a", language="cy")),
        ox.Triple(THING, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), THING),
    ]
    assert record.write(reversed(triples)).decode() == (
        "@prefix dct: <http://purl.org/dc/terms/> .\n\n"
        "<https://w3id.org/ccin/id/project/x>\n"
        "    a <https://w3id.org/ccin/id/project/x> ;\n"
        '    dct:title "a"@cy ;\n'
        '    dct:title "b \\"quoted\\"\\nline"@en .\n'
    )


LITERALS = st.one_of(
    st.builds(ox.Literal, st.text()),
    st.builds(lambda text: ox.Literal(text, language="en-gb"), st.text()),
    st.builds(lambda number: typed(str(number), "integer"), st.integers()),
)


@given(st.lists(st.builds(ox.Triple, st.just(THING), st.just(TITLE), LITERALS), min_size=1))
def test_what_is_written_is_read_again(triples: list[ox.Triple]) -> None:
    data = record.write(triples)
    assert set(record.parse(data, "x")) == set(triples)
    assert record.write(record.parse(data, "x")) == data


def test_lines_of_subjects_and_predicates() -> None:
    data = record.write([ox.Triple(THING, TITLE, ox.Literal("a")), ox.Triple(THING, TITLE, ox.Literal("b"))])
    places = record.lines(data.decode())
    assert places[THING.value, None] == [3]
    assert places[THING.value, TITLE.value] == [4, 5]


@pytest.mark.parametrize(
    ("given_literal", "canonical"),
    [
        (typed("5", "nonNegativeInteger"), typed("5", "integer")),
        (typed("007", "integer"), typed("7", "integer")),
        (typed("53.5520", "decimal"), typed("53.552", "decimal")),
        (typed("2880000.00", "decimal"), typed("2880000", "decimal")),
        (typed("-0.0", "decimal"), typed("0", "decimal")),
        (typed("1", "boolean"), typed("true", "boolean")),
        (typed("2020", "gYear"), typed("2020", "gYear")),
        (typed("2020-01-02", "date"), typed("2020-01-02", "date")),
        (ox.Literal("a", language="en-gb"), ox.Literal("a", language="en-gb")),
        (ox.Literal("plain"), ox.Literal("plain")),
    ],
    ids=str,
)
def test_canonical_literal_is_what_a_store_gives_back(
    given_literal: ox.Literal, canonical: ox.Literal
) -> None:
    assert record.canonical_literal(given_literal) == canonical
    store = ox.Store()
    store.add(ox.Quad(THING, TITLE, canonical))
    assert next(iter(store)).object == canonical


@pytest.mark.parametrize(
    "bad", [typed("x", "integer"), typed("1,5", "decimal"), typed("ja", "boolean")], ids=str
)
def test_literals_that_are_not_of_their_datatype(bad: ox.Literal) -> None:
    with pytest.raises(BadRecord):
        record.canonical_literal(bad)


def test_a_file_that_is_not_turtle(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<a:b> <a:c>\n  nonsense .\n")
    with pytest.raises(BadRecord) as caught:
        record.read(path)
    assert (caught.value.file, caught.value.line) == (path, 2)
    assert "What to do" in str(caught.value)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.ttl"
    first.write_bytes(b"old")
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        record.save({first: b"new", second: b"new"})
    assert first.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ttl"]
