"""Batches of both versions as values, and what is wrong with those that are none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.errors import BadRequest, TooMany
from ccin_ld.reconcile.queries import ALL, BATCH, EXACT, SHOULD, Condition, Query, batch, conditions, parsed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("query", "queries", "type", "limit", "properties", "pid", "v", "conditions", "matchType", "propertyId", "propertyValue", "x")), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def test_version_02() -> None:
    one = {"query": "a", "type": ["ccin:Body", {"id": "ccin:Council"}], "type_strict": "should", "limit": 3.0,
           "properties": [{"pid": "p", "v": ["b", 3, True, {"id": "council/x", "name": "X"}]}]}  # fmt: skip
    assert batch({"q0": one}) == {
        "q0": Query(
            ("a",),
            (),
            ("ccin:Body", "ccin:Council"),
            SHOULD,
            (Condition("p", ("b", "3", "true", "council/x")),),
            3,
        )
    }
    assert batch({"q": "a"}) == batch({"q": {"query": "a", "type": None}}) == {"q": Query(("a",))}


def test_the_draft() -> None:
    asked = [
        {"matchType": "name", "propertyValue": "a"},
        {"matchType": "id", "propertyValue": {"id": "council/x"}},
        {"matchType": "property", "propertyId": "p", "propertyValue": ["b"], "required": True, "matchQuantifier": "all", "matchQualifier": "ExactMatch"},
    ]  # fmt: skip
    wanted = Query(
        ("a",),
        ("council/x",),
        ("ccin:Body",),
        conditions=(Condition("p", ("b",), ALL, True, EXACT),),
        limit=2,
    )
    assert conditions(
        {"queries": [{"type": "ccin:Body", "limit": 2, "lang": "en", "conditions": asked}]}
    ) == [wanted]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "object of queries by key"),
        ({"q": 3}, "'q' is not a JSON object"),
        ({"q": {}}, "neither query nor properties"),
        ({"q": {"query": []}}, "query is a text"),
        ({"q": {"query": "a", "props": []}}, "'props' is nothing"),
        ({"q": {"properties": []}}, "neither query nor properties"),
        ({"q": {"query": "a", "properties": {}}}, "properties is a list"),
        ({"q": {"query": "a", "properties": [{"pid": "x"}]}}, "pid, a text, and v"),
        ({"q": {"query": "a", "properties": [{"pid": "x", "v": None}]}}, "a value is a text"),
        ({"q": {"query": "a", "type": 3}}, "type is the id"),
        ({"q": {"query": "a", "type_strict": "x"}}, "type_strict"),
        ({"q": {"query": "a", "limit": 0}}, "limit is a whole number"),
        ({"q": {"query": "a", "limit": "3"}}, "limit is a whole number"),
        ({"q": {"query": "a", "limit": 2.5}}, "limit is a whole number"),
        ({"q": {"query": "a", "limit": float("nan")}}, "limit is a whole number"),
    ],
)
def test_what_is_no_batch_of_02(value: Any, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        batch(value)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (3, "not a JSON object"),
        ({}, "conditions is a list"),
        ({"conditions": []}, "has no conditions"),
        ({"conditions": [{}]}, "matchType and propertyValue"),
        ({"conditions": [{"matchType": "x", "propertyValue": "a"}]}, "matchType is"),
        ({"conditions": [{"matchType": "property", "propertyValue": "a"}]}, "has a propertyId"),
        ({"conditions": [{"matchType": "property", "propertyId": "p", "propertyValue": "a", "matchQuantifier": "x"}]}, "matchQuantifier"),
        ({"conditions": [{"matchType": "property", "propertyId": "p", "propertyValue": "a", "matchQualifier": "x"}]}, "matchQualifier"),
        ({"conditions": [{"matchType": "property", "propertyId": "p", "propertyValue": "a", "required": 1}]}, "required"),
        ({"query": "a", "conditions": [{}]}, "'query' is nothing"),
        ({"type": ["a"], "conditions": [{}]}, "type is one text"),
    ],
)  # fmt: skip
def test_what_is_no_query_of_the_draft(one: Any, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        conditions({"queries": [one]})


def test_too_many() -> None:
    with pytest.raises(TooMany):
        batch({str(number): {"query": "x"} for number in range(BATCH + 1)})
    with pytest.raises(TooMany):
        conditions({"queries": [{}] * (BATCH + 1)})
    with pytest.raises(TooMany):
        batch({"q": {"query": "x", "properties": [{"pid": "p", "v": "v"}] * 21}})
    with pytest.raises(TooMany):
        batch({"q": {"query": "x", "properties": [{"pid": "p", "v": ["v"] * 101}]}})
    with pytest.raises(TooMany, match="names and values"):
        batch(
            {
                str(number): {"query": "x", "properties": [{"pid": "p", "v": ["v"] * 30}]}
                for number in range(50)
            }
        )


@pytest.mark.parametrize("text", ["", "{", "nix", '"\\ud800"', "[" * 100_000])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(BadRequest, match="queries is not JSON"):
        parsed(text, "queries")


@given(JSON)
def test_any_value_is_a_batch_or_a_bad_request(value: Any) -> None:
    for read in (batch, conditions):
        with suppress(BadRequest):
            assert isinstance(read(value), dict | list)
