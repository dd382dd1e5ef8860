"""Who should we talk to: the order of advice is a function of places, tiers, partners and work alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.build import Build
from ccin_ld.namespaces import CCIN
from ccin_ld.represent.pages.reader import Reader
from ccin_ld.represent.talk import Candidate, Place, found, place_of, ranked, reason
from ccin_ld.words import words

HERE = Place("north", "england", frozenset({"unitary"}))


NOWHERE = Place()


def one(name: str, place: Place = NOWHERE, **more: object) -> Candidate:
    return Candidate(name, name, place, **more)  # type: ignore[arg-type]


def other(region: str = "", nation: str = "", *tiers: str) -> Place:
    return Place(region, nation, frozenset(tiers))


@pytest.mark.parametrize(
    ("asker", "candidates", "order"),
    [
        pytest.param(HERE, [], "", id="nobody"),
        pytest.param(HERE, [one("b"), one("a")], "a b", id="by name when nothing else tells them apart"),
        pytest.param(
            HERE,
            [one("a", other("south", "england", "unitary")), one("b", other("north", "england", "county"))],
            "b a",
            id="region before tier",
        ),
        pytest.param(
            HERE,
            [
                one("a", other("x", "wales")),
                one("b", other("y", "england")),
                one("c", other("north", "england")),
            ],
            "c b a",
            id="region, then nation",
        ),
        pytest.param(
            HERE,
            [
                one("a", other("y", "england", "county"), shared=frozenset("pqr")),
                one("b", other("y", "england", "unitary")),
            ],
            "b a",
            id="tier before partners",
        ),
        pytest.param(
            HERE,
            [one("a", shared=frozenset("p")), one("b", shared=frozenset("pq")), one("c", led=("w", "v"))],
            "b a c",
            id="partners before work",
        ),
        pytest.param(
            None,
            [one("a", joined=("w", "v", "u")), one("b", led=("w",)), one("c", told=("w",)), one("d")],
            "b a c d",
            id="without an asker by work: led, joined, told of",
        ),
        pytest.param(
            Place(),
            [one("b", other()), one("a", other("north", "england", "unitary"))],
            "a b",
            id="who has no place is near nobody",
        ),
        pytest.param(HERE, [one("B"), one("a"), one("C")], "a B C", id="names without regard to capitals"),
    ],
)
def test_the_order(asker: Place | None, candidates: list[Candidate], order: str) -> None:
    assert [each.name for each in ranked(asker, candidates)] == order.split()


@given(
    st.lists(
        st.builds(
            one,
            st.text("abC", min_size=1, max_size=2),
            st.builds(other, st.sampled_from(["", "north", "south"]), st.sampled_from(["", "england"])),
        ),
        max_size=6,
        unique_by=lambda each: each.iri,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_does_not_depend_on_how_they_come(candidates: list[Candidate], random: object) -> None:
    mixed = list(candidates)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert ranked(HERE, mixed) == ranked(HERE, candidates)


@pytest.fixture
def reader(built: Build) -> Reader:
    return Reader(built)


def test_the_real_data_names_everybody_else_who_did_such_work(built: Build, reader: Reader) -> None:
    base = built.base.iri + "id/"
    principle, asker = base + "principle/co-production", base + "council/oldham"
    rows = built.store.select(
        f"SELECT DISTINCT ?body {{ ?work ccin:meetsPrinciple <{principle}> ."
        " { ?work ccin:tookPart ?body } UNION { ?work a ccin:CaseStudy ; ccin:about ?body . ?body a ccin:Body } }"
    )
    wanted = {row["body"].value for row in rows} - {asker}
    advice = found(principle, asker, reader, words())
    assert {each.iri for each in advice} == wanted
    assert len(advice) > 20
    here = place_of(asker, reader)
    near = [each.place.region == here.region for each in advice]
    assert near == sorted(near, reverse=True)
    assert sum(near) > 3
    everyone = found(principle, None, reader, words())
    assert {each.iri for each in everyone} == wanted | {asker}
    assert everyone[0].led


def test_each_has_a_reason_in_whole_sentences(built: Build, reader: Reader) -> None:
    base = built.base.iri + "id/"
    asker = base + "council/oldham"
    here = place_of(asker, reader)
    advice = found(base + "principle/learning", asker, reader, words())
    told = {each.iri.rpartition("/")[2]: reason(each, here, reader, words()) for each in advice}
    assert told["rochdale"].startswith("It led 1 such project. It took part in 2 such projects.")
    assert "It is in your region, North West." in told["rochdale"]
    assert "It is of the same tier as you: Unitary." in told["rochdale"]
    assert "It is in another nation, Wales." in told["cardiff"]
    assert all(text.endswith(".") for text in told.values())


def test_a_group_is_where_its_council_is(built: Build, reader: Reader) -> None:
    groups = [item.iri for item in built.index.of_class(CCIN + "PoliticalGroup")]
    on = [(group, council) for group in groups for council in reader.iris(group, CCIN + "groupOn")]
    assert on
    for group, council in on:
        assert place_of(council, reader).region
        assert place_of(group, reader) == place_of(council, reader)
