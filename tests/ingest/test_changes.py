"""What changes, in plain words."""

from __future__ import annotations

import pyoxigraph as ox

from ccin_ld.ingest.changes import SHOWN, compare, names_of, sentences
from ccin_ld.namespaces import CCIN, DCT, RDF, SKOS

PROJECT, LAB = (
    ox.NamedNode("https://x.org/id/project/filler-lab"),
    ox.NamedNode("https://x.org/id/kind/policy-lab"),
)


def says(predicate: str, value: str | ox.NamedNode, subject: ox.NamedNode = PROJECT) -> ox.Triple:
    """Return a triple about the project."""
    term = ox.Literal(value, language="en") if isinstance(value, str) else value
    return ox.Triple(subject, ox.NamedNode(predicate), term)


OLD = [
    says(DCT + "title", "Filler Lab"),
    says(CCIN + "projectKind", LAB),
    says(SKOS + "prefLabel", "Lab", LAB),
]


def test_no_changes() -> None:
    same = compare("filler", OLD, reversed(OLD))
    assert same.none
    assert same.summary == "filler: no changes"
    assert sentences(same, names_of(OLD)) == []


def test_changes_in_words() -> None:
    new = [says(DCT + "title", "Filler Workshop"), *OLD[1:], says(CCIN + "yearAsPrinted", "2020")]
    changes = compare("filler", OLD, new)
    assert changes.summary == "filler: 2 added, 1 removed, 2 unchanged"
    assert sentences(changes, names_of(OLD)) == [
        "  - Filler Lab: title: Filler Lab",
        "  + Filler Lab: title: Filler Workshop",
        "  + Filler Lab: year as printed: 2020",
    ]


def test_links_are_named() -> None:
    changes = compare("filler", [OLD[0]], OLD)
    assert "  + Filler Lab: project kind: Lab" in sentences(changes, names_of(OLD))
    assert "  + 1 new thing" in sentences(changes, names_of(OLD))


def test_things_without_a_name_are_named_by_their_key() -> None:
    name = names_of([])
    assert name("https://x.org/id/claim/a-b--c") == "a b, c"
    assert name(CCIN + "notListed") == "not listed"
    changes = compare("filler", [OLD[0]], [OLD[0], says(RDF + "type", ox.NamedNode(CCIN + "Project"))])
    assert sentences(changes, name) == ["  + filler lab: is a: project"]


def test_long_lists_are_cut() -> None:
    new = [OLD[0], *(says(DCT + "subject", f"Filler {number}") for number in range(SHOWN + 5))]
    shown = sentences(compare("filler", [OLD[0]], new), names_of(OLD))
    assert len(shown) == SHOWN + 1
    assert shown[-1] == "  and 5 more"
