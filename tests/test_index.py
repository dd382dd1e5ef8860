"""The SQLite index: lists, counts, incoming links, search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.build import Build
from ccin_ld.namespaces import CCIN

OLDHAM = "https://w3id.org/ccin/id/council/oldham"


def test_lists_and_counts(built: Build) -> None:
    assert [item.label for item in built.index.items("principles")][:2] == [
        "Co-production",
        "Community leadership and a new role for councillors",
    ]
    assert built.index.count("principles") == 10
    assert built.index.count("projects") == 1
    members = built.index.items("members", limit=1000)
    assert built.index.count("members") == len(members)
    assert [item.label for item in members] == sorted((item.label for item in members), key=str.casefold)
    first, second = built.index.items("members", limit=5), built.index.items("members", limit=5, offset=5)
    assert [*first, *second] == members[:10]
    with pytest.raises(KeyError):
        built.index.items("nothing")


def test_incoming(built: Build) -> None:
    counts = built.index.incoming_counts(OLDHAM)
    assert counts[CCIN + "participant"] == 1
    links = built.index.incoming(OLDHAM, predicate=CCIN + "participant")
    assert [link.subject.kind for link in links] == ["project"]
    region = "https://w3id.org/ccin/id/area/e12000002"
    paged = [built.index.incoming(region, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [link for page in paged for link in page] == built.index.incoming(region)[:8]
    project = "https://w3id.org/ccin/id/project/eoi-action-learning-set"
    news = built.index.news(project)
    assert (
        len(news) == built.index.count_news(project) == 10
    )  # the claims; participations are linked both ways
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
