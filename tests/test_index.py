"""The SQLite index: lists, counts, incoming links, search."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.build import Build
from ccin_ld.index import Index, write
from ccin_ld.namespaces import CCIN, RDF, RDFS

PAGES = Path(__file__).parent.parent / "data" / "sources" / "projects.csv"
OLDHAM = "https://w3id.org/ccin/id/council/oldham"


def rows() -> list[dict[str, str]]:
    with PAGES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_lists_and_counts(built: Build) -> None:
    assert [item.label for item in built.index.items("principles")][:2] == [
        "Co-production",
        "Community leadership and a new role for councillors",
    ]
    assert built.index.count("principles") == 10
    assert built.index.count("projects") == sum(row["page_type"] == "project" for row in rows())
    members = built.index.items("members", limit=1000)
    assert built.index.count("members") == len(members)
    assert [item.label for item in members] == sorted((item.label for item in members), key=str.casefold)
    first, second = built.index.items("members", limit=5), built.index.items("members", limit=5, offset=5)
    assert [*first, *second] == members[:10]
    with pytest.raises(KeyError):
        built.index.items("nothing")


def test_nine_stands_before_ten(built: Build, tmp_path: Path) -> None:
    """In lists of things by label, and of things with one label by key."""
    start = f"{built.base.iri}id/capture/"
    labels = {"a--10": "Same", "a--9": "Same", "b--1": "Part 10", "b--2": "Part 9"}
    triples = [
        ox.Triple(ox.NamedNode(start + name), ox.NamedNode(predicate), value)
        for name, label in labels.items()
        for predicate, value in (
            (RDFS + "label", ox.Literal(label)),
            (RDF + "type", ox.NamedNode(CCIN + "Capture")),
        )
    ]
    write(tmp_path / "index.db", triples, built.model, built.base)
    found = Index(tmp_path / "index.db", built.model).of_class(CCIN + "Capture")
    assert [one.iri.removeprefix(start) for one in found] == ["b--2", "b--1", "a--9", "a--10"]


def test_incoming(built: Build) -> None:
    counts = built.index.incoming_counts(OLDHAM)
    joined = [row["slug"] for row in rows() if "Oldham Council" in row["participating_members"].split("; ")]
    assert counts[CCIN + "participant"] == len(joined) > 1
    links = built.index.incoming(OLDHAM, predicate=CCIN + "participant")
    assert {link.subject.iri.rpartition("/")[2] for link in links} == set(joined)
    region = "https://w3id.org/ccin/id/area/e12000002"
    paged = [built.index.incoming(region, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [link for page in paged for link in page] == built.index.incoming(region)[:8]
    project = "https://w3id.org/ccin/id/project/eoi-action-learning-set"
    news = built.index.news(project)
    # The ten claims of the page and of the sheet; participations are linked both ways.
    assert len(news) == built.index.count_news(project) == 20
    assert {link.subject.kind for link in news} == {"claim"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("oldham", "Oldham Council"), ("OLD", "Oldham Council"), ("Metropolitan Borough oldham", "Oldham Council"),
     ("caerdydd", "Cardiff Council"), ("E06000015", None), ("walking the", "Walking the talk")],
)  # fmt: skip
def test_search(built: Build, text: str, found: str | None) -> None:
    total, items = built.index.search(text)
    labels = [item.label for item in items]
    assert total >= len(items)
    assert (found in labels) if found else total == 0


@given(st.text(max_size=40))
def test_no_words_break_the_search(built: Build, text: str) -> None:
    total, items = built.index.search(text)
    assert total >= len(items) >= 0
