"""What the record knows of how pages print things."""

from __future__ import annotations

import pytest

from ccin_ld.ingest.labels import KIND, LEAD, Labels, words
from ccin_ld.namespaces import ONTOLOGY_BASE


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("We will capture and ‘expand’ it", "we will capture and 'expand' it"),
        ("community-based approaches,", "Community-based  approaches"),
        ("the Network’s work", "the Network's work"),
        ("Innovation – we", "Innovation - we"),
        ("Innovation—we", "Innovation – we"),
    ],
)
def test_words_alike(left: str, right: str) -> None:
    assert words(left) == words(right)


def test_words_that_differ() -> None:
    assert words("co-operation") != words("cooperation")
    assert words("experience") != words("experiences")


def test_labels_of_the_first_network(labels: Labels) -> None:
    assert [one.order for one in labels.principles] == list(range(1, 11))
    assert {len(one.key_words) for one in labels.principles} == {8}
    assert len({one.key_words for one in labels.principles}) == 10
    never = [one.title for one in labels.principles if "a" in one.hidden_in]
    assert never == ["Democratic engagement", "Social partnership"]
    assert labels.name(LEAD) == "Lead Member"
    assert {one.label for one in labels.fields if one.fills == KIND} == {"Status", "Type"}


def test_kinds(labels: Labels) -> None:
    lab = ONTOLOGY_BASE + "id/project-kind/policy-lab"
    assert labels.kind("Policy Labs") == labels.kind("policy lab") == lab
    assert labels.kind("Filler") is None
